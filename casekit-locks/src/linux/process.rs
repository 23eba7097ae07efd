//! Which process this is, told from its parent and its children.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many forks this process is away from the one that loaded the library.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// A process. Numbers of processes are used again, counts of forks are not; a bare `clone` changes only the number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Process {
    id: u32,
    forks: u32,
}

impl Process {
    pub(super) fn current() -> Self {
        Self { id: process::id(), forks: FORKS.load(Ordering::Acquire) }
    }
}

/// Called in a child before anything else runs there. It allocates nothing and waits for nothing.
pub(super) fn forked() {
    FORKS.fetch_add(1, Ordering::AcqRel);
}
