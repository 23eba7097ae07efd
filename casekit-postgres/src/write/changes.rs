//! What a batch changes, each thing once: how it was before the batch, and how it is after it.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::commit::{Claim, Commit, Digest, Receipt, RequestClaim, Sealed, StoredEvent};
use casekit_core::event::CaseFact;
use casekit_core::model::{BlobId, CaseId, Note, NoteId, State, StreamId, TagId, Timestamp};

use crate::read::catalog;

/// The sum of the commits of a batch.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) events: Vec<StoredEvent>,
    pub(super) states: BTreeMap<StreamId, Changed>,
    pub(super) notes: BTreeMap<NoteId, ChangedNote>,
    /// Names that were taken or given up, with the stream that has each in the end.
    pub(super) claims: BTreeMap<Claim, Option<StreamId>>,
    pub(super) requests: Vec<(RequestClaim, Receipt)>,
    pub(super) keep_blobs: BTreeSet<BlobId>,
    pub(super) drop_blobs: BTreeSet<BlobId>,
    /// The position of the event that raised each new case.
    pub(super) raised: BTreeMap<CaseId, u64>,
    /// Tags that were merged, in order: from which, and into which.
    pub(super) merged: Vec<(TagId, TagId)>,
}

/// The state of a stream.
pub(super) struct Changed {
    /// Before the batch; `None` if the stream is new.
    pub(super) before: Option<State>,
    pub(super) after: State,
    /// The hash of its newest event, and when that happened.
    pub(super) hash: Digest,
    pub(super) at: Timestamp,
}

/// A note.
pub(super) struct ChangedNote {
    /// Before the batch; `None` if it is new.
    pub(super) before: Option<Note>,
    pub(super) after: Note,
    /// The position of the event that added it, if it is new.
    pub(super) entry: Option<u64>,
}

impl Changes {
    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.requests.is_empty()
            && self.keep_blobs.is_empty()
            && self.drop_blobs.is_empty()
    }

    /// Whether the catalog is another one afterwards.
    pub(super) fn have_definitions(&self) -> bool {
        self.states.keys().any(|stream| catalog::is_of(stream.kind()))
    }

    /// Adds a sealed commit to those before it.
    pub(super) fn add(&mut self, commit: &Commit, sealed: Sealed) {
        let Sealed { events, states, notes, unclaim, claim, keep_blobs, drop_blobs, receipt } = sealed;
        for change in states {
            let stream = change.after.stream();
            let of_stream = || events.iter().filter(|event| event.stream == stream);
            let Some(newest) = of_stream().next_back() else { continue };
            if let (None, State::Case(case), Some(first)) =
                (&change.before, &change.after, of_stream().next())
            {
                self.raised.insert(case.id, first.position);
            }
            self.merged.extend(merged(change.before.as_ref(), &change.after));
            let changed = Changed {
                before: change.before,
                after: change.after,
                hash: change.hash,
                at: newest.header.at,
            };
            self.put(stream, changed);
        }
        let added = added_notes(commit, receipt.position);
        for change in notes {
            let entry = added.get(&change.after.id).copied();
            let (id, after) = (change.after.id, change.after);
            match self.notes.get_mut(&id) {
                Some(known) => known.after = after,
                None => _ = self.notes.insert(id, ChangedNote { before: change.before, after, entry }),
            }
        }
        self.claims.extend(unclaim.into_iter().map(|claim| (claim, None)));
        self.claims.extend(claim.into_iter().map(|(claim, stream)| (claim, Some(stream))));
        self.keep_blobs.extend(keep_blobs);
        self.drop_blobs.extend(drop_blobs);
        self.requests.extend(commit.request.clone().map(|claim| (claim, receipt)));
        self.events.extend(events);
    }

    /// Adds a state; of a stream that changed before, what it was at first stays.
    fn put(&mut self, stream: StreamId, changed: Changed) {
        match self.states.get_mut(&stream) {
            Some(known) => {
                let before = known.before.take();
                *known = Changed { before, ..changed };
            }
            None => _ = self.states.insert(stream, changed),
        }
    }
}

/// The tags of a merge, if a change is one.
fn merged(before: Option<&State>, after: &State) -> Option<(TagId, TagId)> {
    let State::Tag(tag) = after else { return None };
    let was_merged = matches!(before, Some(State::Tag(before)) if before.merged_into.is_some());
    tag.merged_into.filter(|_| !was_merged).map(|into| (tag.id, into))
}

/// The positions of the events that add notes, of a commit whose first event has a position.
fn added_notes(commit: &Commit, first: u64) -> BTreeMap<NoteId, u64> {
    let added =
        commit.drafts.iter().zip(first..).filter_map(|(draft, position)| match draft.fact.of_case() {
            Some(CaseFact::NoteAdded { note, .. }) => Some((*note, position)),
            Some(_) | None => None,
        });
    added.collect()
}
