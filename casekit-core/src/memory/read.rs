//! Reading everything except lists of cases: loads, customers, notes, events, streams.

use std::collections::BTreeSet;

use super::{Stream, World};
use crate::commit::{Claim, ClaimKind, StoredEvent};
use crate::model::{Case, CaseId, Customer, CustomerId, Ledger, Lineage, Note, State, StreamId, Visibility};
use crate::search::{Contact, customer_terms};
use crate::store::{
    After, Cursor, CustomerQuery, CustomerRow, Direction, EventQuery, History, HistoryQuery, LoadPlan,
    Loaded, Located, NoteOrder, NotePlace, NoteQuery, SavedRequest, Slice, StoreError, StoredRequest,
    StreamRow, unreadable,
};
use crate::text::fold_name;

impl World {
    pub(super) fn load(&self, plan: &LoadPlan) -> Loaded {
        let note_ids: BTreeSet<_> = plan.notes.iter().collect();
        let notes: Vec<Note> = note_ids.into_iter().filter_map(|id| self.notes.get(id)).cloned().collect();
        let numbered = |case: &&Case| plan.case_numbers.contains(&case.number.value);
        let case_ids: BTreeSet<CaseId> = plan
            .cases
            .iter()
            .copied()
            .chain(self.all_cases().filter(numbered).map(|case| case.id))
            .chain(notes.iter().map(|note| note.case))
            .collect();
        let cases: Vec<Case> = case_ids.into_iter().filter_map(|id| self.case(id)).cloned().collect();
        let mut customer_ids: BTreeSet<CustomerId> = plan.customers.iter().copied().collect();
        if plan.claimed_customers {
            customer_ids.extend(plan.claims.iter().filter_map(|claim| match self.claims.get(claim) {
                Some(StreamId::Customer(id)) => Some(*id),
                Some(
                    StreamId::Settings
                    | StreamId::Workflow(_)
                    | StreamId::CaseType(_)
                    | StreamId::Case(_)
                    | StreamId::Ledger
                    | StreamId::Person(_)
                    | StreamId::Team(_)
                    | StreamId::Tag(_),
                )
                | None => None,
            }));
        }
        let located = |claim: &Claim| {
            let stream = *self.claims.get(claim)?;
            Some(Located { claim: claim.clone(), stream })
        };
        let newest = plan.newest_of.as_ref().and_then(|claim| self.newest_claim(claim));
        let claims: Vec<Located> = plan.claims.iter().filter_map(located).chain(newest).collect();
        let claimed: BTreeSet<CaseId> = claims.iter().filter_map(|located| located.stream.case()).collect();
        let claimed = claimed.into_iter().filter(|_| plan.claimed_cases);
        let claimed_cases: Vec<Case> = claimed.filter_map(|id| self.case(id)).cloned().collect();
        if plan.case_customers {
            customer_ids.extend(cases.iter().chain(&claimed_cases).filter_map(|case| case.customer));
        }
        let ledger = self.ledger().filter(|_| plan.ledger).cloned().unwrap_or_default();
        Loaded {
            catalog: self.catalog.clone(),
            request: plan.request.as_ref().and_then(|request| self.requests.get(request)).map(saved),
            cases,
            notes,
            people: plan
                .people
                .iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .filter_map(|id| self.person(id))
                .cloned()
                .collect(),
            customers: customer_ids.into_iter().filter_map(|id| self.customer(id)).cloned().collect(),
            claimed_cases,
            claims,
            ledger,
        }
    }

    pub(super) fn ledger(&self) -> Option<&Ledger> {
        match &self.streams.get(&StreamId::Ledger)?.state {
            State::Ledger(ledger) => Some(ledger),
            State::Settings(_) | State::Workflow(_) | State::CaseType(_) | State::Customer(_) => None,
            State::Case(_) | State::Person(_) | State::Team(_) | State::Tag(_) => None,
        }
    }

    pub(super) fn newest(&self) -> Cursor {
        let lineage = self.ledger().map_or(Lineage::NONE, Ledger::lineage);
        Cursor { lineage, position: self.last_position() }
    }

