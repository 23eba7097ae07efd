//! One chunk of an import: decided on what one load returned, and written in one batch.

use std::collections::BTreeMap;

use super::{Ahead, ImportResult};
use crate::command::{ExistingItems, ImportItem, ImportOptions};
use crate::commit::{Commit, Refused};
use crate::decide::{Command, Context, Decision, ImportEntry, Past, clock::follow as follow_clock};
use crate::desk::Desk;
use crate::engine::Caller;
use crate::error::Error;
use crate::model::{CaseId, RequestId, State, StreamId, limits};
use crate::rejection::Rejection;
use crate::store::{HistoryQuery, LoadPlan, Loaded};

/// How many events of a history are read at once.
const PAGE: u32 = 500;

/// The items of a chunk, and how they are imported.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    items: &'a [ImportItem],
    /// The index of the first in the whole import.
    first: usize,
    caller: &'a Caller,
    options: &'a ImportOptions,
}

/// An item that is to be written, and what its result is then.
struct Written {
    place: usize,
    result: ImportResult,
    commit: Commit,
}

impl Desk {
    /// Imports one chunk. Items whose commit was refused because somebody else wrote first are decided again.
    pub(super) fn import_chunk(
        &self,
        items: &[ImportItem],
        first: usize,
        caller: &Caller,
        options: &ImportOptions,
        ahead: &mut Ahead,
    ) -> Result<(Vec<ImportResult>, u64), Error> {
        let chunk = Chunk { items, first, caller, options };
        let mut results: BTreeMap<usize, ImportResult> = BTreeMap::new();
        let mut events = 0;
        for _ in 0..limits::DECISIONS {
            let open: Vec<usize> = (0..items.len()).filter(|place| !results.contains_key(place)).collect();
            if open.is_empty() {
                break;
            }
            if options.dry_run {
                events += self.decide_dry(chunk, &open, ahead, &mut results)?;
                break;
            }
            let written = self.decide_chunk(chunk, &open, &mut results)?;
            // An item that an earlier run of this import wrote is there already, and refused or left as it is. It gets the
            // result of the earlier run instead.
            let settled = open.iter().filter(|place| results.contains_key(place)).copied();
            for place in settled.collect::<Vec<_>>() {
                if let Some((result, of_it)) = self.result_before(chunk, place)? {
                    events += of_it;
                    results.insert(place, result);
                }
            }
            if written.is_empty() {
                continue;
            }
            let (told, commits): (Vec<_>, Vec<_>) =
                written.into_iter().map(|one| ((one.place, one.result), one.commit)).unzip();
            for ((place, result), answer) in told.into_iter().zip(self.engine.store.commit(commits)?) {
                match answer {
                    Ok(committed) => {
                        events += committed.receipt.events;
                        self.engine.tell(&committed.receipt);
                        results.insert(place, result.written(&committed.receipt));
                    }
                    Err(Refused::RequestClaimed) => {
                        if let Some((result, of_it)) = self.result_before(chunk, place)? {
                            events += of_it;
                            results.insert(place, result);
                        }
                    }
                    Err(Refused::Stale(_)) => {}
                    Err(Refused::Unsound(error)) => {
                        return Err(crate::engine::unsound().with_source(error).into());
                    }
                }
            }
        }
        let contended = Rejection::Contended { attempts: limits::DECISIONS };
        let result_of = |(place, item)| {
            let known = results.remove(&place);
            known.unwrap_or_else(|| ImportResult::refused(item, contended.clone()))
        };
        Ok((items.iter().enumerate().map(result_of).collect(), events))
    }

    /// Decides items on what one load returned. What needs no commit is put directly into the results.
    fn decide_chunk(
        &self,
        chunk: Chunk<'_>,
        open: &[usize],
        results: &mut BTreeMap<usize, ImportResult>,
    ) -> Result<Vec<Written>, Error> {
        let mut ahead = Ahead::default();
        let mut loaded = self.load_chunk(chunk, open, &ahead)?;
        let mut written = Vec::new();
        for (place, item) in chunk.among(open) {
            // What is raised a few items before has its number only once it is written: this item comes after that.
            if chunk.entry(item).known_case(&loaded).is_some_and(|case| ahead.is_new(StreamId::Case(case))) {
                continue;
            }
            let decision = match self.decide_item(chunk, item, &loaded, &mut ahead)? {
                Ok(decision) => decision,
                Err(rejection) => {
                    results.insert(place, ImportResult::refused(item, rejection.in_order_of(item)));
                    continue;
                }
            };
            let result = ImportResult::decided(item, &decision);
            if decision.drafts.is_empty() {
                results.insert(place, result);
                continue;
            }
            ahead.learn(&decision, &mut loaded)?;
            let request = self.call.part(chunk.first + place).request;
            let id = request.map(|id| RequestId::parse("request", &id)).transpose()?;
            let now = self.engine.now()?;
            let claim = |id| self.engine.claim(chunk.caller, id, now, &chunk.entry(item));
            let claim = id.map(claim).transpose()?;
            written.push(Written { place, result, commit: self.engine.commit_of(decision, claim) });
        }
        Ok(written)
    }

