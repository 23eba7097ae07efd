//! Verifying a whole file, or one stream of it.

use std::collections::BTreeMap;

use super::checkpoint::Recomputed;
use super::damage::{Found, Wrong};
use super::in_order::{Events, Notes};
use super::progress::{Pace, TellVerify};
use super::shown;
use super::{AuditHead, CHUNK, VerifyReport, walk_stream};
use crate::commit::{Fold, StoredEvent};
use crate::language::Language;
use crate::model::{CaseId, Note, NoteId, StreamId};
use crate::store::{NoteQuery, Store, StoreError, StoreErrorKind, StreamRow};

/// Verifies a store as of the moment when this began.
pub(crate) struct Verifier<'a> {
    store: &'a dyn Store,
    /// The position of the newest event at the start.
    start: u64,
    pace: Pace<'a>,
    confirmed: Vec<AuditHead>,
    found: Option<Found>,
    /// The first event from before the start that belongs to a stream without a row.
    stray: Option<(StreamId, u64, u64)>,
    /// The first case that has no row and has a note.
    stray_note: Option<StreamId>,
}

impl<'a> Verifier<'a> {
    fn new(store: &'a dyn Store, tell: TellVerify<'a>) -> Self {
        let pace = Pace::new(tell);
        Self { store, start: 0, pace, confirmed: Vec::new(), found: None, stray: None, stray_note: None }
    }

    /// Verifies one stream.
    pub(crate) fn stream(
        store: &'a dyn Store,
        stream: StreamId,
        language: &Language,
        tell: TellVerify<'a>,
    ) -> Result<VerifyReport, StoreError> {
        let mut verifier = Self::new(store, tell);
        let verified = verifier.begin_one(stream).and_then(|row| verifier.one(stream, row));
        let verified = verified.and_then(|()| verifier.pace.tell());
        verifier.told(verified, stream, language)
    }

    /// Verifies every stream, and every head with them: reads streams, notes and events once each, side by side in the
    /// same order.
    ///
    /// `Corrupt` from the store is a finding as well, and goes into the report.
    pub(crate) fn whole(
        store: &'a dyn Store,
        kept: &[&AuditHead],
        language: &Language,
        tell: TellVerify<'a>,
    ) -> Result<VerifyReport, StoreError> {
        let mut verifier = Self::new(store, tell);
        let verified = verifier.begin().and_then(|()| verifier.walk(kept));
        verifier.told(verified, StreamId::Ledger, language)
    }

    /// Looks where the file ends now.
    fn begin(&mut self) -> Result<(), StoreError> {
        self.start = self.store.last_position()?;
        self.pace.begin(self.start)
    }

    /// Looks where the file and the stream end now.
    fn begin_one(&mut self, stream: StreamId) -> Result<Option<StreamRow>, StoreError> {
        self.start = self.store.last_position()?;
        let row = stream_row(self.store, stream)?;
        self.pace.begin(row.as_ref().map_or(0, |row| row.state.revision()))?;
        Ok(row)
    }

    fn told(
        mut self,
        verified: Result<(), StoreError>,
        stream: StreamId,
        language: &Language,
    ) -> Result<VerifyReport, StoreError> {
        if let Err(fault) = verified {
            self.unreadable(stream, fault)?;
        }
        let so_far = self.pace.so_far();
        let broken = self.found.map(|found| found.told(language));
        Ok(VerifyReport { streams: so_far.streams, events: so_far.events, confirmed: self.confirmed, broken })
    }

    fn one(&mut self, stream: StreamId, row: Option<StreamRow>) -> Result<(), StoreError> {
        let known = self.alone(stream, row)?;
        self.pace.stream(known);
        Ok(())
    }

    fn walk(&mut self, kept: &[&AuditHead]) -> Result<(), StoreError> {
        let mut heads = Recomputed::begin(self.store, self.start, &mut self.pace)?;
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
                    self.broken(row.stream, 0, None, Wrong::OtherStream);
                    return Ok(());
                }
                seen = Some(row.stream);
                self.pace.step()?;
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
                // The row anew: it was read before the events that it is compared with.
                let verified = stream_row(self.store, row.stream).and_then(|now| match lost.is_some() {
                    true => self.one(row.stream, now),
                    false => self.alone(row.stream, now).map(drop),
                });
                if let Err(fault) = verified {
                    self.unreadable(row.stream, fault)?;
                }
                if self.found.is_some() {
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
        let last = CaseId(uuid::Uuid::max());
        if self.notes_before(&mut notes, last)?.is_some() {
            self.stray_note(last)?;
        }
        self.heads(heads, kept);
        self.pace.next_stream();
        self.pace.tell()
    }

