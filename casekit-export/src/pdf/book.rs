//! The pages of one file, assembled while only a few of them are held uncompressed.

use std::error::Error;
use std::io::Write;

use chrono::{DateTime, FixedOffset};
use flate2::{Compression, write::ZlibEncoder};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use printpdf::{Op, PdfDocument, PdfPage, PdfSaveOptions, Pt};
use sha2::{Digest, Sha256};

use super::{
    Fonts, Letterhead, PdfError, archival,
    glyphs::Subsets,
    marks::Mark,
    object::{assembly, text},
    sheet::{Paper, Sheet},
};

/// Collects sheets. Every few sheets go through printpdf and are kept as compressed operators. The fonts are written
/// last, when all used glyphs are known.
pub(super) struct Book<'f> {
    pub(super) subsets: Subsets<'f>,
    paper: Paper,
    open: Vec<Vec<Op>>,
    bodies: Vec<Vec<u8>>,
    proceed: Proceed<'f>,
}

/// Asked whether to go on, each time some pages are made; its error ends the file.
pub(super) type Proceed<'p> = &'p mut (dyn FnMut() -> Result<(), Box<dyn Error + Send + Sync>> + 'p);

/// How many pages are held uncompressed: bounds the memory that a long report takes.
const PAGES_OPEN: usize = 20;

impl<'f> Book<'f> {
    pub(super) fn new(fonts: &'f Fonts, paper: Paper, proceed: Proceed<'f>) -> Result<Self, PdfError> {
        Ok(Self { subsets: Subsets::new(fonts)?, paper, open: Vec::new(), bodies: Vec::new(), proceed })
    }

    /// Adds a page after those before it.
    pub(super) fn push(&mut self, sheet: Sheet) -> Result<(), PdfError> {
        self.open.push(sheet.into_operators());
        if self.open.len() >= PAGES_OPEN {
            let operators = std::mem::take(&mut self.open);
            self.bodies.extend(compressed(operators, self.paper, &self.subsets)?);
            (self.proceed)().map_err(PdfError::Ended)?;
        }
        Ok(())
    }

    pub(super) fn pages(&self) -> usize {
        self.bodies.len() + self.open.len()
    }

    /// Writes the file. `foot` draws the foot of a page onto a sheet of its own, given the page's number from 1. Feet
    /// come last because only now is the number of pages known.
    pub(super) fn finish(
        mut self,
        letterhead: &Letterhead,
        marks: &[Mark],
        mut foot: impl FnMut(&mut Subsets<'f>, &mut Sheet, usize),
        to: &mut impl Write,
    ) -> Result<(), PdfError> {
        let operators = std::mem::take(&mut self.open);
        self.bodies.extend(compressed(operators, self.paper, &self.subsets)?);
        let mut feet = Vec::with_capacity(self.bodies.len());
        let numbers: Vec<usize> = (1..=self.bodies.len()).collect();
        for numbers in numbers.chunks(PAGES_OPEN) {
            let operators = numbers.iter().map(|number| {
                let mut sheet = Sheet::new(self.paper);
                foot(&mut self.subsets, &mut sheet, *number);
                sheet.into_operators()
            });
            let operators = operators.collect();
            feet.extend(compressed(operators, self.paper, &self.subsets)?);
            (self.proceed)().map_err(PdfError::Ended)?;
        }
        let mut document = bind(&self.subsets, self.paper, self.bodies.into_iter().zip(feet), marks)?;
        describe(&mut document, letterhead)?;
        document.save_to(to)?;
        to.flush()?;
        Ok(())
    }
}

/// The operators of each page as they appear in the PDF, made by printpdf.
fn compressed(pages: Vec<Vec<Op>>, paper: Paper, subsets: &Subsets<'_>) -> Result<Vec<Vec<u8>>, PdfError> {
    let mut document = PdfDocument::new("");
    subsets.announce(&mut document);
    document.with_pages(pages.into_iter().map(|operators| page(paper, operators)).collect());
    let document = document.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    let deflate = |page: ObjectId| {
        let mut deflated = ZlibEncoder::new(Vec::new(), Compression::default());
        deflated.write_all(&document.get_page_content(page))?;
        Ok(deflated.finish()?)
    };
    document.page_iter().map(deflate).collect()
}

/// Has printpdf write the fonts with a page that shows every used glyph, then replaces that page by the real ones.
fn bind(
    subsets: &Subsets<'_>,
    paper: Paper,
    pages: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
    marks: &[Mark],
) -> Result<Document, PdfError> {
    let mut document = PdfDocument::new("");
    let operators = subsets.embed(&mut document)?;
    document.with_pages(vec![page(paper, operators)]);
    let mut document = document.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    document.compress();

    let pattern_id =
        document.page_iter().next().ok_or(lopdf::Error::PageNumberNotFound(1)).map_err(assembly)?;
    let mut pattern = document.get_dictionary(pattern_id).map_err(assembly)?.clone();
    let shown = reference(&pattern, b"Contents")?;
    let tree = reference(&pattern, b"Parent")?;
    document.objects.remove(&shown);
    document.objects.remove(&pattern_id);
    pattern.remove(b"Annots");

    let mut kids: Vec<ObjectId> = Vec::new();
    for (body, foot) in pages {
        let contents: Vec<Object> =
            [body, foot].into_iter().map(|content| document.add_object(deflated(content)).into()).collect();
        let mut page = pattern.clone();
        page.set("Contents", contents);
        kids.push(document.add_object(page));
    }
    archival::outline(&mut document, paper, &kids, marks)?;
    let tree = document.get_dictionary_mut(tree).map_err(assembly)?;
    tree.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
    tree.set("Kids", kids.into_iter().map(Object::from).collect::<Vec<_>>());
    Ok(document)
}

/// Sets the metadata of the file: title, author and time from the letterhead, and casekit as what made it. Nothing
/// else, so that the bytes depend on the input alone.
fn describe(document: &mut Document, letterhead: &Letterhead) -> Result<(), PdfError> {
    let written = date(letterhead.generated_at);
    let about = dictionary! {
        "Title" => text(&letterhead.title),
        "Author" => text(&letterhead.organisation),
        "Creator" => text("casekit"),
        "Producer" => text(archival::PRODUCER),
        "CreationDate" => written.clone(),
        "ModDate" => written,
    };
    let place = document.trailer.get(b"Info").and_then(Object::as_reference).map_err(assembly)?;
    document.set_object(place, about);
    let catalog = document.catalog_mut().map_err(assembly)?;
    catalog.set("Lang", text(letterhead.language.tag()));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    archival::describe(document, letterhead)?;
    // Readers need not take gaps in the numbers of objects (ISO 32000-1, 7.5.4), and poppler does not.
    document.renumber_objects();
    // `ActualText` needs PDF 1.4, compressed CFF fonts need 1.6.
    document.version = "1.7".to_owned();
    let id = Object::String(identity(document), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    Ok(())
}

/// The identifier of the file: a digest of its content, so that the same input gives the same file.
fn identity(document: &Document) -> Vec<u8> {
    let mut digest = Sha256::new();
    for object in document.objects.values() {
        match object {
            Object::Stream(stream) => digest.update(&stream.content),
            other => digest.update(format!("{other:?}")),
        }
    }
    digest.finalize().iter().take(16).copied().collect()
}

fn page(paper: Paper, operators: Vec<Op>) -> PdfPage {
    PdfPage::new(Pt(paper.width).into(), Pt(paper.height).into(), operators)
}

fn deflated(content: Vec<u8>) -> Stream {
    Stream::new(dictionary! { "Filter" => "FlateDecode" }, content).with_compression(false)
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Result<ObjectId, PdfError> {
    dictionary.get(key).and_then(Object::as_reference).map_err(assembly)
}

fn date(at: DateTime<FixedOffset>) -> Object {
    let zone = at.format("%:z").to_string().replace(':', "'");
    Object::string_literal(format!("D:{}{zone}'", at.format("%Y%m%d%H%M%S")))
}
