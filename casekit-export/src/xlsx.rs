//! Tables as workbooks for Excel and LibreOffice, in which text is text and an instant is a date.
//!
//! A workbook has one sheet: a heading that stays in view and has filters, and a row for each row. No text becomes a formula, a
//! link or a number, whatever it begins with. The same rows give the same bytes: a workbook is dated 1980-01-01, as the files
//! in a package are.

use std::io::Write;
use std::path::Path;

use casekit_core::model::{Timestamp, limits};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

/// Writes one table, row by row.
///
/// ```
/// use casekit_export::xlsx::{Cell, Column, Held, Writer};
///
/// let columns = [Column { heading: "title", width: 40.0 }, Column { heading: "created (UTC)", width: 17.0 }];
/// let mut table = Writer::new("Cases", &columns, "yyyy-mm-dd hh:mm", Held::InMemory)?;
/// table.row(&[Cell::Text("=1+1"), Cell::Instant("2026-04-01T08:30:00Z".parse()?)])?;
/// let mut workbook = Vec::new();
/// table.finish(&mut workbook)?;
/// assert!(workbook.starts_with(b"PK"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Writer {
    workbook: Workbook,
    columns: usize,
    rows: u64,
    shown: Shown,
}

/// How values that are numbers for a spreadsheet are shown.
struct Shown {
    instants: Format,
    lengths: Format,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// What stands above it.
    pub heading: &'a str,
    /// How wide it is, in digits.
    pub width: f64,
}

/// One cell of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Nothing,
    /// Text, up to 32,767 characters.
    Text(&'a str),
    /// An instant, as a date and time of day in UTC, to the second. One that a spreadsheet has no date for, before 1900, is
    /// text in RFC 3339.
    Instant(Timestamp),
    /// A number.
    Number(f64),
    /// How long something took, in seconds: shown in hours, minutes and seconds, and a number of days for formulas.
    Length(u64),
}

/// Text, or nothing.
impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

/// Where the rows are until the workbook is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// In memory.
    InMemory,
    /// In a file without a name in this folder, so that memory holds one row.
    InFolder(&'a Path),
}

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum XlsxError {
    /// There are more rows than a sheet can have.
    #[error("a sheet has up to `{}` rows: choose fewer, or CSV", limits::WORKBOOK_ROWS)]
    TooManyRows,
    /// A row has more or fewer cells than there are columns.
    #[error("row {row} has {cells} cells, but there are {columns} columns")]
    CellCount {
        /// Which row, counted from 1 without the heading.
        row: u64,
        /// The number of cells it has.
        cells: usize,
        /// The number of cells it must have.
        columns: usize,
    },
    /// The workbook could not be made or written.
    #[error("the workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl From<XlsxError> for casekit_core::Error {
    fn from(error: XlsxError) -> Self {
        Self::report("xlsx", error)
    }
}

impl Writer {
    /// Begins a table with this name, of up to 31 characters and without any of `[]:*?/\`. `instants` is how dates are shown,
    /// such as `yyyy-mm-dd hh:mm`, in Excel's English letters.
    ///
    /// # Errors
    /// [`XlsxError::Workbook`] for a name that a sheet cannot have, or a folder in which nothing can be written.
    ///
    /// # Cost
    /// Writes one line, and holds no more than it.
    pub fn new(
        name: &str,
        columns: &[Column<'_>],
        instants: &str,
        held: Held<'_>,
    ) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&dated()?));
        let sheet = match held {
            Held::InMemory => workbook.add_worksheet(),
            Held::InFolder(folder) => {
                workbook.set_tempdir(folder)?;
                workbook.add_worksheet_with_constant_memory()?
            }
        };
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold().set_align(FormatAlign::Top);
        for (index, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(index, column.width)?;
            sheet.write_string_with_format(0, index, column.heading, &bold)?;
        }
        let shown = Shown {
            instants: Format::new().set_num_format(instants).set_align(FormatAlign::Left),
            lengths: Format::new().set_num_format("[h]:mm:ss"),
        };
        Ok(Self { workbook, columns: columns.len(), rows: 0, shown })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// [`XlsxError::CellCount`] or [`XlsxError::TooManyRows`], before anything of the row is written, or
    /// [`XlsxError::Workbook`].
    ///
    /// # Cost
    /// Holds the row until the workbook is finished, in memory or in a file, as it was begun.
    ///
    /// A sheet has up to 1,048,575 rows: [`XlsxError::TooManyRows`] beyond.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        let row = self.rows + 1;
        if cells.len() != self.columns {
            return Err(XlsxError::CellCount { row, cells: cells.len(), columns: self.columns });
        }
        let place =
            u32::try_from(row).ok().filter(|_| row <= limits::WORKBOOK_ROWS).ok_or(XlsxError::TooManyRows)?;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            write(sheet, (place, column), cell, &self.shown)?;
        }
        self.rows = row;
        Ok(())
    }

    /// Writes the workbook.
    ///
    /// # Errors
    /// [`XlsxError::Workbook`].
    ///
    /// # Cost
    /// Compresses all rows, and writes them to `out` as it goes.
    pub fn finish(mut self, out: impl Write + Send) -> Result<(), XlsxError> {
        let last = u32::try_from(self.rows.max(1)).map_err(|_| XlsxError::TooManyRows)?;
        let right = u16::try_from(self.columns.saturating_sub(1)).unwrap_or(u16::MAX);
        self.workbook.worksheet_from_index(0)?.autofilter(0, 0, last, right)?;
        Ok(self.workbook.save_to_writer(out)?)
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
    shown: &Shown,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match cell {
        Cell::Nothing => return Ok(()),
        Cell::Text(text) => sheet.write_string(row, column, *text)?,
        Cell::Number(number) => sheet.write_number(row, column, *number)?,
        Cell::Length(seconds) => {
            sheet.write_number_with_format(row, column, days(*seconds), &shown.lengths)?
        }
        Cell::Instant(at) => match ExcelDateTime::from_timestamp(at.timestamp()) {
            Ok(date) => sheet.write_datetime_with_format(row, column, date, &shown.instants)?,
            Err(_) => sheet.write_string(row, column, at.to_rfc3339())?,
        },
    };
    Ok(())
}

