//! A table on a page: its columns, head and rows.

use std::rc::Rc;

use super::{
    PdfError,
    flow::{BLACK, Flow, Frame, GREY, HAIRLINE, Side},
    sheet::Ink,
    wrap::Style,
};

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The text above the column, repeated on every page.
    pub heading: String,
    /// The width relative to the other columns; greater than zero.
    pub width: f32,
    /// The edge to which its cells are aligned.
    pub align: Align,
}

/// The edge to which the cells of a column are aligned. Within a cell, text still reads in its own direction. On a paper in a
/// language that is read from right to left the columns change sides, and so do these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// For text.
    #[default]
    Left,
    /// For numbers.
    Right,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// What stands below it in small print, in two lines at most; empty for nothing.
    pub small_print: String,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, small_print: String::new() }
    }
}

/// The columns of a table, placed on a page.
pub(super) struct Grid<'c> {
    cells: Vec<(&'c Column, Frame)>,
    left: f32,
    width: f32,
}

const TEXT: Style = Style { size: 8.5, bold: false };
const HEADING: Style = Style { size: 8.0, bold: true };
const SMALL_PRINT: Style = Style { size: 7.0, bold: false };
const LINES_OF_SMALL_PRINT: usize = 2;
const LEADING: f32 = 11.5;
const PADDING: f32 = 3.5;
const GAP: f32 = 10.0;
/// The least width of a column, in points: bounds how many columns fit on a page.
const NARROWEST: f32 = 12.0;
const LINES_OF_A_HEADING: usize = 2;
/// The greatest number of lines of a row that always stands on one page.
const MOST_LINES: usize = 30;
/// How many lines of a longer row begin a page at least.
const LINES_AT_LEAST: usize = 3;

impl<'c> Grid<'c> {
    /// Divides the width of the page among the columns.
    ///
    /// # Errors
    /// [`PdfError::NoColumns`], [`PdfError::ColumnWidth`], [`PdfError::TooManyColumns`].
    pub(super) fn new(columns: &'c [Column], flow: &Flow<'_>) -> Result<Self, PdfError> {
        if columns.is_empty() {
            return Err(PdfError::NoColumns);
        }
        let bad = |column: &Column| !(column.width.is_finite() && column.width > 0.0);
        if let Some(index) = columns.iter().position(bad) {
            return Err(PdfError::ColumnWidth { column: index + 1 });
        }
        let (left, width) = (flow.left(), flow.width());
        let most = (width / (NARROWEST + GAP)) as usize;
        if columns.len() > most {
            return Err(PdfError::TooManyColumns { columns: columns.len(), most });
        }
        let count = columns.len() as f32;
        let shared = width - GAP * count - NARROWEST * count;
        let total: f64 = columns.iter().map(|column| f64::from(column.width)).sum();
        let mut x = left;
        let mut cells = Vec::with_capacity(columns.len());
        for column in columns {
            let width = NARROWEST + shared * (f64::from(column.width) / total) as f32;
            let side = match column.align {
                Align::Left => Side::Start,
                Align::Right => Side::End,
            };
            let frame = Frame { left: x + GAP / 2.0, width, style: TEXT, leading: LEADING, ink: BLACK, side };
            cells.push((column, frame));
            x += width + GAP;
        }
        Ok(Self { cells, left, width })
    }

    /// Draws the headings of all columns.
    pub(super) fn head(&self, flow: &mut Flow<'_>) {
        let headings = self.cells.iter().map(|(column, frame)| {
            let frame = Frame { style: HEADING, ink: GREY, ..*frame };
            (flow.set(&column.heading, frame, LINES_OF_A_HEADING), frame)
        });
        let headings: Vec<_> = headings.collect();
        let lines = headings.iter().map(|(setting, _)| setting.lines.len()).max().unwrap_or(1);
        let height = lines as f32 * LEADING + 2.0 * PADDING;
        flow.sheet.filled((self.left, flow.down), (self.width, height), Ink(0.955));
        for (setting, frame) in &headings {
            // A short heading is at the bottom of its cell, next to the column.
            let above = (lines - setting.lines.len()) as f32 * LEADING;
            for line in 0..setting.lines.len() {
                flow.draw(setting, line, *frame, flow.down + PADDING + above + line as f32 * LEADING);
            }
        }
        flow.down += height;
        flow.sheet.rule((self.left, flow.down), (self.width, 0.0), 0.8, Ink(0.45));
    }

    /// Draws a row. If this page has no room for it, begins the next one and repeats the headings. Cells of more than
    /// `most_lines` are cut; without that, a row that is longer than a page goes on on the next.
    ///
    /// # Errors
    /// [`PdfError::CellCount`].
    pub(super) fn row(
        &self,
        flow: &mut Flow<'_>,
        number: u64,
        cells: &[Cell],
        most_lines: Option<usize>,
    ) -> Result<(), PdfError> {
        if cells.len() != self.cells.len() {
            return Err(PdfError::CellCount { row: number, cells: cells.len(), columns: self.cells.len() });
        }
        let most_lines = most_lines.map_or(usize::MAX, |most| most.clamp(1, MOST_LINES));
        // Each line of a cell, its small print behind its text.
        let mut drawn = Vec::with_capacity(cells.len());
        for (cell, (_, frame)) in cells.iter().zip(&self.cells) {
            let text = flow.set(&cell.text, *frame, most_lines);
            let mut lines: Vec<_> =
                (0..text.lines.len()).map(|line| (Rc::clone(&text), line, *frame)).collect();
            if !cell.small_print.is_empty() {
                let frame = Frame { style: SMALL_PRINT, ink: GREY, ..*frame };
                let small = flow.set(&cell.small_print, frame, LINES_OF_SMALL_PRINT);
                lines.extend((0..small.lines.len()).map(|line| (Rc::clone(&small), line, frame)));
            }
            drawn.push(lines);
        }
        let lines = drawn.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let height = |lines: usize| lines as f32 * LEADING + 2.0 * PADDING;
        if flow.room() < height(if lines > MOST_LINES { LINES_AT_LEAST } else { lines }) {
            flow.next_page()?;
            self.head(flow);
        }
        let mut first = 0;
        loop {
            let room = ((flow.room() - 2.0 * PADDING) / LEADING) as usize;
            let end = lines.min(first + room.max(1));
            for cell in &drawn {
                let here = cell.iter().take(end).skip(first);
                for (place, (setting, line, frame)) in here.enumerate() {
                    flow.draw(setting, *line, *frame, flow.down + PADDING + place as f32 * LEADING);
                }
            }
            flow.down += height(end - first);
            flow.sheet.rule((self.left, flow.down), (self.width, 0.0), 0.4, HAIRLINE);
            if end == lines {
                return Ok(());
            }
            first = end;
            flow.next_page()?;
            self.head(flow);
        }
    }

    /// The greatest height of the headings and one row: a table begins on a page only if there is this much room.
    pub(super) fn beginning() -> f32 {
        (LINES_OF_A_HEADING + 1) as f32 * LEADING + 4.0 * PADDING
    }
}
