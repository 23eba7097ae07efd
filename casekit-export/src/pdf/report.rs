//! A table of any length, on landscape pages.

use std::{error::Error, io::Write};

use super::{
    Cell, Column, Fonts, Letterhead, MissingScript, PaperSize, PdfError,
    flow::{Flow, Frame, GREY},
    grid::Grid,
    marks::Spans,
    wrap::Style,
};

/// A table of any length on landscape pages: a head on the first page, headings on every page, the rows, and their number
/// at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The text of the head and foot.
    pub letterhead: Letterhead,
    /// The columns, at least one.
    pub columns: Vec<Column>,
    /// How many lines a long cell may have before it is cut and ends in an ellipsis: 1 to 30; other values are clamped
    /// to that range.
    pub lines_per_cell: usize,
    /// The size of the pages, whose longer side is the width.
    pub size: PaperSize,
}

/// What was written: how much, and what could not be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The number of pages, 1 or more.
    pub pages: usize,
    /// The number of rows of a report.
    pub rows: u64,
    /// The scripts of which characters are shown as boxes, since no font has them; empty if every character is shown.
    pub missing: Vec<MissingScript>,
}

impl Report {
    /// Writes the rows, read one at a time, as a PDF file. Nothing is written to `to` until all rows are typeset, so an
    /// earlier error leaves it untouched. Memory holds the compressed pages and a few uncompressed ones.
    ///
    /// # Errors
    /// Every [`PdfError`] but [`PdfError::Ended`]; an error of the rows is returned as [`PdfError::Rows`].
    ///
    /// # Cost
    /// Reads the rows one at a time, and grows with their number and their text. It holds one row, up to 20 open
    /// pages and the other pages compressed; the file is written at the end.
    ///
    /// A cell has up to 30 lines: what is longer is cut, and ends in an ellipsis.
    pub fn write<C: Into<Cell>, E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        fonts: &Fonts,
        rows: impl IntoIterator<Item = Result<Vec<C>, E>>,
        to: &mut impl Write,
    ) -> Result<Written, PdfError> {
        self.write_asking(fonts, rows, to, || Ok(()))
    }

    /// Writes the rows like [`write`](Self::write), and calls `proceed` each time some pages are made, and again when they get
    /// their feet at the end. Its error ends the file before anything is written.
    ///
    /// # Errors
    /// As [`write`](Self::write), and [`PdfError::Ended`] with the error of `proceed`.
    ///
    /// # Cost
    /// As [`write`](Self::write). `proceed` is called for every 20 pages.
    ///
    /// As [`write`](Self::write).
    pub fn write_asking<C: Into<Cell>, E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        fonts: &Fonts,
        rows: impl IntoIterator<Item = Result<Vec<C>, E>>,
        to: &mut impl Write,
        mut proceed: impl FnMut() -> Result<(), Box<dyn Error + Send + Sync>>,
    ) -> Result<Written, PdfError> {
        let mut flow = Flow::new(fonts, &self.letterhead, (self.size.landscape(), MARGIN), &mut proceed)?;
        let grid = Grid::new(&self.columns, &flow)?;
        grid.head(&mut flow);
        let (mut number, mut spans) = (0, Spans::default());
        for row in rows {
            number += 1;
            let cells = row.map_err(|error| PdfError::Rows(error.into()))?;
            let cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
            grid.row(&mut flow, number, &cells, Some(self.lines_per_cell))?;
            spans.row(flow.page(), cells.first().map_or("", |cell| cell.text.as_str()));
        }
        flow.marks = spans.marks();
        let closing = self.letterhead.rows(number);
        let frame = Frame { ink: GREY, ..flow.frame(CLOSING) };
        flow.need(frame.leading + ABOVE_CLOSING)?;
        flow.down += ABOVE_CLOSING;
        let setting = flow.set(&closing, frame, 1);
        flow.lines(&setting, frame, |_, _, _| {})?;
        let (pages, missing) = flow.finish(to)?;
        Ok(Written { pages, rows: number, missing })
    }

    /// The rows as a PDF file in memory, with its size.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    ///
    /// # Cost
    /// As [`write`](Self::write), and holds the file.
    ///
    /// As [`write`](Self::write).
    pub fn bytes<C: Into<Cell>, E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        fonts: &Fonts,
        rows: impl IntoIterator<Item = Result<Vec<C>, E>>,
    ) -> Result<Vec<u8>, PdfError> {
        let mut bytes = Vec::new();
        self.write(fonts, rows, &mut bytes)?;
        Ok(bytes)
    }
}

const MARGIN: f32 = 40.0;
const CLOSING: Style = Style { size: 8.5, bold: false };
const ABOVE_CLOSING: f32 = 8.0;
