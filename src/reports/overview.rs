//! The overview: status, created and workflow of all cases under a filter, besides what says which case it is.

use std::io::Write;

use casekit_core::Error;
use casekit_core::desk::{CaseSummary, CasesQuery, Desk, Page, PageRequest};
use casekit_core::model::limits;
use casekit_core::rejection::{FieldRule, Rejection};
use casekit_core::store::Sort;
use casekit_export::csv::{Cells, Writer};

use super::{ReportError, minute};

/// Writes the overview as PDF: A4 landscape, the filter in words, column heads on each page, page n of m.
///
/// Rows are read a page at a time, and nothing is written to `out` before all are set; memory does not grow with the
/// rows but for the compressed pages. Returns the number of rows.
///
/// # Errors
/// [`ReportError`]; needs [`Export`](crate::Permission::Export) and [`ReadCases`](crate::Permission::ReadCases).
#[cfg(feature = "pdf")]
pub fn overview_pdf(
    desk: &Desk,
    query: &CasesQuery,
    fonts: &casekit_export::pdf::Fonts,
    out: &mut impl Write,
) -> Result<u64, ReportError> {
    use casekit_export::pdf::{Align, Column, Report};
    sorted_for_export(query).map_err(Error::from)?;
    let head = desk.begin_export()?;
    let column = |heading: &str, width| Column { heading: heading.into(), width, align: Align::Left };
    let report = Report {
        letterhead: super::letterhead(head, "Case overview".into(), in_words(query)),
        columns: vec![
            column("Number", 1.25),
            column("Title", 4.0),
            column("Type", 1.5),
            column("Status", 2.3),
            column("Created (UTC)", 1.65),
            column("Workflow", 1.4),
            column("Customer", 1.9),
            column("Holder", 1.1),
        ],
        lines_per_cell: 3,
    };
    let rows = Rows::new(desk, query).map(|row| row.map(|row| cells(row).to_vec()));
    let written = report.write(fonts, rows, out)?;
    desk.record_export("overview", "pdf", written.rows)?;
    Ok(written.rows)
}

/// Writes the overview as CSV. Formula-safe, unless raw cells are asked for. Returns the number of rows.
///
/// # Errors
/// [`ReportError`]; needs [`Export`](crate::Permission::Export) and [`ReadCases`](crate::Permission::ReadCases).
pub fn overview_csv(
    desk: &Desk,
    query: &CasesQuery,
    how: Cells,
    out: &mut impl Write,
) -> Result<u64, ReportError> {
    sorted_for_export(query).map_err(Error::from)?;
    desk.begin_export()?;
    let headings = ["number", "title", "type", "status", "created", "workflow", "customer", "holder"];
    let mut writer = Writer::new(out, &headings, how)?;
    let mut count = 0;
    for row in Rows::new(desk, query) {
        let row = row?;
        let created = row.raised_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let [number, title, case_type, status, _, workflow, customer, holder] = cells(row);
        writer.row(&[number, title, case_type, status, created, workflow, customer, holder])?;
        count += 1;
    }
    writer.finish()?;
    desk.record_export("overview", "csv", count)?;
    Ok(count)
}

fn cells(row: CaseSummary) -> [String; 8] {
    [
        row.number,
        row.title,
        row.case_type,
        row.status,
        minute(row.raised_at),
        row.workflow.unwrap_or_default(),
        row.customer.unwrap_or_default(),
        row.holder.unwrap_or_default(),
    ]
}

/// The filter as a sentence.
#[cfg(feature = "pdf")]
fn in_words(query: &CasesQuery) -> String {
    use casekit_core::desk::HeldBy;
    let mut words = Vec::new();
    let mut say =
        |what: &str, value: Option<String>| words.extend(value.map(|value| format!("{what} {value}")));
    say("type", query.case_type.clone());
    say("stage", query.stage.clone());
    say("category", query.category.map(|category| category.to_string()));
    say(
        "held by",
        query.holder.as_ref().map(|holder| match holder {
            HeldBy::Nobody => "nobody".to_owned(),
            HeldBy::Me => "me".to_owned(),
            HeldBy::Actor { id } => id.clone(),
        }),
    );
    say("of customer", query.customer.map(|id| id.to_string()));
    say("raised from", query.raised_from.map(minute));
    say("raised before", query.raised_before.map(minute));
    say("with the text", query.text.clone());
    if words.is_empty() { "All cases".to_owned() } else { format!("Cases: {}", words.join(", ")) }
}

/// A case that changes meanwhile would repeat or be missed in the order of changes.
fn sorted_for_export(query: &CasesQuery) -> Result<(), Rejection> {
    match query.sort {
        Sort::Number | Sort::Raised => Ok(()),
        Sort::Updated => {
            let why = "sorted_for_export".into();
            Err(Rejection::field("sort", FieldRule::DoesNotFit { why }))
        }
    }
}

/// Every row of an overview, read a page at a time.
struct Rows<'a> {
    desk: &'a Desk,
    query: &'a CasesQuery,
    page: std::vec::IntoIter<CaseSummary>,
    next: Option<PageRequest>,
}

impl<'a> Rows<'a> {
    fn new(desk: &'a Desk, query: &'a CasesQuery) -> Self {
        Self { desk, query, page: Vec::new().into_iter(), next: Some(PageRequest::first().of(limits::PAGE)) }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<CaseSummary, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            match self.desk.cases(self.query, self.next.take()?) {
                Ok(Page { rows, next }) => {
                    self.page = rows.into_iter();
                    self.next = next.map(|next| PageRequest::after(next).of(limits::PAGE));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
