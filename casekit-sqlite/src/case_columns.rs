//! The columns of a case, defined once: how each is written, and how cases and rows of lists are read from them.
//!
//! A new field of a case gets a line in [`WRITTEN`], a name in [`of_case`] and, if lists show it, in [`ROW`]; it is
//! read in the order of these names. A field that only the page of a case shows, and by which nothing is found, needs
//! no column: it can go to [`rest`](crate::rest).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use casekit_core::model::{ActorId, Case, CaseClock, CaseNumber, Holder, Status, StepStates, Timestamp};
use casekit_core::store::CaseRow;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row};

use crate::error::{Result, fault, unreadable};
use crate::keys::Keys;
use crate::known::{Known, NOBODY};
use crate::rest::Rest;
use crate::stays;
use crate::value::{
    id, instant, micros, optional_id, optional_instant, optional_json, optional_signed, optional_text,
    shared, signed, text, unsigned,
};
use crate::workflow_columns;

/// A column whose value is made from the case.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// Whether its value differs between two states of a case.
    pub(crate) differs: fn(&Case, &Case) -> bool,
    pub(crate) value: for<'a> fn(&'a Case, &Keys<'_>) -> Result<ToSqlOutput<'a>>,
}

/// `name: the part of the case that it depends on => the value that is written`.
macro_rules! columns {
    (|$case:ident, $keys:ident| $($name:ident: $of:expr => $value:expr,)*) => {
        [$(Column {
            name: stringify!($name),
            differs: |before, after| {
                let $case = before;
                let was = &$of;
                let $case = after;
                *was != $of
            },
            #[allow(unused_variables, reason = "few columns hold keys")]
            value: |$case, $keys| Ok($value),
        },)*]
    };
}

/// The columns, in the order of `INSERT`.
pub(crate) const WRITTEN: [Column; 16] = columns! { |case, keys|
    prefix: case.number.prefix => written(&case.number.prefix),
    place: (case.case_type, &case.stage, case.category, case.team, case.priority, case.resolution_code()) => owned(keys.place(case)?.key),
    type_version: case.type_version => owned(case.type_version),
    holder: case.holder_id() => owned(keys.holder(case)?),
    held_since: case.holder => owned(case.holder.as_ref().map(|holder| micros(holder.since))),
    customer: case.customer => owned(keys.customer(case)?),
    raised_by: case.raised_by => owned(keys.person(&case.raised_by)?),
    raised_for: case.raised_for => owned(keys.optional_person(case.raised_for.as_ref())?),
    raised_at: case.raised_at => owned(micros(case.raised_at)),
    stage_since: case.stage_since => owned(micros(case.stage_since)),
    updated_at: case.updated_at => owned(micros(case.updated_at)),
    resolved_at: case.resolved_at => owned(case.resolved_at.map(micros)),
    closed_at: case.closed_at => owned(case.closed_at.map(micros)),
    reopened: case.reopened => owned(case.reopened),
    notes: case.notes => owned(case.notes),
    title: case.title => written(case.title.as_str()),
};

fn owned(value: impl Into<Value>) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(value.into())
}

fn written(text: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
}

/// Inserts a case: what only its row has, then [`WRITTEN`], then the columns of its workflow.
pub(crate) static INSERT: LazyLock<String> = LazyLock::new(|| {
    let written: Vec<&str> = WRITTEN.iter().map(|column| column.name).collect();
    let columns =
        format!("number, id, revision, hash, entry, {}, {}", written.join(", "), workflow_columns::COLUMNS);
    let places = vec!["?"; columns.split(',').count()].join(", ");
    format!("INSERT INTO cases ({columns}) VALUES ({places})")
});

/// Selects the columns of a case `c`, its body `b` and its customer `k`, in the order in which [`case`] reads them. The stages
/// that it left come in the order of the only key of their table: to ask for the order would cost half a look-up.
macro_rules! of_case {
    () => {
        "c.id, c.revision, c.prefix, c.number, c.place, c.type_version, c.title, b.description, k.id, c.holder,
        c.held_since, c.raised_by, c.raised_for, c.raised_at, c.stage_since, c.updated_at, c.resolved_at, c.closed_at, c.reopened,
        c.notes, b.rest,
        (SELECT '[' || group_concat(s.stay) || ']' FROM case_stays s WHERE s.number = c.number)"
    };
    ($first:literal, $rest:literal) => {
        concat!("SELECT ", $first, $crate::case_columns::of_case!(), " ", $rest)
    };
}

