//! Bringing in what happened elsewhere.

use std::sync::Arc;

use casekit::{CaseId, CustomerId, FieldError, ImportItem, ImportProgress};

use super::Desk;
use crate::callback::ImportListener;
use crate::error::CasekitError;

#[uniffi::export]
impl Desk {
    /// Imports customers and cases with their past, 500 items in a transaction, each item completely or not at all.
    ///
    /// At the end, the import itself is recorded as an event. Needs `import`.
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
    /// - `listener`: called after each chunk.
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
    #[uniffi::method(default(listener = None))]
    pub fn import_items(
        &self,
        items: Vec<ImportItem>,
        listener: Option<Arc<dyn ImportListener>>,
    ) -> Result<ImportReport, CasekitError> {
        let tell = |progress: ImportProgress| {
            if let Some(listener) = &listener {
                let _ = listener.progress(progress);
            }
        };
        self.guard(|| self.desk.import(&items, tell).map(Into::into))
    }
}

/// What became of one item.
#[derive(Clone, PartialEq, Debug, uniffi::Enum)]
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
        /// The stable word for why.
        code: String,
        /// Why, as a sentence.
        message: String,
        /// The bad fields, if it is about fields.
        fields: Vec<FieldError>,
    },
}

/// What became of each item.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct ImportReport {
    /// One result for each item, in the order in which they were handed in.
    pub results: Vec<ImportResult>,
    /// How many events were left, that of the import itself not counted.
    pub events: u64,
}

impl From<casekit::ImportReport> for ImportReport {
    fn from(report: casekit::ImportReport) -> Self {
        Self { results: report.results.into_iter().map(ImportResult::from).collect(), events: report.events }
    }
}

impl From<casekit::ImportResult> for ImportResult {
    fn from(result: casekit::ImportResult) -> Self {
        match result {
            casekit::ImportResult::Customer { id } => Self::Customer { id },
            casekit::ImportResult::Case { id, number } => Self::Case { id, number },
            casekit::ImportResult::Refused { rejection } => Self::Refused {
                code: rejection.code().to_owned(),
                message: rejection.to_string(),
                fields: rejection.fields().to_vec(),
            },
        }
    }
}
