//! Tables that leave as CSV or as a workbook: columns, and a row at a time, for people or for programs.

use std::borrow::Cow;
use std::io::Write;

use casekit_core::Error;
use casekit_core::desk::Desk;
use casekit_core::language::Language;
use casekit_core::model::{CsvForm, CsvReaders, Timestamp};
use casekit_export::csv::{Cell, Writer};

use super::{ExportFile, recorded};

/// A table, read a row at a time. A program may get other columns than people.
pub(super) trait Table {
    /// What the ledger calls it; its title is the word of that name under `paper`.
    fn what(&self) -> &'static str;

    fn desk(&self) -> &Desk;

    /// Tells whoever follows the report that it begins.
    fn begin(&self) -> Result<(), Error>;

    fn columns(&self, readers: CsvReaders) -> Vec<Column>;

    /// The next row, with a value for each column.
    fn row(&mut self, readers: CsvReaders) -> Option<Result<Vec<Value>, Error>>;
}

/// A column of a table.
pub(super) struct Column {
    pub(super) heading: String,
    /// How wide a sheet shows it, in digits.
    #[cfg_attr(not(feature = "xlsx"), expect(dead_code, reason = "nothing else has widths"))]
    pub(super) width: f64,
}

impl Column {
    /// A column whose heading for programs is this, and a word under `csv` for people.
    pub(super) fn of((heading, width): (&str, f64), readers: CsvReaders, language: &Language) -> Self {
        let heading = match readers {
            CsvReaders::People => language.word(&format!("csv.{heading}")).into_owned(),
            CsvReaders::Programs => heading.to_owned(),
        };
        Self { heading, width }
    }
}

/// A value of a table.
pub(super) enum Value {
    Nothing,
    Text(String),
    Instant(Timestamp),
    Number(u64),
    /// How long something took, in seconds.
    Length(u64),
}

/// Text, or nothing.
impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

/// Records the export of a table as CSV, and writes it.
pub(super) fn csv(table: impl Table, form: CsvForm, out: &mut impl Write) -> Result<u64, Error> {
    let (desk, what) = (table.desk().clone(), table.what());
    recorded(&desk, (what, "csv"), |_| write(table, form, out), |rows| *rows)
}

/// Records the export of a table as CSV, and writes it to a file.
pub(super) fn csv_file(table: impl Table, form: CsvForm, file: ExportFile<'_>) -> Result<u64, Error> {
    let (desk, what) = (table.desk().clone(), table.what());
    recorded(&desk, (what, "csv"), |_| file.written(|out| write(table, form, out)), |rows| *rows)
}

fn write(mut table: impl Table, form: CsvForm, out: &mut impl Write) -> Result<u64, Error> {
    table.begin()?;
    let columns = table.columns(form.readers);
    let headings: Vec<&str> = columns.iter().map(|column| column.heading.as_str()).collect();
    let mut writer = Writer::new(out, form, &headings)?;
    let mut count = 0;
    while let Some(row) = table.row(form.readers) {
        let row = row?;
        let language = table.desk().language();
        let cells: Vec<Cell<'_>> = row.iter().map(|value| cell(value, form.readers, language)).collect();
        writer.row(&cells)?;
        count += 1;
    }
    writer.finish()?;
    Ok(count)
}

fn cell<'a>(value: &'a Value, readers: CsvReaders, language: &Language) -> Cell<'a> {
    let plain = match (value, readers) {
        (Value::Nothing, _) => return Cell::Nothing,
        (Value::Text(text), _) => return Cell::Text(Cow::Borrowed(text)),
        (Value::Instant(at), CsvReaders::People) => language.minute(*at),
        (Value::Instant(at), CsvReaders::Programs) => at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        (Value::Length(seconds), CsvReaders::People) => hours(*seconds),
        (Value::Length(number), CsvReaders::Programs) | (Value::Number(number), _) => number.to_string(),
    };
    Cell::plain(plain)
}

/// Seconds as `26:05:00`, which spreadsheets of every language read as a length of time.
fn hours(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::hours;

    #[test]
    fn a_length_of_time_has_as_many_hours_as_it_needs() {
        assert_eq!([0, 59, 93_900, 3_600_000].map(hours), ["0:00:00", "0:00:59", "26:05:00", "1000:00:00"]);
    }
}
