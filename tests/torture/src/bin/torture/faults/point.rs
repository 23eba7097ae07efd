//! Where a fault is.

use std::fmt;

use casekit_torture::vfs::{Lasting, Trouble};

/// One operation that fails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) trouble: Trouble,
    pub(super) at: u64,
    pub(super) lasting: Lasting,
    pub(super) work: Work,
    /// What decides the work of the day.
    pub(super) day: u64,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trouble, at, lasting, work, day } = self;
        write!(f, "{trouble:?} {at} {lasting:?} on day {day}, {work:?}")
    }
}

/// What is done on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Work {
    /// A note is added to a file with a long thread in it.
    OneNote,
    /// Every action is done in the same file.
    WholeDay,
    /// A file is made, and a little is done.
    Making,
}
