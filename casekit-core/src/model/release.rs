//! The answer to a request: its package and its sendings.

use serde::{Deserialize, Serialize};

use super::{ActorId, BlobId, Sending, StepId, Timestamp};

/// An answer: what it is based on, its package, and its sendings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The id of the step at which the answer was asked for; for a denial, of the step that was denied.
    pub step: StepId,
    /// The digest of the content that is released, in hexadecimal.
    pub digest: String,
    /// The package; `None` until it is built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageRef>,
    /// The sendings before the newest one, oldest first. Each of them is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Sending>,
    /// The newest sending, the only one that can still be open.
    pub sending: Sending,
}

/// A package that was built, and where its bytes are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PackageRef {
    /// The blob with the bytes; `None` once they were destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<BlobId>,
    /// The SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The size of the package in bytes.
    pub size: u64,
}

impl Release {
    /// The sending with which the answer was first asked for.
    #[must_use]
    pub fn first(&self) -> &Sending {
        self.earlier.first().unwrap_or(&self.sending)
    }

    /// The key of the package, which is the key of its first sending.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.first().key
    }

    /// The id of the actor who first asked for the answer.
    #[must_use]
    pub fn by(&self) -> &ActorId {
        &self.first().by
    }

    /// When the answer was first asked for.
    #[must_use]
    pub fn requested_at(&self) -> Timestamp {
        self.first().requested_at
    }

    /// All its sendings, oldest first.
    pub fn sendings(&self) -> impl Iterator<Item = &Sending> {
        self.earlier.iter().chain(std::iter::once(&self.sending))
    }

    /// Whether any sending of the answer has arrived.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.delivered_at().is_some()
    }

    /// When the answer first arrived; `None` if it has not.
    #[must_use]
    pub fn delivered_at(&self) -> Option<Timestamp> {
        self.sendings().find_map(Sending::arrived_at)
    }

    /// The blob with the bytes of the package; `None` until it is built, and once they were destroyed.
    #[must_use]
    pub fn blob(&self) -> Option<BlobId> {
        self.package.as_ref().and_then(|package| package.blob)
    }

    /// Records that the bytes of the package were destroyed. A sending that has not arrived is stopped.
    pub fn destroy(&mut self) {
        if let Some(package) = &mut self.package {
            package.blob = None;
        }
        self.sending.stop();
    }
}
