//! A document of blocks, such as one case or a letter, on portrait pages.

use std::error::Error;
use std::io::Write;

use super::{
    Column, Fonts, Letterhead, PaperSize, PdfError, Written,
    flow::{BLACK, Flow, Frame, GREY, HAIRLINE, Side},
    grid::{Cell, Grid},
    sheet::{Ink, Sheet},
    text::one_line,
    wrap::Style,
};

/// A sequence of blocks on portrait pages: for example one case with its steps and thread, or a letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The text of the head and foot.
    pub letterhead: Letterhead,
    /// The content, in order.
    pub blocks: Vec<Block>,
    /// The size of the pages.
    pub size: PaperSize,
}

/// A part of a document. A long one is continued over as many pages as it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The heading of a section, kept on the same page as what follows; also a bookmark.
    Heading(String),
    /// Names and values in two columns.
    Facts(Vec<Fact>),
    /// Text; line breaks are kept.
    Paragraph(String),
    /// A small table.
    Table(Table),
    /// A message of a thread, or an entry of a history.
    Entry(Entry),
    /// Items with bullets.
    List(Vec<String>),
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What the value is. At most three lines are shown.
    pub name: String,
    /// The value; line breaks are kept.
    pub value: String,
}

/// A table inside a document. Nothing of it is cut: a row that is longer than a page goes on on the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns, at least one.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<String>>,
}

/// A message of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 0 for a first message, 1 for a reply to it, and so on. From 8 on it is no longer indented further.
    pub depth: usize,
    /// Who wrote it.
    pub author: String,
    /// When it was written, and other remarks (`2026-04-01 08:30 UTC, edited, internal`).
    pub remark: String,
    /// The text of the message; line breaks are kept.
    pub text: String,
}

impl Document {
    /// Writes the document as a PDF file. Nothing is written to `to` until everything is typeset.
    ///
    /// # Errors
    /// Every [`PdfError`] but [`PdfError::Rows`] and [`PdfError::Ended`].
    ///
    /// # Cost
    /// Grows with the text of the blocks, which are in memory. It holds up to 20 open pages and the other pages
    /// compressed; the file is written at the end.
    ///
    /// The name of a fact has up to three lines: what is longer is cut. Everything else is shown whole.
    pub fn write(&self, fonts: &Fonts, to: &mut impl Write) -> Result<Written, PdfError> {
        self.write_asking(fonts, to, || Ok(()))
    }

    /// Writes the document like [`write`](Self::write), and calls `proceed` each time some pages are made, and again when they
    /// get their feet at the end. Its error ends the file before anything is written.
    ///
    /// # Errors
    /// As [`write`](Self::write), and [`PdfError::Ended`] with the error of `proceed`.
    ///
    /// # Cost
    /// As [`write`](Self::write). `proceed` is called for every 20 pages.
    ///
    /// As [`write`](Self::write).
    pub fn write_asking(
        &self,
        fonts: &Fonts,
        to: &mut impl Write,
        mut proceed: impl FnMut() -> Result<(), Box<dyn Error + Send + Sync>>,
    ) -> Result<Written, PdfError> {
        let mut flow = Flow::new(fonts, &self.letterhead, (self.size.portrait(), MARGIN), &mut proceed)?;
        flow.sheet.rule((flow.left(), flow.down - 2.0), (flow.width(), 0.0), 0.8, Ink(0.45));
        flow.down += 10.0;
        let mut rows = 0;
        for block in &self.blocks {
            match block {
                Block::Heading(text) => heading(&mut flow, text)?,
                Block::Facts(facts) => self::facts(&mut flow, facts)?,
                Block::Paragraph(text) => paragraph(&mut flow, text)?,
                Block::Table(table) => rows += self::table(&mut flow, table)?,
                Block::Entry(entry) => self::entry(&mut flow, entry)?,
                Block::List(items) => list(&mut flow, items)?,
            }
        }
        let (pages, missing) = flow.finish(to)?;
        Ok(Written { pages, rows, missing })
    }

    /// The document as a PDF file in memory.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    ///
    /// # Cost
    /// As [`write`](Self::write), and holds the file.
    ///
    /// As [`write`](Self::write).
    pub fn bytes(&self, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
        let mut bytes = Vec::new();
        self.write(fonts, &mut bytes)?;
        Ok(bytes)
    }
}

const MARGIN: f32 = 56.0;
const TEXT: Style = Style { size: 9.5, bold: false };
const STRONG: Style = Style { size: 9.5, bold: true };
const REMARK: Style = Style { size: 8.5, bold: false };
const LEADING: f32 = 14.0;
const AFTER: f32 = 8.0;
const NAMES: f32 = 140.0;
const INDENT: f32 = 18.0;
const BULLET: f32 = 14.0;
const DEEPEST: usize = 8;

fn heading(flow: &mut Flow<'_>, text: &str) -> Result<(), PdfError> {
    let frame = Frame { leading: 17.0, ..flow.frame(Style { size: 12.5, bold: true }) };
    let setting = flow.set(text, frame, 4);
    let height = setting.lines.len() as f32 * frame.leading;
    flow.need(10.0 + height + 4.0 * LEADING)?;
    flow.down += 10.0;
    flow.mark(text);
    flow.lines(&setting, frame, |_, _, _| {})?;
    flow.down += 5.0;
    Ok(())
}

