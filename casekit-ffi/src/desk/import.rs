//! Bringing in what happened elsewhere.

use std::ops::ControlFlow;
use std::sync::Arc;

use casekit::{
    CaseId, CustomerId, FieldError, ImportItem, ImportOutcome, ImportProgress, Language, WorkflowId,
};

use super::Desk;
use crate::callback::ImportListener;
use crate::error::CasekitError;
use crate::types::ImportOptions;

#[uniffi::export]
impl Desk {
    /// Imports workflows, customers and cases with their past, 500 items in a transaction, each item completely or not at
    /// all.
    ///
    /// An item that is wrong in any way, an instant out of range included, is refused by itself: its result has its
    /// reference and names every wrong field. Items may refer to those before them, a case to its customer for example.
    /// People are imported by their ids; `name_people`, before or after, says what they are called.
    /// At the end, the import itself is recorded as an event. Needs `import`, and for workflows
    /// `configure_workflows` too.
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
    /// - `listener`: is told the progress after each 500 items, and answers whether to continue. If it answers no, the call
    ///   fails as a `Store` error with `cancelled`; if it fails itself, with `Callback`. Both say how much was written.
    ///
    /// # Returns
    ///
    /// The result for each item. An item that is refused does not affect the others.
    ///
    /// # Cost
    ///
    /// Writes one transaction for every 500 items, for which others wait to write, and one for the import: it grows
    /// with the items and with their changes. All items and all results are in memory. An update reads the whole history
    /// of each case that is there already. A dry run reads the same, and holds what it would have written.
    ///
    /// A case has up to 10,000 changes: `Invalid` with `too_many` beyond. Fields have the limits of the commands that
    /// set them. An item that is beyond is refused alone.
    #[uniffi::method(default(options = None, listener = None))]
    pub fn import_items(
        &self,
        items: Vec<ImportItem>,
        options: Option<ImportOptions>,
        listener: Option<Arc<dyn ImportListener>>,
    ) -> Result<ImportReport, CasekitError> {
        let options: casekit::ImportOptions = options.unwrap_or_default().into();
        let mut failed = None;
        let mut tell = |progress: ImportProgress| {
            let Some(listener) = &listener else { return ControlFlow::Continue(()) };
            let answer = listener.progress(progress);
            if answer.is_err() {
                failed = Some(progress);
            }
            if answer == Ok(true) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let imported = self.guard(|| {
            self.desk.import_with(&items, &options, &mut tell).map(|report| self.import_report(report))
        });
        match failed {
            Some(so_far) => Err(CasekitError::import_listener(so_far, options.dry_run)),
            None => imported,
        }
    }
}

/// What became of one item.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct ImportResult {
    /// What the other system calls the item: the external reference of a customer, the reference of a case or else of its
    /// request, or the name of a workflow. `None` if the item gives none.
    pub reference: Option<String>,
    /// What became of the item.
    pub outcome: ImportOutcome,
    /// The id of the customer, if the item is one; `None` if it was refused, or would be new after a dry run.
    pub customer: Option<CustomerId>,
    /// The id of the case, if the item is one; `None` as for `customer`.
    pub case: Option<CaseId>,
    /// The case number, such as `C-000123`, if the item is a case; `None` as for `customer`.
    pub number: Option<String>,
    /// The id of the workflow, if the item is one; `None` as for `customer`.
    pub workflow: Option<WorkflowId>,
    /// What was updated: the fields of the customer, such as `email`; of a case `title`, `description`, `customer`, and for
    /// its new changes `stage`, `holder`, `notes` and `outcome`. Empty unless the outcome is `updated`.
    pub updated: Vec<String>,
    /// Why the item was refused; `None` if it was not.
    pub refusal: Option<ImportRefusal>,
}

/// Why an item was refused. Nothing of it was written.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct ImportRefusal {
    /// The stable code, such as `invalid`.
    pub code: String,
    /// What to do, as one sentence.
    pub message: String,
    /// Every wrong field, with the rule that it breaks; empty if it is not about fields.
    pub fields: Vec<FieldError>,
}

/// What became of each item.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct ImportReport {
    /// One result for each item, in the order in which they were handed in.
    pub results: Vec<ImportResult>,
    /// How many events were left, that of the import itself not counted.
    pub events: u64,
}

impl Desk {
    fn import_report(&self, report: casekit::ImportReport) -> ImportReport {
        let language = self.desk.language();
        let results = report.results.into_iter().map(|result| ImportResult::of(result, language));
        ImportReport { results: results.collect(), events: report.events }
    }
}

impl ImportResult {
    fn of(result: casekit::ImportResult, language: &Language) -> Self {
        let casekit::ImportResult {
            reference,
            outcome,
            customer,
            case,
            number,
            workflow,
            updated,
            rejection,
        } = result;
        let refusal = rejection.map(|rejection| ImportRefusal {
            code: rejection.code().to_owned(),
            message: language.render(&rejection.message()),
            fields: rejection.fields().to_vec(),
        });
        Self { reference, outcome, customer, case, number, workflow, updated, refusal }
    }
}
