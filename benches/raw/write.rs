//! One change, one transaction.

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::durations::{Durations, Times};
use super::event::{Code, Header, NoteAdded, Nothing, Raised, Said, StageChanged, Titled, Trail, append};
use super::find::{self, Entry, terms};
use super::totals::{Group, Totals};
use super::{ACTOR, DECIDE, Id, RELEASE, REVOKE, Raw, begin, fresh, now, parts, place};
use crate::timing::Outcome;
use crate::world::{IN_PROGRESS, INVOICES, LETTERS, OPEN, REQUESTED};

/// A case to be raised now.
pub(crate) struct New<'a> {
    pub(crate) kind: usize,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) customer: Option<Id>,
    /// Of its fields, in their order; such a case has the tag too.
    pub(crate) values: &'a [String],
}

/// The key of the tag.
const TAG: i64 = 1;

/// A case as it stands before a change.
pub(super) struct Before {
    pub(super) trail: Trail,
    pub(super) group: Group,
    pub(super) times: Times,
    notes: i64,
}

/// What a note is added to.
enum To {
    Case(Id),
    Note(Id),
}

impl Raw {
    pub(crate) fn raise(&mut self, new: &New<'_>) -> Outcome<Id> {
        let (id, at) = (fresh()?, now());
        let Self { connection, known, .. } = self;
        let change = begin(connection)?;
        let place = place(new.kind, OPEN);
        let ready = match new.kind {
            LETTERS => RELEASE,
            INVOICES => REVOKE,
            REQUESTED => DECIDE,
            _ => 0,
        };
        let group = Group { place, holder: 0, ready };
        let mut trail = next(&change)?;
        let (customer, name) = customer(&change, new.customer)?;
        let header = Header { at, actor: ACTOR, imported_by: None };
        let entry = trail.position;
        let facts = Raised { number: trail.number, case_type: new.kind, stage: OPEN, customer };
        append(
            &change,
            &mut trail,
            header,
            Code::Raised,
            &facts,
            Some(&titled(new.title, new.description)?),
        )?;
        if !new.values.is_empty() {
            append(&change, &mut trail, header, Code::FieldsChanged, &new.values, None)?;
            append(&change, &mut trail, header, Code::Tagged, &TAG, None)?;
        }
        if ready != 0 {
            append(&change, &mut trail, header, Code::WorkflowStarted, &Nothing {}, None)?;
            let mut step = change.prepare_cached("INSERT INTO steps (number, step) VALUES (?1, ?2)")?;
            for place in 0..if ready == DECIDE { 3 } else { 1 } {
                step.execute(params![trail.number, place])?;
            }
        }
        let row = NewRow {
            id,
            trail: &trail,
            group,
            held_since: None,
            customer,
            raised_by: ACTOR,
            times: Times::new(at),
            updated_at: at,
            notes: 0,
            entry,
            title: new.title,
            description: new.description,
            rest: own(new.values)?,
        };
        row.insert(&change)?;
        let mut totals = Totals::default();
        totals.moved(None, group);
        if !new.values.is_empty() {
            found_by(&change, trail.number, new.values)?;
            totals.tagged(TAG, place);
        }
        totals.write(&change)?;
        let terms = terms(&format!("{}\n{}\n{name}", new.title, new.description));
        find::write(&change, known, &[Entry { position: entry, is_note: false, terms }])?;
        change.commit()?;
        Ok(id)
    }

    /// Adds a note to a case.
    pub(crate) fn note(&mut self, case: Id, text: &str) -> Outcome<Id> {
        self.add(To::Case(case), text)
    }

    /// Answers a note.
    pub(crate) fn reply(&mut self, to: Id, text: &str) -> Outcome<Id> {
        self.add(To::Note(to), text)
    }

