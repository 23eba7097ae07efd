//! The glyphs that a file uses, and their codes in it.

use std::collections::{BTreeMap, HashMap};

use printpdf::{
    Codepoint, DictItem, FontId, FontMetrics, FontType, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle,
    PdfFontMetricsStub, Pt, TextItem,
};
use rustybuzz::{Face, ttf_parser::GlyphId};
use subsetter::GlyphRemapper;

use super::{
    Fonts, PdfError,
    fonts::Font,
    shape::Word,
    show::{Part, Show},
};

/// The used glyphs of each font.
///
/// A glyph gets its final code when it is first drawn, so that pages can be written before the fonts. In the text items
/// of a page, a code is one character of a private-use plane ([`code_character`]).
pub(super) struct Subsets<'f> {
    subsets: Vec<Subset<'f>>,
}

struct Subset<'f> {
    font: &'f Font,
    face: Face<'f>,
    id: FontId,
    name: String,
    codes: GlyphRemapper,
    /// The text that copying the glyph gives, by code. A glyph has the first text that it stood for; where it stands
    /// for another, that text is written there.
    texts: HashMap<u16, Box<str>>,
    /// The text that a glyph stood for together with others, by code. Readers get the text that is written there; the archival
    /// format wants one in the font's table too, if the glyph has no text of its own.
    shared_texts: HashMap<u16, Box<str>>,
    /// The advance widths by code, in font units.
    widths: BTreeMap<u16, u16>,
}

impl<'f> Subsets<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Result<Self, PdfError> {
        let subset = |(number, font): (usize, &'f Font)| {
            Ok(Subset {
                font,
                face: font.face()?,
                id: FontId(format!("T{number}")),
                name: format!("{}+{}", subset_tag(number), font.name),
                codes: GlyphRemapper::new(),
                texts: HashMap::new(),
                shared_texts: HashMap::new(),
                widths: BTreeMap::new(),
            })
        };
        Ok(Self { subsets: fonts.list().iter().enumerate().map(subset).collect::<Result<_, PdfError>>()? })
    }

    pub(super) fn handle(&self, font: usize) -> Option<PdfFontHandle> {
        self.subsets.get(font).map(|subset| PdfFontHandle::External(subset.id.clone()))
    }

    /// How `word` is drawn. Assigns codes to glyphs that are drawn for the first time.
    pub(super) fn show<'w>(&mut self, word: &'w Word) -> Option<&'w Show> {
        let subset = self.subsets.get_mut(word.font)?;
        Some(word.shown.get_or_init(|| subset.encode(word)))
    }

    /// Registers the fonts with printpdf, so that it can write pages; the font programs are added last.
    pub(super) fn announce(&self, document: &mut PdfDocument) {
        const ANY_TRUETYPE: [u8; 4] = [0, 1, 0, 0];
        for subset in self.used() {
            document
                .resources
                .fonts
                .map
                .insert(subset.id.clone(), subset.printpdf_font(ANY_TRUETYPE.to_vec()));
        }
    }

    /// Gives printpdf the fonts with the used glyphs. Returns operators of a page that shows each of them, since
    /// printpdf embeds only glyphs that it sees on a page.
    pub(super) fn embed(&self, document: &mut PdfDocument) -> Result<Vec<Op>, PdfError> {
        let mut operators = vec![Op::StartTextSection];
        for subset in self.used() {
            let program = subsetter::subset(&subset.font.bytes, subset.font.index, &subset.codes)
                .map_err(|_| PdfError::Font { index: subset.font.index })?;
            document.resources.fonts.map.insert(subset.id.clone(), subset.printpdf_font(program));
            let font = PdfFontHandle::External(subset.id.clone());
            operators.push(Op::SetFont { font, size: Pt(1.0) });
            let glyphs = subset.widths.keys().map(|code| Codepoint {
                gid: *code,
                offset: 0.0,
                cid: Some(subset.text(*code)),
            });
            operators.push(Op::ShowText { items: vec![TextItem::GlyphIds(glyphs.collect())] });
        }
        operators.push(Op::EndTextSection);
        Ok(operators)
    }

    fn used(&self) -> impl Iterator<Item = &Subset<'f>> {
        self.subsets.iter().filter(|subset| !subset.widths.is_empty())
    }
}

