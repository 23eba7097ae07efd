//! Importing workflows, customers and cases from other systems, in chunks.

mod ahead;
mod chunk;
mod result;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::command::{ImportItem, ImportOptions};
use crate::commit::Receipt;
use crate::decide::{Command, RecordImport};
use crate::engine::{Call, Caller, replay};
use crate::error::Error;
use crate::model::{CaseId, CustomerId, Permission, RequestId, WorkflowId};
use crate::rejection::Rejection;
use crate::store::{LoadPlan, StoreError, StoreErrorKind};
use ahead::Ahead;

/// How many items share a transaction.
const CHUNK: usize = 500;

/// How far an import has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportProgress {
    /// The number of items that were dealt with so far.
    pub done: u64,
    /// The number of items in the whole import.
    pub of: u64,
    /// How many of those that were dealt with were created or updated.
    pub written: u64,
    /// How many of them were there already and stay as they are.
    pub unchanged: u64,
    /// How many of them were refused.
    pub refused: u64,
}

impl ImportProgress {
    fn count(&mut self, results: &[ImportResult]) {
        for result in results {
            self.done += 1;
            match result.outcome {
                ImportOutcome::Created | ImportOutcome::Updated => self.written += 1,
                ImportOutcome::Unchanged => self.unchanged += 1,
                ImportOutcome::Refused => self.refused += 1,
            }
        }
    }
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
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportResult {
    /// What the other system calls the item: the external reference of a customer, the reference of a case or else of its
    /// request, or the name of a workflow. `None` if the item gives none.
    pub reference: Option<String>,
    /// What became of the item.
    pub outcome: ImportOutcome,
    /// The id of the customer, if the item is one; `None` if it was refused.
    pub customer: Option<CustomerId>,
    /// The id of the case, if the item is one; `None` if it was refused.
    pub case: Option<CaseId>,
    /// The case number, such as `C-000123`, if the item is a case; `None` if it was refused.
    pub number: Option<String>,
    /// The id of the workflow, if the item is one; `None` if it was refused.
    pub workflow: Option<WorkflowId>,
    /// What was updated: the fields of the customer, such as `email`; of a case `title`, `description`, `customer`, `fields`, and for
    /// its new changes `stage`, `holder`, `notes` and `outcome`. Empty unless the outcome is `Updated`.
    pub updated: Vec<String>,
    /// Why the item was refused; `None` if it was not.
    pub rejection: Option<Rejection>,
}

/// What became of an item of an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum ImportOutcome {
    /// It was not there, and is now.
    Created,
    /// It was there already, and got what it had not.
    Updated,
    /// It was there already, and stays as it is.
    Unchanged,
    /// It was refused, and nothing of it was written.
    Refused,
}

impl ImportReport {
    /// The items that were refused: the index of each, from 0, and the reason.
    pub fn refused(&self) -> impl Iterator<Item = (usize, &Rejection)> {
        self.results
            .iter()
            .enumerate()
            .filter_map(|(place, result)| Some((place, result.rejection.as_ref()?)))
    }
}

impl Desk {
    /// Imports workflows, customers and cases with their past, each item completely or not at all; what is there already
    /// is refused.
    ///
    /// It is [`import_with`](Self::import_with) with no options and nobody who is told the progress.
    ///
    /// # Arguments
    ///
    /// - `items`: the workflows, customers and cases to import.
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
    pub fn import(&self, items: &[ImportItem]) -> Result<ImportReport, Error> {
        self.import_with(items, &ImportOptions::default(), &mut |_| ControlFlow::Continue(()))
    }

    /// Imports workflows, customers and cases with their past, 500 items in a transaction, each item completely or not at
    /// all.
    ///
    /// An item that is wrong in any way, an instant out of range included, is refused by itself: its result has its
    /// reference and names every wrong field. Items may refer to those before them, a case to its customer for example.
    /// People are imported by their ids; [`name_people`](Self::name_people), before or after, says what they are called.
    /// At the end, the import itself is recorded as an event. Needs [`Import`](Permission::Import), and for workflows
    /// [`ConfigureWorkflows`](Permission::ConfigureWorkflows) too.
    ///
    /// If the import is cancelled, or the store fails half-way, the items that were imported before stay. Repeat the same
    /// import with the same request id: it continues where it stopped, and returns the report that an uninterrupted
    /// import would have returned. Each item gets a request id of its own, made of the import's id, a `/` and the item's
    /// index. The import's id must leave room for that within 200 characters. Without a request id, what is there already
    /// is dealt with as the options say.
    ///
    /// # Arguments
    ///
    /// - `items`: the workflows, customers and cases to import.
    /// - `options`: what is done with what is there already, and whether everything is only checked.
    /// - `tell`: called after each chunk; `Break` cancels the import. After the last chunk there is nothing to cancel.
    ///
    /// # Returns
    ///
    /// The result for each item. An item that is refused does not affect the others.
    ///
    /// # Errors
    ///
    /// - `Cancelled`, a fault of the store: after `Break`; its message says how much was written.
    ///
    /// # Cost
    ///
    /// Writes one transaction for every 500 items, for which others wait to write, and one for the import: it grows
    /// with the items and with their changes. All items and all results are in memory. An update reads the whole history
    /// of each case that is there already. A dry run reads the same, and holds what it would have written.
    ///
    /// A case has up to 10,000 changes: `Invalid` with `too_many` beyond. Fields have the limits of the commands that
    /// set them. An item that is beyond is refused alone.
    pub fn import_with(
        &self,
        items: &[ImportItem],
        options: &ImportOptions,
        tell: &mut dyn FnMut(ImportProgress) -> ControlFlow<()>,
    ) -> Result<ImportReport, Error> {
        self.require(Permission::Import, "import")?;
        self.call.without_revision()?;
        let caller = self.engine.caller(&self.call)?;
        if !options.dry_run {
            self.is_same_as_before(items, &caller)?;
        }
        let mut report = ImportReport::default();
        let mut so_far = ImportProgress { of: items.len() as u64, ..ImportProgress::default() };
        let mut ahead = Ahead::default();
        for chunk in items.chunks(CHUNK) {
            let (results, events) =
                self.import_chunk(chunk, report.results.len(), &caller, options, &mut ahead)?;
            so_far.count(&results);
            report.results.extend(results);
            report.events += events;
            if tell(so_far).is_break() && so_far.done < so_far.of {
                return Err(cancelled(so_far, options.dry_run).into());
            }
        }
        if !options.dry_run {
            let (items, refused, events) = (so_far.of, so_far.refused, report.events);
            self.engine.run(&self.call, &RecordImport { items, refused, events })?;
        }
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
}

/// The error of an import that was cancelled, with what was written so far.
fn cancelled(so_far: ImportProgress, dry_run: bool) -> StoreError {
    let ImportProgress { done, of, written, unchanged, refused } = so_far;
    let message = match dry_run {
        true => format!("the dry run was cancelled after {done} of {of} items, and nothing was written"),
        false => format!(
            "the import was cancelled after {done} of {of} items: {written} were written and stay, {unchanged} were \
             there already, {refused} were refused; repeat it to import the rest"
        ),
    };
    StoreError::new(StoreErrorKind::Cancelled, message)
}
