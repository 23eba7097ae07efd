//! Looking a whole file over, or one stream of it.

use super::chain::Chain;
use super::checkpoint::Recomputed;
use super::{AuditHead, BrokenEvent, VerifyReport, walk_file, walk_stream};
use crate::model::StreamId;
use crate::store::{Store, StoreError, StreamRow};

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
        self.one(stream, row.as_ref(), &mut Recomputed::default())?;
        Ok(self.report)
    }

    /// Every stream, and with them every head.
    pub(crate) fn whole(mut self, kept: Option<&AuditHead>) -> Result<VerifyReport, StoreError> {
        let mut heads = Recomputed::begin(self.store, self.start)?;
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
                    return Ok(self.report);
                }
                seen = Some(row.stream);
                self.one(row.stream, Some(row), &mut heads)?;
                if self.report.broken.is_some() {
                    return Ok(self.report);
                }
            }
        }
        self.heads(heads, kept)?;
        Ok(self.report)
    }

    fn one(
        &mut self,
        stream: StreamId,
        row: Option<&StreamRow>,
        heads: &mut Recomputed,
    ) -> Result<(), StoreError> {
        let (start, shown) = (self.start, row.map_or(0, |row| row.state.revision()));
        let mut chain = Chain::default();
        let (mut known, mut wrong) = (0, None);
        walk_stream(self.store, stream, |event| {
            // The row was read after the start: an event from before that it does not know is one too many, while one
            // that came later is only one that it cannot know yet.
            if event.revision > shown && event.position > start {
                return false;
            }
            known += u64::from(event.position <= start);
            wrong = chain.follow(event).map(|why| (event.revision, event.position, why));
            heads.passes(event);
            wrong.is_none()
        })?;
        heads.passed();
        if let Some((revision, position, why)) = wrong {
            self.seen(known);
            self.broken(stream, revision, Some(position), why);
            return Ok(());
        }
        // A stream that was begun meanwhile is none of those that were there.
        if known > 0 || chain.revision == 0 {
            self.seen(known);
        }
        let why = match row {
            Some(row) => chain.differs(row),
            None => (known > 0).then_some("there are events of streams that are missing"),
        };
        if let Some(why) = why {
            self.broken(stream, chain.revision, None, why);
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

    /// Every event belongs to a stream that was seen, every head is what its streams say, and the head that the host
    /// kept is one of these heads.
    fn heads(&mut self, heads: Recomputed, kept: Option<&AuditHead>) -> Result<(), StoreError> {
        let (start, mut count) = (self.start, 0);
        walk_file(self.store, 0, |event| {
            count += u64::from(event.position <= start);
            event.position <= start
        })?;
        if count != self.report.events {
            self.broken(StreamId::Ledger, 0, None, "there are events of streams that are missing");
            return Ok(());
        }
        let (good, wrong) = heads.finish();
        if let Some((place, why)) = wrong {
            self.broken(StreamId::Ledger, place.revision, Some(place.position), why);
            return Ok(());
        }
        if let Some(kept) = kept
            && !good.contains(kept)
        {
            let why = "the head that was kept is not in this file";
            self.broken(StreamId::Ledger, 0, Some(kept.position), why);
        }
        Ok(())
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