    /// Decides items as if those before them were written, and puts every result into the results. Returns how many events
    /// they would leave.
    fn decide_dry(
        &self,
        chunk: Chunk<'_>,
        open: &[usize],
        ahead: &mut Ahead,
        results: &mut BTreeMap<usize, ImportResult>,
    ) -> Result<u64, Error> {
        let mut loaded = self.load_chunk(chunk, open, ahead)?;
        let mut events = 0;
        for (place, item) in chunk.among(open) {
            let result = match self.decide_item(chunk, item, &loaded, ahead)? {
                Ok(decision) => {
                    events += decision.drafts.len() as u64;
                    ahead.learn(&decision, &mut loaded)?;
                    self.engine.narrow(&mut loaded, chunk.caller);
                    let result = ImportResult::decided(item, &decision);
                    let stream = decision.read_set.first().map(State::stream);
                    match stream.is_none_or(|stream| ahead.is_new(stream)) {
                        true => result.of_nothing(),
                        false => result,
                    }
                }
                Err(rejection) => ImportResult::refused(item, rejection.in_order_of(item)),
            };
            results.insert(place, result);
        }
        Ok(events)
    }

    /// What an item leads to, or why it is refused.
    fn decide_item(
        &self,
        chunk: Chunk<'_>,
        item: &ImportItem,
        loaded: &Loaded,
        ahead: &mut Ahead,
    ) -> Result<Result<Decision, Rejection>, Error> {
        let mut entry = chunk.entry(item);
        let now = self.engine.now()?;
        let context = chunk.caller.context(&self.call, now, self.engine.fresh(now), loaded);
        let named = match entry.names(&context) {
            Some(plan) => {
                let mut named = self.engine.load_named(&plan, chunk.caller)?;
                ahead.add_to(&mut named, &plan);
                Some(named)
            }
            None => None,
        };
        let context = Context { named: named.as_ref(), ..context };
        let known = entry.known_case(loaded).filter(|id| loaded.cases.iter().any(|case| case.id == *id));
        if let Some(case) = known.filter(|_| chunk.options.existing == ExistingItems::Update) {
            entry.past = self.past_of(case, ahead)?;
        }
        Ok(entry.decide(&context).and_then(|mut decision| {
            follow_clock(&mut decision, &context)?;
            let changed = decision.read_set.iter().filter(|_| !decision.drafts.is_empty());
            for state in changed {
                if let State::Case(case) = state {
                    self.engine.allow(&self.call.actor, entry.action(), case)?;
                }
            }
            self.engine.allow_moves(&self.call.actor, entry.action(), &decision)?;
            Ok(decision)
        }))
    }

    /// What earlier imports brought in of a case. It reads the history of the case, unless that was read already.
    fn past_of<'a>(&self, case: CaseId, ahead: &'a mut Ahead) -> Result<&'a Past, Error> {
        if !ahead.knows(case) {
            let past = ahead.past(case);
            let mut query = HistoryQuery { stream: StreamId::Case(case), after: 0, limit: PAGE };
            loop {
                let events = self.engine.store.history(&query)?.answer.events;
                for event in &events {
                    query.after = event.revision;
                    event.fact.of_case().into_iter().for_each(|fact| past.add(&event.header, fact));
                }
                if events.len() < PAGE as usize {
                    break;
                }
            }
        }
        Ok(ahead.past(case))
    }

    /// The result of an item that an earlier run of this import wrote, with its number of events; `None` if none did.
    fn result_before(&self, chunk: Chunk<'_>, place: usize) -> Result<Option<(ImportResult, u64)>, Error> {
        let Some(item) = chunk.items.get(place) else { return Ok(None) };
        let call = self.call.part(chunk.first + place);
        let receipt = self.done_before(&call, &chunk.entry(item), chunk.caller)?;
        receipt.map(|receipt| Ok((self.repeated(item, &receipt)?, receipt.events))).transpose()
    }

    /// Loads everything that the items need: who has the names and references that they claim, and their states.
    fn load_chunk(&self, chunk: Chunk<'_>, open: &[usize], ahead: &Ahead) -> Result<Loaded, Error> {
        let mut plan = LoadPlan::default();
        for (_, item) in chunk.among(open) {
            let needs = chunk.entry(item).load_plan()?;
            plan.claims.extend(needs.claims);
            plan.customers.extend(needs.customers);
            plan.claimed_customers |= needs.claimed_customers;
            plan.claimed_cases |= needs.claimed_cases;
        }
        plan.claims.sort();
        plan.claims.dedup();
        let mut loaded = self.engine.store.load(&plan)?;
        loaded.cases.append(&mut loaded.claimed_cases);
        ahead.add_to(&mut loaded, &plan);
        self.engine.narrow(&mut loaded, chunk.caller);
        Ok(loaded)
    }
}

impl<'a> Chunk<'a> {
    fn entry(self, item: &'a ImportItem) -> ImportEntry<'a> {
        ImportEntry { item, existing: self.options.existing, past: Past::none() }
    }

    fn among(self, open: &[usize]) -> impl Iterator<Item = (usize, &'a ImportItem)> {
        open.iter().filter_map(move |place| Some((*place, self.items.get(*place)?)))
    }
}
