//! Looking a whole file over, or one stream of it.

use std::collections::BTreeMap;

use super::chain::Chain;
use super::checkpoint::Recomputed;
use super::walk::{Events, Notes};
use super::{AuditHead, BrokenEvent, CHUNK, VerifyReport, walk_stream};
use crate::commit::StoredEvent;
use crate::model::{Note, NoteId, StreamId};
use crate::store::{NoteQuery, Store, StoreError, StoreErrorKind, StreamRow};

/// Looks a store over, as it stood when this was made.
pub(crate) struct Verifier<'a> {
    store: &'a dyn Store,
    /// The position of the newest event at the start.
    start: u64,
    report: VerifyReport,
    /// Whether there was an event, at the start, of a stream that has no row.
    has_strays: bool,
}

impl<'a> Verifier<'a> {
    pub(crate) fn begin(store: &'a dyn Store) -> Result<Self, StoreError> {
        Ok(Self { store, start: store.last_position()?, report: VerifyReport::default(), has_strays: false })
    }

    /// One stream.
    pub(crate) fn stream(mut self, stream: StreamId) -> Result<VerifyReport, StoreError> {
        match self.alone(stream) {
            Ok((known, broken)) => {
                self.seen(known);
                self.report.broken = broken;
            }
            Err(fault) => self.unreadable(stream, fault)?,
        }
        Ok(self.report)
    }

    /// Every stream, and with them every head: streams, notes and events each in one walk, in the same order.
    ///
    /// What the store says that it cannot read is found too, and told as what is wrong.
    pub(crate) fn whole(mut self, kept: Option<&AuditHead>) -> Result<VerifyReport, StoreError> {
        if let Err(fault) = self.walk(kept) {
            self.unreadable(StreamId::Ledger, fault)?;
        }
        Ok(self.report)
    }

