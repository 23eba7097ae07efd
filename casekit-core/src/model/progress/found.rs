//! What came of asking the sources, and what an approval that there is no data would rest on.

use super::{Failure, Progress};
use crate::model::{NoDataFinding, Snapshot, Step};

impl Progress {
    /// Whether a source is left out of the answer.
    #[must_use]
    pub fn leaves_out(&self, source: &str) -> bool {
        self.left_out.iter().any(|one| one.source == source)
    }

    /// The sources among them that the library asks again by itself.
    pub fn passing_sources(&self) -> impl Iterator<Item = (&str, &Failure)> {
        self.failed_sources().filter(|(_, failure)| failure.retry_at.is_some())
    }

    /// The sources that failed when they were asked last and are not left out, each with its failure.
    pub fn failed_sources(&self) -> impl Iterator<Item = (&str, &Failure)> {
        let failed = self.snapshot.iter().flat_map(Snapshot::failed);
        failed.filter(|(source, _)| !self.leaves_out(source))
    }

    /// What an approval at a step that there is no data would rest on now.
    #[must_use]
    pub fn no_data_finding(&self, step: &Step) -> NoDataFinding {
        if self.failure.as_ref().is_some_and(|failure| failure.step == step.id) {
            return NoDataFinding::SourceFailed;
        }
        match &self.snapshot {
            Some(snapshot) if snapshot.tables.iter().any(|table| table.rows > 0) => NoDataFinding::NotGiven,
            Some(_) if !self.left_out.is_empty() => NoDataFinding::SourceLeftOut,
            Some(snapshot) if snapshot.asked_any() => NoDataFinding::FoundNone,
            Some(_) | None => NoDataFinding::NotAsked,
        }
    }
}
