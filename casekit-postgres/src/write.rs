//! Writing. One transaction at a time, by the lock of the row in `file`; commits that wait on a host share one.

mod batch;
pub(crate) mod blobs;
mod changes;
mod lineage;
mod places;
mod repair;
mod restore;
mod rows;
mod searched;
mod session;
mod settle;
mod transaction;
mod world;
mod writer;

pub(crate) use writer::Writer;

use std::time::Duration;

use casekit_core::commit::{Commit, Committed, Refused};
use casekit_core::store::lifecycle::Lifecycle;
use casekit_core::store::{Copied, StoreError};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::catalog::CatalogCache;
use crate::runtime::Caller;
use crate::seen::Seen;
use crate::server::{Purpose, Server};

/// What is to be written.
pub(crate) enum Job {
    Commits(Vec<Commit>),
    Restore(Box<Copied>),
    RepairDerived,
}

/// What came of a job.
#[derive(Debug)]
pub(crate) enum Outcome {
    Commits(Vec<Result<Committed, Refused>>),
    Done(u64),
    /// The fault of this job alone, of those that shared a transaction.
    Failed(StoreError),
}

/// The parts of the store that a write uses.
pub(crate) struct Around<'a> {
    pub(crate) lifecycle: &'a Lifecycle,
    pub(crate) server: &'a Server,
    pub(crate) caller: Caller,
    pub(crate) catalogs: &'a CatalogCache,
    pub(crate) seen: &'a Seen,
    /// How long to go on trying.
    pub(crate) busy_timeout: Duration,
}

impl Around<'_> {
    fn connect(&self) -> Result<Connection> {
        self.server.connect(&self.caller, Purpose::Write)
    }
}