impl Subset<'_> {
    fn encode(&mut self, word: &Word) -> Show {
        let mut show = Show { parts: Vec::new(), behind: 0.0 };
        let mut raised = 0.0;
        for cluster in word.glyphs.chunk_by(|a, b| a.text == b.text) {
            let Some(first) = cluster.first() else { continue };
            let text = word.text.get(first.text.clone()).unwrap_or_default();
            let instead =
                if self.says(cluster.len(), first.id, text) { None } else { Some(actual_text(text)) };
            let mut items = Vec::new();
            for glyph in cluster {
                if glyph.up != raised {
                    show.glyphs(&instead, &mut items);
                    show.parts.push(Part::Raise(glyph.up));
                    raised = glyph.up;
                }
                let code = self.code(glyph.id);
                if cluster.len() > 1 {
                    self.shared_texts.entry(code).or_insert_with(|| text.into());
                }
                let shift = (show.behind - glyph.right).round();
                if shift != 0.0 {
                    items.push(TextItem::Offset(shift));
                }
                push_code(&mut items, code);
                show.behind += self.written_width(code) - shift - glyph.advance;
            }
            show.glyphs(&instead, &mut items);
        }
        if raised != 0.0 {
            show.parts.push(Part::Raise(0.0));
        }
        show
    }

    /// Whether a single glyph stands for the text that the font's table gives it.
    fn says(&mut self, glyphs: usize, id: u16, text: &str) -> bool {
        let code = self.code(id);
        glyphs == 1 && code != 0 && &**self.texts.entry(code).or_insert_with(|| text.into()) == text
    }

    /// The text of a code in the font's table: never none, which the archival format forbids.
    fn text(&self, code: u16) -> String {
        let known = self.texts.get(&code).or_else(|| self.shared_texts.get(&code));
        let known = known.filter(|text| !text.is_empty()).map(ToString::to_string);
        known.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string())
    }

    fn code(&mut self, id: u16) -> u16 {
        let code = self.codes.remap(id);
        self.widths.entry(code).or_insert_with(|| self.face.glyph_hor_advance(GlyphId(id)).unwrap_or(0));
        code
    }

    /// The width that printpdf writes for a code: in 1/1000 em, truncated to an integer.
    fn written_width(&self, code: u16) -> f32 {
        let width = self.widths.get(&code).copied().unwrap_or(0);
        (f32::from(width) * 1000.0 / self.face.units_per_em() as f32).trunc()
    }

    fn printpdf_font(&self, program: Vec<u8>) -> PdfFont {
        let face = &self.face;
        let units_per_em = face.units_per_em() as u16;
        let bounds = face.global_bounding_box();
        PdfFont::new(ParsedFont {
            original_bytes: program,
            font_index: 0,
            font_name: Some(self.name.clone()),
            codepoint_to_glyph: self
                .widths
                .keys()
                .map(|code| (code_character(*code).into(), *code))
                .collect(),
            glyph_widths: self.widths.clone(),
            units_per_em,
            font_metrics: FontMetrics { ascent: face.ascender(), descent: face.descender() },
            // Any value does: printpdf determines the type from the font program.
            font_type: FontType::TrueType,
            pdf_font_metrics: PdfFontMetricsStub {
                units_per_em,
                x_min: bounds.x_min,
                y_min: bounds.y_min,
                x_max: bounds.x_max,
                y_max: bounds.y_max,
                caret_slope_rise: 1,
                caret_slope_run: 0,
                us_weight_class: face.weight().to_number(),
            },
        })
    }
}

fn push_code(items: &mut Vec<TextItem>, code: u16) {
    if let Some(TextItem::Text(text)) = items.last_mut() {
        text.push(code_character(code));
    } else {
        items.push(TextItem::Text(code_character(code).into()));
    }
}

/// The character of plane 15, which is for private use, that stands for a glyph code in a text item.
fn code_character(code: u16) -> char {
    char::from_u32(0xF_0000 + u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn actual_text(text: &str) -> DictItem {
    let mut utf16 = vec![0xFE, 0xFF];
    text.encode_utf16().for_each(|unit| utf16.extend(unit.to_be_bytes()));
    DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), DictItem::Bytes(utf16))]) }
}

/// The tag before the name of an embedded subset: six letters, different for each font of a file (ISO 32000-1, 9.6.4).
fn subset_tag(number: usize) -> String {
    let mut letters = ['A'; 6];
    let mut rest = number;
    for letter in letters.iter_mut().rev() {
        *letter = char::from(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subset_tags_differ() {
        assert_eq!([subset_tag(0), subset_tag(1), subset_tag(27)], ["AAAAAA", "AAAAAB", "AAAABB"]);
    }

    #[test]
    fn every_code_has_a_character() {
        assert!((0..=u16::MAX).all(|code| code_character(code) != char::REPLACEMENT_CHARACTER));
    }
}
