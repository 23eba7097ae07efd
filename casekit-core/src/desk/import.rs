//! Bringing in what happened elsewhere, in chunks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::command::ImportItem;
use crate::commit::{Commit, Receipt, Refused};
use crate::decide::{Command, ImportEntry, RecordImport, customer_claim};
use crate::engine::{Call, Caller, replay};
use crate::error::Error;
use crate::model::{CaseId, CustomerId, Permission, RequestId, StreamId, limits};
use crate::rejection::Rejection;
use crate::store::{LoadPlan, Loaded};

/// Items in one transaction.
const CHUNK: usize = 500;

/// How far an import has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportProgress {
    /// Items dealt with.
    pub done: u64,
    /// Items in all.
    pub of: u64,
    /// Items refused so far.
    pub refused: u64,
}

/// What became of each item.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportReport {
    /// One result for each item, in the order in which they were handed in.
    pub results: Vec<ImportResult>,
    /// How many events were left, that of the import itself not counted.
    pub events: u64,
}

/// What became of one item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum ImportResult {
    /// A customer was entered.
    Customer {
        /// Their id.
        id: CustomerId,
    },
    /// A case was raised.
    Case {
        /// Its id.
        id: CaseId,
        /// Its number.
        number: String,
    },
    /// It was refused, and nothing of it was written.
    Refused {
        /// Why.
        rejection: Rejection,
    },
}

impl ImportReport {
    /// The items that were refused: their place and why.
    pub fn refused(&self) -> impl Iterator<Item = (usize, &Rejection)> {
        self.results.iter().enumerate().filter_map(|(place, result)| match result {
            ImportResult::Refused { rejection } => Some((place, rejection)),
            ImportResult::Customer { .. } | ImportResult::Case { .. } => None,
        })
    }
}

impl Desk {
    /// Imports customers and cases with their past, 500 items a transaction, each item whole or not at all. At the end
    /// the import itself becomes an event. Needs [`Import`](Permission::Import).
    ///
    /// If the store fails half-way, what was imported before stays. Run the same import again under the same request
    /// id: it goes on where it was cut off, and gives the report that the whole would have given. Each item has a
    /// request id of its own, made of the import's and its place; so that of the import can have somewhat less than 200
    /// characters. Without a request id, items with references that are already there are refused as in use.
    ///
    /// # Arguments
    ///
    /// - `items`: what is brought in.
    /// - `progress`: is called after each chunk.
    ///
    /// # Returns
    ///
    /// What became of each item: one that is refused leaves the rest alone.
    pub fn import(
        &self,
        items: &[ImportItem],
        mut progress: impl FnMut(ImportProgress),
    ) -> Result<ImportReport, Error> {
        self.require(Permission::Import, "import")?;
        let caller = self.engine.caller(&self.call)?;
        self.is_same_as_before(items, &caller)?;
        let mut report = ImportReport::default();
        let mut refused = 0;
        for chunk in items.chunks(CHUNK) {
            let (results, events) = self.import_chunk(chunk, report.results.len(), &caller)?;
            refused +=
                results.iter().filter(|result| matches!(result, ImportResult::Refused { .. })).count() as u64;
            report.results.extend(results);
            report.events += events;
            progress(ImportProgress { done: report.results.len() as u64, of: items.len() as u64, refused });
        }
        let record = RecordImport { items: items.len() as u64, refused, events: report.events };
        self.engine.run(&self.call, &record)?;
        Ok(report)
    }

    /// An import claims its request id at its end; what another command had claimed must not begin.
    fn is_same_as_before(&self, items: &[ImportItem], caller: &Caller) -> Result<(), Error> {
        let whole = RecordImport { items: items.len() as u64, refused: 0, events: 0 };
        self.done_before(&self.call, &whole, caller).map(drop)
    }

    /// What a command left under the same request id, if it was carried out before.
    fn done_before<C: Command>(
        &self,
        call: &Call,
        command: &C,
        caller: &Caller,
    ) -> Result<Option<Receipt>, Error> {
        let Some(id) = call.request.as_deref() else { return Ok(None) };
        let request = Some((caller.by.clone(), RequestId::parse("request", id)?));
        let saved = self.engine.store.load(&LoadPlan { request, ..LoadPlan::default() })?.request;
        saved.map(|saved| Ok(replay(saved, command)?.receipt)).transpose()
    }

