//! The rounds of a case: the present one, and what is kept of those before.

use super::Progress;
use crate::model::round::{Round, blobs, kept_since};
use crate::model::{BlobId, Release, Timestamp};

impl Progress {
    /// What is kept of it once another round begins.
    #[must_use]
    pub fn into_rounds(self) -> Vec<Round> {
        let Self { round: number, workflow, version, outcome, snapshot, mut release, earlier, .. } = self;
        if let Some(release) = &mut release {
            release.sending.stop();
        }
        let snapshot = snapshot.map(|snapshot| snapshot.id);
        let ended = Round { number, workflow, version, outcome, snapshot, release };
        earlier.into_iter().chain(std::iter::once(ended)).collect()
    }

    /// Since when what this round found and sent is kept though the answer has arrived; `None` if nothing is.
    #[must_use]
    pub fn kept_since(&self) -> Option<Timestamp> {
        kept_since(self.snapshot.as_ref().map(|snapshot| snapshot.id), self.release.as_ref())
    }

    /// The bytes that are kept of this round.
    #[must_use]
    pub fn blobs(&self) -> Vec<BlobId> {
        blobs(self.snapshot.as_ref().map(|snapshot| snapshot.id), self.release.as_ref())
    }

    /// Nothing that a round found or sent is kept any more.
    pub fn destroy(&mut self, round: u32) {
        if round == self.round {
            self.snapshot = None;
            self.release.iter_mut().for_each(Release::destroy);
        }
        self.earlier.iter_mut().filter(|one| one.number == round).for_each(Round::destroy);
    }
}
