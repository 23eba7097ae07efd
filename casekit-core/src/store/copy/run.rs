//! Copying a store whole: its lists one after the other, then the proof that nothing is missing or different.

use std::ops::ControlFlow;

use super::list::{Blobs, Claims, Events, List, Notes, ROWS, Requests, Rows, Streams};
use super::{Copied, CopyProgress, CopyStep};
use crate::store::check::check_parts;
use crate::store::{EventQuery, Store, StoreError, StoreErrorKind};

/// Called with the progress of a copy; returns whether to continue. After `Break`, the next call continues.
pub type TellCopy<'a> = &'a mut dyn FnMut(CopyProgress) -> ControlFlow<()>;

/// Copies everything except orphaned blobs into an empty store of any kind, compares every row and byte of the two, and
/// checks the copy. Nobody may write to `from` meanwhile.
///
/// Until everything was found to be the same, the copy is incomplete and refuses to be used. One that was cancelled, or
/// failed, is continued by the next call with the same two stores. A copy that is complete already is compared and checked
/// again.
///
/// # Errors
/// `Exists` if `to` is not empty, or has an unfinished copy of another store; `Busy` if somebody wrote to `from`;
/// `Cancelled` after `Break`; `Corrupt` if the copy is not what it should be; otherwise a fault of either store.
pub fn copy_store(from: &dyn Store, to: &dyn Store, tell: TellCopy<'_>) -> Result<(), StoreError> {
    let begun = from.newest()?;
    let is_complete = match to.catalog() {
        Ok(_) if begun.position > 0 && to.newest()? == begun => true,
        Ok(_) => {
            to.restore(Copied::Begin)?;
            false
        }
        Err(error) if error.kind() == StoreErrorKind::Incomplete => {
            is_of(from, to)?;
            false
        }
        Err(error) => return Err(error),
    };
    let mut work = Work { from, to, tell, done: 0, total: None };
    let rows = if is_complete { None } else { Some(work.copy_all(begun.position)?) };
    (work.done, work.total) = (0, rows);
    work.compare::<Events>()?;
    work.compare::<Streams>()?;
    work.compare::<Notes>()?;
    work.compare::<Claims>()?;
    work.compare::<Requests>()?;
    work.compare::<Blobs>()?;
    // Before `End`: a copy whose original changed stays incomplete, and cannot be used.
    if from.newest()? != begun {
        return Err(differs());
    }
    if !is_complete {
        to.restore(Copied::End)?;
    }
    (work.done, work.total) = (0, None);
    check_parts(to, &mut || work.tell(CopyStep::Check, 1))
}

/// Refuses to continue a copy of another store: its newest event must be there too.
fn is_of(from: &dyn Store, to: &dyn Store) -> Result<(), StoreError> {
    let Some(position) = to.newest()?.position.checked_sub(1) else { return Ok(()) };
    let newest = EventQuery::All { after: position, limit: 1 };
    if from.events(&newest)? == to.events(&newest)? {
        return Ok(());
    }
    let message = "the store has an unfinished copy of another one: copy into an empty store";
    Err(StoreError::new(StoreErrorKind::Exists, message))
}

fn differs() -> StoreError {
    let message = "the copy is not the same as the store: somebody wrote to one of them meanwhile. Copy again into an empty store, \
                   while nobody writes";
    StoreError::new(StoreErrorKind::Busy, message)
}

struct Work<'a> {
    from: &'a dyn Store,
    to: &'a dyn Store,
    tell: TellCopy<'a>,
    done: u64,
    total: Option<u64>,
}

impl Work<'_> {
    fn tell(&mut self, step: CopyStep, more: u64) -> Result<(), StoreError> {
        self.done += more;
        let progress = CopyProgress { step, done: self.done, total: self.total };
        if (self.tell)(progress).is_continue() {
            return Ok(());
        }
        let message = "the copy was cancelled: copy again, which goes on where it ended";
        Err(StoreError::new(StoreErrorKind::Cancelled, message))
    }

    /// Copies every list. Returns how many rows there are.
    fn copy_all(&mut self, events: u64) -> Result<u64, StoreError> {
        Ok(self.copy::<Events>(Some(events))?
            + self.copy::<Streams>(None)?
            + self.copy::<Notes>(None)?
            + self.copy::<Claims>(None)?
            + self.copy::<Requests>(None)?
            + self.copy::<Blobs>(None)?)
    }

    /// Copies a list, behind what is there already. Returns how many rows it has.
    fn copy<L: List>(&mut self, total: Option<u64>) -> Result<u64, StoreError> {
        let (mut there, mut last) = (0, None);
        for row in Rows::<L>::of(self.to, None) {
            (there, last) = (there + 1, Some(L::key(&row?)));
        }
        (self.done, self.total) = (there, total);
        let mut rows = Rows::<L>::of(self.from, last);
        loop {
            let part: Vec<L::Row> = rows.by_ref().take(ROWS as usize).collect::<Result<_, _>>()?;
            if part.is_empty() {
                return Ok(self.done);
            }
            let more = part.len() as u64;
            // The bytes before the row: a blob that is kept must be whole.
            part.iter().try_for_each(|row| L::copy_bytes(self.from, self.to, row))?;
            self.to.restore(L::part(part))?;
            self.tell(L::STEP, more)?;
        }
    }

    fn compare<L: List>(&mut self) -> Result<(), StoreError> {
        let (mut originals, mut copies) = (Rows::<L>::of(self.from, None), Rows::<L>::of(self.to, None));
        loop {
            let mut alike = 0;
            while alike < u64::from(ROWS) {
                match (originals.next().transpose()?, copies.next().transpose()?) {
                    (None, None) if alike == 0 => return Ok(()),
                    (None, None) => break,
                    (Some(one), Some(other))
                        if one == other && L::has_same_bytes(self.from, self.to, &one)? =>
                    {
                        alike += 1;
                    }
                    _ => return Err(differs()),
                }
            }
            self.tell(CopyStep::Compare, alike)?;
        }
    }
}
