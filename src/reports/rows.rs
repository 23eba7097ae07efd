//! The rows of an overview or of a list of stuck cases, as they are read, and as a table has them.

use std::collections::BTreeMap;

use casekit_core::Error;
use casekit_core::desk::{
    CaseSummary, CasesQuery, Desk, FieldDefinitionView, FieldOnPaper, PageRequest, StuckBy, StuckCase,
};
use casekit_core::language::Language;
use casekit_core::model::{CaseId, CsvReaders, Timestamp, limits};
use casekit_core::rejection::{FieldRule, Rejection};
use casekit_core::store::{CountBy, Sort};

use super::pace::Pace;
use super::table::{Column, Table, Value};

/// A case of the list, and how it is stuck if that is what the list is of.
pub(super) struct Row {
    pub(super) case: CaseSummary,
    stuck: Option<Lasts>,
}

/// How long a stuck case is in its stage, and what is usual there.
struct Lasts {
    stage_since: Timestamp,
    seconds_in_stage: u64,
    usual_seconds: Option<u64>,
}

/// Every row of an overview or of a list of stuck cases, read a page at a time.
pub(super) struct Rows<'a> {
    pub(super) desk: &'a Desk,
    pub(super) query: &'a CasesQuery,
    pub(super) pace: &'a Pace<'a>,
    stuck: Option<StuckBy>,
    page: std::vec::IntoIter<Row>,
    /// How many rows the page had.
    size: usize,
    next: Option<PageRequest>,
    /// The organisation's own fields that the table has a column for: those of the type, if the list is of one.
    fields: Vec<FieldDefinitionView>,
    /// The values of the cases of the page.
    values: BTreeMap<CaseId, Vec<FieldOnPaper>>,
}

impl<'a> Rows<'a> {
    /// Reads the first page of an overview: what is wrong with the query is said before the ledger has an export.
    pub(super) fn begin(desk: &'a Desk, query: &'a CasesQuery, pace: &'a Pace<'a>) -> Result<Self, Error> {
        sorted_for_export(query)?;
        Self::first(desk, (query, None), pace)
    }

