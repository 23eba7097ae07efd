//! Checking each stream: its state, its head and its notes against the fold of its events.

use casekit_core::commit::{Digest, Fold, StoredEvent};
use casekit_core::model::{State, StreamId, Timestamp};
use casekit_core::store::EventQuery;

use super::{Checked, Wrong, beside, cases};
use crate::connection::Connection;
use crate::error::{Result, damaged};
use crate::read::events;
use crate::read::part::Part;
use crate::value::{digest, instant, json, stream, unsigned};

/// The most streams that are looked at together.
const AT_ONCE: u32 = 200;

/// Checks streams after one, about `limit` rows with their events. Returns the last one, `None` at the end.
pub(super) fn check(
    moment: &Checked<'_>,
    wrong: &mut Wrong,
    after: Option<StreamId>,
    limit: u32,
) -> Result<Option<StreamId>> {
    let page = page(moment.connection, after, limit.min(AT_ONCE))?;
    let Some(first) = page.first().map(|row| row.stream) else { return Ok(None) };
    let mut found = Events { connection: moment.connection, after: (first, 0), left: Vec::new() };
    let (mut seen, mut last) = (0_u32, first);
    let (mut of_cases, mut of_customers, mut of_people) = (Vec::new(), Vec::new(), Vec::new());
    for row in page {
        let (mut fold, mut at) = (Fold::default(), None);
        while let Some(event) = found.next_of(row.stream)? {
            (moment.proceed)()?;
            fold.follow(&event).map_err(|_| damaged("events"))?;
            (at, seen) = (Some(event.header.at), seen.saturating_add(1));
        }
        if !row.shows(&fold, at) {
            return Err(damaged("states"));
        }
        last = row.stream;
        match row.state {
            State::Case(case) => of_cases.push(cases::Folded { case: *case, fold }),
            State::Customer(customer) => of_customers.push(customer),
            State::Person(person) => of_people.push(person),
            State::Settings(_) | State::Workflow(_) | State::CaseType(_) => {}
            State::Ledger(_) | State::Team(_) | State::Tag(_) => {}
        }
        seen = seen.saturating_add(1);
        if seen >= limit {
            break;
        }
    }
    cases::check(moment, wrong, &of_cases)?;
    beside::customers(moment, wrong, &of_customers)?;
    beside::people(moment, wrong, &of_people)?;
    Ok(Some(last))
}

/// A stream with everything that is stored of its head.
struct StoredStream {
    stream: StreamId,
    revision: u64,
    hash: Digest,
    at: Timestamp,
    state: State,
}

fn page(connection: &Connection, after: Option<StreamId>, limit: u32) -> Result<Vec<StoredStream>> {
    let mut part =
        Part::of("SELECT s.kind, s.id, s.revision, s.hash, s.at, s.body FROM org.streams s WHERE true");
    if let Some(after) = after {
        part.bind(" AND (s.kind, s.id) > (?::int2", after.kind().code()).bind(", ?)", after.uuid());
    }
    part.bind(" ORDER BY s.kind, s.id LIMIT ?", i64::from(limit));
    part.rows(connection, |row| {
        Ok(StoredStream {
            stream: stream(row, 0, 1)?,
            revision: unsigned(row, 2)?,
            hash: digest(row, 3)?,
            at: instant(row, 4)?,
            state: json(row, 5)?,
        })
    })
}

impl StoredStream {
    /// Whether it is what the events make, the newest of which happened at this instant.
    fn shows(&self, fold: &Fold, at: Option<Timestamp>) -> bool {
        fold.state() == Some(&self.state)
            && self.state.stream() == self.stream
            && (fold.revision(), fold.hash(), at) == (self.revision, &self.hash, Some(self.at))
    }
}

/// Events stream by stream, of which a few are held.
struct Events<'a> {
    connection: &'a Connection,
    after: (StreamId, u64),
    /// What was read and not handed over yet, the next one last.
    left: Vec<StoredEvent>,
}

impl Events<'_> {
    /// The next event of a stream; `None` if the next one is of another, or there is none.
    fn next_of(&mut self, stream: StreamId) -> Result<Option<StoredEvent>> {
        if self.left.is_empty() {
            // Not before the stream: an event of one that has no state is found by the check of the whole.
            let after = Some(self.after.max((stream, 0)));
            self.left = events::page(self.connection, &EventQuery::Streams { after, limit: 500 })?;
            self.left.reverse();
        }
        let next = self.left.pop_if(|event| event.stream == stream);
        self.after = next.as_ref().map_or(self.after, |event| (event.stream, event.revision));
        Ok(next)
    }
}
