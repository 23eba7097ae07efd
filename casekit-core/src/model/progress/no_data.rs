//! What an approval that there is no data would rest on.

use super::Progress;
use crate::model::{NoDataFinding, Step};

impl Progress {
    /// What an approval at a step that there is no data would rest on now.
    #[must_use]
    pub fn no_data_finding(&self, step: &Step) -> NoDataFinding {
        if self.failure.as_ref().is_some_and(|failure| failure.step == step.id) {
            return NoDataFinding::SourceFailed;
        }
        match &self.snapshot {
            Some(snapshot) if snapshot.tables.iter().any(|table| table.rows > 0) => NoDataFinding::NotGiven,
            Some(snapshot) if !snapshot.asked.is_empty() => NoDataFinding::FoundNone,
            Some(_) | None => NoDataFinding::NotAsked,
        }
    }
}
