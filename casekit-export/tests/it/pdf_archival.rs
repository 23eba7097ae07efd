//! That files are for archives, have bookmarks, and are read without a complaint. `.ci/verapdf` asks veraPDF too.

use std::collections::BTreeMap;

use casekit_core::language::Language;
use casekit_export::pdf::{Align, Block, Column, Document, Fonts, Letterhead, PaperSize, Table};

use crate::tools::{Printed, letterhead, report, rows};

/// A document with a heading for each section, over several pages.
fn document(letterhead: Letterhead) -> Vec<u8> {
    let text = || Block::Paragraph("A word and another. ".repeat(400));
    let blocks =
        vec![Block::Heading("First".into()), text(), Block::Heading("Zweiter Teil: العداد".into()), text()];
    Document { letterhead, blocks, size: PaperSize::A4 }.bytes(&Fonts::bundled()).unwrap()
}

#[test]
fn a_title_of_any_length_gives_a_file_without_a_complaint() {
    // Poppler could not find the trailer of a file with gaps in its numbers and a title of more than 128 bytes.
    for length in [1, 119, 120, 129, 200, 600] {
        let mut about = letterhead();
        about.title = "Title ".repeat(200).chars().take(length).collect();
        let printed = Printed::new(&document(about));
        printed.check();
        printed.text();
        printed.fonts();
    }
}

#[test]
fn objects_are_numbered_without_gaps() {
    for bytes in
        [document(letterhead()), report(&["A"]).bytes(&Fonts::bundled(), rows(&[["x"]; 200])).unwrap()]
    {
        let file = lopdf::Document::load_mem(&bytes).unwrap();
        let numbers: Vec<u32> = file.objects.keys().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
        assert!(bytes.windows(5).filter(|part| part == b"\nxref").count() <= 1);
    }
}

#[test]
fn a_file_says_in_xmp_what_it_says_in_its_information() {
    let mut about = letterhead();
    about.title = "A <case> & its \u{0} title".into();
    let file = lopdf::Document::load_mem(&document(about)).unwrap();
    let catalog = file.catalog().unwrap();
    let metadata = file.get_object(catalog.get(b"Metadata").unwrap().as_reference().unwrap()).unwrap();
    let stream = metadata.as_stream().unwrap();
    assert!(!stream.dict.has(b"Filter"));
    let xmp = String::from_utf8(stream.content.clone()).unwrap();
    for expected in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>U</pdfaid:conformance>",
        "A &lt;case&gt; &amp; its title",
        "<rdf:li>Example Energy</rdf:li>",
        "<xmp:CreateDate>2026-04-01T08:30:00+02:00</xmp:CreateDate>",
        "<rdf:li>en</rdf:li>",
    ] {
        assert!(xmp.contains(expected), "{expected} is not in {xmp}");
    }
    assert_eq!(catalog.get(b"OutputIntents").unwrap().as_array().unwrap().len(), 1);
}

/// The titles of the bookmarks, with the index of the page of each.
fn bookmarks(bytes: &[u8]) -> Vec<(String, usize)> {
    let file = lopdf::Document::load_mem(bytes).unwrap();
    let pages: BTreeMap<lopdf::ObjectId, usize> =
        file.page_iter().enumerate().map(|(index, page)| (page, index)).collect();
    let outlines = file.catalog().unwrap().get(b"Outlines").unwrap().as_reference().unwrap();
    let mut next = file.get_dictionary(outlines).unwrap().get(b"First").ok().cloned();
    let mut found = Vec::new();
    while let Some(item) = next {
        let item = file.get_dictionary(item.as_reference().unwrap()).unwrap();
        let page = item.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        found.push((lopdf::decode_text_string(item.get(b"Title").unwrap()).unwrap(), pages[&page]));
        next = item.get(b"Next").ok().cloned();
    }
    let count = file.get_dictionary(outlines).unwrap().get(b"Count").unwrap().as_i64().unwrap();
    assert_eq!(count, found.len() as i64);
    found
}

