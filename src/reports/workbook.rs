//! The overview as a workbook for Excel and LibreOffice.

use std::io::Write;
use std::ops::ControlFlow;

use casekit_core::Error;
use casekit_core::desk::{CasesQuery, Desk, ReportProgress};
use casekit_core::language::{Language, Message};
use casekit_export::xlsx::{Cell, Column, Held, Writer};

use super::pace::Pace;
use super::rows::Rows;
use super::{ExportFile, recorded};

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

fn in_memory(rows: Rows<'_>, out: &mut impl Write) -> Result<u64, Error> {
    recorded(
        rows.desk,
        ("overview", "xlsx"),
        |_| {
            let (writer, count) = filled(rows, Held::InMemory)?;
            let mut bytes = Vec::new();
            writer.finish(&mut bytes)?;
            out.write_all(&bytes).and_then(|()| out.flush()).map_err(|error| Error::report("xlsx", error))?;
            Ok(count)
        },
        |rows| *rows,
    )
}

fn in_file(rows: Rows<'_>, file: ExportFile<'_>) -> Result<u64, Error> {
    recorded(
        rows.desk,
        ("overview", "xlsx"),
        |_| {
            let folder = file.folder().to_owned();
            file.written(|out| {
                let (writer, count) = filled(rows, Held::InFolder(&folder))?;
                writer.finish(out)?;
                Ok(count)
            })
        },
        |rows| *rows,
    )
}

fn filled(mut rows: Rows<'_>, held: Held<'_>) -> Result<(Writer, u64), Error> {
    rows.tell_beginning()?;
    let language = rows.desk.language();
    let headings = COLUMNS.map(|(key, _)| language.word(key).into_owned());
    let labels: Vec<String> = rows.fields.iter().map(|field| field.label.clone()).collect();
    let own = labels.iter().map(|heading| Column { heading, width: OWN });
    let columns: Vec<Column<'_>> = headings
        .iter()
        .zip(COLUMNS)
        .map(|(heading, (_, width))| Column { heading, width })
        .chain(own)
        .collect();
    let mut writer = Writer::new(&sheet_name(language), &columns, &instants(language), held)?;
    let mut count = 0;
    while let Some(row) = rows.next() {
        let row = row?;
        let priority = super::rows::priority(&row, language);
        let tags = super::rows::tags(&row);
        let own = rows.values_of(row.id);
        let mut cells = vec![
            Cell::Text(&row.number),
            Cell::Text(&row.title),
            Cell::Text(&row.case_type),
            Cell::Text(&row.status),
            Cell::Instant(row.raised_at),
            row.workflow.as_deref().into(),
            row.customer.as_deref().into(),
            row.requester.as_deref().into(),
            row.holder.as_deref().into(),
            row.holder_name.as_deref().into(),
            priority.as_deref().into(),
            row.resolution.as_deref().into(),
            row.due_at.map_or(Cell::Nothing, Cell::Instant),
            tags.as_deref().into(),
        ];
        cells.extend(own.into_iter().map(|one| Cell::from(one.map(|one| one.said.as_str()))));
        writer.row(&cells)?;
        count += 1;
    }
    Ok((writer, count))
}

/// The keys of the headings, and how wide each column is, in digits.
const COLUMNS: [(&str, f64); 14] = [
    ("csv.number", 11.0),
    ("csv.title", 48.0),
    ("csv.type", 20.0),
    ("csv.status", 34.0),
    ("csv.created", 17.0),
    ("csv.workflow", 18.0),
    ("csv.customer", 24.0),
    ("csv.requester", 24.0),
    ("csv.holder", 16.0),
    ("csv.holder_name", 24.0),
    ("csv.priority", 12.0),
    ("csv.resolution", 24.0),
    ("csv.due", 17.0),
    ("csv.tags", 24.0),
];

/// How wide a column of a field of the organisation's own is.
const OWN: f64 = 24.0;

/// The title of the overview, as far as it can name a sheet.
fn sheet_name(language: &Language) -> String {
    let word = language.word("paper.overview");
    let name: String = word.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    let name = name.trim();
    if name.is_empty() { "Cases".to_owned() } else { name.to_owned() }
}

/// How a spreadsheet shows an instant: in the order of the language, with Excel's letters for its parts.
fn instants(language: &Language) -> String {
    let parts = [("year", "yyyy"), ("month", "mm"), ("day", "dd"), ("hour", "hh"), ("minute", "mm")];
    let message = Message::new("format.minute");
    language.render(&parts.into_iter().fold(message, |message, (part, letters)| message.with(part, letters)))
}
