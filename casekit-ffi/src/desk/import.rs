//! Bringing in what happened elsewhere.

use std::sync::Arc;

use casekit::{ImportItem, ImportProgress};

use super::Desk;
use crate::callback::ImportListener;
use crate::error::CasekitError;
use crate::types::ImportReport;

#[uniffi::export]
impl Desk {
    /// Imports customers and cases with their past, 500 items a transaction, each item whole or not at all.
    ///
    /// An item that is refused is named in the report and leaves the rest. The listener is told after each chunk. At the
    /// end the import itself becomes an event. If the store fails half-way, what was imported before stays: run the same
    /// import again, and items with references that are already there are refused as in use. Needs `import`.
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