    fn add(&mut self, to: To, text: &str) -> Outcome<Id> {
        const PARENT: &str =
            "SELECT n.path, c.id FROM notes n JOIN cases c ON c.number = n.number WHERE n.id = ?1";
        const CASE: &str =
            "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, notes = ?5 WHERE number = ?1";
        let (id, at) = (fresh()?, now());
        let Self { connection, known, .. } = self;
        let change = begin(connection)?;
        let (mut path, case, parent): (Vec<u8>, Id, Option<Id>) = match to {
            To::Case(case) => (Vec::new(), case, None),
            To::Note(note) => {
                let above = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, Some(note)));
                change.prepare_cached(PARENT)?.query_row([note], above)?
            }
        };
        let Before { mut trail, notes, .. } = before(&change, case)?;
        path.extend(u32::try_from(notes + 1)?.to_be_bytes());
        let entry = trail.position;
        let header = Header { at, actor: ACTOR, imported_by: None };
        let facts = NoteAdded { note: uuid::Uuid::from_bytes(id), path: places(&path), visibility: 0 };
        append(&change, &mut trail, header, Code::NoteAdded, &facts, Some(&said(text)?))?;
        let row = params![trail.number, trail.revision, trail.hash, at, notes + 1];
        change.prepare_cached(CASE)?.execute(row)?;
        let note = NewNote { entry, id, number: trail.number, path: &path, parent, author: ACTOR, at, text };
        note.insert(&change)?;
        let entry = Entry { position: entry, is_note: true, terms: terms(text) };
        find::write(&change, known, &[entry])?;
        change.commit()?;
        Ok(id)
    }

    /// Gives a field another value.
    pub(crate) fn edit_field(&mut self, case: Id, field: usize, value: &str) -> Outcome {
        const CASE: &str = "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4 WHERE number = ?1";
        const REST: &str = "SELECT rest FROM case_bodies WHERE number = ?1";
        const PUT: &str = "UPDATE case_bodies SET rest = ?2 WHERE number = ?1";
        const DROP: &str = "DELETE FROM case_fields WHERE field = ?1 AND value = ?2 AND number = ?3";
        let at = now();
        let change = begin(&mut self.connection)?;
        let Before { mut trail, .. } = before(&change, case)?;
        let number = trail.number;
        let rest: String = change.prepare_cached(REST)?.query_row([number], |row| row.get(0))?;
        let mut own: Own = serde_json::from_str(&rest)?;
        let kept = own.fields.get_mut(field).ok_or("no such field")?;
        let former = std::mem::replace(kept, value.to_owned());
        let header = Header { at, actor: ACTOR, imported_by: None };
        append(&change, &mut trail, header, Code::FieldsChanged, &(field, &former, value), None)?;
        change.prepare_cached(CASE)?.execute(params![number, trail.revision, trail.hash, at])?;
        change.prepare_cached(PUT)?.execute(params![number, serde_json::to_string(&own)?])?;
        change.prepare_cached(DROP)?.execute(params![field as i64, former, number])?;
        change.prepare_cached(FOUND_BY)?.execute(params![field as i64, value, number])?;
        Ok(change.commit()?)
    }

    /// Moves a case to another stage of its type.
    pub(crate) fn stage(&mut self, case: Id, to: usize) -> Outcome {
        let at = now();
        let change = begin(&mut self.connection)?;
        let Before { mut trail, group, times, .. } = before(&change, case)?;
        let (kind, from) = parts(group.place);
        if from == to {
            return Ok(());
        }
        let header = Header { at, actor: ACTOR, imported_by: None };
        append(&change, &mut trail, header, Code::StageChanged, &StageChanged { from, to }, None)?;
        const CASE: &str =
            "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, place = ?5, reopened = reopened + ?6,
            stage_since = ?4, resolved_at = ?7, closed_at = ?8 WHERE number = ?1";
        let moved = Group { place: place(kind, to), ..group };
        let reopened = i64::from(from > IN_PROGRESS && to <= IN_PROGRESS);
        let mut durations = Durations::default();
        let Times { resolved_at, closed_at, .. } = durations.moved(group.place, to, times, at);
        let row = params![
            trail.number,
            trail.revision,
            trail.hash,
            at,
            moved.place,
            reopened,
            resolved_at,
            closed_at
        ];
        change.prepare_cached(CASE)?.execute(row)?;
        let mut totals = Totals::default();
        totals.moved(Some(group), moved);
        totals.write(&change)?;
        durations.write(&change)?;
        Ok(change.commit()?)
    }

    /// Takes a case that nobody holds; an open one moves into progress.
    pub(crate) fn take(&mut self, case: Id) -> Outcome {
        let at = now();
        let change = begin(&mut self.connection)?;
        let Before { mut trail, group, mut times, .. } = before(&change, case)?;
        if group.holder != 0 {
            return Err("somebody holds it".into());
        }
        let header = Header { at, actor: ACTOR, imported_by: None };
        append(&change, &mut trail, header, Code::Taken, &Nothing {}, None)?;
        let (kind, from) = parts(group.place);
        let mut moved = Group { holder: ACTOR, ..group };
        let mut durations = Durations::default();
        if from == OPEN {
            times = durations.moved(group.place, IN_PROGRESS, times, at);
            moved.place = place(kind, IN_PROGRESS);
            let facts = StageChanged { from, to: IN_PROGRESS };
            append(&change, &mut trail, header, Code::StageChanged, &facts, None)?;
        }
        const CASE: &str =
            "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, place = ?5, holder = ?6,
            held_since = ?4, stage_since = ?7 WHERE number = ?1";
        let row =
            params![trail.number, trail.revision, trail.hash, at, moved.place, ACTOR, times.stage_since];
        change.prepare_cached(CASE)?.execute(row)?;
        let mut totals = Totals::default();
        totals.moved(Some(group), moved);
        totals.write(&change)?;
        durations.write(&change)?;
        Ok(change.commit()?)
    }
}