    pub(super) fn customers(&self, query: &CustomerQuery) -> Slice<CustomerRow> {
        let named = |customer: &'_ Customer| fold_name(customer.profile.name.as_str());
        let mut found: Vec<(String, &Customer)> =
            self.all_customers().map(|customer| (named(customer), customer)).collect();
        found.sort_by(|(name, customer), (other_name, other)| {
            (name, customer.id).cmp(&(other_name, other.id))
        });
        let behind = |(name, customer): &(String, &Customer)| match &query.after {
            None => true,
            Some(After::Name(seen, id)) => (name, &customer.id) > (seen, id),
            Some(
                After::Number(_) | After::Instant(..) | After::Field(..) | After::Path(_) | After::Entry(_),
            ) => false,
        };
        let fits = |customer: &Customer| {
            query.text.as_ref().is_none_or(|text| text.matches(&customer_terms(Contact::of(customer))))
                && query.fields.iter().all(|(field, range)| range.has_one_of(customer.fields.get(field)))
        };
        let page = self.slice(
            found.into_iter().filter(behind),
            query.limit,
            |(_, customer)| fits(customer),
            |(name, customer)| After::Name(name.clone(), customer.id),
        );
        let row = |(_, customer): (String, &Customer)| CustomerRow::of(customer);
        Slice { rows: page.rows.into_iter().map(row).collect(), next: page.next }
    }

    /// Who has a reference with the greatest number.
    fn newest_claim(&self, claim: &Claim) -> Option<Located> {
        let (first, last) = (claim.clone().numbered(0), claim.clone().numbered(u32::MAX));
        let (claim, stream) = self.claims.range(first..=last).next_back()?;
        Some(Located { claim: claim.clone(), stream: *stream })
    }

    pub(super) fn customer_by_reference(&self, reference: &str) -> Option<CustomerId> {
        let claim = Claim::new(ClaimKind::CustomerReference, reference);
        self.claims.get(&claim).and_then(|stream| match stream {
            StreamId::Customer(id) => Some(*id),
            StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::CaseType(_)
            | StreamId::Case(_)
            | StreamId::Ledger
            | StreamId::Person(_)
            | StreamId::Team(_)
            | StreamId::Tag(_) => None,
        })
    }

    pub(super) fn notes(&self, query: &NoteQuery) -> Slice<Note> {
        let shown = |note: &Note| query.internal || note.visibility == Visibility::Customer;
        let thread = self.thread(query.case).into_iter();
        let after = match &query.order {
            NoteOrder::Reading { after } => after,
            NoteOrder::Added { direction, after } => {
                let mut rows: Vec<Note> = thread.collect();
                rows.sort_by_key(|note| note.path.last().copied());
                if *direction == Direction::Descending {
                    rows.reverse();
                }
                if let Some(after) = after {
                    let last = rows.iter().position(|note| After::Path(note.path.clone()) == *after);
                    rows.drain(..last.map_or(rows.len(), |last| last + 1));
                }
                rows.retain(shown);
                let next = rows.len() > query.limit as usize;
                rows.truncate(query.limit as usize);
                let next = rows.last().filter(|_| next).map(|note| After::Path(note.path.clone()));
                return Slice { rows, next };
            }
        };
        let behind = |note: &Note| match after {
            None => true,
            Some(After::Path(seen)) => note.path > *seen,
            Some(
                After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Entry(_),
            ) => false,
        };
        self.slice(thread.filter(behind), query.limit, shown, |note| After::Path(note.path.clone()))
    }

    pub(super) fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Vec<Note> {
        let mut notes: Vec<&Note> = self.notes.values().collect();
        notes.sort_by_key(|note| NotePlace::of(note));
        let behind = |note: &&Note| after.is_none_or(|after| NotePlace::of(note) > *after);
        notes.into_iter().filter(behind).take(limit as usize).cloned().collect()
    }