pub(crate) use of_case;

/// Reads a case whose columns begin at `first`; `None` if an outer join found none.
pub(crate) fn case(
    connection: &Connection,
    known: &Known,
    row: &Row<'_>,
    first: usize,
) -> Result<Option<Case>> {
    let mut next = columns_from(first);
    let Some(id) = optional_id(row, next())? else { return Ok(None) };
    let revision = unsigned(row, next())?;
    let number = CaseNumber { prefix: shared(row, next())?, value: unsigned(row, next())? };
    let (place, _) = known.place(connection, signed(row, next())?)?;
    let mut case = Case {
        id,
        revision,
        number,
        case_type: place.case_type,
        stage: place.stage.clone(),
        category: place.category()?,
        team: place.team,
        priority: place.priority,
        type_version: row.get(next()).map_err(fault)?,
        title: text(row, next())?,
        description: optional_text(row, next())?,
        customer: optional_id(row, next())?,
        holder: held(person(connection, known, row, next())?, optional_instant(row, next())?)?,
        raised_by: person(connection, known, row, next())?.ok_or_else(unreadable)?,
        raised_for: person(connection, known, row, next())?,
        raised_at: instant(row, next())?,
        stage_since: instant(row, next())?,
        updated_at: instant(row, next())?,
        resolved_at: optional_instant(row, next())?,
        closed_at: optional_instant(row, next())?,
        reopened: row.get(next()).map_err(fault)?,
        notes: row.get(next()).map_err(fault)?,
        request: None,
        intake: None,
        imported_by: None,
        progress: None,
        clock: CaseClock::default(),
        resolution: None,
        fields: BTreeMap::new(),
        tags: BTreeSet::new(),
    };
    let rest: Rest = optional_json(row, next())?.unwrap_or_default();
    (case.request, case.intake, case.progress) = (rest.request, rest.intake, rest.progress);
    (case.imported_by, case.clock) = (rest.imported_by, rest.clock);
    case.clock.stays = stays::read(row, next())?;
    (case.fields, case.tags) = (rest.fields, rest.tags);
    // One without the other is damage.
    case.resolution = match (place.resolution.clone(), rest.resolution) {
        (Some(code), Some(resolved)) => Some(Box::new(resolved.with(code))),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(unreadable()),
    };
    Ok(Some(case))
}

/// Reads a case that must be there; `Corrupt` if it is not.
pub(crate) fn whole(connection: &Connection, known: &Known, row: &Row<'_>, first: usize) -> Result<Case> {
    case(connection, known, row, first)?.ok_or_else(unreadable)
}

/// Counts columns, so that inserting one changes no other line.
fn columns_from(first: usize) -> impl FnMut() -> usize {
    let mut column = first;
    move || {
        column += 1;
        column - 1
    }
}

fn person(connection: &Connection, known: &Known, row: &Row<'_>, column: usize) -> Result<Option<ActorId>> {
    let key = optional_signed(row, column)?.filter(|key| *key != NOBODY);
    key.map(|key| known.person(connection, key)).transpose()
}

fn held(by: Option<ActorId>, since: Option<Timestamp>) -> Result<Option<Holder>> {
    by.map(|by| Ok(Holder { by, since: since.ok_or_else(unreadable)? })).transpose()
}

/// The states of steps, as they were written.
fn states(row: &Row<'_>, column: usize) -> Result<Option<StepStates>> {
    let value = row.get_ref(column).map_err(fault)?;
    let Some(written) = value.as_str_or_null().map_err(|_| unreadable())? else { return Ok(None) };
    Ok(Some(StepStates::read(written).ok_or_else(unreadable)?))
}

/// The columns of a case `c` and its customer `k`, in the order in which [`Rows::row`] reads them.
pub(crate) const ROW: &str =
    "c.id, c.revision, c.prefix, c.number, c.place, c.title, k.id, k.name, c.requester, c.holder,
    c.raised_by, c.raised_at, c.stage_since, c.updated_at, c.resolved_at, c.closed_at, c.due_at, c.warn_at, c.fields, c.tags, c.workflow,
    c.status, c.steps, c.failure";

