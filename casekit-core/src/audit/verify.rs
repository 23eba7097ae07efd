//! Verifying a whole file, or one stream of it.

use std::collections::BTreeMap;

use super::chain::Chain;
use super::checkpoint::Recomputed;
use super::walk::{Events, Notes};
use super::{AuditHead, BrokenEvent, CHUNK, VerifyReport, walk_stream};
use crate::commit::StoredEvent;
use crate::model::{Note, NoteId, StreamId};
use crate::store::{NoteQuery, Store, StoreError, StoreErrorKind, StreamRow};

/// Verifies a store as of the moment when this was made.
pub(crate) struct Verifier<'a> {
    store: &'a dyn Store,
    /// The position of the newest event at the start.
    start: u64,
    report: VerifyReport,
    /// Whether an event from before the start belongs to a stream without a row.
    has_strays: bool,
}

impl<'a> Verifier<'a> {
    pub(crate) fn begin(store: &'a dyn Store) -> Result<Self, StoreError> {
        Ok(Self { store, start: store.last_position()?, report: VerifyReport::default(), has_strays: false })
    }

    /// Verifies one stream.
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

    /// Verifies every stream, and every head with them: reads streams, notes and events once each, side by side in the
    /// same order.
    ///
    /// `Corrupt` from the store is a finding as well, and goes into the report.
    pub(crate) fn whole(mut self, kept: Option<&AuditHead>) -> Result<VerifyReport, StoreError> {
        if let Err(fault) = self.walk(kept) {
            self.unreadable(StreamId::Ledger, fault)?;
        }
        Ok(self.report)
    }

    fn walk(&mut self, kept: Option<&AuditHead>) -> Result<(), StoreError> {
        let mut heads = Recomputed::begin(self.store, self.start)?;
        // The fault of a page that could not be read. From there on each stream is verified separately, so that the
        // report can name the damaged one.
        let mut lost = None;
        let (mut notes, mut events) = (Notes::begin(self.store), Events::begin(self.store));
        let mut seen = None;
        loop {
            let rows = self.store.streams(seen, 100)?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                // In a damaged store, rows that do not increase would make this loop endless.
                let behind = seen.is_none_or(|seen| row.stream > seen);
                if !behind || row.state.stream() != row.stream {
                    self.broken(row.stream, 0, None, "it is kept under the id of another stream");
                    return Ok(());
                }
                seen = Some(row.stream);
                if lost.is_none() {
                    match self.passes(row, &mut notes, &mut events, &mut heads) {
                        Ok(true) => continue,
                        // Not yet a finding: the pages were read at different moments, and somebody may have written in
                        // between. The stream is verified again by itself, in an order of reads that allows for that.
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
        // The ledger is the last of all streams, so this reads whatever events are left.
        while let Some(event) = events.next_up_to(StreamId::Ledger)? {
            self.strays(&event);
        }
        self.heads(heads, kept);
        Ok(())
    }

    /// Reports damage that the store found; returns any other fault, which says nothing about the file.
    fn unreadable(&mut self, stream: StreamId, fault: StoreError) -> Result<(), StoreError> {
        match fault.kind() == StoreErrorKind::Corrupt {
            true => self.broken(stream, 0, None, &fault.to_string()),
            false => return Err(fault),
        }
        Ok(())
    }

    /// Notes an event without a row. A stream always has a row together with its first event, and rows are read after
    /// the start: so an event from before the start must have one.
    fn strays(&mut self, event: &StoredEvent) {
        self.has_strays |= event.position <= self.start;
    }

    /// Checks the events of the current stream in the walk; `true` if they and its notes match the row.
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
        // A stream that began after the start is not counted.
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

    /// Whether an event may be missing from a row: it was written after the start, and is newer than the row. An event
    /// from before the start that the row does not include is an error.
    fn is_too_new(&self, event: &StoredEvent, row: &StreamRow) -> bool {
        event.revision > row.state.revision() && event.position > self.start
    }

    /// Verifies one stream by itself: how many events it had at the start, and what is wrong. The row is read first,
    /// then the notes, then the events. While others write, each read may thus show more than the one before it, but
    /// never less.
    fn alone(&self, stream: StreamId) -> Result<(u64, Option<BrokenEvent>), StoreError> {
        let row = stream_row(self.store, stream)?;
        let kept = self.notes_of(stream)?;
        let mut chain = Chain::default();
        let (mut known, mut wrong) = (0, None);
        // The fold at the revision of the row, once events beyond the row are reached.
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

    /// Checks that every event belongs to a stream with a row, that every head matches its streams, and that the head
    /// which the host kept is one of them.
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
    // The store lists rows after an id, so the row of one stream is the first after the next smaller id.
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
