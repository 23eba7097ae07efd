//! The overview as a workbook for Excel and LibreOffice.

use std::io::Write;
use std::ops::ControlFlow;

use casekit_core::Error;
use casekit_core::desk::{CasesQuery, Desk, ReportProgress};

use super::ExportFile;
use super::pace::Pace;
use super::rows::Rows;
use super::sheet::{in_file, in_memory};

/// Writes the overview as a workbook (xlsx): text is text and never a formula or a link, instants are dates in UTC, the headings
/// are in the desk's language, stay in view and have filters. If the query names one type, each of its own fields that is not
/// sensitive has a column too. Returns the number of rows. The same cases give the same bytes.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Export`](crate::Permission::Export) and
/// [`ReadCases`](crate::Permission::ReadCases).
///
/// # Cost
/// Reads every case of the filter, a page of 500 at a time: it grows with their number. It holds those rows, and the workbook,
/// which is written at the end. The export is recorded in the ledger, before and after.
///
/// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
pub fn overview_xlsx(desk: &Desk, query: &CasesQuery, out: &mut impl Write) -> Result<u64, Error> {
    in_memory(Rows::begin(desk, query, &Pace::untold())?, out)
}

/// Writes the overview as a workbook like [`overview_xlsx`], and tells how far it has come. `tell` is called at the beginning,
/// after each 500 cases, and at the end; with `Break` it ends the report, before anything is written to `out`.
///
/// # Errors
/// As [`overview_xlsx`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`overview_xlsx`], and counts the cases first, which costs what [`Desk::counts`] does. `tell` is called outside of every
/// transaction.
pub fn overview_xlsx_with(
    desk: &Desk,
    query: &CasesQuery,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    in_memory(Rows::begin(desk, query, &Pace::told(&mut tell))?, out)
}

/// Writes the overview as a workbook to a file: see [`overview_xlsx`].
///
/// # Errors
/// As [`overview_xlsx`], and if the file cannot be written.
///
/// # Cost
/// Reads every case of the filter, a page of 500 at a time, and keeps them in a file without a name beside the workbook until it
/// is written: it grows with their number, and holds a page of them in memory. The export is recorded in the ledger, before and
/// after.
///
/// A workbook has up to 1,048,575 rows: `Report` with `xlsx` beyond.
pub fn overview_xlsx_to(desk: &Desk, query: &CasesQuery, file: ExportFile<'_>) -> Result<u64, Error> {
    in_file(Rows::begin(desk, query, &Pace::untold())?, file)
}

/// Writes the overview as a workbook to a file like [`overview_xlsx_to`], and tells how far it has come: see
/// [`overview_xlsx_with`].
///
/// # Errors
/// As [`overview_xlsx_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there still.
///
/// # Cost
/// As [`overview_xlsx_to`], and counts the cases first, which costs what [`Desk::counts`] does. `tell` is called outside of
/// every transaction.
pub fn overview_xlsx_to_with(
    desk: &Desk,
    query: &CasesQuery,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    in_file(Rows::begin(desk, query, &Pace::told(&mut tell))?, file)
}