    /// Reports damage that the store found; returns any other fault, which says nothing about the file.
    fn unreadable(&mut self, stream: StreamId, fault: StoreError) -> Result<(), StoreError> {
        match fault.kind() == StoreErrorKind::Corrupt {
            true => self.broken(stream, 0, None, Wrong::Unreadable(fault)),
            false => return Err(fault),
        }
        Ok(())
    }

    /// Notes an event without a row. A stream always has a row together with its first event, and rows are read after
    /// the start: so an event from before the start must have one.
    fn strays(&mut self, event: &StoredEvent) {
        if event.position <= self.start && self.stray.is_none() {
            self.stray = Some((event.stream, event.revision, event.position));
        }
    }

    /// Checks the events of the current stream in the walk; `true` if they and its notes match the row.
    fn passes(
        &mut self,
        row: &StreamRow,
        notes: &mut Notes<'_>,
        events: &mut Events<'_>,
        heads: &mut Recomputed,
    ) -> Result<bool, StoreError> {
        let mut fold = Fold::default();
        let (mut known, mut is_right) = (0_u64, true);
        self.pace.next_stream();
        while let Some(event) = events.next_up_to(row.stream)? {
            self.pace.event()?;
            if event.stream != row.stream {
                self.strays(&event);
                continue;
            }
            if is_too_new(&event, row, self.start) {
                continue;
            }
            known += u64::from(event.position <= self.start);
            is_right = is_right && fold.follow(&event).is_ok();
            heads.passes(&event);
        }
        heads.passed();
        // A stream that began after the start is not counted.
        if known > 0 || fold.revision() == 0 {
            self.pace.stream(known);
        }
        let kept = match row.stream {
            StreamId::Case(case) => self.notes_in_walk(notes, case)?,
            StreamId::Settings | StreamId::Workflow(_) | StreamId::CaseType(_) | StreamId::Customer(_) => {
                Vec::new()
            }
            StreamId::Ledger | StreamId::Person(_) | StreamId::Team(_) | StreamId::Tag(_) => Vec::new(),
        };
        let is_shown = shown::row_differs(&fold, row).is_none()
            && shown::notes_differ(&fold, &kept, &BTreeMap::new()).is_none();
        Ok(is_right && is_shown)
    }

    /// The notes of a case, as the walk has them.
    fn notes_in_walk(&mut self, notes: &mut Notes<'_>, case: CaseId) -> Result<Vec<Note>, StoreError> {
        let mut theirs = self.notes_before(notes, case)?.map_or_else(Vec::new, |first| vec![first]);
        while let Some(note) = notes.next_up_to(case)? {
            self.pace.step()?;
            theirs.push(note);
        }
        Ok(theirs)
    }

    /// Passes the notes of cases before this one, and returns its first. Those belong to cases that began after their
    /// rows were read, or to none.
    fn notes_before(&mut self, notes: &mut Notes<'_>, case: CaseId) -> Result<Option<Note>, StoreError> {
        let mut last = None;
        while let Some(note) = notes.next_up_to(case)? {
            self.pace.step()?;
            if note.case == case {
                return Ok(Some(note));
            }
            if last.replace(note.case) != Some(note.case) {
                self.stray_note(note.case)?;
            }
        }
        Ok(None)
    }

    /// Notes a case that has a note and no row. A case always has a row before it has a note.
    fn stray_note(&mut self, case: CaseId) -> Result<(), StoreError> {
        let stream = StreamId::Case(case);
        if self.stray_note.is_none() && stream_row(self.store, stream)?.is_none() {
            self.stray_note = Some(stream);
        }
        Ok(())
    }