/// What only the screen of a case shows of it.
#[derive(Serialize, Deserialize)]
struct Own {
    fields: Vec<String>,
    tags: Vec<i64>,
}

fn own(values: &[String]) -> Outcome<Option<String>> {
    let own = Own { fields: values.to_vec(), tags: vec![TAG] };
    Ok(if values.is_empty() { None } else { Some(serde_json::to_string(&own)?) })
}

const FOUND_BY: &str = "INSERT INTO case_fields (field, value, number) VALUES (?1, ?2, ?3)";

/// Lets a case be found by its fields and its tag.
fn found_by(change: &Transaction<'_>, number: i64, values: &[String]) -> Outcome {
    for (field, value) in values.iter().enumerate() {
        change.prepare_cached(FOUND_BY)?.execute(params![field as i64, value, number])?;
    }
    let tag = "INSERT INTO case_tags (tag, number) VALUES (?1, ?2)";
    change.prepare_cached(tag)?.execute([TAG, number])?;
    Ok(())
}

/// How a case stands, in one statement.
pub(super) fn before(change: &Transaction<'_>, id: Id) -> Outcome<Before> {
    const SQL: &str = "SELECT number, revision, hash, place, holder, ready, notes,
        (SELECT coalesce(max(position), 0) + 1 FROM events), raised_at, stage_since, resolved_at, closed_at
        FROM cases WHERE id = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Before {
            trail: Trail {
                number: row.get(0)?,
                revision: row.get(1)?,
                hash: row.get(2)?,
                position: row.get(7)?,
            },
            group: Group { place: row.get(3)?, holder: row.get(4)?, ready: row.get(5)? },
            notes: row.get(6)?,
            times: Times {
                raised_at: row.get(8)?,
                stage_since: row.get(9)?,
                resolved_at: row.get(10)?,
                closed_at: row.get(11)?,
            },
        })
    };
    Ok(change.prepare_cached(SQL)?.query_row([id], read)?)
}

