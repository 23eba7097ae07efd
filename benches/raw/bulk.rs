//! An import: each case's last state once, and totals, search and words at the end of each transaction.

use rusqlite::params;

use super::durations::{Durations, Times};
use super::event::{Code, Header, NoteAdded, Nothing, Raised, StageChanged, append};
use super::find::{self, Entry, terms};
use super::totals::{Group, Totals};
use super::write::{NewNote, NewRow, customer, next, said, titled};
use super::{ACTOR, Id, Raw, begin, fresh, key_of, place};
use crate::timing::Outcome;
use crate::world::{IN_PROGRESS, OPEN, Told, What};

/// Cases in a transaction, as many as casekit takes.
const CHUNK: usize = 500;

impl Raw {
    /// Cases with what happened to them. A reference that is there already is refused.
    pub(crate) fn import(&mut self, told: &[&Told], customers: &[Id]) -> Outcome<Vec<Id>> {
        let mut ids = Vec::with_capacity(told.len());
        let Self { connection, known, .. } = self;
        for chunk in told.chunks(CHUNK) {
            let change = begin(connection)?;
            let mut bulk = Bulk {
                trail: next(&change)?,
                change,
                totals: Totals::default(),
                durations: Durations::default(),
                entries: Vec::new(),
            };
            for one in chunk {
                ids.push(bulk.enter(one, customers.get(one.customer).copied())?);
            }
            let Bulk { change, totals, durations, entries, .. } = bulk;
            totals.write(&change)?;
            durations.write(&change)?;
            find::write(&change, known, &entries)?;
            change.commit()?;
        }
        Ok(ids)
    }
}

struct Bulk<'a> {
    change: rusqlite::Transaction<'a>,
    trail: super::event::Trail,
    totals: Totals,
    durations: Durations,
    entries: Vec<Entry>,
}

impl Bulk<'_> {
    fn enter(&mut self, told: &Told, of: Option<Id>) -> Outcome<Id> {
        let Self { change, trail, totals, durations, entries } = self;
        let id = fresh()?;
        let (number, entry) = (trail.number, trail.position);
        let (customer, name) = customer(change, of)?;
        let claim = r#"INSERT INTO "references" (value, number) VALUES (?1, ?2)"#;
        change.prepare_cached(claim)?.execute(params![format!("log {}", told.place), number])?;
        let header = |by: usize, at| Header { at, actor: key_of(by), imported_by: Some(ACTOR) };
        let facts = Raised { number, case_type: told.kind, stage: OPEN, customer };
        let personal = titled(&told.title, &told.description)?;
        append(change, trail, header(told.by, told.at), Code::Raised, &facts, Some(&personal))?;
        let (mut stage, mut held, mut notes, mut updated_at) = (OPEN, None, 0_u32, told.at);
        let mut times = Times::new(told.at);
        for past in &told.past {
            let header = header(past.by, past.at);
            updated_at = past.at;
            match &past.what {
                What::Note(text) => {
                    notes += 1;
                    let (note, entry, path) = (fresh()?, trail.position, notes.to_be_bytes());
                    let facts =
                        NoteAdded { note: uuid::Uuid::from_bytes(note), path: vec![notes], visibility: 0 };
                    append(change, trail, header, Code::NoteAdded, &facts, Some(&said(text)?))?;
                    let row = NewNote {
                        entry,
                        id: note,
                        number,
                        path: &path,
                        parent: None,
                        author: header.actor,
                        at: past.at,
                        text,
                    };
                    row.insert(change)?;
                    entries.push(Entry { position: entry, is_note: true, terms: terms(text) });
                }
                What::Taken => {
                    held = Some((header.actor, past.at));
                    append(change, trail, header, Code::Taken, &Nothing {}, None)?;
                    if stage == OPEN {
                        times = durations.moved(place(told.kind, OPEN), IN_PROGRESS, times, past.at);
                        stage = IN_PROGRESS;
                        let facts = StageChanged { from: OPEN, to: IN_PROGRESS };
                        append(change, trail, header, Code::StageChanged, &facts, None)?;
                    }
                }
                What::Stage(to) => {
                    let facts = StageChanged { from: stage, to: *to };
                    append(change, trail, header, Code::StageChanged, &facts, None)?;
                    times = durations.moved(place(told.kind, stage), *to, times, past.at);
                    stage = *to;
                }
            }
        }
        let holder = held.map_or(0, |(holder, _)| holder);
        let group = Group { place: place(told.kind, stage), holder, ready: 0 };
        let row = NewRow {
            id,
            trail,
            group,
            held_since: held.map(|(_, since)| since),
            customer,
            raised_by: key_of(told.by),
            times,
            updated_at,
            notes: notes.into(),
            entry,
            title: &told.title,
            description: &told.description,
            rest: None,
        };
        row.insert(change)?;
        totals.moved(None, group);
        let terms = terms(&format!("{}\n{}\n{name}", told.title, told.description));
        entries.push(Entry { position: entry, is_note: false, terms });
        trail.number += 1;
        trail.revision = 0;
        trail.hash = [0; 32];
        Ok(id)
    }
}
