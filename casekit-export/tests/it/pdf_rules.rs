//! What a file promises, and what is refused.

use std::{convert::Infallible, io};

use crate::tools::{letterhead, report, rows};
use casekit_export::pdf::{Align, Block, Column, Document, Fonts, PaperSize, PdfError, Table, Written};
use proptest::prelude::*;

#[test]
fn the_same_input_gives_the_same_bytes() {
    let write = || {
        report(&["A", "B"]).bytes(&Fonts::bundled(), rows(&[["Łódź", "محمد"], ["Ελένη", "office"]])).unwrap()
    };
    assert_eq!(write(), write());
}

#[test]
fn another_time_gives_another_file() {
    let mut later = report(&["A"]);
    later.letterhead.generated_at = "2026-04-01T08:30:01+02:00".parse().unwrap();
    let write =
        |report: &casekit_export::pdf::Report| report.bytes(&Fonts::bundled(), rows(&[["x"]])).unwrap();
    assert_ne!(write(&report(&["A"])), write(&later));
}

#[test]
fn the_file_says_what_it_is_and_nothing_else() {
    let mut about = report(&["A"]);
    about.letterhead.title = "Übersicht".into();
    let file = lopdf::Document::load_mem(&about.bytes(&Fonts::bundled(), rows(&[["x"]])).unwrap()).unwrap();
    let place = file.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let entries: Vec<(String, String)> = file
        .get_dictionary(place)
        .unwrap()
        .iter()
        .map(|(key, value)| (String::from_utf8_lossy(key).into(), lopdf::decode_text_string(value).unwrap()))
        .collect();
    let expected = [
        ("Title", "Übersicht"),
        ("Author", "Example Energy"),
        ("Creator", "casekit"),
        ("Producer", "casekit-export 0.1.0 with printpdf"),
        ("CreationDate", "D:20260401083000+02'00'"),
        ("ModDate", "D:20260401083000+02'00'"),
    ];
    assert_eq!(entries, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
}

#[test]
fn a_file_has_no_actions_links_scripts_or_attachments() {
    let cells = [["https://example.com javascript:app.alert(1) mailto:a@example.com"]];
    let bytes = report(&["A"]).bytes(&Fonts::bundled(), rows(&cells)).unwrap();
    let file = lopdf::Document::load_mem(&bytes).unwrap();
    for object in file.objects.values() {
        let dictionary = object.as_dict().or_else(|_| object.as_stream().map(|stream| &stream.dict));
        let Ok(dictionary) = dictionary else { continue };
        for key in ["A", "AA", "OpenAction", "JS", "JavaScript", "URI", "Annots", "EmbeddedFiles", "AcroForm"]
        {
            assert!(!dictionary.has(key.as_bytes()), "{key}");
        }
    }
}

#[test]
fn rows_and_pages_are_counted() {
    let written = report(&["A"]).write(&Fonts::bundled(), rows(&[["x"]; 60]), &mut io::sink()).unwrap();
    assert_eq!(written, Written { pages: 3, rows: 60, missing: Vec::new() });
}

#[test]
fn a_table_with_impossible_columns_is_refused() {
    let refusal = |columns: Vec<Column>| {
        let mut report = report(&[]);
        report.columns = columns;
        report.bytes(&Fonts::bundled(), rows::<0>(&[])).unwrap_err().to_string()
    };
    let column = |width| Column { heading: "A".into(), width, align: Align::Right };
    assert_eq!(refusal(vec![]), "a table needs at least one column");
    for width in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(refusal(vec![column(1.0), column(width)]), "column 2 needs a width above zero");
    }
    assert_eq!(refusal(vec![column(1.0); 100]), "100 columns do not fit on a page, 34 do");
}

#[test]
fn extreme_widths_still_share_the_page() {
    let mut report = report(&["A", "B", "C"]);
    for (column, width) in report.columns.iter_mut().zip([f32::MIN_POSITIVE, f32::MAX, f32::MAX]) {
        column.width = width;
    }
    report.bytes(&Fonts::bundled(), rows(&[["narrow", "wide", "wide"]])).unwrap();
}