/// How many columns `ROW` names; columns after them begin at this index.
pub(crate) const ROW_WIDTH: usize = {
    let (mut rest, mut width) = (ROW.as_bytes(), 1);
    while let [byte, after @ ..] = rest {
        width += (*byte == b',') as usize;
        rest = after;
    }
    width
};

/// Joins the customer `k` to a case `c`.
pub(crate) const CUSTOMER: &str = " LEFT JOIN customers k ON k.key = c.customer";

/// Reads the rows of a page.
pub(crate) struct Rows<'a> {
    connection: &'a Connection,
    known: &'a Known,
    /// Statuses that were parsed for this page. Most rows have the status of an earlier one, and parsing it is half the
    /// cost of a row.
    statuses: RefCell<Vec<(String, Arc<Status>)>>,
    /// The prefix of the last row; nearly all rows have the same.
    prefix: RefCell<Arc<str>>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(connection: &'a Connection, known: &'a Known) -> Self {
        Self { connection, known, statuses: RefCell::default(), prefix: RefCell::default() }
    }

    /// Reads a row whose first columns are [`ROW`].
    pub(crate) fn row(&self, row: &Row<'_>) -> Result<CaseRow> {
        let mut next = columns_from(0);
        let (id, revision) = (id(row, next())?, unsigned(row, next())?);
        let number = CaseNumber { prefix: self.prefix(row, next())?, value: unsigned(row, next())? };
        let (place, _) = self.known.place(self.connection, signed(row, next())?)?;
        let mut found = CaseRow {
            id,
            revision,
            number,
            case_type: place.case_type,
            stage: place.stage.clone(),
            category: place.category()?,
            team: place.team,
            priority: place.priority,
            resolution: place.resolution.clone(),
            title: text(row, next())?,
            customer: optional_id(row, next())?,
            customer_name: optional_text(row, next())?,
            requester: optional_text(row, next())?,
            holder: person(self.connection, self.known, row, next())?,
            raised_by: person(self.connection, self.known, row, next())?.ok_or_else(unreadable)?,
            raised_at: instant(row, next())?,
            stage_since: instant(row, next())?,
            updated_at: instant(row, next())?,
            resolved_at: optional_instant(row, next())?,
            closed_at: optional_instant(row, next())?,
            due_at: optional_instant(row, next())?,
            warn_at: optional_instant(row, next())?,
            fields: optional_json(row, next())?.unwrap_or_default(),
            tags: optional_json(row, next())?.unwrap_or_default(),
            workflow: optional_id(row, next())?,
            status: None,
            steps: None,
            failure: None,
            pending: false,
        };
        // Most cases have no workflow, and then no status and no failure.
        if found.workflow.is_some() {
            found.status = self.status(row, next())?;
            found.steps = states(row, next())?;
            found.failure = optional_json(row, next())?;
        }
        Ok(found)
    }

    fn prefix(&self, row: &Row<'_>, column: usize) -> Result<Arc<str>> {
        let written = row.get_ref(column).map_err(fault)?.as_bytes().map_err(|_| unreadable())?;
        let mut prefix = self.prefix.borrow_mut();
        if prefix.as_bytes() != written {
            *prefix = std::str::from_utf8(written).map_err(|_| unreadable())?.into();
        }
        Ok(Arc::clone(&prefix))
    }

    fn status(&self, row: &Row<'_>, column: usize) -> Result<Option<Arc<Status>>> {
        /// How many statuses are kept. They are compared one by one, so there should be few.
        const KEPT: usize = 16;
        let value = row.get_ref(column).map_err(fault)?;
        let Some(written) = value.as_str_or_null().map_err(|_| unreadable())? else { return Ok(None) };
        let mut statuses = self.statuses.borrow_mut();
        if let Some((_, status)) = statuses.iter().find(|(known, _)| known == written) {
            return Ok(Some(Arc::clone(status)));
        }
        let status = optional_json(row, column)?.map(Arc::new);
        if statuses.len() < KEPT {
            statuses.extend(status.clone().map(|status| (written.to_owned(), status)));
        }
        Ok(status)
    }
}
