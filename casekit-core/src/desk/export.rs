//! What exports need from a desk: the permission check, the head of the report, and the entry in the ledger.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::decide::RecordExport;
use crate::error::Error;
use crate::model::{Permission, ShortText, Timestamp};

/// The head of an exported report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExportHead {
    /// The name of the organisation; `None` if the settings have none.
    pub organisation: Option<String>,
    /// The name of the actor who exports.
    pub by: String,
    /// When the export began.
    pub at: Timestamp,
}

impl Desk {
    /// Begins an export: checks the permission, and returns the head of the report.
    ///
    /// Needs [`Export`](Permission::Export).
    ///
    /// # Cost
    ///
    /// Reads no cases: the definitions are in memory.
    pub fn begin_export(&self) -> Result<ExportHead, Error> {
        let catalog = self.look(Permission::Export, "export")?.catalog()?;
        let organisation = catalog.settings.as_ref().and_then(|settings| settings.organisation.as_ref());
        Ok(ExportHead {
            organisation: organisation.map(ShortText::to_string),
            by: self.call.actor.name.clone(),
            at: self.engine.now(),
        })
    }

    /// Records an export in the ledger.
    ///
    /// The entry says what was exported (`overview`, `case`), in which format (`pdf`, `csv`), and how many rows it had.
    /// Needs [`Export`](Permission::Export).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event, to the ledger.
    pub fn record_export(&self, what: &str, format: &str, rows: u64) -> Result<(), Error> {
        let command = RecordExport { what: what.to_owned(), format: format.to_owned(), rows };
        self.engine.run(&self.call, &command)?;
        Ok(())
    }
}
