//! How far a report has come, and whether the caller wants the rest.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use casekit_core::Error;
use casekit_core::desk::ReportProgress;
use casekit_core::store::{StoreError, StoreErrorKind};

/// Is told how far a report has come, and says whether to go on.
pub(super) type Tell<'a> = &'a mut dyn FnMut(ReportProgress) -> ControlFlow<()>;

/// Counts the rows that were read, and tells the caller now and then. Rows are read while pages are made, and both tell: hence
/// the cells.
pub(super) struct Pace<'a> {
    tell: Option<RefCell<Tell<'a>>>,
    so_far: Cell<ReportProgress>,
}

impl<'a> Pace<'a> {
    /// Of a report that nobody follows.
    pub(super) fn untold() -> Self {
        Self { tell: None, so_far: Cell::default() }
    }

    pub(super) fn told(tell: Tell<'a>) -> Self {
        Self { tell: Some(RefCell::new(tell)), so_far: Cell::default() }
    }

    /// Tells that the report begins. `of` finds out how many rows there can be, which costs something, and is not asked if
    /// nobody is told.
    ///
    /// # Errors
    /// What `of` fails with; `Cancelled`, if the caller does not want the report.
    pub(super) fn begin(&self, of: impl FnOnce() -> Result<u64, Error>) -> Result<(), Error> {
        if self.tell.is_some() {
            let mut so_far = self.so_far.get();
            so_far.of = of()?;
            self.so_far.set(so_far);
        }
        self.tell()
    }

    /// Counts rows that were read, and tells.
    ///
    /// # Errors
    /// `Cancelled`, if the caller does not want the rest.
    pub(super) fn read(&self, rows: usize) -> Result<(), Error> {
        let mut so_far = self.so_far.get();
        so_far.rows += rows as u64;
        self.so_far.set(so_far);
        self.tell()
    }

    /// Tells the same again, where there is other work than reading.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(super) fn tell(&self) -> Result<(), Error> {
        let Some(tell) = &self.tell else { return Ok(()) };
        match (tell.borrow_mut())(self.so_far.get()) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                let message =
                    "the report was cancelled, and nothing of it is left: make it again, to the end";
                Err(StoreError::new(StoreErrorKind::Cancelled, message).into())
            }
        }
    }
}
