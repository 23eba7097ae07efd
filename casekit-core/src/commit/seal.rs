//! From the drafts of a commit to the events, states and claims that a store writes.

use std::collections::BTreeMap;

use super::{Assigned, Claim, Commit, Digest, Receipt, chain, claims_for_good, claims_of, commitment};
use crate::event::{CaseFact, Draft, Event, Header};
use crate::evolve::{evolve, evolve_note};
use crate::model::{BlobId, Note, NoteId, State, StreamId, Timestamp};

/// What a store writes for a commit, and all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The events, with consecutive positions.
    pub events: Vec<StoredEvent>,
    /// The streams that changed, in the order in which they were first touched.
    pub states: Vec<StateChange>,
    /// The notes that changed, in the order in which they were first touched.
    pub notes: Vec<NoteChange>,
    /// Names that are given up. A store deletes these before it inserts `claim`: one commit may pass a name from one
    /// stream to another.
    pub unclaim: Vec<Claim>,
    /// Names that are taken, with the stream that takes each.
    pub claim: Vec<(Claim, StreamId)>,
    /// Blobs that are protected from the sweep from now on.
    pub keep_blobs: Vec<BlobId>,
    /// Blobs whose bytes are destroyed.
    pub drop_blobs: Vec<BlobId>,
    /// The answer for the caller, and for the request if it is repeated.
    pub receipt: Receipt,
}

/// An event as a store keeps it: the very bytes that were hashed. They are never serialised again, which could change
/// them and break the hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEvent {
    /// Its place among all events of the store. It is not part of the hash, and neither is anything else about where
    /// the event lies.
    pub position: u64,
    /// The stream that it belongs to.
    pub stream: StreamId,
    /// Its place within the stream, counted from 1 without gaps.
    pub revision: u64,
    /// When it happened, and who did it.
    pub header: Header,
    /// The facts, as JSON.
    pub facts: Vec<u8>,
    /// The personal part, as JSON; `None` if there was none or it was erased.
    pub personal: Option<Vec<u8>>,
    /// The salt of the commitment; destroyed with the personal part.
    pub salt: Option<Vec<u8>>,
    /// The commitment to the personal part. It stays when that part is erased, so that the chain can still be verified.
    pub commitment: Option<Digest>,
    /// The digest of the request that it carries out, which is that of [`RequestClaim::digest`](super::RequestClaim::digest);
    /// only the first event of a commit with a request has one.
    pub request: Option<Digest>,
    /// The hash over this event and the hash of the one before it in the stream.
    pub hash: Digest,
}

/// The state of a stream before and after a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateChange {
    /// The state before the commit; `None` if the stream is new.
    pub before: Option<State>,
    /// The state after the commit.
    pub after: State,
    /// The hash of its newest event.
    pub hash: Digest,
}

/// A note before and after a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteChange {
    /// The note before the commit; `None` if it is new.
    pub before: Option<Note>,
    /// The note after the commit.
    pub after: Note,
}

/// How a commit contradicts itself or what is stored.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealError {
    /// It writes to a stream without bringing its state, or the state that it brings is not the stored one.
    #[error("the commit does not bring the state of {0} on which it builds")]
    WrongReadSet(StreamId),
    /// An event cannot follow the state of its stream.
    #[error("the event `{code}` cannot follow on the state of {stream}")]
    Impossible {
        /// The stream that the event is of.
        stream: StreamId,
        /// The code of the event, such as `title_changed`.
        code: &'static str,
    },
    /// It raises two cases, and only one number is assigned to a commit.
    #[error("the commit raises more than one case")]
    TwoCases,
    /// It keeps a blob that was never written, or was swept as an orphan.
    #[error("the commit keeps the blob `{0}`, which is not there")]
    MissingBlob(BlobId),
    /// It does not bring exactly one salt for each draft.
    #[error("the commit has not one salt for each draft")]
    Salts,
    /// An event cannot be serialised.
    #[error("the event `{0}` cannot be written as JSON")]
    Unwritable(&'static str),
}

