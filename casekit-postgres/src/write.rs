//! Writing. One transaction at a time, by the lock of the row in `file`.

pub(crate) mod blobs;

use casekit_core::commit::{Commit, Committed, Refused};
use casekit_core::store::Copied;

use crate::error::Result;
use crate::lifecycle::Lifecycle;
use crate::read::unfinished;
use crate::runtime::Caller;
use crate::server::Server;

/// What is to be written.
pub(crate) enum Job {
    Commits(Vec<Commit>),
    Restore(Box<Copied>),
    RepairDerived,
}

/// What came of a job.
pub(crate) enum Outcome {
    Commits(Vec<Result<Committed, Refused>>),
    Done(u64),
}

/// The parts of the store that a write uses.
pub(crate) struct Around<'a> {
    pub(crate) lifecycle: &'a Lifecycle,
    pub(crate) server: &'a Server,
    pub(crate) caller: Caller,
}

/// The connection that writes, and the callers that wait for it.
#[derive(Default)]
pub(crate) struct Writer;

impl Writer {
    pub(crate) fn write(&self, job: Job, around: &Around<'_>) -> Result<Outcome> {
        let _ = (&job, around.lifecycle, around.server, &around.caller);
        unfinished()
    }

    pub(crate) fn interrupt(&self) {}

    pub(crate) fn close(&self) {}
}