    /// Reads the first page of a list of stuck cases, which has an order of its own: a case that changes meanwhile leaves
    /// the list, or comes to its end.
    pub(super) fn stuck(
        desk: &'a Desk,
        (by, query): (StuckBy, &'a CasesQuery),
        pace: &'a Pace<'a>,
    ) -> Result<Self, Error> {
        Self::first(desk, (query, Some(by)), pace)
    }

    fn first(
        desk: &'a Desk,
        (query, stuck): (&'a CasesQuery, Option<StuckBy>),
        pace: &'a Pace<'a>,
    ) -> Result<Self, Error> {
        let mut rows = Self {
            desk,
            query,
            pace,
            stuck,
            page: Vec::new().into_iter(),
            size: 0,
            next: None,
            fields: Vec::new(),
            values: BTreeMap::new(),
        };
        let first = rows.read(PageRequest::first().of(limits::PAGE))?;
        rows.fields = match query.case_types.as_slice() {
            [one] => desk.case_type(one)?.fields,
            [] | [..] => Vec::new(),
        };
        rows.fields.retain(|field| !field.sensitive);
        rows.turn_to(first)?;
        Ok(rows)
    }

    fn read(&self, page: PageRequest) -> Result<(Vec<Row>, Option<PageRequest>), Error> {
        let Some(by) = self.stuck else {
            let page = self.desk.cases(self.query, page)?;
            let next = page.next_request();
            return Ok((page.rows.into_iter().map(|case| Row { case, stuck: None }).collect(), next));
        };
        let page = self.desk.stuck_cases(by, self.query, page)?;
        let next = page.next_request();
        let row = |one: StuckCase| {
            let StuckCase { case, stage_since, seconds_in_stage, usual_seconds, .. } = one;
            Row { case, stuck: Some(Lasts { stage_since, seconds_in_stage, usual_seconds }) }
        };
        Ok((page.rows.into_iter().map(row).collect(), next))
    }

    fn turn_to(&mut self, (rows, next): (Vec<Row>, Option<PageRequest>)) -> Result<(), Error> {
        if !self.fields.is_empty() {
            self.values = self.desk.fields_on_paper(rows.iter().map(|row| row.case.id))?;
        }
        (self.next, self.size) = (next, rows.len());
        self.page = rows.into_iter();
        Ok(())
    }

    /// The values of a case of this page, one for each of the fields.
    fn values_of(&self, case: CaseId) -> Vec<Option<&FieldOnPaper>> {
        let own = self.values.get(&case).map(Vec::as_slice).unwrap_or_default();
        self.fields.iter().map(|field| own.iter().find(|one| one.id == field.id)).collect()
    }

    /// Tells whoever follows the report that it begins, and how many rows there will be.
    pub(super) fn tell_beginning(&self) -> Result<(), Error> {
        self.pace.begin(|| {
            if let Some(by) = self.stuck {
                return self.desk.count_stuck_cases(by, self.query);
            }
            let counts = self.desk.counts(CountBy::Category, self.query)?;
            Ok(counts.iter().map(|group| group.count).sum())
        })
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            // Of a page that was handed out whole, once.
            let told = match std::mem::take(&mut self.size) {
                0 => Ok(()),
                size => self.pace.read(size),
            };
            if let Err(error) = told {
                return Some(Err(error));
            }
            let next = self.next.take()?;
            match self.read(next) {
                Ok(page) => {
                    if let Err(error) = self.turn_to(page) {
                        return Some(Err(error));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Table for Rows<'_> {
    fn what(&self) -> &'static str {
        if self.stuck.is_some() { "stuck_cases" } else { "overview" }
    }

    fn desk(&self) -> &Desk {
        self.desk
    }

    fn begin(&self) -> Result<(), Error> {
        self.tell_beginning()
    }

    fn columns(&self, readers: CsvReaders) -> Vec<Column> {
        let stuck = if self.stuck.is_some() { STUCK.as_slice() } else { &[] };
        let language = self.desk.language();
        let ours = COLUMNS.iter().chain(stuck).map(|column| Column::of(*column, readers, language));
        // A program knows a field by its id, which cannot be the name of a column of ours: that has no point in it.
        let own = self.fields.iter().map(|field| match readers {
            CsvReaders::People => Column { heading: field.label.clone(), width: OWN },
            CsvReaders::Programs => Column { heading: format!("fields.{}", field.id), width: OWN },
        });
        ours.chain(own).collect()
    }

    fn row(&mut self, readers: CsvReaders) -> Option<Result<Vec<Value>, Error>> {
        let Row { case: row, stuck } = match self.next()? {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        let language = self.desk.language();
        // A name of a tag can have a comma in it, so a program gets a list.
        let (priority, resolution, tags) = match readers {
            CsvReaders::People => (priority(&row, language), row.resolution.clone(), tags(&row)),
            CsvReaders::Programs => {
                (row.priority_code.clone(), row.resolution_code.clone(), row.tags.clone())
            }
        };
        let mut values = vec![
            Value::Text(row.number),
            Value::Text(row.title),
            Value::Text(row.case_type),
            Value::Text(row.status),
            Value::Instant(row.raised_at),
            row.workflow.into(),
            row.customer.into(),
            row.requester.into(),
            row.holder.into(),
            row.holder_name.into(),
            priority.into(),
            resolution.into(),
            row.due_at.map_or(Value::Nothing, Value::Instant),
            tags.into(),
        ];
        if let Some(Lasts { stage_since, seconds_in_stage, usual_seconds }) = stuck {
            values.extend([
                Value::Instant(row.updated_at),
                Value::Instant(stage_since),
                Value::Length(seconds_in_stage),
                usual_seconds.map_or(Value::Nothing, Value::Length),
            ]);
        }
        let own = self.values_of(row.id).into_iter().map(|one| match readers {
            CsvReaders::People => one.map(|one| one.said.clone()).into(),
            CsvReaders::Programs => one.map(|one| one.plain.clone()).into(),
        });
        values.extend(own);
        Some(Ok(values))
    }
}

/// The columns of an overview, and how wide a sheet shows each.
const COLUMNS: [(&str, f64); 14] = [
    ("number", 11.0),
    ("title", 48.0),
    ("type", 20.0),
    ("status", 34.0),
    ("created", 17.0),
    ("workflow", 18.0),
    ("customer", 24.0),
    ("requester", 24.0),
    ("holder", 16.0),
    ("holder_name", 24.0),
    ("priority", 12.0),
    ("resolution", 24.0),
    ("due", 17.0),
    ("tags", 24.0),
];

/// What a list of stuck cases has besides.
const STUCK: [(&str, f64); 4] =
    [("updated", 17.0), ("stage_since", 17.0), ("seconds_in_stage", 14.0), ("usual_seconds", 14.0)];

/// How wide a column of a field of the organisation's own is.
const OWN: f64 = 24.0;

/// The priority of a row as people read it; `None` if it is not for the actor.
pub(super) fn priority(row: &CaseSummary, language: &Language) -> Option<String> {
    let code = row.priority_code.as_deref();
    code.map(|code| language.word(&format!("priority.{code}")).into_owned())
}

/// The tags of a row as people read them; `None` if it has none, or they are not for the actor.
fn tags(row: &CaseSummary) -> Option<String> {
    Some(tag_names(row).join(", ")).filter(|names| !names.is_empty())
}

/// The names of the tags of a row; empty if they are not for the actor.
pub(super) fn tag_names(row: &CaseSummary) -> Vec<String> {
    row.tags.as_deref().and_then(|names| serde_json::from_str(names).ok()).unwrap_or_default()
}

/// Refuses orders by what changes: a case that changes during the export would be repeated or missed.
fn sorted_for_export(query: &CasesQuery) -> Result<(), Rejection> {
    match query.sort {
        Sort::Number | Sort::Raised if query.sort_field.is_none() => Ok(()),
        Sort::Number | Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince => {
            let why = "sorted_for_export".into();
            Err(Rejection::field("sort", FieldRule::DoesNotFit { why }))
        }
    }
}
