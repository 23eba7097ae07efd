//! Proof that nothing was altered.
//!
//! Every stream's events chain by hash; their fold must be the state that reads show. A *head* covers the head before
//! it and the hashes of all events since, in the order of their positions, so that a host that keeps one elsewhere is
//! shown a tail that was cut off or a stream that is missing.
//!
//! Others may write meanwhile, and each read is of its own moment. What is proven is therefore the file as it stood
//! when the proof began, up to the position of its newest event then: what is read later may show more, never less.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::commit::{Digest, StoredEvent, commitment, hex};
use crate::desk::{AuditHead, BrokenEvent, VerifyReport};
use crate::event::{Fact, LedgerFact};
use crate::evolve::{evolve, evolve_note};
use crate::model::{Note, NoteId, State, StreamId};
use crate::store::{EventQuery, Store, StoreError, StreamRow};

/// Events read at a time.
const CHUNK: u32 = 1_000;
const HEAD_VERSION: &[u8] = b"casekit head 1";

/// Looks a store over, as it stood when this was made.
pub(crate) struct Verifier<'a> {
    store: &'a dyn Store,
    /// The position of the newest event at the start.
    start: u64,
    report: VerifyReport,
}

impl<'a> Verifier<'a> {
    pub(crate) fn begin(store: &'a dyn Store) -> Result<Self, StoreError> {
        Ok(Self { store, start: store.last_position()?, report: VerifyReport::default() })
    }

    /// One stream.
    pub(crate) fn stream(mut self, stream: StreamId) -> Result<VerifyReport, StoreError> {
        let row = stream_row(self.store, stream)?;
        self.one(stream, row.as_ref())?;
        Ok(self.report)
    }

    /// Every stream, then every head.
    pub(crate) fn whole(mut self, kept: Option<&AuditHead>) -> Result<VerifyReport, StoreError> {
        let mut after = None;
        loop {
            let rows = self.store.streams(after, 100)?;
            let Some(last) = rows.last() else { break };
            after = Some(last.stream);
            for row in &rows {
                self.one(row.stream, Some(row))?;
                if self.report.broken.is_some() {
                    return Ok(self.report);
                }
            }
        }
        self.heads(kept)?;
        Ok(self.report)
    }

    fn one(&mut self, stream: StreamId, row: Option<&StreamRow>) -> Result<(), StoreError> {
        let (start, shown) = (self.start, row.map_or(0, |row| row.state.revision()));
        // The row was read after the start: an event from before that it does not know is one too many, while one
        // that came later is only one that it cannot know yet.
        let too_new = |event: &StoredEvent| event.revision > shown && event.position > start;
        let mut chain = Chain::default();
        let (mut after, mut known) = (0, 0);
        let mut more = true;
        while more {
            let events = self.store.events(&EventQuery::Stream { stream, after, limit: CHUNK })?;
            more = events.len() == CHUNK as usize;
            for event in &events {
                if too_new(event) {
                    more = false;
                    break;
                }
                known += u64::from(event.position <= start);
                if let Some(why) = chain.follow(event) {
                    self.seen(known);
                    self.broken(stream, event.revision, Some(event.position), why);
                    return Ok(());
                }
                after = event.revision;
            }
        }
        // A stream that was begun meanwhile is none of those that were there.
        if known > 0 || after == 0 {
            self.seen(known);
        }
        let why = match row {
            Some(row) => chain.differs(row),
            None => (known > 0).then_some("there are events of streams that are missing"),
        };
        if let Some(why) = why {
            self.broken(stream, after, None, why);
        }
        Ok(())
    }

    fn seen(&mut self, events: u64) {
        self.report.streams += 1;
        self.report.events += events;
    }

    fn broken(&mut self, stream: StreamId, revision: u64, position: Option<u64>, why: &str) {
        self.report.broken = Some(BrokenEvent { stream, revision, position, why: why.to_owned() });
    }

    /// Recomputes every head on the way through all events, and counts that each belongs to a stream that was seen.
    fn heads(&mut self, kept: Option<&AuditHead>) -> Result<(), StoreError> {
        let heads = taken_heads(self.store)?;
        let mut digests = Digests::new();
        let mut taken = heads.iter().peekable();
        let (mut after, mut count) = (0, 0);
        loop {
            let events = self.store.events(&EventQuery::All { after, limit: CHUNK })?;
            for event in &events {
                while let Some((revision, head)) = taken.next_if(|(_, head)| head.position < event.position) {
                    if digests.finish() != head.digest {
                        self.broken(
                            StreamId::Ledger,
                            *revision,
                            None,
                            "events that this head covers were altered or removed",
                        );
                        return Ok(());
                    }
                }
                digests.add(&event.hash);
                after = event.position;
                count += u64::from(after <= self.start);
            }
            if events.len() < CHUNK as usize {
                break;
            }
        }
        if count != self.report.events {
            self.broken(StreamId::Ledger, 0, None, "there are events of streams that are missing");
        }
        if let Some(kept) = kept {
            let found = heads.iter().any(|(_, head)| head == kept);
            if !found {
                self.broken(
                    StreamId::Ledger,
                    0,
                    Some(kept.position),
                    "the head that was kept is not in this file",
                );
            }
        }
        Ok(())
    }
}

