//! What is kept beside cases and their notes so that they can be found.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::commit::Fold;
use casekit_core::model::{ActorId, Case, CaseId, Note, NoteId, Progress, TagId};
use casekit_core::search::{case_terms, note_terms};
use casekit_core::store::CaseRow;
use casekit_core::work_item::{Exclusion, WorkItems};
use tokio_postgres::Row;
use uuid::Uuid;

use super::beside::{has_terms, optional_texts};
use super::{Checked, Wrong};
use crate::error::{Result, damaged};
use crate::field_key;
use crate::read::case_row;
use crate::totals::NOBODY;
use crate::value::{
    bytes, id, integer, json, micros, optional_plain, optional_signed, path_bytes, plain, signed, unsigned,
    visibility_code,
};

/// A case with what its events make of it.
pub(super) struct Folded {
    pub(super) case: Case,
    pub(super) fold: Fold,
}

/// Checks cases with their notes.
pub(super) fn check(moment: &Checked<'_>, wrong: &mut Wrong, cases: &[Folded]) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = cases.iter().map(|one| one.case.id.0).collect();
    let numbers: Vec<i64> = cases.iter().map(|one| integer(one.case.number.value)).collect();
    notes(moment, wrong, &ids, cases)?;
    columns(moment, wrong, &ids, cases)?;
    let mut excluded = listed(moment, EXCLUSIONS, &numbers, |row| {
        Ok((plain(row, 1)?.to_owned(), plain(row, 2)?.to_owned(), signed(row, 3)?, signed(row, 4)?))
    })?;
    let mut fields = listed(moment, FIELDS, &numbers, |row| {
        Ok((id::<Uuid>(row, 1)?, plain(row, 2)?.to_owned(), plain(row, 3)?.to_owned()))
    })?;
    let mut tags = listed(moment, TAGS, &numbers, |row| id::<TagId>(row, 1))?;
    for Folded { case, .. } in cases {
        let number = integer(case.number.value);
        wrong.unless(
            excluded.remove(&number).unwrap_or_default() == exclusions_of(case),
            "exclusions of cases",
        );
        wrong.unless(fields.remove(&number).unwrap_or_default() == fields_of(case), "fields of cases");
        let has = moment.catalog.tags_in_use(&case.tags);
        wrong.unless(tags.remove(&number).unwrap_or_default() == has, "tags of cases");
    }
    Ok(())
}

const EXCLUSIONS: &str = "SELECT x.number, x.person, x.beside, x.ready, x.for_anyone
    FROM org.case_exclusions x WHERE x.number = ANY($1)";
const FIELDS: &str =
    "SELECT f.number, f.case_type, f.field, f.value FROM org.case_fields f WHERE f.number = ANY($1)";
const TAGS: &str = "SELECT g.number, g.tag FROM org.case_tags g WHERE g.number = ANY($1)";

/// The rows of cases, by number.
fn listed<T: Ord>(
    moment: &Checked<'_>,
    sql: &str,
    numbers: &[i64],
    read: impl Fn(&Row) -> Result<T>,
) -> Result<BTreeMap<i64, BTreeSet<T>>> {
    let mut all: BTreeMap<i64, BTreeSet<T>> = BTreeMap::new();
    for row in moment.connection.query(sql, [numbers.to_vec().into()])? {
        all.entry(signed(&row, 0)?).or_default().insert(read(&row)?);
    }
    Ok(all)
}

fn exclusions_of(case: &Case) -> BTreeSet<(String, String, i64, i64)> {
    let row = |one: Exclusion| {
        let beside = one.beside.as_ref().map_or(NOBODY, ActorId::as_str);
        (one.person.as_str().to_owned(), beside.to_owned(), one.left.ready.into(), one.left.for_anyone.into())
    };
    WorkItems::of(case).exclusions.into_iter().map(row).collect()
}

fn fields_of(case: &Case) -> BTreeSet<(Uuid, String, String)> {
    let rows = case.fields.iter().flat_map(|(field, kept)| {
        let row = |key| (case.case_type.0, field.as_str().to_owned(), field_key::stored(&key));
        kept.keys().into_iter().map(row)
    });
    rows.collect()
}

