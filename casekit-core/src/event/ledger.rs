//! What is done to a file as a whole.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{AuditHead, Branch, Ledger, Lineage};
use crate::tagged::tagged;

/// What was done to the file as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum LedgerFact {
    /// The store was set up.
    Begun {
        /// The line of what is written to it.
        lineage: Lineage,
    },
    /// Something was exported.
    Exported {
        /// What: `overview`, `case`.
        what: String,
        /// As what: `pdf`, `csv`.
        format: String,
        /// How many rows.
        rows: u64,
    },
    /// Customers and cases were imported.
    Imported {
        /// How many items were handed in.
        items: u64,
        /// How many of them were refused.
        refused: u64,
        /// How many events the others left.
        events: u64,
    },
    /// The head of the audit trail was taken.
    CheckpointTaken {
        /// Which one it is, from 1.
        number: u64,
        /// Its own position; the value is assigned as it is written.
        position: u64,
        /// The position up to which it covers every event.
        covers: u64,
        /// How many events these are.
        events: u64,
        /// The digest over the checkpoint before and where every stream stands that has changed since, in hexadecimal.
        digest: String,
    },
    /// The file was restored from a backup, and gone on with.
    Restored {
        /// The least number that the next case may have, if somebody gave one.
        number_floor: Option<u64>,
        /// The position of the newest event that the backup has.
        position: u64,
        /// The newest case number that it has; 0 without a case.
        number: u64,
        /// The line of what is written from now on: whoever read on in the file from which the backup was made has seen
        /// positions that are given out again.
        lineage: Lineage,
    },
}

tagged!("event": LedgerFact);

impl LedgerFact {
    /// The ledger after it. Most of it is only for who reads the ledger.
    pub(crate) fn apply(&self, before: Option<Ledger>, event: &Event) -> Ledger {
        let mut ledger = before.unwrap_or_default();
        match self {
            Self::Begun { lineage } => ledger.lineages.push(Branch { lineage: *lineage, from: 0 }),
            Self::Restored { number_floor, position, number: _, lineage } => {
                ledger.number_floor = ledger.number_floor.max(number_floor.unwrap_or(0));
                ledger.lineages.push(Branch { lineage: *lineage, from: *position });
            }
            Self::Exported { .. } | Self::Imported { .. } | Self::CheckpointTaken { .. } => {}
        }
        ledger.revision = event.revision;
        ledger
    }

    /// The head that it took, if it took one.
    pub(crate) fn head(self) -> Option<AuditHead> {
        match self {
            Self::CheckpointTaken { number, position, covers, events, digest } => {
                Some(AuditHead { number, position, covers, events, digest })
            }
            Self::Begun { .. } | Self::Exported { .. } | Self::Imported { .. } | Self::Restored { .. } => {
                None
            }
        }
    }

    /// Gets what exists only once it is written.
    pub(super) fn assign(&mut self, at: u64) {
        match self {
            Self::CheckpointTaken { position, .. } => *position = at,
            Self::Begun { .. } | Self::Exported { .. } | Self::Imported { .. } | Self::Restored { .. } => {}
        }
    }
}
