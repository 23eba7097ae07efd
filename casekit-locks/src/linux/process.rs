//! Which process this is, told from its parent and its children.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many forks lie between this process and the one that loaded the library.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// The identity of a process. Process ids are reused and counts of forks are not, while a bare `clone` changes only the
/// id; so both are compared.
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

/// Called in a forked child before anything else runs there. It allocates nothing and waits for nothing.
pub(super) fn forked() {
    FORKS.fetch_add(1, Ordering::AcqRel);
}