/// Turns a commit into what a store must write: numbers its events, evolves the states, and hashes.
///
/// Pure: the same commit and assignment give the same bytes. The store has checked `expect` before, within the same
/// write, and gives the newest hash of each existing stream that the drafts name.
///
/// An event that was not imported is never earlier than the newest of its stream: where the clock says so, it gets that
/// instant.
pub fn seal(commit: Commit, assigned: &Assigned) -> Result<Sealed, SealError> {
    if commit.salts.len() != commit.drafts.len() {
        return Err(SealError::Salts);
    }
    // The receipt of a command that changed nothing names the streams that it read and their revisions.
    let unchanged: Vec<(StreamId, u64)> =
        commit.read_set.iter().map(|state| (state.stream(), state.revision())).collect();
    let mut folding = Folding::new(commit.read_set, commit.read_notes, assigned)?;
    let mut events = Vec::with_capacity(commit.drafts.len());
    let mut receipt = Receipt {
        position: assigned.position,
        events: 0,
        streams: Vec::new(),
        number: None,
        note: None,
        entry: None,
    };
    let mut request = commit.request.map(|claim| claim.digest(commit.drafts.len() as u64));
    for (mut draft, salt) in commit.drafts.into_iter().zip(&commit.salts) {
        let position = assigned.position + receipt.events;
        draft.fact.assign(assigned.number, position);
        if let Some(CaseFact::CaseRaised { number, .. }) = draft.fact.of_case() {
            if receipt.number.is_some() {
                return Err(SealError::TwoCases);
            }
            receipt.number = Some(number.clone());
        }
        receipt.note = draft.fact.note().or(receipt.note);
        receipt.entry = draft.fact.entry().or(receipt.entry);
        events.push(folding.append(draft, salt, position, request.take())?);
        receipt.events += 1;
    }
    let (states, notes, kept) = folding.finish();
    receipt.streams = states.iter().map(|change| (change.after.stream(), change.after.revision())).collect();
    if receipt.streams.is_empty() {
        receipt.streams = unchanged;
    }
    let (unclaim, mut claim) = claim_changes(&states);
    claim.extend(kept);
    Ok(Sealed {
        events,
        states,
        notes,
        unclaim,
        claim,
        keep_blobs: commit.keep_blobs,
        drop_blobs: commit.drop_blobs,
        receipt,
    })
}

/// The streams and notes of one commit while its events are folded in.
struct Folding {
    streams: BTreeMap<StreamId, Line>,
    order: Vec<StreamId>,
    notes: BTreeMap<NoteId, (Option<Note>, Option<Note>)>,
    note_order: Vec<NoteId>,
    kept: Vec<(Claim, StreamId)>,
}

#[derive(Default)]
struct Line {
    before: Option<State>,
    now: Option<State>,
    revision: u64,
    hash: Digest,
    /// When the newest event happened; `None` before the first.
    at: Option<Timestamp>,
}

impl Folding {
    fn new(read_set: Vec<State>, notes: Vec<Note>, assigned: &Assigned) -> Result<Self, SealError> {
        let mut streams: BTreeMap<StreamId, Line> = BTreeMap::new();
        for head in &assigned.heads {
            streams.insert(
                head.stream,
                Line { revision: head.revision, hash: head.hash, at: Some(head.at), before: None, now: None },
            );
        }
        for state in read_set {
            let stream = state.stream();
            // The read set may also contain streams that were only read. They have no head here, and are skipped.
            let Some(line) = streams.get_mut(&stream) else { continue };
            if line.revision != state.revision() {
                return Err(SealError::WrongReadSet(stream));
            }
            line.now = Some(state.clone());
            line.before = Some(state);
        }
        if let Some((stream, _)) = streams.iter().find(|(_, line)| line.now.is_none()) {
            return Err(SealError::WrongReadSet(*stream));
        }
        let notes = notes.into_iter().map(|note| (note.id, (Some(note.clone()), Some(note)))).collect();
        Ok(Self { streams, order: Vec::new(), notes, note_order: Vec::new(), kept: Vec::new() })
    }