    /// Imports a chunk, deciding again those items on whose ground others came first.
    fn import_chunk(
        &self,
        items: &[ImportItem],
        first: usize,
        caller: &Caller,
    ) -> Result<(Vec<ImportResult>, u64), Error> {
        let mut results: BTreeMap<usize, ImportResult> = BTreeMap::new();
        let mut events = 0;
        let before = |place: usize| {
            let nothing_earlier = BTreeMap::new();
            let Some(item) = items.get(place) else { return Ok(None) };
            let entry = ImportEntry { item, earlier: &nothing_earlier };
            self.done_before(&self.call.part(first + place), &entry, caller)
        };
        for _ in 0..limits::DECISIONS {
            let open: Vec<usize> = (0..items.len()).filter(|place| !results.contains_key(place)).collect();
            if open.is_empty() {
                break;
            }
            let (places, commits) = self.decide_chunk(items, &open, first, caller, &mut results)?;
            // What came in before under the same request id is in its own way.
            let refused = open.iter().filter(|place| results.contains_key(place)).copied();
            for place in refused.collect::<Vec<_>>() {
                if let Some(receipt) = before(place)? {
                    events += receipt.events;
                    results.insert(place, result_of(&receipt));
                }
            }
            if commits.is_empty() {
                continue;
            }
            for (place, answer) in places.into_iter().zip(self.engine.store.commit(commits)?) {
                match answer {
                    Ok(committed) => {
                        events += committed.receipt.events;
                        self.engine.tell(&committed.receipt);
                        results.insert(place, result_of(&committed.receipt));
                    }
                    Err(Refused::RequestClaimed) => {
                        if let Some(receipt) = before(place)? {
                            events += receipt.events;
                            results.insert(place, result_of(&receipt));
                        }
                    }
                    Err(Refused::Stale(_)) => {}
                    Err(Refused::Unsound(error)) => {
                        return Err(crate::engine::unsound().with_source(error).into());
                    }
                }
            }
        }
        let contended =
            || ImportResult::Refused { rejection: Rejection::Contended { attempts: limits::DECISIONS } };
        Ok(((0..items.len()).map(|place| results.remove(&place).unwrap_or_else(contended)).collect(), events))
    }

    /// Decides items on what one load brought; refusals go straight into the results.
    fn decide_chunk(
        &self,
        items: &[ImportItem],
        open: &[usize],
        first: usize,
        caller: &Caller,
        results: &mut BTreeMap<usize, ImportResult>,
    ) -> Result<(Vec<usize>, Vec<Commit>), Error> {
        let loaded = self.load_chunk(items, open)?;
        let mut earlier = BTreeMap::new();
        let (mut places, mut commits) = (Vec::new(), Vec::new());
        for (place, item) in open.iter().filter_map(|place| Some((*place, items.get(*place)?))) {
            let now = self.engine.now();
            let context = caller.context(&self.call, now, self.engine.fresh(now), &loaded);
            let entry = ImportEntry { item, earlier: &earlier };
            match entry.decide(&context) {
                Ok(decision) => {
                    let request = self.call.part(first + place).request;
                    let id = request.map(|id| RequestId::parse("request", &id)).transpose()?;
                    let claim = id.map(|id| self.engine.claim(caller, id, now, &entry)).transpose()?;
                    if let ImportItem::Customer(one) = item
                        && let Some(reference) = one.customer.external_reference.as_deref()
                    {
                        earlier.insert(customer_claim(reference), CustomerId(context.fresh));
                    }
                    places.push(place);
                    commits.push(self.engine.commit_of(decision, claim));
                }
                Err(rejection) => {
                    results.insert(place, ImportResult::Refused { rejection });
                }
            }
        }
        Ok((places, commits))
    }

    /// Everything that the items need, in two loads: who has the names, then those customers.
    fn load_chunk(&self, items: &[ImportItem], open: &[usize]) -> Result<Loaded, Error> {
        let mut plan = LoadPlan::default();
        let nothing_earlier = BTreeMap::new();
        for item in open.iter().filter_map(|place| items.get(*place)) {
            let needs = ImportEntry { item, earlier: &nothing_earlier }.load_plan()?;
            plan.claims.extend(needs.claims);
            plan.customers.extend(needs.customers);
        }
        plan.claims.sort();
        plan.claims.dedup();
        let mut loaded = self.engine.store.load(&plan)?;
        let located = loaded.claims.iter().filter_map(|located| match located.stream {
            StreamId::Customer(id) => Some(id),
            StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::CaseType(_)
            | StreamId::Case(_)
            | StreamId::Ledger => None,
        });
        let customers: Vec<CustomerId> = located.collect();
        if !customers.is_empty() {
            let more = self.engine.store.load(&LoadPlan { customers, ..LoadPlan::default() })?;
            loaded.customers.extend(more.customers);
        }
        Ok(loaded)
    }
}

fn result_of(receipt: &Receipt) -> ImportResult {
    let number = receipt.number.as_ref().map(ToString::to_string).unwrap_or_default();
    match receipt.streams.first() {
        Some((StreamId::Customer(id), _)) => ImportResult::Customer { id: *id },
        Some((StreamId::Case(id), _)) => ImportResult::Case { id: *id, number },
        Some((StreamId::Settings | StreamId::Workflow(_) | StreamId::CaseType(_) | StreamId::Ledger, _))
        | None => ImportResult::Refused { rejection: Rejection::not_found("case", "") },
    }
}