/// Where a new case goes.
pub(super) fn next(change: &Transaction<'_>) -> Outcome<Trail> {
    const SQL: &str = "SELECT (SELECT coalesce(max(position), 0) + 1 FROM events),
        (SELECT coalesce(max(number), 0) + 1 FROM cases)";
    let trail = |row: &rusqlite::Row<'_>| {
        Ok(Trail { number: row.get(1)?, revision: 0, hash: [0; 32], position: row.get(0)? })
    };
    Ok(change.prepare_cached(SQL)?.query_row((), trail)?)
}

/// The key and the name of a customer.
pub(super) fn customer(change: &Transaction<'_>, id: Option<Id>) -> Outcome<(Option<i64>, String)> {
    let Some(id) = id else { return Ok((None, String::new())) };
    let mut found = change.prepare_cached("SELECT key, name FROM customers WHERE id = ?1")?;
    Ok(found.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A row of `cases` with its body.
pub(super) struct NewRow<'a> {
    pub(super) id: Id,
    pub(super) trail: &'a Trail,
    pub(super) group: Group,
    pub(super) held_since: Option<i64>,
    pub(super) customer: Option<i64>,
    pub(super) raised_by: i64,
    pub(super) times: Times,
    pub(super) updated_at: i64,
    pub(super) notes: i64,
    pub(super) entry: i64,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) rest: Option<String>,
}

impl NewRow<'_> {
    pub(super) fn insert(&self, change: &Transaction<'_>) -> Outcome {
        const CASE: &str =
            "INSERT INTO cases (number, id, revision, hash, place, holder, held_since, customer,
            raised_by, raised_at, updated_at, reopened, notes, entry, workflow, ready, status, title,
            stage_since, resolved_at, closed_at, tags)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
        let Self { trail, group, .. } = self;
        let workflow = (group.ready != 0).then(|| parts(group.place).0 as i64);
        let row = params![
            trail.number,
            self.id,
            trail.revision,
            trail.hash,
            group.place,
            group.holder,
            self.held_since,
            self.customer,
            self.raised_by,
            self.times.raised_at,
            self.updated_at,
            self.notes,
            self.entry,
            workflow,
            group.ready,
            i64::from(workflow.is_some()),
            self.title,
            self.times.stage_since,
            self.times.resolved_at,
            self.times.closed_at,
            self.rest.as_ref().map(|_| "[1]"),
        ];
        change.prepare_cached(CASE)?.execute(row)?;
        let body = "INSERT INTO case_bodies (number, description, rest) VALUES (?1, ?2, ?3)";
        change.prepare_cached(body)?.execute(params![trail.number, self.description, self.rest])?;
        Ok(())
    }
}

/// A row of `notes`.
pub(super) struct NewNote<'a> {
    pub(super) entry: i64,
    pub(super) id: Id,
    pub(super) number: i64,
    pub(super) path: &'a [u8],
    pub(super) parent: Option<Id>,
    pub(super) author: i64,
    pub(super) at: i64,
    pub(super) text: &'a str,
}

impl NewNote<'_> {
    pub(super) fn insert(&self, change: &Transaction<'_>) -> Outcome {
        const SQL: &str =
            "INSERT INTO notes (entry, id, number, path, parent, visibility, author, added_at, edits, text)
            VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, 0, ?8)";
        let Self { entry, id, number, path, parent, author, at, text } = *self;
        change.prepare_cached(SQL)?.execute(params![entry, id, number, path, parent, author, at, text])?;
        Ok(())
    }
}

pub(super) fn titled(title: &str, description: &str) -> Outcome<String> {
    Ok(serde_json::to_string(&Titled { title: title.into(), description: description.into() })?)
}

pub(super) fn said(text: &str) -> Outcome<String> {
    Ok(serde_json::to_string(&Said { text: text.into() })?)
}

/// A path as numbers.
pub(super) fn places(path: &[u8]) -> Vec<u32> {
    path.chunks_exact(4).map(|four| four.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))).collect()
}
