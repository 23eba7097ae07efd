//! A table on a page: its columns, head and rows.

use super::{
    PdfError,
    flow::{BLACK, Flow, Frame, GREY, HAIRLINE, Side},
    sheet::Ink,
    wrap::Style,
};

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What stands above it, on every page.
    pub heading: String,
    /// How wide it is, relative to the others; above zero.
    pub width: f32,
    /// The edge that its cells keep to.
    pub align: Align,
}

/// The edge that a column's cells keep to. Within a cell every text reads in its own direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// For text.
    #[default]
    Left,
    /// For numbers.
    Right,
}

/// The columns of a table, placed on a page.
pub(super) struct Grid<'c> {
    cells: Vec<(&'c Column, Frame)>,
    left: f32,
    width: f32,
}

const TEXT: Style = Style { size: 8.5, bold: false };
const HEADING: Style = Style { size: 8.0, bold: true };
const LEADING: f32 = 11.5;
const PADDING: f32 = 3.5;
const GAP: f32 = 10.0;
const NARROWEST: f32 = 12.0;
const LINES_OF_A_HEADING: usize = 2;
const MOST_LINES: usize = 30;

impl<'c> Grid<'c> {
    /// Shares the width of the page out between the columns.
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
                Align::Left => Side::Left,
                Align::Right => Side::Right,
            };
            let frame = Frame { left: x + GAP / 2.0, width, style: TEXT, leading: LEADING, ink: BLACK, side };
            cells.push((column, frame));
            x += width + GAP;
        }
        Ok(Self { cells, left, width })
    }

    /// Draws the headings.
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
            // A short heading stands at the bottom, next to its column.
            let above = (lines - setting.lines.len()) as f32 * LEADING;
            for line in 0..setting.lines.len() {
                flow.draw(setting, line, *frame, flow.down + PADDING + above + line as f32 * LEADING);
            }
        }
        flow.down += height;
        flow.sheet.rule((self.left, flow.down), (self.width, 0.0), 0.8, Ink(0.45));
    }

    /// Draws a row, on the next page and under its own headings if this one has no room.
    ///
    /// # Errors
    /// [`PdfError::CellCount`].
    pub(super) fn row(
        &self,
        flow: &mut Flow<'_>,
        number: u64,
        cells: &[String],
        most_lines: usize,
    ) -> Result<(), PdfError> {
        if cells.len() != self.cells.len() {
            return Err(PdfError::CellCount { row: number, cells: cells.len(), columns: self.cells.len() });
        }
        let most_lines = most_lines.clamp(1, MOST_LINES);
        let settings = cells
            .iter()
            .zip(&self.cells)
            .map(|(text, (_, frame))| (flow.set(text, *frame, most_lines), frame));
        let settings: Vec<_> = settings.collect();
        let lines = settings.iter().map(|(setting, _)| setting.lines.len()).max().unwrap_or(1);
        let height = lines as f32 * LEADING + 2.0 * PADDING;
        if flow.room() < height {
            flow.next_page()?;
            self.head(flow);
        }
        for (setting, frame) in &settings {
            for line in 0..setting.lines.len() {
                flow.draw(setting, line, **frame, flow.down + PADDING + line as f32 * LEADING);
            }
        }
        flow.down += height;
        flow.sheet.rule((self.left, flow.down), (self.width, 0.0), 0.4, HAIRLINE);
        Ok(())
    }

    /// The height of the headings and one row, at most: what a table needs to begin on a page.
    pub(super) fn beginning() -> f32 {
        (LINES_OF_A_HEADING + 1) as f32 * LEADING + 4.0 * PADDING
    }
}