/// A stream while its events are followed.
#[derive(Default)]
struct Chain {
    state: Option<State>,
    notes: BTreeMap<NoteId, Note>,
    revision: u64,
    hash: Digest,
}

impl Chain {
    /// What is wrong with the next event, if anything is.
    fn follow(&mut self, stored: &StoredEvent) -> Option<&'static str> {
        if stored.revision != self.revision + 1 {
            return Some("an event before it is missing");
        }
        if stored.hash_after(&self.hash) != stored.hash {
            return Some("its facts, actor, time or place were altered");
        }
        match (&stored.personal, &stored.salt, &stored.commitment) {
            (Some(bytes), Some(salt), Some(proof)) if commitment(salt, bytes) == *proof => {}
            (None, None, None) => {}
            // Nothing erases yet: what is missing was taken away.
            (None, None, Some(_)) => return Some("its personal part is missing"),
            (Some(_), _, _) | (None, Some(_), _) => return Some("its personal part was altered"),
        }
        let Ok(event) = stored.open() else { return Some("it cannot be read") };
        self.state = evolve(self.state.take(), &event);
        if self.state.is_none() {
            return Some("it cannot follow on what was there");
        }
        if let Some(id) = event.fact.note() {
            let note = evolve_note(self.notes.remove(&id), &event);
            let Some(note) = note else { return Some("it is about a note that was not there") };
            self.notes.insert(id, note);
        }
        (self.revision, self.hash) = (stored.revision, stored.hash);
        None
    }

    /// How the state that reads show differs from the fold.
    fn differs(&self, row: &StreamRow) -> Option<&'static str> {
        if row.hash != self.hash || row.state.revision() != self.revision {
            return Some("events after it are missing");
        }
        let notes: BTreeMap<NoteId, Note> = row.notes.iter().map(|note| (note.id, note.clone())).collect();
        if self.state.as_ref() != Some(&row.state) || self.notes != notes {
            return Some("what reads show is not what its events say");
        }
        None
    }
}

/// The running digest of a head.
struct Digests(Sha256);

impl Digests {
    fn new() -> Self {
        Self::over(&[])
    }

    fn over(before: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(HEAD_VERSION);
        hasher.update(before);
        Self(hasher)
    }

    fn add(&mut self, hash: &Digest) {
        self.0.update(hash);
    }

    /// The digest so far; the next head covers it.
    fn finish(&mut self) -> String {
        let digest: Digest = self.0.finalize_reset().into();
        *self = Self::over(&digest);
        hex(&digest)
    }
}

/// The next head, and the revision of the ledger after which it comes.
pub(crate) fn next_head(store: &dyn Store) -> Result<(AuditHead, u64), StoreError> {
    let ledger = ledger_events(store)?;
    let revision = ledger.last().map_or(0, |event| event.revision);
    let heads = heads_among(&ledger);
    let (mut digests, mut after) = match heads.last() {
        Some((_, head)) => (Digests::over(&unhex(&head.digest)), head.position),
        None => (Digests::new(), 0),
    };
    loop {
        let events = store.events(&EventQuery::All { after, limit: CHUNK })?;
        for event in &events {
            digests.add(&event.hash);
            after = event.position;
        }
        if events.len() < CHUNK as usize {
            break;
        }
    }
    Ok((AuditHead { number: heads.len() as u64, position: after, digest: digests.finish() }, revision))
}

/// The heads that were taken, with the revision of the ledger that holds each.
fn taken_heads(store: &dyn Store) -> Result<Vec<(u64, AuditHead)>, StoreError> {
    Ok(heads_among(&ledger_events(store)?))
}

fn ledger_events(store: &dyn Store) -> Result<Vec<StoredEvent>, StoreError> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let events = store.events(&EventQuery::Stream { stream: StreamId::Ledger, after, limit: CHUNK })?;
        let done = events.len() < CHUNK as usize;
        after = events.last().map_or(after, |event| event.revision);
        all.extend(events);
        if done {
            return Ok(all);
        }
    }
}

fn heads_among(ledger: &[StoredEvent]) -> Vec<(u64, AuditHead)> {
    let head = |stored: &StoredEvent| {
        let event = stored.open().ok()?;
        let Fact::Ledger(LedgerFact::CheckpointTaken { number, position, digest }) = event.fact else {
            return None;
        };
        Some((stored.revision, AuditHead { number, position, digest }))
    };
    ledger.iter().filter_map(head).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let nibbles: Vec<u8> =
        text.chars().filter_map(|c| c.to_digit(16)).filter_map(|n| u8::try_from(n).ok()).collect();
    nibbles.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect()
}

fn stream_row(store: &dyn Store, stream: StreamId) -> Result<Option<StreamRow>, StoreError> {
    // The row of one stream is the first after the greatest id that is less.
    let before = before(stream);
    Ok(store.streams(before, 1)?.into_iter().find(|row| row.stream == stream))
}

fn before(stream: StreamId) -> Option<StreamId> {
    let less = uuid::Uuid::from_u128(stream.uuid().as_u128().wrapping_sub(1));
    let kind = stream.kind().code();
    if stream.uuid().is_nil() {
        let kind = kind.checked_sub(1)?;
        return StreamId::from_parts(kind, uuid::Uuid::max());
    }
    StreamId::from_parts(kind, less)
}