    fn walk(&mut self, kept: Option<&AuditHead>) -> Result<(), StoreError> {
        let mut heads = Recomputed::begin(self.store, self.start)?;
        // A page of the walk that could not be read: from there on each stream is looked at by itself, so that it is named.
        let mut lost = None;
        let (mut notes, mut events) = (Notes::begin(self.store), Events::begin(self.store));
        let mut seen = None;
        loop {
            let rows = self.store.streams(seen, 100)?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                // A row that is not behind those before it would be asked for again and again.
                let behind = seen.is_none_or(|seen| row.stream > seen);
                if !behind || row.state.stream() != row.stream {
                    self.broken(row.stream, 0, None, "it is kept under the id of another stream");
                    return Ok(());
                }
                seen = Some(row.stream);
                if lost.is_none() {
                    match self.passes(row, &mut notes, &mut events, &mut heads) {
                        Ok(true) => continue,
                        // The pages were read at different moments, and somebody may have written between them: only what
                        // is found in a stream by itself, read in an order that allows for that, is found.
                        Ok(false) => {}
                        Err(fault) if fault.kind() == StoreErrorKind::Corrupt => lost = Some(fault),
                        Err(fault) => return Err(fault),
                    }
                }
                match self.alone(row.stream) {
                    Ok((known, broken)) => {
                        if lost.is_some() {
                            self.seen(known);
                        }
                        self.report.broken = broken;
                    }
                    Err(fault) => self.unreadable(row.stream, fault)?,
                }
                if self.report.broken.is_some() {
                    return Ok(());
                }
            }
        }
        if let Some(fault) = lost {
            return Err(fault);
        }
        // The ledger is the last of all streams.
        while let Some(event) = events.next_up_to(StreamId::Ledger)? {
            self.strays(&event);
        }
        self.heads(heads, kept);
        Ok(())
    }

    /// What the store found damaged is what is wrong; any other fault is one of this call.
    fn unreadable(&mut self, stream: StreamId, fault: StoreError) -> Result<(), StoreError> {
        match fault.kind() == StoreErrorKind::Corrupt {
            true => self.broken(stream, 0, None, &fault.to_string()),
            false => return Err(fault),
        }
        Ok(())
    }

    /// A stream has its row as long as it has events: one that was there at the start had it when rows were read.
    fn strays(&mut self, event: &StoredEvent) {
        self.has_strays |= event.position <= self.start;
    }

    /// Follows the events of a stream as they pass by; whether they and its notes are what the row says.
    fn passes(
        &mut self,
        row: &StreamRow,
        notes: &mut Notes<'_>,
        events: &mut Events<'_>,
        heads: &mut Recomputed,
    ) -> Result<bool, StoreError> {
        let mut chain = Chain::default();
        let (mut known, mut is_right) = (0, true);
        while let Some(event) = events.next_up_to(row.stream)? {
            if event.stream != row.stream {
                self.strays(&event);
                continue;
            }
            if self.is_too_new(&event, row) {
                continue;
            }
            known += u64::from(event.position <= self.start);
            is_right = is_right && chain.follow(&event).is_none();
            heads.passes(&event);
        }
        heads.passed();
        // A stream that was begun meanwhile is none of those that were there.
        if known > 0 || chain.revision == 0 {
            self.seen(known);
        }
        let kept = match row.stream {
            StreamId::Case(case) => notes.of(case)?,
            StreamId::Settings | StreamId::Workflow(_) | StreamId::CaseType(_) | StreamId::Customer(_) => {
                Vec::new()
            }
            StreamId::Ledger => Vec::new(),
        };
        Ok(is_right && chain.differs(row).is_none() && chain.notes_differ(&kept, &BTreeMap::new()).is_none())
    }

    /// One that a row which was read after the start cannot know yet. One from before the start that the row does not know
    /// is one too many.
    fn is_too_new(&self, event: &StoredEvent, row: &StreamRow) -> bool {
        event.revision > row.state.revision() && event.position > self.start
    }

    /// What is wrong with one stream, and how many of its events there were at the start. Its row is read first, then its notes,
    /// then its events, so that what is read later may know more, and never less.
    fn alone(&self, stream: StreamId) -> Result<(u64, Option<BrokenEvent>), StoreError> {
        let row = stream_row(self.store, stream)?;
        let kept = self.notes_of(stream)?;
        let mut chain = Chain::default();
        let (mut known, mut wrong) = (0, None);
        // The chain as the row knows it, while it goes on.
        let mut shown: Option<Chain> = None;
        let mut later: BTreeMap<NoteId, Vec<Note>> = BTreeMap::new();
        walk_stream(self.store, stream, |event| {
            if shown.is_none() && row.as_ref().is_none_or(|row| self.is_too_new(event, row)) {
                if row.is_none() && event.position <= self.start {
                    known += 1;
                    return true;
                }
                shown = Some(chain.clone());
            }
            if shown.is_none() {
                known += u64::from(event.position <= self.start);
            }
            wrong = chain.follow(event).map(|why| (event.revision, event.position, why));
            if let (Some(_), Some(id)) = (&shown, event.open().ok().and_then(|event| event.fact.note())) {
                later.entry(id).or_default().extend(chain.note(id).cloned());
            }
            wrong.is_none()
        })?;
        let found = |revision, position, why: &str| {
            Some(BrokenEvent { stream, revision, position, why: why.to_owned() })
        };
        if let Some((revision, position, why)) = wrong {
            return Ok((known, found(revision, Some(position), why)));
        }
        let chain = shown.unwrap_or(chain);
        let why = match &row {
            Some(row) => chain.differs(row).or_else(|| chain.notes_differ(&kept, &later)),
            None => (known > 0).then_some("there are events of streams that are missing"),
        };
        Ok((known, why.and_then(|why| found(chain.revision, None, why))))
    }

    fn notes_of(&self, stream: StreamId) -> Result<Vec<Note>, StoreError> {
        let StreamId::Case(case) = stream else { return Ok(Vec::new()) };
        let (mut notes, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.notes(&NoteQuery::thread(case, true, after, CHUNK))?;
            notes.extend(page.rows);
            after = page.next;
            if after.is_none() {
                return Ok(notes);
            }
        }
    }

    fn seen(&mut self, events: u64) {
        self.report.streams += 1;
        self.report.events += events;
    }

    fn broken(&mut self, stream: StreamId, revision: u64, position: Option<u64>, why: &str) {
        self.report.broken = Some(BrokenEvent { stream, revision, position, why: why.to_owned() });
    }

    /// Every event belongs to a stream that was seen, every head is what its streams say, and the head that the host
    /// kept is one of these heads.
    fn heads(&mut self, heads: Recomputed, kept: Option<&AuditHead>) {
        if self.has_strays {
            self.broken(StreamId::Ledger, 0, None, "there are events of streams that are missing");
            return;
        }
        let (good, wrong) = heads.finish();
        if let Some((place, why)) = wrong {
            self.broken(StreamId::Ledger, place.revision, Some(place.position), why);
        } else if let Some(kept) = kept
            && !good.contains(kept)
        {
            let why = "the head that was kept is not in this file";
            self.broken(StreamId::Ledger, 0, Some(kept.position), why);
        }
    }
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