    pub(super) fn events(&self, query: &EventQuery) -> Vec<StoredEvent> {
        let (limit, mut found): (u32, Box<dyn Iterator<Item = &StoredEvent>>) = match query {
            EventQuery::All { after, limit } => {
                (*limit, Box::new(self.events.iter().filter(|event| event.position > *after)))
            }
            EventQuery::Streams { after, limit } => {
                let place = |event: &StoredEvent| (event.stream, event.revision);
                let behind = |event: &&StoredEvent| after.is_none_or(|after| place(event) > after);
                let mut found: Vec<&StoredEvent> = self.events.iter().filter(behind).collect();
                found.sort_by_key(|event| place(event));
                (*limit, Box::new(found.into_iter()))
            }
            EventQuery::Stream { stream, after, limit } => {
                let theirs = |event: &&StoredEvent| event.stream == *stream && event.revision > *after;
                (*limit, Box::new(self.events.iter().filter(theirs)))
            }
        };
        found.by_ref().take(limit as usize).cloned().collect()
    }

    pub(super) fn history(&self, query: &HistoryQuery) -> Result<History, StoreError> {
        let HistoryQuery { stream, after, limit } = *query;
        let events = self.events(&EventQuery::Stream { stream, after, limit });
        let events = events.iter().map(|event| event.open().map_err(unreadable)).collect::<Result<_, _>>()?;
        let case = stream.case().and_then(|id| self.case(id)).cloned();
        Ok(History { case, events })
    }

    pub(super) fn streams(&self, after: Option<StreamId>, limit: u32) -> Vec<StreamRow> {
        let behind = self.streams.iter().filter(|(stream, _)| after.is_none_or(|seen| **stream > seen));
        let row = |(stream, Stream { state, hash }): (&StreamId, &Stream)| StreamRow {
            stream: *stream,
            state: state.clone(),
            hash: *hash,
        };
        behind.take(limit as usize).map(row).collect()
    }

    /// The first rows of a sorted list that match, and where the list continues, if it does: after the last row
    /// returned or, in a store with short pages, after the last row that was read.
    pub(super) fn slice<T>(
        &self,
        sorted: impl IntoIterator<Item = T>,
        limit: u32,
        fits: impl Fn(&T) -> bool,
        place: impl Fn(&T) -> After,
    ) -> Slice<T> {
        let (mut rows, mut seen) = (Vec::new(), None);
        for (looked_at, row) in sorted.into_iter().enumerate() {
            if self.looks_at.is_some_and(|most| looked_at == most) {
                return Slice { rows, next: seen };
            }
            let fits = fits(&row);
            if fits && rows.len() == limit as usize {
                return Slice { next: rows.last().map(place), rows };
            }
            seen = Some(place(&row));
            if fits {
                rows.push(row);
            }
        }
        Slice { rows, next: None }
    }

    /// All notes of a case in reading order: each note before its replies, siblings in the order of their places.
    fn thread(&self, case: CaseId) -> Vec<Note> {
        let mut thread: Vec<Note> = self.notes.values().filter(|note| note.case == case).cloned().collect();
        thread.sort_by(|note, other| note.path.cmp(&other.path));
        thread
    }

    pub(super) fn customer(&self, id: CustomerId) -> Option<&Customer> {
        as_customer(&self.streams.get(&StreamId::Customer(id))?.state)
    }

    fn all_customers(&self) -> impl Iterator<Item = &Customer> {
        self.streams.values().filter_map(|stream| as_customer(&stream.state))
    }
}

fn saved(kept: &StoredRequest) -> SavedRequest {
    let claim = &kept.claim;
    let receipt = kept.receipt.clone();
    SavedRequest { salt: claim.salt.to_vec(), fingerprint: claim.fingerprint, receipt }
}

fn as_customer(state: &State) -> Option<&Customer> {
    match state {
        State::Customer(customer) => Some(customer),
        State::Settings(_) | State::Workflow(_) | State::CaseType(_) | State::Case(_) => None,
        State::Ledger(_) | State::Person(_) | State::Team(_) | State::Tag(_) => None,
    }
}
