//! All events in the order of their streams.

use std::vec::IntoIter;

use super::{CHUNK, out_of_order};
use crate::commit::StoredEvent;
use crate::model::StreamId;
use crate::store::{EventQuery, Store, StoreError};

/// Events read at least, so that a wrong guess costs no read for each event.
const LEAST: u64 = 10;

/// Reads events stream by stream, in the order of the streams' ids and of revisions within each.
pub(super) struct InOrder<'a> {
    store: &'a dyn Store,
    /// The place of the event that was handed out last.
    after: Option<(StreamId, u64)>,
    page: IntoIter<StoredEvent>,
    /// Whether there is more behind the page.
    more: bool,
    /// How many events are wanted, so that few are read in vain.
    wanted: u64,
}

impl<'a> InOrder<'a> {
    /// Those behind a place, or all.
    pub(super) fn behind(store: &'a dyn Store, after: Option<(StreamId, u64)>) -> Self {
        Self { store, after, page: Vec::new().into_iter(), more: true, wanted: 0 }
    }

    /// Reads again what was read but not handed out; about so many events are wanted then.
    pub(super) fn read_on(&mut self, wanted: u64) {
        (self.page, self.more, self.wanted) = (Vec::new().into_iter(), true, wanted);
    }

    /// Leaves out the rest of a stream.
    pub(super) fn leave(&mut self, stream: StreamId) {
        self.after = Some((stream, u64::MAX));
        self.read_on(self.wanted);
    }

    /// The next event, if its stream is one of those that are `wanted`: all of these come before any that is not.
    pub(super) fn next_if(
        &mut self,
        wanted: impl Fn(StreamId) -> bool,
    ) -> Result<Option<StoredEvent>, StoreError> {
        if self.page.as_slice().is_empty() && self.more {
            self.read()?;
        }
        if !self.page.as_slice().first().is_some_and(|event| wanted(event.stream)) {
            return Ok(None);
        }
        let next = self.page.next();
        if let Some(event) = &next {
            let place = (event.stream, event.revision);
            // What does not grow would be read again and again.
            if self.after.is_some_and(|after| place <= after) {
                return Err(out_of_order());
            }
            self.after = Some(place);
            self.wanted = self.wanted.saturating_sub(1);
        }
        Ok(next)
    }

    fn read(&mut self) -> Result<(), StoreError> {
        // One more, which shows that there is no more of the last stream.
        let limit = self.wanted.saturating_add(1).clamp(LEAST, u64::from(CHUNK)) as u32;
        let events = self.store.events(&EventQuery::Streams { after: self.after, limit })?;
        self.more = events.len() == limit as usize;
        self.page = events.into_iter();
        Ok(())
    }
}
