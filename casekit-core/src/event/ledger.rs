//! What is done to a file as a whole.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{AuditHead, Branch, Ledger, Lineage, Recount};
use crate::tagged::tagged;

/// What was done to a file as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum LedgerFact {
    /// The store was set up. This is the first event of a file.
    Begun {
        /// The line that what is written from now on belongs to.
        lineage: Lineage,
    },
    /// An export was begun: from here on, some of it may have left. If neither of the next two facts follows, with this
    /// event's revision, the export was broken off, for instance by a power cut.
    ExportBegun {
        /// What is exported, such as `overview` or `case`.
        what: String,
        /// The format: `pdf` or `csv`.
        format: String,
    },
    /// A list or a case was exported whole.
    Exported {
        /// The revision of the ledger at which the export was begun.
        begun: u64,
        /// What was exported, such as `overview` or `case`.
        what: String,
        /// The format: `pdf` or `csv`.
        format: String,
        /// How many rows were exported.
        rows: u64,
    },
    /// An export failed. Some of it may have left.
    ExportFailed {
        /// The revision of the ledger at which the export was begun.
        begun: u64,
        /// What was exported, such as `overview` or `case`.
        what: String,
        /// The format: `pdf` or `csv`.
        format: String,
    },
    /// Customers and cases were imported.
    Imported {
        /// How many items the caller gave.
        items: u64,
        /// How many of the items were refused.
        refused: u64,
        /// How many events the other items led to.
        events: u64,
    },
    /// A head of the audit trail was taken.
    CheckpointTaken {
        /// The number of the head in its file, from 1.
        number: u64,
        /// The position of this event, assigned when it is written.
        position: u64,
        /// The position of the newest event that the head covers.
        covers: u64,
        /// How many events the head covers, from the first of the file.
        events: u64,
        /// The SHA-256 of the digest of the previous head and of the revision and hash of every stream that has changed
        /// since, in hexadecimal.
        digest: String,
    },
    /// The deadlines of some cases were counted by other rules than before.
    DeadlinesRecounted {
        /// How far that came.
        recount: Recount,
    },
    /// The file was restored from a backup, and is used again.
    Restored {
        /// The least number that the next case may have; `None` if nobody gave one.
        number_floor: Option<u64>,
        /// The position of the newest event in the backup.
        position: u64,
        /// The newest case number in the backup; 0 if it has no case.
        number: u64,
        /// The line that what is written from now on belongs to. It is a new one because positions after the backup are
        /// assigned again: somebody who followed the changes of the original file may have seen other events at them.
        lineage: Lineage,
    },
    /// Another database server took the place of the one that events were written on before, or the same one went on
    /// from a backup of its own. A store on a server notices that by itself, and writes this before anything else.
    TakenOver {
        /// The position of the newest event that the other server has. Positions after it may have been assigned before, and
        /// lost.
        position: u64,
        /// The line that what is written from now on belongs to.
        lineage: Lineage,
    },
}

tagged!("event": LedgerFact);

impl LedgerFact {
    /// The ledger after this fact. Most facts do not change it, and are only kept to be read.
    pub(crate) fn apply(&self, before: Option<Ledger>, event: &Event) -> Ledger {
        let mut ledger = before.unwrap_or_default();
        match self {
            Self::Begun { lineage } => ledger.lineages.push(Branch { lineage: *lineage, from: 0 }),
            Self::Restored { number_floor, position, number: _, lineage } => {
                ledger.number_floor = ledger.number_floor.max(number_floor.unwrap_or(0));
                ledger.lineages.push(Branch { lineage: *lineage, from: *position });
            }
            Self::TakenOver { position, lineage } => {
                ledger.lineages.push(Branch { lineage: *lineage, from: *position });
            }
            Self::DeadlinesRecounted { recount } => ledger.recount = Some(recount.clone()),
            Self::ExportBegun { .. } | Self::Exported { .. } | Self::ExportFailed { .. } => {}
            Self::Imported { .. } | Self::CheckpointTaken { .. } => {}
        }
        ledger.revision = event.revision;
        ledger
    }

    /// The head that was taken; `None` for any other fact.
    pub(crate) fn head(self) -> Option<AuditHead> {
        match self {
            Self::CheckpointTaken { number, position, covers, events, digest } => {
                Some(AuditHead { number, position, covers, events, digest })
            }
            Self::ExportBegun { .. } | Self::Exported { .. } | Self::ExportFailed { .. } => None,
            Self::Begun { .. } | Self::Imported { .. } | Self::Restored { .. } => None,
            Self::DeadlinesRecounted { .. } | Self::TakenOver { .. } => None,
        }
    }

    /// Sets what is known only when the fact is written: the position of a checkpoint.
    pub(super) fn assign(&mut self, at: u64) {
        match self {
            Self::CheckpointTaken { position, .. } => *position = at,
            Self::ExportBegun { .. } | Self::Exported { .. } | Self::ExportFailed { .. } => {}
            Self::Begun { .. } | Self::Imported { .. } | Self::Restored { .. } => {}
            Self::DeadlinesRecounted { .. } | Self::TakenOver { .. } => {}
        }
    }
}