#[test]
fn the_sections_of_a_document_are_bookmarks() {
    let found = bookmarks(&document(letterhead()));
    assert_eq!(found.first().unwrap(), &("First".to_owned(), 0));
    let second = found.last().unwrap();
    assert_eq!((found.len(), second.0.as_str()), (2, "Zweiter Teil: العداد"));
    assert!(second.1 > 0);
}

#[test]
fn a_report_has_a_bookmark_for_each_page_with_its_first_and_its_last_row() {
    let cells: Vec<[String; 1]> = (1..=60).map(|n| [format!("C-{n:06}")]).collect();
    let cells: Vec<[&str; 1]> = cells.iter().map(|[cell]| [cell.as_str()]).collect();
    let found = bookmarks(&report(&["Number"]).bytes(&Fonts::bundled(), rows(&cells)).unwrap());
    assert_eq!(found.iter().map(|(_, page)| *page).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(found[0].0.starts_with("C-000001 – C-0000"), "{found:?}");
    assert!(found[2].0.ends_with("– C-000060"), "{found:?}");
}

#[test]
fn a_row_that_is_longer_than_a_page_goes_on_on_the_next() {
    let column = |heading: &str| Column { heading: heading.into(), width: 1.0, align: Align::Left };
    let long: String = (0..1_500).map(|n| format!("w{n} ")).collect();
    let table = Table { columns: vec![column("Who"), column("What")], rows: vec![vec!["Anna".into(), long]] };
    let document =
        Document { letterhead: letterhead(), blocks: vec![Block::Table(table)], size: PaperSize::A4 };
    let printed = Printed::new(&document.bytes(&Fonts::bundled()).unwrap());
    printed.check();
    let Some(text) = printed.text() else { return };
    let pages = text.split_terminator('\u{c}').count();
    assert!(pages > 2, "{pages} pages");
    assert_eq!(text.matches("What").count(), pages);
    for word in ["w0", "w700", "w1499"] {
        assert_eq!(text.split_whitespace().filter(|said| *said == word).count(), 1, "{word}");
    }
}

#[test]
fn a_paper_in_arabic_is_mirrored() {
    let arabic = Language::parse(r#"{"language": "ar", "paper.page": "صفحة {page} من {pages}"}"#).unwrap();
    let ink = |language: &std::sync::Arc<Language>| {
        let mut report = report(&["Number", "Empty"]);
        report.letterhead.language = std::sync::Arc::clone(language);
        (report.letterhead.title, report.letterhead.subtitle) = ("Title".into(), String::new());
        let printed = Printed::new(&report.bytes(&Fonts::bundled(), rows(&[["C-000001", ""]; 10])).unwrap());
        printed.check();
        let page = printed.pixels(1)?;
        let half = page.width / 2;
        // The rows of the table, below its head.
        Some([page.ink(0..half, 200..280), page.ink(half..page.width, 200..280)])
    };
    let (Some([left, right]), Some([mirrored_left, mirrored_right])) =
        (ink(Language::english()), ink(&arabic))
    else {
        return;
    };
    assert!(left > 100 && right < left / 4, "{left} and {right}");
    assert!(
        mirrored_right > 100 && mirrored_left < mirrored_right / 4,
        "{mirrored_left} and {mirrored_right}"
    );
}

#[test]
fn a_date_beside_a_name_in_arabic_is_not_turned_round() {
    let at = "2026-04-01T08:30:00+02:00".parse().unwrap();
    for tag in ["en", "de"] {
        let language = Language::shipped(tag).unwrap();
        let mut report = report(&["A"]);
        report.letterhead.generated = Letterhead::generated_by(&language, "محمد", at);
        report.letterhead.language = language;
        let printed = Printed::new(&report.bytes(&Fonts::bundled(), rows(&[["x"]])).unwrap());
        let Some(text) = printed.text() else { return };
        let date = if tag == "en" { "2026-04-01 08:30 +02:00" } else { "01.04.2026 08:30 +02:00" };
        assert!(text.contains(date), "{text}");
    }
}