fn facts(flow: &mut Flow<'_>, facts: &[Fact]) -> Result<(), PdfError> {
    let whole = Frame { leading: LEADING, ..flow.frame(TEXT) };
    let names = Frame { width: NAMES - 12.0, ink: GREY, ..whole };
    let values = Frame { left: whole.left + NAMES, width: whole.width - NAMES, ..whole };
    for Fact { name, value } in facts {
        let (name, value) = (flow.set(name, names, 3), flow.set(value, values, usize::MAX));
        let together = name.lines.len().max(value.lines.len().min(3));
        flow.need(together as f32 * LEADING)?;
        let end = flow.down + name.lines.len() as f32 * LEADING;
        for line in 0..name.lines.len() {
            flow.draw(&name, line, names, flow.down + line as f32 * LEADING);
        }
        // A short value stands beside its name, whichever way it reads.
        let side = if value.lines.len() == 1 { Side::Start } else { Side::Reading };
        flow.lines(&value, Frame { side, ..values }, |_, _, _| {})?;
        if value.lines.len() < name.lines.len() {
            flow.down = end;
        }
        flow.down += 2.0;
    }
    flow.down += AFTER;
    Ok(())
}

fn paragraph(flow: &mut Flow<'_>, text: &str) -> Result<(), PdfError> {
    let frame = Frame { leading: LEADING, ..flow.frame(TEXT) };
    let setting = flow.set(text, frame, usize::MAX);
    flow.need(setting.lines.len().min(2) as f32 * LEADING)?;
    flow.lines(&setting, frame, |_, _, _| {})?;
    flow.down += AFTER;
    Ok(())
}

fn table(flow: &mut Flow<'_>, table: &Table) -> Result<u64, PdfError> {
    let grid = Grid::new(&table.columns, flow)?;
    flow.need(Grid::beginning())?;
    grid.head(flow);
    let mut number = 0;
    for row in &table.rows {
        number += 1;
        let cells: Vec<Cell> = row.iter().cloned().map(Cell::from).collect();
        grid.row(flow, number, &cells, None)?;
    }
    flow.down += AFTER + 4.0;
    Ok(number)
}

fn entry(flow: &mut Flow<'_>, entry: &Entry) -> Result<(), PdfError> {
    let indent = entry.depth.min(DEEPEST) as f32 * INDENT + 10.0;
    let whole = flow.frame(TEXT);
    let frame = Frame { left: whole.left + indent, width: whole.width - indent, leading: LEADING, ..whole };
    let bar = flow.left_of(frame.left - 9.0, 0.0);
    let beside = |sheet: &mut Sheet, top: f32, height: f32| {
        sheet.rule((bar, top), (0.0, height), 1.5, HAIRLINE);
    };

    let text = flow.set(&entry.text, frame, usize::MAX);
    flow.need((1 + text.lines.len().min(2)) as f32 * LEADING)?;
    let names = Frame { style: STRONG, ..frame };
    let author = flow.set(&one_line(&entry.author), Frame { width: frame.width * 0.6, ..names }, 1);
    let gap = if entry.author.is_empty() { 0.0 } else { 8.0 };
    let taken = author.lines.first().map_or(0.0, |set| set.line.width * STRONG.size / 1000.0) + gap;
    let remarks =
        Frame { left: frame.left + taken, width: frame.width - taken, style: REMARK, ink: GREY, ..frame };
    let remark = flow.set(&one_line(&entry.remark), remarks, 1);
    if author.cut || remark.cut {
        // They have no room side by side, and neither is cut.
        let below = Frame { left: frame.left, width: frame.width, side: Side::Start, ..remarks };
        for (text, frame) in [(&entry.author, Frame { side: Side::Start, ..names }), (&entry.remark, below)] {
            let setting = flow.set(&one_line(text), frame, usize::MAX);
            flow.lines(&setting, frame, beside)?;
        }
    } else {
        flow.draw(&author, 0, Frame { side: Side::Start, ..names }, flow.down);
        flow.draw(&remark, 0, Frame { side: Side::Start, ..remarks }, flow.down);
        beside(&mut flow.sheet, flow.down, LEADING);
        flow.down += LEADING;
    }
    flow.lines(&text, Frame { ink: BLACK, ..frame }, beside)?;
    flow.down += AFTER;
    Ok(())
}

fn list(flow: &mut Flow<'_>, items: &[String]) -> Result<(), PdfError> {
    let whole = Frame { leading: LEADING, ..flow.frame(TEXT) };
    let frame = Frame { left: whole.left + BULLET, width: whole.width - 2.0 * BULLET, ..whole };
    let bullet = flow.set("•", Frame { width: BULLET, ..whole }, 1);
    for item in items {
        let setting = flow.set(item, frame, usize::MAX);
        flow.need(setting.lines.len().min(2) as f32 * LEADING)?;
        let reads_from_right = setting.lines.first().is_some_and(|set| set.right_to_left);
        let is_at_end = reads_from_right != flow.is_mirrored();
        let left = if is_at_end { whole.left + whole.width - 8.0 } else { whole.left + 3.0 };
        flow.draw(&bullet, 0, Frame { left, width: 5.0, side: Side::Start, ..whole }, flow.down);
        flow.lines(&setting, frame, |_, _, _| {})?;
        flow.down += 2.0;
    }
    flow.down += AFTER;
    Ok(())
}
