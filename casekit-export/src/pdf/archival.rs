//! What makes a file one for archives: PDF/A-2u, ISO 19005-2, level U.

use casekit_core::language::Language;
use chrono::{DateTime, FixedOffset};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::Letterhead;
use super::marks::Mark;
use super::object::{assembly, text};
use super::text::{one_line, unisolated};
use super::{PdfError, sheet::Paper};

/// Says in the file what it is, twice: as the archival format wants it in XMP, and as older readers want it in `Info`.
pub(super) fn describe(document: &mut Document, letterhead: &Letterhead) -> Result<(), PdfError> {
    let metadata =
        Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp(letterhead).into_bytes());
    // Not compressed: a program that looks for the format of a file in it need not read PDF.
    let metadata = document.add_object(metadata.with_compression(false));
    let profile = Stream::new(dictionary! { "N" => 1 }, grey_profile()).with_compression(false);
    let profile = document.add_object(profile);
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("Grey gamma 2.2"),
        "Info" => Object::string_literal("Grey gamma 2.2"),
        "DestOutputProfile" => profile,
    };
    let catalog = document.catalog_mut().map_err(assembly)?;
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::from(intent)]);
    Ok(())
}

/// Adds the bookmarks, for pages of this size.
pub(super) fn outline(
    document: &mut Document,
    paper: Paper,
    pages: &[ObjectId],
    marks: &[Mark],
) -> Result<(), PdfError> {
    let placed = marks.iter().filter_map(|mark| Some((mark, *pages.get(mark.page)?)));
    let placed: Vec<(&Mark, ObjectId, ObjectId)> =
        placed.map(|(mark, page)| (mark, page, document.new_object_id())).collect();
    let ids: Vec<ObjectId> = placed.iter().map(|(_, _, id)| *id).collect();
    let (Some(first), Some(last)) = (ids.first().copied(), ids.last().copied()) else { return Ok(()) };
    let outlines = document.new_object_id();
    for (place, (mark, page, id)) in placed.into_iter().enumerate() {
        let top = paper.height - (mark.down - ABOVE).max(0.0);
        let destination: Vec<Object> =
            vec![page.into(), "XYZ".into(), Object::Null, Object::Real(top), Object::Null];
        let mut item =
            dictionary! { "Title" => text(&mark.title), "Parent" => outlines, "Dest" => destination };
        for (key, other) in [("Prev", place.checked_sub(1)), ("Next", place.checked_add(1))] {
            if let Some(other) = other.and_then(|other| ids.get(other)) {
                item.set(key, *other);
            }
        }
        document.set_object(id, item);
    }
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let root: Dictionary =
        dictionary! { "Type" => "Outlines", "First" => first, "Last" => last, "Count" => count };
    document.set_object(outlines, root);
    let catalog = document.catalog_mut().map_err(assembly)?;
    catalog.set("Outlines", outlines);
    if pages.len() > 1 {
        catalog.set("PageMode", "UseOutlines");
    }
    Ok(())
}

/// How much of the page above its place a bookmark shows, in points.
const ABOVE: f32 = 12.0;

/// What `Info` says of the program.
pub(super) const PRODUCER: &str = concat!("casekit-export ", env!("CARGO_PKG_VERSION"), " with printpdf");

fn xmp(letterhead: &Letterhead) -> String {
    let said = |text: &str| escaped(&unisolated(&one_line(text)));
    let at = when(letterhead.generated_at);
    let creator = match said(&letterhead.organisation) {
        none if none.is_empty() => String::new(),
        name => format!("<dc:creator><rdf:Seq><rdf:li>{name}</rdf:li></rdf:Seq></dc:creator>"),
    };
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
         <pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>\
         <dc:format>application/pdf</dc:format>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>{creator}\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\
         <pdf:Producer>{PRODUCER}</pdf:Producer><xmp:CreatorTool>casekit</xmp:CreatorTool>\
         <xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>",
        title = said(&letterhead.title),
        language = escaped(Language::tag(&letterhead.language)),
    )
}

fn when(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A text as XML has it, without the characters that XML cannot have.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A profile of the colour space of the pages: grey with a gamma of 2.2 under daylight. ICC.1:2001-04, version 2.4, section 6:
/// a head of 128 bytes, a table of tags, and what they say.
fn grey_profile() -> Vec<u8> {
    const NAME: &[u8] = b"Grey gamma 2.2";
    let mut description = b"desc\0\0\0\0".to_vec();
    description.extend((NAME.len() as u32 + 1).to_be_bytes());
    description.extend(NAME);
    // The end of the name, no name in Unicode (8 bytes), none for the Macintosh (3 bytes and 67 of room).
    description.extend([0; 1 + 8 + 3 + 67]);
    let rights = b"text\0\0\0\0No rights reserved.\0".to_vec();
    // D50, the white of the connection space, as numbers of 16 bits before the point and 16 behind.
    let mut white = b"XYZ \0\0\0\0".to_vec();
    [0x0000_F6D6_u32, 0x0001_0000, 0x0000_D32D].iter().for_each(|part| white.extend(part.to_be_bytes()));
    // A curve of one value is a gamma, with 8 bits behind the point: 2.2.
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33".to_vec();
    let tags: [(&[u8; 4], Vec<u8>); 4] =
        [(b"desc", description), (b"cprt", rights), (b"wtpt", white), (b"kTRC", curve)];

    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let begin = HEAD + 4 + 12 * tags.len();
    for (tag, said) in tags {
        table.extend(tag);
        table.extend(((begin + data.len()) as u32).to_be_bytes());
        table.extend((said.len() as u32).to_be_bytes());
        data.extend(said);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = Vec::with_capacity(begin + data.len());
    profile.extend(((begin + data.len()) as u32).to_be_bytes());
    profile.extend([0; 4]);
    profile.extend([2, 0x40, 0, 0]);
    profile.extend(b"mntrGRAYXYZ ");
    // Made on the first day of 2026: the same for every file.
    [2026_u16, 1, 1, 0, 0, 0].iter().for_each(|part| profile.extend(part.to_be_bytes()));
    profile.extend(b"acsp");
    profile.resize(HEAD - 60, 0);
    [0x0000_F6D6_u32, 0x0001_0000, 0x0000_D32D].iter().for_each(|part| profile.extend(part.to_be_bytes()));
    profile.resize(HEAD, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}

/// The length of the head of a profile, in bytes.
const HEAD: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_as_long_as_it_says_and_its_white_is_in_its_place() {
        let profile = grey_profile();
        assert_eq!(profile.len() as u32, u32::from_be_bytes(profile[..4].try_into().unwrap()));
        assert_eq!((&profile[12..24], &profile[36..40]), (&b"mntrGRAYXYZ "[..], &b"acsp"[..]));
        assert_eq!(profile[68..72], 0x0000_F6D6_u32.to_be_bytes());
    }

    #[test]
    fn markup_in_a_title_is_only_a_title() {
        assert_eq!(escaped("a<b>&\u{0}\u{ffff}c"), "a&lt;b&gt;&amp;c");
    }
}
