//! The n-th operation of a kind fails: once, or from then on.

use std::sync::{Mutex, PoisonError};

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Trouble {
    /// A read fails.
    ReadError,
    /// A read gives zeros, and says that there was less.
    ShortRead,
    /// A write fails.
    WriteError,
    /// A write finds no room.
    DiskFull,
    /// A write leaves half of its bytes, and finds no room.
    HalfWrite,
    /// A sync fails.
    SyncError,
    /// A truncation fails.
    TruncateError,
    /// A file cannot be opened.
    OpenFails,
    /// A file cannot be removed.
    DeleteError,
    /// A lock fails, of a file or of the shared memory.
    LockError,
    /// The shared memory cannot be had.
    SharedMemoryFails,
    /// The size of a file cannot be told.
    SizeError,
    /// Whether a file is there cannot be told.
    AccessError,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::ReadError,
        Self::ShortRead,
        Self::WriteError,
        Self::DiskFull,
        Self::HalfWrite,
        Self::SyncError,
        Self::TruncateError,
        Self::OpenFails,
        Self::DeleteError,
        Self::LockError,
        Self::SharedMemoryFails,
        Self::SizeError,
        Self::AccessError,
    ];
}

/// How long a trouble lasts once it has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lasting {
    /// One operation fails.
    Once,
    /// Every later one fails too, until [`disarm`].
    FromThenOn,
}

/// What happened while a trouble was armed.
#[derive(Clone, Copy, Default, Debug)]
pub struct Counted {
    /// Operations of its kind.
    pub operations: u64,
    /// Those that failed.
    pub failed: u64,
}

struct Armed {
    trouble: Trouble,
    at: u64,
    lasting: Lasting,
    counted: Counted,
}

static ARMED: Mutex<Option<Armed>> = Mutex::new(None);

/// The `at`-th operation from now on, counted from 1, fails.
pub fn arm(trouble: Trouble, at: u64, lasting: Lasting) {
    let armed = Armed { trouble, at, lasting, counted: Counted::default() };
    *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some(armed);
}

/// Nothing fails any more; says what did.
pub fn disarm() -> Counted {
    let armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner).take();
    armed.map(|armed| armed.counted).unwrap_or_default()
}

/// Whether this operation is to fail.
pub(super) fn strikes(trouble: Trouble) -> bool {
    let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(armed) = armed.as_mut().filter(|armed| armed.trouble == trouble) else { return false };
    armed.counted.operations += 1;
    let strikes = match armed.lasting {
        Lasting::Once => armed.counted.operations == armed.at,
        Lasting::FromThenOn => armed.counted.operations >= armed.at,
    };
    armed.counted.failed += u64::from(strikes);
    strikes
}