    /// Verifies one stream by itself, and returns how many events it had at the start. The row was read first, then come
    /// the notes, then the events. While others write, each read may thus show more than the one before it, but never less.
    fn alone(&mut self, stream: StreamId, row: Option<StreamRow>) -> Result<u64, StoreError> {
        let kept = self.notes_of(stream)?;
        self.pace.next_stream();
        let (start, pace) = (self.start, &mut self.pace);
        let mut fold = Fold::default();
        let (mut known, mut wrong) = (0, None);
        // The fold at the revision of the row, once events beyond the row are reached.
        let mut as_shown: Option<Fold> = None;
        let mut later: BTreeMap<NoteId, Vec<Note>> = BTreeMap::new();
        walk_stream(self.store, stream, |event| {
            pace.event()?;
            if as_shown.is_none() && row.as_ref().is_none_or(|row| is_too_new(event, row, start)) {
                if row.is_none() && event.position <= start {
                    known += 1;
                    return Ok(true);
                }
                as_shown = Some(fold.clone());
            }
            if as_shown.is_none() {
                known += u64::from(event.position <= start);
            }
            wrong = fold.follow(event).err().map(|flaw| (event.revision, event.position, Wrong::Event(flaw)));
            if let (Some(_), Some(id)) = (&as_shown, event.open().ok().and_then(|event| event.fact.note())) {
                later.entry(id).or_default().extend(shown::note(&fold, id).cloned());
            }
            Ok(wrong.is_none())
        })?;
        if let Some((revision, position, wrong)) = wrong {
            self.broken(stream, revision, Some(position), wrong);
            return Ok(known);
        }
        let fold = as_shown.unwrap_or(fold);
        let wrong = match &row {
            Some(row) => shown::row_differs(&fold, row).or_else(|| shown::notes_differ(&fold, &kept, &later)),
            None => (known > 0).then_some(Wrong::StateMissing),
        };
        if let Some(wrong) = wrong {
            self.broken(stream, fold.revision(), None, wrong);
        }
        Ok(known)
    }

    fn notes_of(&mut self, stream: StreamId) -> Result<Vec<Note>, StoreError> {
        let StreamId::Case(case) = stream else { return Ok(Vec::new()) };
        let (mut notes, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.notes(&NoteQuery::thread(case, true, after, CHUNK))?;
            notes.extend(page.rows);
            self.pace.step()?;
            after = page.next;
            if after.is_none() {
                return Ok(notes);
            }
        }
    }

    /// Keeps the first finding.
    fn broken(&mut self, stream: StreamId, revision: u64, position: Option<u64>, wrong: Wrong) {
        self.found.get_or_insert(Found { stream, revision, position, wrong });
    }

    /// Checks that every event belongs to a stream with a row, that every head matches its streams, and that the heads
    /// which the host kept are among them.
    fn heads(&mut self, heads: Recomputed, kept: &[&AuditHead]) {
        if let Some((stream, revision, position)) = self.stray {
            self.broken(stream, revision, Some(position), Wrong::StateMissing);
            return;
        }
        if let Some(stream) = self.stray_note {
            self.broken(stream, 0, None, Wrong::NoteOfNoCase);
            return;
        }
        let (good, wrong) = heads.finish();
        if let Some((place, wrong)) = wrong {
            self.broken(StreamId::Ledger, place.revision, Some(place.position), wrong);
        }
        let mut kept = kept.to_vec();
        kept.sort_by_key(|head| head.number);
        for head in kept {
            // Numbers are dense from 1, which finding each head in its place has shown.
            let place = head.number.checked_sub(1).and_then(|place| usize::try_from(place).ok());
            match place.and_then(|place| good.get(place)) {
                Some(found) if found == head => self.confirmed.push(head.clone()),
                Some(_) => {
                    self.broken(StreamId::Ledger, 0, Some(head.position), Wrong::KeptHeadDiffers);
                }
                None => self.broken(StreamId::Ledger, 0, Some(head.position), Wrong::KeptHeadMissing),
            }
        }
    }
}

/// Whether an event may be missing from a row: it was written after the start, and is newer than the row. An event from
/// before the start that the row does not include is an error.
fn is_too_new(event: &StoredEvent, row: &StreamRow, start: u64) -> bool {
    event.revision > row.state.revision() && event.position > start
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
