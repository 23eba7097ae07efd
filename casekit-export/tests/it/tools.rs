//! What the tests of PDF files share: a report to begin with, and the programs that read files as others do.
#![allow(unreachable_pub, reason = "for the modules of this program")]

use std::{convert::Infallible, fs, path::PathBuf, process::Command};

use casekit_core::language::Language;
use casekit_export::pdf::{Align, Column, Fonts, Letterhead, PaperSize, Report};

pub fn letterhead() -> Letterhead {
    let at = "2026-04-01T08:30:00+02:00".parse().unwrap();
    Letterhead {
        organisation: "Example Energy".into(),
        title: "Case overview".into(),
        subtitle: "Created in March 2026".into(),
        generated: Letterhead::generated_by(Language::english(), "Anna Kowalska", at),
        generated_at: at,
        language: Language::english().clone(),
    }
}

pub fn report(headings: &[&str]) -> Report {
    let column = |heading: &&str| Column { heading: (*heading).into(), width: 1.0, align: Align::Left };
    Report {
        letterhead: letterhead(),
        columns: headings.iter().map(column).collect(),
        lines_per_cell: 3,
        size: PaperSize::A4,
    }
}

pub fn rows<const N: usize>(rows: &[[&str; N]]) -> Vec<Result<Vec<String>, Infallible>> {
    rows.iter().map(|row| Ok(row.map(str::to_owned).to_vec())).collect()
}

/// The fonts that came with the crate and, if this machine has it, the font at `path`.
pub fn fonts_with(path: &str) -> Option<Fonts> {
    let Ok(font) = fs::read(path) else {
        eprintln!("skipped: {path} is not installed");
        return None;
    };
    Some(Fonts::bundled().with_font(font, 0).unwrap())
}

/// A PDF in a file of its own, for programs to read.
pub struct Printed {
    folder: tempfile::TempDir,
}

impl Printed {
    pub fn new(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("it.pdf"), pdf).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("it.pdf")
    }

    /// What a reader gets who copies all text; `None`, said aloud, without `pdftotext`.
    pub fn text(&self) -> Option<String> {
        let out = self.run("pdftotext", &["-layout"], &["-"])?;
        // pdftotext marks directions with control characters of its own.
        Some(String::from_utf8(out).unwrap().replace(['\u{202a}', '\u{202b}', '\u{202c}'], ""))
    }

    /// The lines of `pdffonts` below its head.
    pub fn fonts(&self) -> Option<Vec<String>> {
        let out = String::from_utf8(self.run("pdffonts", &[], &[])?).unwrap();
        Some(out.lines().skip(2).map(str::to_owned).collect())
    }

    /// Fails the test if `qpdf` finds fault with the file.
    pub fn check(&self) {
        self.run("qpdf", &["--check"], &[]);
    }

    /// A page as grey pixels at 72 to the inch, so that a pixel is a point.
    pub fn pixels(&self, page: usize) -> Option<Pixels> {
        let (page, at) = (page.to_string(), self.folder.path().join("page"));
        self.run(
            "pdftoppm",
            &["-gray", "-r", "72", "-singlefile", "-f", &page, "-l", &page],
            &[at.to_str().unwrap()],
        )?;
        Some(Pixels::read(&fs::read(at.with_extension("pgm")).unwrap()))
    }

    fn run(&self, program: &str, before: &[&str], after: &[&str]) -> Option<Vec<u8>> {
        let output = Command::new(program).args(before).arg(self.path()).args(after).output();
        let Ok(output) = output else {
            eprintln!(
                "skipped: {program} is not installed (poppler-utils and qpdf have what these tests run)"
            );
            return None;
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaints.is_empty(), "{program}: {complaints}");
        Some(output.stdout)
    }
}

/// Grey pixels of a page.
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    grey: Vec<u8>,
}

impl Pixels {
    fn read(pgm: &[u8]) -> Self {
        let mut parts = pgm.splitn(4, |byte| byte.is_ascii_whitespace());
        let mut number = || std::str::from_utf8(parts.next().unwrap()).unwrap().parse().ok();
        assert_eq!(number(), None::<usize>, "the first part is the kind");
        let (width, height) = (number().unwrap(), number().unwrap());
        let grey = parts.next().unwrap().splitn(2, |byte| *byte == b'\n').nth(1).unwrap().to_vec();
        assert_eq!(grey.len(), width * height);
        Self { width, height, grey }
    }

    /// How many pixels of a rectangle are darker than paper.
    pub fn ink(&self, columns: std::ops::Range<usize>, lines: std::ops::Range<usize>) -> usize {
        let line = |y: usize| &self.grey[y * self.width..][columns.clone()];
        lines.flat_map(line).filter(|grey| **grey < 128).count()
    }
}