    fn append(
        &mut self,
        mut draft: Draft,
        salt: &[u8],
        position: u64,
        request: Option<Digest>,
    ) -> Result<StoredEvent, SealError> {
        let code = draft.fact.code();
        let stream = draft.stream();
        let line = self.streams.entry(stream).or_default();
        // A clock that was set back must not make a history run backwards. What was imported happened when it says, and
        // may be older than what is here.
        if draft.header.imported_by.is_none() {
            draft.header.at = line.at.map_or(draft.header.at, |newest| newest.max(draft.header.at));
        }
        line.at = line.at.max(Some(draft.header.at));
        let facts = draft.fact.to_json().map_err(|_| SealError::Unwritable(code))?;
        let personal = Some(&draft.personal).filter(|personal| !personal.is_empty());
        let personal =
            personal.map(serde_json::to_vec).transpose().map_err(|_| SealError::Unwritable(code))?;
        let Draft { header, fact, personal: said } = draft;
        let event =
            Event { position, revision: line.revision.saturating_add(1), header, fact, personal: said };
        let commitment = personal.as_ref().map(|bytes| commitment(salt, bytes));
        let place = (stream, event.revision);
        let hash = chain(&line.hash, place, &event.header, &facts, commitment.as_ref(), request.as_ref());

        let impossible = || SealError::Impossible { stream, code };
        let next = evolve(line.now.take(), &event).ok_or_else(impossible)?;
        (line.revision, line.hash, line.now) = (event.revision, hash, Some(next));
        if !self.order.contains(&stream) {
            self.order.push(stream);
        }
        if let Some(id) = event.fact.note() {
            let (_, now) = self.notes.entry(id).or_default();
            *now = Some(evolve_note(now.take(), &event).ok_or_else(impossible)?);
            if !self.note_order.contains(&id) {
                self.note_order.push(id);
            }
        }
        self.kept.extend(claims_for_good(&event.fact).into_iter().map(|claim| (claim, stream)));
        let salt = personal.as_ref().map(|_| salt.to_vec());
        let Event { revision, header, .. } = event;
        Ok(StoredEvent {
            position,
            stream,
            revision,
            header,
            facts,
            personal,
            salt,
            commitment,
            request,
            hash,
        })
    }

    fn finish(mut self) -> (Vec<StateChange>, Vec<NoteChange>, Vec<(Claim, StreamId)>) {
        let change = |stream: &StreamId| {
            let line = self.streams.remove(stream)?;
            Some(StateChange { before: line.before, after: line.now?, hash: line.hash })
        };
        let states = self.order.iter().filter_map(change).collect();
        let note_change = |id: &NoteId| {
            let (before, after) = self.notes.remove(id)?;
            Some(NoteChange { before, after: after? })
        };
        let notes = self.note_order.iter().filter_map(note_change).collect();
        (states, notes, self.kept)
    }
}

fn claim_changes(states: &[StateChange]) -> (Vec<Claim>, Vec<(Claim, StreamId)>) {
    let (mut unclaim, mut claim) = (Vec::new(), Vec::new());
    for change in states {
        let before = change.before.as_ref().map(claims_of).unwrap_or_default();
        let after = claims_of(&change.after);
        unclaim.extend(before.difference(&after).cloned());
        claim.extend(after.difference(&before).cloned().map(|claim| (claim, change.after.stream())));
    }
    (unclaim, claim)
}

impl StoredEvent {
    /// Reads the bytes back into values. An erased personal part reads as an empty one.
    ///
    /// Fails if the bytes are not an event that this version knows.
    pub fn open(&self) -> Result<Event, serde_json::Error> {
        self.read(self.header.clone())
    }

    /// As `open`, for a caller that no longer needs the bytes.
    pub(crate) fn opened(self) -> Result<Event, serde_json::Error> {
        let header = self.header.clone();
        self.read(header)
    }

    fn read(&self, header: Header) -> Result<Event, serde_json::Error> {
        let place = (self.position, self.revision);
        Event::read(self.stream, place, header, &self.facts, self.personal.as_deref())
    }

    /// The hash that this event has after the one before it, whose hash is `previous`; zeros before the first.
    ///
    /// It differs from [`hash`](Self::hash) if anything that the hash covers was altered.
    #[must_use]
    pub fn hash_after(&self, previous: &Digest) -> Digest {
        let place = (self.stream, self.revision);
        let (commitment, request) = (self.commitment.as_ref(), self.request.as_ref());
        chain(previous, place, &self.header, &self.facts, commitment, request)
    }
}
