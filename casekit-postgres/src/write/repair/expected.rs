//! What the events and the states of the whole store make together.

use std::collections::{BTreeMap, HashMap};

use casekit_core::commit::{Claim, claims_for_good, claims_of};
use casekit_core::durations::Tally;
use casekit_core::event::{CaseFact, Fact};
use casekit_core::model::{Case, CaseId, CustomerId, Name, NoteId, State, StreamId};
use casekit_core::store::EventQuery;

use super::super::{Around, rows};
use crate::connection::Connection;
use crate::derived;
use crate::error::{Result, damaged};
use crate::tables::Row;
use crate::totals::{Counted, Group};

/// What is summed up, and what later rows need of earlier ones.
#[derive(Default)]
pub(super) struct Expected {
    /// The positions of the events that raised cases, and of those that added notes.
    pub(super) raised: HashMap<CaseId, u64>,
    pub(super) added: HashMap<NoteId, u64>,
    /// The names of customers. Their streams come before those of cases.
    pub(super) names: HashMap<CustomerId, Name>,
    /// The newest position, and the greatest number.
    pub(super) position: u64,
    pub(super) number: u64,
    claims: BTreeMap<Claim, StreamId>,
    totals: BTreeMap<Group, i64>,
    tally: Tally,
}

impl Expected {
    /// What the events say.
    ///
    /// # Errors
    /// `Corrupt` for an event that cannot be read.
    pub(super) fn of(connection: &Connection, around: &Around<'_>) -> Result<Self> {
        const PAGE: u32 = 1_000;
        let mut expected = Self::default();
        loop {
            around.lifecycle.check_cancelled()?;
            let query = EventQuery::All { after: expected.position, limit: PAGE };
            let page = crate::read::events::page(connection, &query)?;
            let Some(last) = page.last() else { return Ok(expected) };
            expected.position = last.position;
            for stored in &page {
                let event = stored.open().map_err(|_| damaged("events"))?;
                let kept = claims_for_good(&event.fact).into_iter().map(|claim| (claim, stored.stream));
                expected.claims.extend(kept);
                match (stored.stream, &event.fact) {
                    (_, Fact::Case(_, CaseFact::NoteAdded { note, .. })) => {
                        expected.added.insert(*note, stored.position);
                    }
                    (StreamId::Case(case), _) if stored.revision == 1 => {
                        expected.raised.insert(case, stored.position);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Adds what a state holds.
    pub(super) fn state(&mut self, state: &State) {
        self.claims.extend(claims_of(state).into_iter().map(|claim| (claim, state.stream())));
        match state {
            State::Customer(customer) => {
                self.names.insert(customer.id, customer.profile.name.clone());
            }
            State::Case(case) => self.number = self.number.max(case.number.value),
            State::Ledger(ledger) => self.number = self.number.max(ledger.number_floor.saturating_sub(1)),
            _ => {}
        }
    }

    /// Counts a case.
    pub(super) fn count(&mut self, counted: &Counted, case: &Case) {
        for group in counted.groups() {
            *self.totals.entry(group).or_default() += 1;
        }
        self.tally.add(case);
    }

    pub(super) fn totals(&self) -> Vec<Row> {
        let row = |(group, n): (&Group, &i64)| {
            let Group { kind, a, b, c } = group.clone();
            vec![kind.into(), a.into(), b.into(), c.into(), (*n).into()]
        };
        self.totals.iter().map(row).collect()
    }

    pub(super) fn durations(&self) -> Vec<Row> {
        derived::durations(&self.tally)
    }

    pub(super) fn claims(&self) -> Vec<Row> {
        self.claims.iter().map(|(claim, stream)| rows::claim(claim, Some(*stream))).collect()
    }
}