/// Seconds as a spreadsheet counts time.
#[expect(clippy::cast_precision_loss, reason = "a length of 285 million years is right to the second")]
fn days(seconds: u64) -> f64 {
    seconds as f64 / 86_400.0
}

/// The same in every workbook.
fn dated() -> Result<ExcelDateTime, rust_xlsxwriter::XlsxError> {
    ExcelDateTime::from_ymd(1980, 1, 1)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    const COLUMNS: [Column<'_>; 3] = [
        Column { heading: "=title", width: 40.0 },
        Column { heading: "created", width: 17.0 },
        Column { heading: "euro", width: 9.0 },
    ];

    fn workbook(held: Held<'_>) -> Vec<u8> {
        let mut writer = Writer::new("Cases", &COLUMNS, "dd.mm.yyyy hh:mm", held).unwrap();
        let at: Timestamp = "2026-04-01T08:30:00.25Z".parse().unwrap();
        for text in ["=1+1", "https://example.org/", "007", "a\u{1}b", "_x0041_", " x "] {
            writer.row(&[Cell::Text(text), Cell::Instant(at), Cell::Number(-2.5)]).unwrap();
        }
        let old: Timestamp = "1820-01-01T00:00:00Z".parse().unwrap();
        writer.row(&[Cell::Nothing, Cell::Instant(old), Cell::Length(93_900)]).unwrap();
        let mut out = Vec::new();
        writer.finish(&mut out).unwrap();
        out
    }

    fn part(workbook: &[u8], name: &str) -> Option<String> {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
        let mut file = zip.by_name(name).ok()?;
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn text_is_text_an_instant_is_a_date_and_the_heading_stays() {
        let folder = tempfile::tempdir().unwrap();
        for held in [Held::InMemory, Held::InFolder(folder.path())] {
            let made = workbook(held);
            let sheet = part(&made, "xl/worksheets/sheet1.xml").unwrap();
            let texts = part(&made, "xl/sharedStrings.xml").unwrap_or_default() + &sheet;
            assert!(!sheet.contains("<f>") && !sheet.contains("hyperlink"), "{sheet}");
            for text in ["=title", "=1+1", "https://example.org/", "007", "a_x0001_b", "_x005F_x0041_", " x "]
            {
                assert!(texts.contains(&format!(">{text}</t>")), "{text} of {texts}");
            }
            // 46113 days after 1899-12-30, and eight and a half hours.
            assert_eq!(sheet.matches("<v>46113.3541666").count(), 6, "{sheet}");
            assert!(texts.contains("1820-01-01T00:00:00+00:00"), "{texts}");
            assert_eq!(sheet.matches("<v>-2.5</v>").count(), 6);
            assert!(
                sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:C8\"/>"),
                "{sheet}"
            );
            // 26 hours and 5 minutes.
            assert_eq!(sheet.matches("<v>1.08680555").count(), 1, "{sheet}");
            let styles = part(&made, "xl/styles.xml").unwrap();
            assert!(styles.contains("dd.mm.yyyy hh:mm") && styles.contains("[h]:mm:ss"), "{styles}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left in the folder");
    }

    #[test]
    fn the_same_rows_are_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        for held in [Held::InMemory, Held::InFolder(folder.path())] {
            assert_eq!(workbook(held), workbook(held));
        }
    }

    #[test]
    fn a_row_must_fit_and_there_is_an_end_of_rows() {
        let mut writer = Writer::new("Cases", &COLUMNS, "hh:mm", Held::InMemory).unwrap();
        assert!(matches!(
            writer.row(&[Cell::Nothing]),
            Err(XlsxError::CellCount { row: 1, cells: 1, columns: 3 })
        ));
        writer.rows = limits::WORKBOOK_ROWS;
        assert!(matches!(writer.row(&[Cell::Nothing; 3]), Err(XlsxError::TooManyRows)));
        assert!(Writer::new("a/b", &COLUMNS, "hh:mm", Held::InMemory).is_err());
    }
}
