//! What exports need from a desk: the permission check, the head of the report, and the entries in the ledger.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::decide::{BeginExport, EndExport};
use crate::engine::Call;
use crate::error::Error;
use crate::model::{ShortText, Timestamp};

/// An export that was begun: what is at the head of a report, and what tells its end to the ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExportHead {
    /// The name of the organisation; `None` if the settings have none.
    pub organisation: Option<String>,
    /// Who exports, as papers say it: by name, or by the id if the directory of people has none.
    pub by: String,
    /// When the export began.
    pub at: Timestamp,
    /// The revision of the ledger that says that it was begun.
    pub begun: u64,
    /// What is exported, such as `overview` or `case`.
    pub what: String,
    /// The format: `pdf` or `csv`.
    pub format: String,
}

/// How far a report has come: an overview, or the paper of one case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ReportProgress {
    /// How many rows it has so far: cases of an overview, notes and entries of the history of one case.
    pub rows: u64,
    /// How many it will have, as of when it began: of an overview the cases under the filter, of one case the most that
    /// there can be. What others change meanwhile may make it more or fewer.
    pub of: u64,
}

impl Desk {
    /// Begins an export: checks the permission, records it in the ledger, and returns the head of the report. To be called
    /// before anything leaves; then [`end_export`](Self::end_export) or [`fail_export`](Self::fail_export).
    ///
    /// The entry says what is exported (`overview`, `case`) and in which format (`pdf`, `csv`). If no other follows, the
    /// export was broken off. Needs [`Export`](crate::model::Permission::Export); for a PDF,
    /// [`Print`](crate::model::Permission::Print) is enough.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event, to the ledger.
    pub fn begin_export(&self, what: &str, format: &str) -> Result<ExportHead, Error> {
        let command = BeginExport { what: what.to_owned(), format: format.to_owned() };
        let mut done = self.engine.run(&self.call, &command)?;
        if done.replayed {
            // The same request again: what it asks for leaves again too, and is recorded again.
            done = self.engine.run(&self.recorder(), &command)?;
        }
        let catalog = self.engine.store.catalog()?;
        let id = self.call.actor.id.trim();
        // The commit above has named them, if the host says how.
        let names = self.names_of(std::iter::once(id))?;
        let organisation = catalog.settings.as_ref().and_then(|settings| settings.organisation.as_ref());
        Ok(ExportHead {
            organisation: organisation.map(ShortText::to_string),
            by: names.said(id).into_owned(),
            at: self.engine.now()?,
            begun: done.changed().revision,
            what: command.what,
            format: command.format,
        })
    }

    /// Records in the ledger that an export is whole, and how many rows it has.
    ///
    /// Needs [`Export`](crate::model::Permission::Export); for a PDF, [`Print`](crate::model::Permission::Print) is enough.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event, to the ledger.
    pub fn end_export(&self, head: &ExportHead, rows: u64) -> Result<(), Error> {
        self.record_end(head, Some(rows))
    }

    /// Records in the ledger that an export failed. Some of it may have left.
    ///
    /// Needs [`Export`](crate::model::Permission::Export); for a PDF, [`Print`](crate::model::Permission::Print) is enough.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event, to the ledger.
    pub fn fail_export(&self, head: &ExportHead) -> Result<(), Error> {
        self.record_end(head, None)
    }

    fn record_end(&self, head: &ExportHead, rows: Option<u64>) -> Result<(), Error> {
        let command =
            EndExport { begun: head.begun, what: head.what.clone(), format: head.format.clone(), rows };
        self.engine.run(&self.recorder(), &command)?;
        Ok(())
    }

    /// The caller's request id belongs to the beginning; what is recorded besides must not use it.
    fn recorder(&self) -> Call {
        Call { request: None, ..self.call.clone() }
    }
}
