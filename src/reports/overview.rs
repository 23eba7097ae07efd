//! The overview: number, title, status, creation and workflow of all cases under a filter.

#[cfg(feature = "pdf")]
mod filter;

#[cfg(feature = "pdf")]
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;

use casekit_core::Error;
#[cfg(feature = "pdf")]
use casekit_core::desk::{CaseSummary, ExportHead};
use casekit_core::desk::{CasesQuery, Desk, ReportProgress};
use casekit_core::model::CsvForm;
#[cfg(feature = "pdf")]
use casekit_export::pdf::{Cell, isolated};

use super::ExportFile;
use super::pace::Pace;
use super::rows::Rows;
use super::table::{csv, csv_file};
#[cfg(feature = "pdf")]
use super::{Paper, Printed, recorded};

/// Writes the overview as PDF: landscape, with the filter in words, headings on each page, and "page n of m".
///
/// Rows are read a page at a time, and nothing is written to `out` until all are typeset. Of the rows, memory holds
/// only the compressed PDF pages. Returns the number of pages and of cases, and the scripts that no font has.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Print`](crate::Permission::Print) or
/// [`Export`](crate::Permission::Export), and [`ReadCases`](crate::Permission::ReadCases).
///
/// # Cost
/// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It holds
/// those rows, and the compressed pages of the PDF. The export is recorded in the ledger, before and after.
#[cfg(feature = "pdf")]
pub fn overview_pdf(
    desk: &Desk,
    query: &CasesQuery,
    paper: impl Into<Paper>,
    out: &mut impl Write,
) -> Result<Printed, Error> {
    let paper = paper.into();
    pdf(Rows::begin(&paper.speaking(desk), query, &Pace::untold())?, &paper, out)
}

