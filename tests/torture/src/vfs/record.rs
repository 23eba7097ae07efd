//! Notes what SQLite asks of the disk.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something that changes files, or makes changes durable.
#[derive(Clone, Debug)]
pub enum Event {
    /// Bytes were written.
    Write {
        /// The path of the file.
        file: String,
        /// Where in it.
        offset: usize,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file was cut or grown.
    Truncate {
        /// The path of the file.
        file: String,
        /// Its size since.
        size: usize,
    },
    /// What was written to a file before is durable.
    Sync {
        /// The path of the file.
        file: String,
    },
    /// A file was removed.
    Delete {
        /// Its path.
        file: String,
        /// Whether that is durable.
        synced: bool,
    },
    /// Something that the harness wants to find again.
    Mark(usize),
}

static RECORDING: Mutex<Option<Vec<Event>>> = Mutex::new(None);

/// Begins to note; until [`stop_recording`], syncs are noted and not carried out.
pub fn start_recording() {
    *recording() = Some(Vec::new());
}

/// Gives what was noted.
#[must_use]
pub fn stop_recording() -> Vec<Event> {
    recording().take().unwrap_or_default()
}

/// Leaves a mark among what is noted.
pub fn mark(number: usize) {
    note(|| Event::Mark(number));
}

pub(super) fn note(event: impl FnOnce() -> Event) {
    if let Some(events) = recording().as_mut() {
        events.push(event());
    }
}

pub(super) fn is_recording() -> bool {
    recording().is_some()
}

fn recording() -> MutexGuard<'static, Option<Vec<Event>>> {
    RECORDING.lock().unwrap_or_else(PoisonError::into_inner)
}
