//! Bringing in what happened elsewhere.

use std::sync::Arc;

use casekit::{CaseId, CustomerId, FieldError, ImportItem, ImportProgress};

use super::Desk;
use crate::callback::ImportListener;
use crate::error::CasekitError;

#[uniffi::export]
impl Desk {
    /// Imports customers and cases with their past, 500 items a transaction, each item whole or not at all. At the end
    /// the import itself becomes an event. Needs `import`.
    ///
    /// If the store fails half-way, what was imported before stays. Run the same import again under the same request
    /// id: it goes on where it was cut off, and gives the report that the whole would have given. Each item has a
    /// request id of its own, made of the import's and its place; so that of the import can have somewhat less than 200
    /// characters. Without a request id, items with references that are already there are refused as in use.
    ///
    /// # Arguments
    ///
    /// - `items`: what is brought in.
    /// - `listener`: is told after each chunk.
    ///
    /// # Returns
    ///
    /// What became of each item: one that is refused leaves the rest alone.
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
