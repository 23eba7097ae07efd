//! What exports need of a desk: the right to export, a head for the page, and the entry in the ledger.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::decide::RecordExport;
use crate::error::Error;
use crate::model::{Permission, ShortText, Timestamp};

/// What stands above an export.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExportHead {
    /// What the organisation is called, if the settings say.
    pub organisation: Option<String>,
    /// The name of who exports.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Desk {
    /// Begins an export. Needs [`Export`](Permission::Export).
    pub fn begin_export(&self) -> Result<ExportHead, Error> {
        let catalog = self.look(Permission::Export, "export")?.catalog()?;
        let organisation = catalog.settings.as_ref().and_then(|settings| settings.organisation.as_ref());
        Ok(ExportHead {
            organisation: organisation.map(ShortText::to_string),
            by: self.call.actor.name.clone(),
            at: self.engine.now(),
        })
    }

    /// Writes into the ledger that an export took place: of what (`overview`, `case`), as what (`pdf`, `csv`), with
    /// how many rows. Needs [`Export`](Permission::Export).
    pub fn record_export(&self, what: &str, format: &str, rows: u64) -> Result<(), Error> {
        let command = RecordExport { what: what.to_owned(), format: format.to_owned(), rows };
        self.engine.run(&self.call, &command)?;
        Ok(())
    }
}
