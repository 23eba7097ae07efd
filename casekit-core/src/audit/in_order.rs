//! Reading all events or all notes of a store in the order of their places, a page at a time.

use std::collections::VecDeque;

use super::CHUNK;
use crate::commit::StoredEvent;
use crate::model::{CaseId, Note, StreamId};
use crate::store::{EventQuery, NotePlace, Store, StoreError, StoreErrorKind};

/// Reads the page after a place.
type Read<'a, T, P> = Box<dyn Fn(Option<&P>) -> Result<Vec<T>, StoreError> + 'a>;

/// What a store lists, in the order of places.
struct InOrder<'a, T, P> {
    read: Read<'a, T, P>,
    place: fn(&T) -> P,
    page: VecDeque<T>,
    after: Option<P>,
    /// Whether the current page is the last one.
    ended: bool,
}

impl<'a, T, P: PartialOrd> InOrder<'a, T, P> {
    fn new(read: impl Fn(Option<&P>) -> Result<Vec<T>, StoreError> + 'a, place: fn(&T) -> P) -> Self {
        Self { read: Box::new(read), place, page: VecDeque::new(), after: None, ended: false }
    }

    /// The next one, if it fits; it stays otherwise.
    fn next_if(&mut self, fits: impl Fn(&T) -> bool) -> Result<Option<T>, StoreError> {
        if self.page.is_empty() && !self.ended {
            let page = (self.read)(self.after.as_ref())?;
            self.ended = page.len() < CHUNK as usize;
            for one in &page {
                let place = Some((self.place)(one));
                // In a damaged store, places that do not increase would make the walk endless.
                if place <= self.after {
                    return Err(out_of_order());
                }
                self.after = place;
            }
            self.page = page.into();
        }
        Ok(if self.page.front().is_some_and(fits) { self.page.pop_front() } else { None })
    }
}

/// The events of all streams, in the order of streams and revisions.
pub(super) struct Events<'a>(InOrder<'a, StoredEvent, (StreamId, u64)>);

impl<'a> Events<'a> {
    pub(super) fn begin(store: &'a dyn Store) -> Self {
        let page =
            |after: Option<&_>| store.events(&EventQuery::Streams { after: after.copied(), limit: CHUNK });
        Self(InOrder::new(page, |event| (event.stream, event.revision)))
    }

    /// The next event, if its stream is `stream` or an earlier one; `None` once only later streams are left.
    pub(super) fn next_up_to(&mut self, stream: StreamId) -> Result<Option<StoredEvent>, StoreError> {
        self.0.next_if(|event| event.stream <= stream)
    }
}

/// The notes of all cases, in the order of the cases.
pub(super) struct Notes<'a>(InOrder<'a, Note, NotePlace>);

impl<'a> Notes<'a> {
    pub(super) fn begin(store: &'a dyn Store) -> Self {
        Self(InOrder::new(|after| store.all_notes(after, CHUNK), NotePlace::of))
    }

    /// The next note, if its case is `case` or an earlier one; `None` once only notes of later cases are left.
    pub(super) fn next_up_to(&mut self, case: CaseId) -> Result<Option<Note>, StoreError> {
        self.0.next_if(|note| note.case <= case)
    }
}

pub(super) fn out_of_order() -> StoreError {
    let message = "events or notes do not come in their order: check the file, and restore a backup";
    StoreError::new(StoreErrorKind::Corrupt, message)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How a list whose pages are made like this ends: how many it gave, and whether that was damage.
    fn end_of(page: impl Fn(Option<&u64>) -> Vec<u64>) -> (u64, bool) {
        let reads = Cell::new(0);
        let read = |after: Option<&u64>| {
            reads.set(reads.get() + 1);
            assert!(reads.get() < 100, "it never ends");
            Ok(page(after))
        };
        let mut list = InOrder::new(read, |one| *one);
        let mut given = 0;
        loop {
            match list.next_if(|_| true) {
                Ok(Some(_)) => given += 1,
                Ok(None) => return (given, false),
                Err(fault) => return (given, fault.kind() == StoreErrorKind::Corrupt),
            }
        }
    }

    #[test]
    fn a_list_that_begins_again_goes_back_or_stands_still_ends_as_damage() {
        let chunk = u64::from(CHUNK);
        let sound = |after: Option<&u64>| after.map_or(0, |seen| seen + 1)..2_500;
        assert_eq!(end_of(|after| sound(after).take(CHUNK as usize).collect()), (2_500, false));
        assert_eq!(end_of(|_| (0..chunk).collect()), (chunk, true), "it begins again");
        assert_eq!(end_of(|_| vec![7; CHUNK as usize]), (0, true), "it stands still");
        assert_eq!(end_of(|_| (0..chunk).rev().collect()), (0, true), "it goes back");
        assert_eq!(end_of(|_| (0..chunk).map(|n| n / 2).collect()), (0, true), "each comes twice");
    }
}
