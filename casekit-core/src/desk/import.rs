//! Importing customers and cases from other systems, in chunks.

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

/// How many items share a transaction.
const CHUNK: usize = 500;

/// How far an import has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportProgress {
    /// The number of items that were imported or refused so far.
    pub done: u64,
    /// The number of items in the whole import.
    pub of: u64,
    /// The number of items that were refused so far.
    pub refused: u64,
}

/// The results of an import.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportReport {
    /// One result for each item, in the order of the items.
    pub results: Vec<ImportResult>,
    /// How many events the items recorded; the event for the import itself is not counted.
    pub events: u64,
}

/// The result for one item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum ImportResult {
    /// A customer was entered.
    Customer {
        /// The id of the new customer.
        id: CustomerId,
    },
    /// A case was raised, with its past.
    Case {
        /// The id of the new case.
        id: CaseId,
        /// The case number, such as `C-000123`.
        number: String,
    },
    /// The item was refused, and nothing of it was written.
    Refused {
        /// The reason for the refusal.
        rejection: Rejection,
    },
}

impl ImportReport {
    /// The items that were refused: the index of each, from 0, and the reason.
    pub fn refused(&self) -> impl Iterator<Item = (usize, &Rejection)> {
        self.results.iter().enumerate().filter_map(|(place, result)| match result {
            ImportResult::Refused { rejection } => Some((place, rejection)),
            ImportResult::Customer { .. } | ImportResult::Case { .. } => None,
        })
    }
}

impl Desk {
    /// Imports customers and cases with their past, 500 items in a transaction, each item completely or not at all.
    ///
    /// People are imported by their ids; [`name_people`](Self::name_people), before or after, says what they are called. At
    /// the end, the import itself is recorded as an event. Needs [`Import`](Permission::Import).
    ///
    /// If the store fails half-way, the items that were imported before stay. Repeat the same import with the same
    /// request id: it continues where it stopped, and returns the report that an uninterrupted import would have
    /// returned. Each item gets a request id of its own, made of the import's id, a `/` and the item's index. The
    /// import's id must leave room for that within 200 characters. Without a request id, items whose references already
    /// exist are refused as in use.
    ///
    /// # Arguments
    ///
    /// - `items`: the customers and cases to import.
    /// - `progress`: called after each chunk.
    ///
    /// # Returns
    ///
    /// The result for each item. An item that is refused does not affect the others.
    ///
    /// # Cost
    ///
    /// Writes one transaction for every 500 items, for which others wait to write, and one for the import: it grows
    /// with the items and with their changes. All items and all results are in memory.
    ///
    /// A case has up to 10,000 changes: `Invalid` with `too_many` beyond. Fields have the limits of the commands that
    /// set them. An item that is beyond is refused alone.
    pub fn import(
        &self,
        items: &[ImportItem],
        mut progress: impl FnMut(ImportProgress),
    ) -> Result<ImportReport, Error> {
        self.require(Permission::Import, "import")?;
        self.call.without_revision()?;
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

    /// Checks that the request id is free, or belongs to this same import. An import claims the id only at its end, so
    /// a conflict with another command has to be found before it begins.
    fn is_same_as_before(&self, items: &[ImportItem], caller: &Caller) -> Result<(), Error> {
        let whole = RecordImport { items: items.len() as u64, refused: 0, events: 0 };
        self.done_before(&self.call, &whole, caller).map(drop)
    }

    /// The receipt of a command that was carried out before under the same request id, if any.
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

    /// Imports one chunk. Items whose commit was refused because somebody else wrote first are decided again.
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
            // An item that an earlier run of this import wrote is refused, because its references are in use: by
            // itself. It gets the receipt of the earlier run instead.
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

    /// Decides items on the states that one load returned. Refusals are put directly into the results.
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
            let now = self.engine.now()?;
            let context = caller.context(&self.call, now, self.engine.fresh(now), &loaded);
            let entry = ImportEntry { item, earlier: &earlier };
            let decided = entry.decide(&context).and_then(|decision| {
                self.engine.allow_moves(&self.call.actor, entry.action(), &decision)?;
                Ok(decision)
            });
            match decided {
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
                    let rejection = rejection.in_order_of(item);
                    results.insert(place, ImportResult::Refused { rejection });
                }
            }
        }
        Ok((places, commits))
    }

    /// Loads everything that the items need, in two steps: first who has the claimed names and references, then the
    /// customers among those.
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
            | StreamId::Ledger
            | StreamId::Person(_)
            | StreamId::Team(_) => None,
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
        Some((StreamId::Settings | StreamId::Workflow(_) | StreamId::CaseType(_), _))
        | Some((StreamId::Ledger | StreamId::Person(_) | StreamId::Team(_), _))
        | None => ImportResult::Refused { rejection: Rejection::not_found("case", "") },
    }
}