/// Checks the rows of lists, and the entries of the search.
fn columns(moment: &Checked<'_>, wrong: &mut Wrong, ids: &[Uuid], cases: &[Folded]) -> Result<()> {
    let sql = format!(
        "SELECT {}, c.entry, c.outcome, c.failure_code, c.failure_setting, c.ready, c.for_anyone, c.due_task, c.due_task_at,
            c.wakes_at, tsvector_to_array(s.terms)
        FROM {} LEFT JOIN org.search s ON s.id = c.entry * 2 AND s.case_id = c.id AND s.note IS NULL WHERE c.id = ANY($1)",
        case_row::COLUMNS,
        case_row::FROM
    );
    let rows = moment.connection.query(&sql, [ids.to_vec().into()])?;
    let mut kept: BTreeMap<Uuid, &Row> = BTreeMap::new();
    for row in &rows {
        kept.insert(id(row, 0)?, row);
    }
    for Folded { case, fold } in cases {
        (moment.proceed)()?;
        let Some(row) = kept.get(&case.id.0) else {
            wrong.unless(false, "columns of cases");
            continue;
        };
        // The name is a column of the customer, and checked there.
        let shown = case_row::read(row)?;
        let name = shown.customer_name.clone();
        let made = CaseRow::of(case, name.as_ref());
        wrong.unless(
            shown == made && Beside::kept(row)? == Beside::of(case, fold.first()),
            "columns of cases",
        );
        let terms: Option<Vec<String>> = optional_texts(row, case_row::WIDTH + 9)?;
        wrong.unless(
            terms.is_some_and(|terms| has_terms(terms, &case_terms(case, name.as_ref()))),
            "entries of the search",
        );
    }
    Ok(())
}

/// What a case is found by and lists do not show.
#[derive(PartialEq, Eq)]
struct Beside {
    entry: u64,
    outcome: Option<String>,
    failure: (Option<String>, Option<String>),
    waiting: (i64, i64),
    due_task: (Option<i64>, Option<i64>),
    wakes_at: Option<i64>,
}

impl Beside {
    fn of(case: &Case, entry: u64) -> Self {
        let progress = case.progress.as_deref();
        let failure = progress.and_then(Progress::present_failure);
        let due_task = progress.and_then(Progress::due_task);
        let waiting = WorkItems::of(case).waiting;
        Self {
            entry,
            outcome: progress
                .and_then(|one| one.outcome.as_ref())
                .map(|outcome| outcome.kind().code().to_owned()),
            failure: (failure.map(|one| one.code.clone()), failure.and_then(|one| one.setting.clone())),
            waiting: (waiting.ready.into(), waiting.for_anyone.into()),
            due_task: (due_task.map(|(task, _)| task.code().into()), due_task.map(|(_, at)| micros(at))),
            wakes_at: case.clock.wakes_at().map(micros),
        }
    }

    /// What is kept, in the columns behind those of a row.
    fn kept(row: &Row) -> Result<Self> {
        let at = |column: usize| case_row::WIDTH + column;
        let text = |column| Ok(optional_plain(row, at(column))?.map(str::to_owned));
        Ok(Self {
            entry: unsigned(row, at(0))?,
            outcome: text(1)?,
            failure: (text(2)?, text(3)?),
            waiting: (signed(row, at(4))?, signed(row, at(5))?),
            due_task: (optional_signed(row, at(6))?, optional_signed(row, at(7))?),
            wakes_at: optional_signed(row, at(8))?,
        })
    }
}

/// Checks that the notes of cases are those that the events made, each where lists and the search look for it.
fn notes(moment: &Checked<'_>, wrong: &mut Wrong, ids: &[Uuid], cases: &[Folded]) -> Result<()> {
    const SQL: &str = "SELECT n.id, n.entry, n.case_id, n.path, n.visibility, n.body, tsvector_to_array(s.terms)
        FROM org.notes n LEFT JOIN org.search s ON s.id = n.entry * 2 + 1 AND s.note = n.id WHERE n.case_id = ANY($1)";
    let made = cases.iter().flat_map(|one| one.fold.notes());
    let mut made: BTreeMap<NoteId, &(Note, u64)> = made.map(|(id, one)| (*id, one)).collect();
    for row in moment.connection.query(SQL, [ids.to_vec().into()])? {
        (moment.proceed)()?;
        let note: Note = json(&row, 5)?;
        let Some((made, entry)) = made.remove(&id(&row, 0)?) else { return Err(damaged("notes")) };
        if *made != note || unsigned(&row, 1)? != *entry {
            return Err(damaged("notes"));
        }
        let is_found = id::<CaseId>(&row, 2)? == note.case
            && bytes(&row, 3)? == path_bytes(&note.path)
            && signed(&row, 4)? == i64::from(visibility_code(note.visibility));
        if !is_found {
            return Err(damaged("notes"));
        }
        let agrees = match (optional_texts(&row, 6)?, note_terms(&note)) {
            (Some(kept), Some(made)) => has_terms(kept, &made),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        wrong.unless(agrees, "entries of the search");
    }
    if made.is_empty() { Ok(()) } else { Err(damaged("notes")) }
}
