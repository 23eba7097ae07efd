//! The journey of an answer.

use serde::{Deserialize, Serialize};

use super::{ActorId, BlobId, Reference, StepId, Timestamp};

/// The journey of the answer: `Requested -> Built -> Delivered`, each point durable before the next begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The step that asked for it; for a denial the step that was denied.
    pub step: StepId,
    /// Who asked for it.
    pub by: ActorId,
    /// When.
    pub requested_at: Timestamp,
    /// The digest of the content that is released, in hexadecimal.
    pub digest: String,
    /// The key that every delivery of this package has, so that a receiver who honours it sees one effect.
    pub key: String,
    /// How far it has come.
    pub state: ReleaseState,
    /// How often it was sent.
    #[serde(default)]
    pub attempts: u32,
    /// Until when the one who sends it may do so; nobody else sends before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<Timestamp>,
}

/// How far an answer has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// It was asked for.
    Requested,
    /// The package is built and kept; every delivery sends exactly these bytes.
    Built {
        /// The package.
        package: PackageRef,
    },
    /// It has arrived.
    Delivered {
        /// The package, until its bytes are destroyed.
        package: PackageRef,
        /// When.
        at: Timestamp,
        /// What the receiver answered.
        receipt: Option<Reference>,
    },
}

/// The bytes of a package.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PackageRef {
    /// Where they are kept; `None` once they were destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<BlobId>,
    /// SHA-256 of them, in hexadecimal.
    pub sha256: String,
    /// How many.
    pub size: u64,
}

impl Release {
    /// Whether the answer has arrived.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.delivered_at().is_some()
    }

    /// When the answer arrived.
    #[must_use]
    pub fn delivered_at(&self) -> Option<Timestamp> {
        match &self.state {
            ReleaseState::Delivered { at, .. } => Some(*at),
            ReleaseState::Requested | ReleaseState::Built { .. } => None,
        }
    }

    /// The package, once it is built and as long as its bytes are kept.
    #[must_use]
    pub fn package(&self) -> Option<BlobId> {
        match &self.state {
            ReleaseState::Requested => None,
            ReleaseState::Built { package } | ReleaseState::Delivered { package, .. } => package.blob,
        }
    }
}
