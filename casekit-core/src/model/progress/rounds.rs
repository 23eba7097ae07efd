//! The rounds of a case: the current one, and what is kept of the earlier ones.

use super::Progress;
use crate::model::round::{Round, blobs, kept_since};
use crate::model::{BlobId, Release, Timestamp};

impl Progress {
    /// Ends this round, and returns it after the earlier ones, for the next round to keep. A sending that has not
    /// arrived is stopped.
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

    /// When the answer of this round arrived, if bytes of its snapshot or package are still kept; `None` otherwise. The
    /// retention time counts from it.
    #[must_use]
    pub fn kept_since(&self) -> Option<Timestamp> {
        kept_since(self.snapshot.as_ref().map(|snapshot| snapshot.id), self.release.as_ref())
    }

    /// The blobs that are still kept of this round: the snapshot and the package.
    #[must_use]
    pub fn blobs(&self) -> Vec<BlobId> {
        blobs(self.snapshot.as_ref().map(|snapshot| snapshot.id), self.release.as_ref())
    }

    /// Records that the snapshot and the package of a round, this one or an earlier one, were destroyed. A sending of
    /// it that has not arrived is stopped.
    pub fn destroy(&mut self, round: u32) {
        if round == self.round {
            self.snapshot = None;
            self.release.iter_mut().for_each(Release::destroy);
        }
        self.earlier.iter_mut().filter(|one| one.number == round).for_each(Round::destroy);
    }
}
