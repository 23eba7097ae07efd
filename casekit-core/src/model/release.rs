//! The answer to a request.

use serde::{Deserialize, Serialize};

use super::{ActorId, BlobId, Sending, StepId, Timestamp};

/// An answer: what it rests on, its package, and its sendings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The step that asked for it; for a denial the step that was denied.
    pub step: StepId,
    /// The digest of the content that is released, in hexadecimal.
    pub digest: String,
    /// The package, once it is built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageRef>,
    /// The sendings before the newest, oldest first; each is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Sending>,
    /// The newest sending.
    pub sending: Sending,
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
    /// The first sending.
    #[must_use]
    pub fn first(&self) -> &Sending {
        self.earlier.first().unwrap_or(&self.sending)
    }

    /// The key of the package: that of its first sending.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.first().key
    }

    /// Who asked for the answer.
    #[must_use]
    pub fn by(&self) -> &ActorId {
        &self.first().by
    }

    /// When the answer was asked for.
    #[must_use]
    pub fn requested_at(&self) -> Timestamp {
        self.first().requested_at
    }

    /// Its sendings, oldest first.
    pub fn sendings(&self) -> impl Iterator<Item = &Sending> {
        self.earlier.iter().chain(std::iter::once(&self.sending))
    }

    /// Whether the answer has arrived, with whichever sending.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.delivered_at().is_some()
    }

    /// When the answer arrived first.
    #[must_use]
    pub fn delivered_at(&self) -> Option<Timestamp> {
        self.sendings().find_map(Sending::arrived_at)
    }

    /// The package, once it is built and as long as its bytes are kept.
    #[must_use]
    pub fn blob(&self) -> Option<BlobId> {
        self.package.as_ref().and_then(|package| package.blob)
    }

    /// Its bytes are gone: nothing more is sent.
    pub fn destroy(&mut self) {
        if let Some(package) = &mut self.package {
            package.blob = None;
        }
        self.sending.stop();
    }
}
