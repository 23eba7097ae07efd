//! How far verifying has come.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::CHUNK;
use crate::store::{StoreError, StoreErrorKind};

/// How far verifying a file or one stream has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct VerifyProgress {
    /// The number of streams that were verified so far.
    pub streams: u64,
    /// The number of events that were read so far. What others write meanwhile is read and not counted in the report.
    pub events: u64,
    /// The most events that there can be, as of when verifying began: of one stream its revision, of the file the position
    /// of its newest event. In a store whose positions have gaps there are fewer.
    pub of: u64,
}

/// Called with the progress of verifying; returns whether to continue.
pub(crate) type TellVerify<'a> = &'a mut dyn FnMut(VerifyProgress) -> ControlFlow<()>;

/// Counts what was verified, and tells the caller now and then.
pub(super) struct Pace<'a> {
    tell: TellVerify<'a>,
    so_far: VerifyProgress,
    /// How many events of the current stream were read.
    within: u64,
    /// How much was read since the caller was told.
    since: u32,
}

impl<'a> Pace<'a> {
    pub(super) fn new(tell: TellVerify<'a>) -> Self {
        Self { tell, so_far: VerifyProgress::default(), within: 0, since: 0 }
    }

    pub(super) fn begin(&mut self, of: u64) -> Result<(), StoreError> {
        self.so_far.of = of;
        self.tell()
    }

    /// Counts one that was read: an event, a row or a note. Each `CHUNK` of them the caller is told.
    ///
    /// # Errors
    /// `Cancelled`, if the caller does not want to continue.
    pub(super) fn step(&mut self) -> Result<(), StoreError> {
        self.since += 1;
        if self.since < CHUNK { Ok(()) } else { self.tell() }
    }

    /// Counts an event of the current stream that was read.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub(super) fn event(&mut self) -> Result<(), StoreError> {
        self.within += 1;
        self.step()
    }

    /// Begins a stream. Of the one before it, what [`stream`](Self::stream) was told counts.
    pub(super) fn next_stream(&mut self) {
        self.within = 0;
    }

    /// Counts a stream that was verified, with its events.
    pub(super) fn stream(&mut self, events: u64) {
        self.so_far.streams += 1;
        self.so_far.events += events;
        self.within = 0;
    }

    pub(super) fn so_far(&self) -> VerifyProgress {
        self.so_far
    }

    pub(super) fn tell(&mut self) -> Result<(), StoreError> {
        self.since = 0;
        let so_far = VerifyProgress { events: self.so_far.events + self.within, ..self.so_far };
        match (self.tell)(so_far) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(cancelled()),
        }
    }
}

fn cancelled() -> StoreError {
    let message = "verifying was cancelled, and proves nothing: verify again, to the end";
    StoreError::new(StoreErrorKind::Cancelled, message)
}
