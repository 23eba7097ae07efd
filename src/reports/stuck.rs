//! The cases that do not go on, as CSV and as a workbook.

use std::io::Write;
use std::ops::ControlFlow;

use casekit_core::Error;
use casekit_core::desk::{CasesQuery, Desk, ReportProgress, StuckBy};
use casekit_core::model::CsvForm;

use super::ExportFile;
use super::pace::Pace;
use super::rows::Rows;
#[cfg(feature = "xlsx")]
use super::sheet::{in_file, in_memory};
use super::table::{csv, csv_file};

/// Writes the [stuck cases](Desk::stuck_cases) as CSV, for people or for programs, as `form` says. Returns the number of rows.
///
/// The columns are those of [`overview_csv`](super::overview_csv), and then when each case was changed last, since when it is
/// in its stage, for how long, and what nine of ten cases there did not exceed: for people as `26:05:00`, hours, minutes and
/// seconds, for programs in seconds.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Export`](crate::Permission::Export) and
/// [`ReadCases`](crate::Permission::ReadCases), and refuses whom [`Desk::stuck_cases`] refuses.
///
/// # Cost
/// Reads every stuck case under the filter, a page of 500 at a time, and for each page the kept figures of thirteen months. It
/// holds no more than a page. The export is recorded in the ledger, before and after.
pub fn stuck_cases_csv(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    form: CsvForm,
    out: &mut impl Write,
) -> Result<u64, Error> {
    csv(Rows::stuck(desk, (by, query), &Pace::untold())?, form, out)
}

/// Writes the stuck cases as CSV like [`stuck_cases_csv`], and tells how far it has come. `tell` is called at the beginning,
/// after each 500 cases, and at the end; with `Break` it ends the report. What `out` has by then is part of a table, for the
/// caller to throw away; [`stuck_cases_csv_to_with`] leaves nothing.
///
/// # Errors
/// As [`stuck_cases_csv`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`stuck_cases_csv`], and counts the cases first, which costs what [`Desk::count_stuck_cases`] does. `tell` is called
/// outside of every transaction.
pub fn stuck_cases_csv_with(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    form: CsvForm,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    csv(Rows::stuck(desk, (by, query), &Pace::told(&mut tell))?, form, out)
}

/// Writes the stuck cases as CSV to a file: see [`stuck_cases_csv`].
///
/// # Errors
/// As [`stuck_cases_csv`], and if the file cannot be written.
///
/// # Cost
/// Reads every stuck case under the filter, a page of 500 at a time, and for each page the kept figures of thirteen months. It
/// holds no more than a page. The export is recorded in the ledger, before and after.
pub fn stuck_cases_csv_to(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    form: CsvForm,
    file: ExportFile<'_>,
) -> Result<u64, Error> {
    csv_file(Rows::stuck(desk, (by, query), &Pace::untold())?, form, file)
}

/// Writes the stuck cases as CSV to a file like [`stuck_cases_csv_to`], and tells how far it has come: see
/// [`stuck_cases_csv_with`].
///
/// # Errors
/// As [`stuck_cases_csv_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there
/// still.
///
/// # Cost
/// As [`stuck_cases_csv_to`], and counts the cases first, which costs what [`Desk::count_stuck_cases`] does. `tell` is called
/// outside of every transaction.
pub fn stuck_cases_csv_to_with(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    form: CsvForm,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    csv_file(Rows::stuck(desk, (by, query), &Pace::told(&mut tell))?, form, file)
}

/// Writes the [stuck cases](Desk::stuck_cases) as a workbook (xlsx), with the columns of [`stuck_cases_csv`] and in the form of
/// [`overview_xlsx`](super::overview_xlsx): how long things take are lengths of time that formulas can add. Returns the number of
/// rows.
///
/// # Errors
/// As [`stuck_cases_csv`].
///
/// # Cost
/// Reads every stuck case under the filter, a page of 500 at a time, and for each page the kept figures of thirteen months. It
/// holds those rows, and the workbook, which is written at the end. The export is recorded in the ledger, before and after.
///
/// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
#[cfg(feature = "xlsx")]
pub fn stuck_cases_xlsx(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    out: &mut impl Write,
) -> Result<u64, Error> {
    in_memory(Rows::stuck(desk, (by, query), &Pace::untold())?, out)
}

/// Writes the stuck cases as a workbook like [`stuck_cases_xlsx`], and tells how far it has come. `tell` is called at the
/// beginning, after each 500 cases, and at the end; with `Break` it ends the report, before anything is written to `out`.
///
/// # Errors
/// As [`stuck_cases_xlsx`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`stuck_cases_xlsx`], and counts the cases first, which costs what [`Desk::count_stuck_cases`] does. `tell` is called
/// outside of every transaction.
#[cfg(feature = "xlsx")]
pub fn stuck_cases_xlsx_with(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    in_memory(Rows::stuck(desk, (by, query), &Pace::told(&mut tell))?, out)
}

/// Writes the stuck cases as a workbook to a file: see [`stuck_cases_xlsx`].
///
/// # Errors
/// As [`stuck_cases_xlsx`], and if the file cannot be written.
///
/// # Cost
/// Reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen months, and keeps
/// the rows in a file without a name beside the workbook until it is written. It holds a page of them in memory. The export is
/// recorded in the ledger, before and after.
///
/// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
#[cfg(feature = "xlsx")]
pub fn stuck_cases_xlsx_to(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    file: ExportFile<'_>,
) -> Result<u64, Error> {
    in_file(Rows::stuck(desk, (by, query), &Pace::untold())?, file)
}

/// Writes the stuck cases as a workbook to a file like [`stuck_cases_xlsx_to`], and tells how far it has come: see
/// [`stuck_cases_xlsx_with`].
///
/// # Errors
/// As [`stuck_cases_xlsx_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there
/// still.
///
/// # Cost
/// As [`stuck_cases_xlsx_to`], and counts the cases first, which costs what [`Desk::count_stuck_cases`] does. `tell` is called
/// outside of every transaction.
#[cfg(feature = "xlsx")]
pub fn stuck_cases_xlsx_to_with(
    desk: &Desk,
    by: StuckBy,
    query: &CasesQuery,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    in_file(Rows::stuck(desk, (by, query), &Pace::told(&mut tell))?, file)
}