#[test]
fn a_row_of_the_wrong_length_is_refused_and_nothing_is_written() {
    let mut out = Vec::new();
    let given = vec![Ok::<_, Infallible>(vec!["1".to_owned(), "2".to_owned()]), Ok(vec!["1".to_owned()])];
    let refusal = report(&["A", "B"]).write(&Fonts::bundled(), given, &mut out).unwrap_err();
    assert_eq!(refusal.to_string(), "row 2 has 1 cells, but there are 2 columns");
    assert!(out.is_empty());
}

#[test]
fn an_error_of_the_rows_comes_back_as_the_source() {
    let given = vec![Ok(vec!["1".to_owned()]), Err(io::Error::other("the store is gone"))];
    let mut out = Vec::new();
    let error = report(&["A"]).write(&Fonts::bundled(), given, &mut out).unwrap_err();
    assert_eq!(error.to_string(), "the rows could not be read");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the store is gone");
    assert!(out.is_empty());
}

#[test]
fn without_fonts_nothing_is_written() {
    let error = report(&["A"]).bytes(&Fonts::empty(), rows(&[["x"]])).unwrap_err();
    assert!(matches!(error, PdfError::NoFonts));
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let error = report(&["A"]).write(&Fonts::bundled(), rows(&[["x"]]), &mut Full).unwrap_err();
    assert!(matches!(error, PdfError::Io(error) if error.kind() == io::ErrorKind::StorageFull));
}

#[test]
fn a_table_in_a_document_is_checked_too() {
    let table = Table { columns: report(&["A", "B"]).columns, rows: vec![vec!["1".into()]] };
    let document =
        Document { letterhead: letterhead(), blocks: vec![Block::Table(table)], size: PaperSize::A4 };
    let error = document.bytes(&Fonts::bundled()).unwrap_err();
    assert!(matches!(error, PdfError::CellCount { row: 1, cells: 1, columns: 2 }));
}

#[test]
fn huge_texts_are_taken() {
    let huge = "x".repeat(100_000);
    let unbroken = report(&["A"]).bytes(&Fonts::bundled(), rows(&[[huge.as_str()]])).unwrap();
    assert!(unbroken.len() < 100_000, "a cell is cut after three lines");
    let marks = format!("e{}", "\u{301}".repeat(100_000));
    for text in [huge, "word ".repeat(20_000), "\n".repeat(1_000), "محمد ".repeat(20_000), marks] {
        let blocks = vec![Block::Paragraph(text)];
        Document { letterhead: letterhead(), blocks, size: PaperSize::A4 }.bytes(&Fonts::bundled()).unwrap();
    }
}

proptest! {
    #[test]
    fn any_text_anywhere_gives_a_file_that_opens(texts in prop::collection::vec(any::<String>(), 6)) {
        let mut report = report(&[&texts[0], &texts[1]]);
        report.letterhead.organisation = texts[2].clone();
        report.letterhead.title = texts[3].clone();
        report.letterhead.subtitle = texts[4].clone();
        report.letterhead.generated = texts[5].as_str().into();
        let bytes = report.bytes(&Fonts::bundled(), rows(&[[&*texts[0], &*texts[5]]])).unwrap();
        prop_assert!(!lopdf::Document::load_mem(&bytes).unwrap().get_pages().is_empty());
    }

    #[test]
    fn any_mixture_of_scripts_gives_a_file_that_opens(text in "[a-z .\u{301}\u{591}א-תء-ي٠-٩0-9山한\u{200c}\u{200d}\n-]{0,200}") {
        let blocks = vec![Block::Heading(text.clone()), Block::Paragraph(text)];
        let bytes = Document { letterhead: letterhead(), blocks, size: PaperSize::A4 }.bytes(&Fonts::bundled()).unwrap();
        prop_assert!(lopdf::Document::load_mem(&bytes).is_ok());
    }
}
