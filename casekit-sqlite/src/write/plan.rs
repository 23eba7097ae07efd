//! What a commit will write, told before it is sealed.

use casekit_core::commit::{Commit, Sealed};
use casekit_core::event::{CaseFact, Fact};
use casekit_core::model::{NoteId, StreamId};

use super::Cut;
use crate::value::integer;

/// What only the commit says and `Sealed` does not, since sealing consumes it.
pub(super) struct Plan {
    added: Vec<(NoteId, u64)>,
    /// The terms of the commit's texts.
    pub(super) cut: Cut,
    /// The stream of its first draft.
    pub(super) stream: StreamId,
}

impl Plan {
    pub(super) fn of(commit: &Commit, cut: Cut) -> Self {
        let facts = || commit.drafts.iter().map(|draft| &draft.fact);
        let added = |(place, fact): (usize, &Fact)| match fact.of_case() {
            Some(CaseFact::NoteAdded { note, .. }) => Some((*note, place as u64)),
            Some(_) | None => None,
        };
        Self {
            added: facts().enumerate().filter_map(added).collect(),
            cut,
            stream: commit.drafts.first().map_or(StreamId::Ledger, |draft| draft.stream()),
        }
    }

    /// The position of the event that adds the note, if this commit adds it.
    pub(super) fn adding(&self, note: NoteId, sealed: &Sealed) -> Option<i64> {
        let (_, place) = self.added.iter().find(|(added, _)| *added == note)?;
        Some(integer(sealed.receipt.position + place))
    }
}
