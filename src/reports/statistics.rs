//! How long things take, as CSV and as a workbook.

use std::io::Write;

use casekit_core::Error;
use casekit_core::desk::{Desk, StatisticsQuery, StatisticsRow};
use casekit_core::model::{CsvForm, CsvReaders};

use super::ExportFile;
#[cfg(feature = "xlsx")]
use super::sheet::{in_file, in_memory};
use super::table::{Column, Table, Value, csv, csv_file};

/// Writes [how long things take](Desk::statistics) as CSV, for people or for programs, as `form` says. Returns the number of
/// rows.
///
/// For people, what is measured is in the desk's language and times are as `26:05:00`: hours, minutes and seconds. For
/// programs, times are in seconds, what is measured is a code such as `time_in_stage`, and the ids of types and stages have
/// columns too.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Export`](crate::Permission::Export) and
/// [`ReadCases`](crate::Permission::ReadCases), and refuses whom and what [`Desk::statistics`] refuses.
///
/// # Cost
/// Reads what [`Desk::statistics`] reads, which does not grow with the number of cases, and holds its rows. The export is
/// recorded in the ledger, before and after.
pub fn statistics_csv(
    desk: &Desk,
    query: &StatisticsQuery,
    form: CsvForm,
    out: &mut impl Write,
) -> Result<u64, Error> {
    csv(Lengths::read(desk, query)?, form, out)
}

/// Writes how long things take as CSV to a file: see [`statistics_csv`].
///
/// # Errors
/// As [`statistics_csv`], and if the file cannot be written.
///
/// # Cost
/// Reads what [`Desk::statistics`] reads, which does not grow with the number of cases, and holds its rows. The export is
/// recorded in the ledger, before and after.
pub fn statistics_csv_to(
    desk: &Desk,
    query: &StatisticsQuery,
    form: CsvForm,
    file: ExportFile<'_>,
) -> Result<u64, Error> {
    csv_file(Lengths::read(desk, query)?, form, file)
}

/// Writes [how long things take](Desk::statistics) as a workbook (xlsx), in the form of [`overview_xlsx`](super::overview_xlsx).
/// Times are lengths of time that formulas can add. Returns the number of rows.
///
/// # Errors
/// As [`statistics_csv`].
///
/// # Cost
/// Reads what [`Desk::statistics`] reads, which does not grow with the number of cases, and holds its rows and the workbook. The
/// export is recorded in the ledger, before and after.
#[cfg(feature = "xlsx")]
pub fn statistics_xlsx(desk: &Desk, query: &StatisticsQuery, out: &mut impl Write) -> Result<u64, Error> {
    in_memory(Lengths::read(desk, query)?, out)
}

/// Writes how long things take as a workbook to a file: see [`statistics_xlsx`].
///
/// # Errors
/// As [`statistics_xlsx`], and if the file cannot be written.
///
/// # Cost
/// Reads what [`Desk::statistics`] reads, which does not grow with the number of cases, and holds its rows. The export is
/// recorded in the ledger, before and after.
#[cfg(feature = "xlsx")]
pub fn statistics_xlsx_to(desk: &Desk, query: &StatisticsQuery, file: ExportFile<'_>) -> Result<u64, Error> {
    in_file(Lengths::read(desk, query)?, file)
}

/// The rows of statistics.
struct Lengths<'a> {
    desk: &'a Desk,
    rows: std::vec::IntoIter<StatisticsRow>,
}

impl<'a> Lengths<'a> {
    /// Reads the rows: what is wrong with the query is said before the ledger has an export.
    fn read(desk: &'a Desk, query: &StatisticsQuery) -> Result<Self, Error> {
        Ok(Self { desk, rows: desk.statistics(query)?.into_iter() })
    }
}

impl Table for Lengths<'_> {
    fn what(&self) -> &'static str {
        "statistics"
    }

    fn desk(&self) -> &Desk {
        self.desk
    }

    fn begin(&self) -> Result<(), Error> {
        Ok(())
    }

    fn columns(&self, readers: CsvReaders) -> Vec<Column> {
        let is_for = |heading: &str| readers == CsvReaders::Programs || !heading.ends_with("_id");
        let columns = COLUMNS.into_iter().filter(|(heading, _)| is_for(heading));
        columns.map(|column| Column::of(column, readers, self.desk.language())).collect()
    }

    fn row(&mut self, readers: CsvReaders) -> Option<Result<Vec<Value>, Error>> {
        let row = self.rows.next()?;
        let measure = row.measure.code();
        let mut values = match readers {
            CsvReaders::People => {
                let measure = self.desk.language().word_of("measure", measure);
                vec![Value::Text(measure), Value::Text(row.case_type), row.stage.into()]
            }
            CsvReaders::Programs => vec![
                Value::Text(measure.to_owned()),
                Value::Text(row.case_type_id.to_string()),
                Value::Text(row.case_type),
                row.stage_id.into(),
                row.stage.into(),
            ],
        };
        values.extend([
            row.month.into(),
            Value::Number(row.count),
            Value::Length(row.total_seconds),
            Value::Length(row.mean_seconds),
            Value::Length(row.median_seconds),
            Value::Length(row.p90_seconds),
        ]);
        Some(Ok(values))
    }
}

/// The columns, and how wide a sheet shows each. Ids are for programs.
const COLUMNS: [(&str, f64); 11] = [
    ("measure", 22.0),
    ("type_id", 36.0),
    ("type", 24.0),
    ("stage_id", 24.0),
    ("stage", 24.0),
    ("month", 10.0),
    ("count", 10.0),
    ("total_seconds", 16.0),
    ("mean_seconds", 16.0),
    ("median_seconds", 16.0),
    ("p90_seconds", 16.0),
];