/// Writes the overview as PDF like [`overview_pdf`], and tells how far it has come. `tell` is called at the beginning, after
/// each 500 cases, at the end of them, and for every 20 pages that are made; with `Break` it ends the report, before anything is
/// written to `out`.
///
/// # Errors
/// As [`overview_pdf`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`overview_pdf`], and counts the cases first, which costs what [`Desk::counts`] does. `tell` is called outside of every
/// transaction.
#[cfg(feature = "pdf")]
pub fn overview_pdf_with(
    desk: &Desk,
    query: &CasesQuery,
    paper: impl Into<Paper>,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<Printed, Error> {
    let paper = paper.into();
    pdf(Rows::begin(&paper.speaking(desk), query, &Pace::told(&mut tell))?, &paper, out)
}

/// Writes the overview as PDF to a file: see [`overview_pdf`].
///
/// # Errors
/// As [`overview_pdf`], and if the file cannot be written.
///
/// # Cost
/// Reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It holds
/// those rows, and the compressed pages of the PDF. The export is recorded in the ledger, before and after.
#[cfg(feature = "pdf")]
pub fn overview_pdf_to(
    desk: &Desk,
    query: &CasesQuery,
    paper: impl Into<Paper>,
    file: ExportFile<'_>,
) -> Result<Printed, Error> {
    let paper = paper.into();
    pdf_file(Rows::begin(&paper.speaking(desk), query, &Pace::untold())?, &paper, file)
}

/// Writes the overview as PDF to a file like [`overview_pdf_to`], and tells how far it has come: see [`overview_pdf_with`].
///
/// # Errors
/// As [`overview_pdf_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there still.
///
/// # Cost
/// As [`overview_pdf_to`], and counts the cases first, which costs what [`Desk::counts`] does. `tell` is called outside of
/// every transaction.
#[cfg(feature = "pdf")]
pub fn overview_pdf_to_with(
    desk: &Desk,
    query: &CasesQuery,
    paper: impl Into<Paper>,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<Printed, Error> {
    let paper = paper.into();
    pdf_file(Rows::begin(&paper.speaking(desk), query, &Pace::told(&mut tell))?, &paper, file)
}

/// Writes the overview as CSV, for people or for programs, as `form` says. Returns the number of rows.
///
/// For people, headings and instants are in the desk's language (UTC), and text cannot become a formula. For programs, headings
/// are the same in every language, instants are in RFC 3339, and text, empty text and nothing are read back exactly
/// ([`casekit_export::csv`]). If the query names one type, each of its own fields that is not sensitive has a column too: for
/// programs `fields.` and its id.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Export`](crate::Permission::Export) and
/// [`ReadCases`](crate::Permission::ReadCases).
///
/// # Cost
/// Reads every case of the filter, a page of 500 at a time, and writes each page as it is read: it grows with their
/// number. It holds no more than those rows. The export is recorded in the ledger, before and after.
pub fn overview_csv(
    desk: &Desk,
    query: &CasesQuery,
    form: CsvForm,
    out: &mut impl Write,
) -> Result<u64, Error> {
    csv(Rows::begin(desk, query, &Pace::untold())?, form, out)
}

/// Writes the overview as CSV like [`overview_csv`], and tells how far it has come. `tell` is called at the beginning, after
/// each 500 cases, and at the end; with `Break` it ends the report. What `out` has by then is part of a table, for the caller
/// to throw away; [`overview_csv_to_with`] leaves nothing.
///
/// # Errors
/// As [`overview_csv`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`overview_csv`], and counts the cases first, which costs what [`Desk::counts`] does. `tell` is called outside of every
/// transaction.
pub fn overview_csv_with(
    desk: &Desk,
    query: &CasesQuery,
    form: CsvForm,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    csv(Rows::begin(desk, query, &Pace::told(&mut tell))?, form, out)
}

/// Writes the overview as CSV to a file: see [`overview_csv`].
///
/// # Errors
/// As [`overview_csv`], and if the file cannot be written.
///
/// # Cost
/// Reads every case of the filter, a page of 500 at a time, and writes each page as it is read: it grows with their
/// number. It holds no more than those rows. The export is recorded in the ledger, before and after.
pub fn overview_csv_to(
    desk: &Desk,
    query: &CasesQuery,
    form: CsvForm,
    file: ExportFile<'_>,
) -> Result<u64, Error> {
    csv_file(Rows::begin(desk, query, &Pace::untold())?, form, file)
}

/// Writes the overview as CSV to a file like [`overview_csv_to`], and tells how far it has come: see [`overview_csv_with`].
///
/// # Errors
/// As [`overview_csv_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there still.
///
/// # Cost
/// As [`overview_csv_to`], and counts the cases first, which costs what [`Desk::counts`] does. `tell` is called outside of
/// every transaction.
pub fn overview_csv_to_with(
    desk: &Desk,
    query: &CasesQuery,
    form: CsvForm,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    csv_file(Rows::begin(desk, query, &Pace::told(&mut tell))?, form, file)
}

#[cfg(feature = "pdf")]
fn pdf(rows: Rows<'_>, paper: &Paper, out: &mut impl Write) -> Result<Printed, Error> {
    recorded(rows.desk, ("overview", "pdf"), |head| write_pdf(rows, head, paper, out), |printed| printed.rows)
}

#[cfg(feature = "pdf")]
fn pdf_file(rows: Rows<'_>, paper: &Paper, file: ExportFile<'_>) -> Result<Printed, Error> {
    let desk = rows.desk;
    let write = |head: &ExportHead| file.written(|out| write_pdf(rows, head, paper, out));
    recorded(desk, ("overview", "pdf"), write, |printed| printed.rows)
}

#[cfg(feature = "pdf")]
fn write_pdf(
    rows: Rows<'_>,
    head: &ExportHead,
    paper: &Paper,
    out: &mut impl Write,
) -> Result<Printed, Error> {
    use casekit_export::pdf::Report;
    rows.tell_beginning()?;
    let language = rows.desk.language();
    let voice = super::paper::Voice { language };
    let covers = filter::in_words(rows.desk, rows.query, voice)?;
    let report = Report {
        letterhead: paper.letterhead(head, language, voice.word("paper.overview"), covers),
        columns: vec![
            voice.column("paper.number", 1.05),
            voice.column("paper.title_and_tags", 2.0),
            voice.column("paper.type", 1.5),
            voice.column("paper.status", 2.25),
            voice.column("paper.priority", 0.9),
            voice.times("paper.created", 1.9),
            voice.column("paper.due", 1.2),
            voice.column("paper.workflow", 1.4),
            voice.column("paper.customer", 1.7),
            voice.column("paper.requester", 1.7),
            voice.column("paper.holder", 1.1),
        ],
        lines_per_cell: 3,
        size: paper.size,
    };
    let (desk, pace, mut called) = (rows.desk, rows.pace, BTreeMap::new());
    let rows = rows.map(|row| {
        let mut row = row?.case;
        if let Some(id) = row.holder.take() {
            if !called.contains_key(&id) {
                called.extend(desk.people_on_paper([id.clone()])?);
            }
            row.holder = called.get(&id).cloned().or(Some(id));
        }
        let created = voice.minute(row.raised_at);
        let due = row.due_at.map(|at| voice.day(at)).unwrap_or_default();
        let priority = super::rows::priority(&row, language);
        if let Some(resolution) = &row.resolution {
            row.status =
                voice.say("paper.resolved_as", [("status", &row.status), ("resolution", resolution)]);
        }
        Ok::<_, Error>(Vec::from(cells(row, priority, created, due)))
    });
    let written = report.write_asking(&paper.fonts, rows, out, || Ok(pace.tell()?))?;
    out.flush().map_err(super::paper::unwritten)?;
    let rows = written.rows;
    Ok(Printed::new(written, rows))
}

/// The cells of a row on paper, with when it was raised and is due as text. The tags are below the title: a column more would
/// leave none of them wide enough.
#[cfg(feature = "pdf")]
fn cells(row: CaseSummary, priority: Option<String>, created: String, due: String) -> [Cell; 11] {
    let tags: Vec<String> = super::rows::tag_names(&row).iter().map(|tag| isolated(tag)).collect();
    let small_print = tags.join(", ");
    let cells = [
        row.number,
        row.title,
        row.case_type,
        row.status,
        priority.unwrap_or_default(),
        created,
        due,
        row.workflow.unwrap_or_default(),
        row.customer.unwrap_or_default(),
        row.requester.unwrap_or_default(),
        row.holder.unwrap_or_default(),
    ];
    let mut cells = cells.map(Cell::from);
    cells[1].small_print = small_print;
    cells
}
