//! Opening a store: the file is opened, and its search made anew where other text rules made it.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;

use casekit_core::store::lifecycle::Lifecycle;
use casekit_core::store::{Faults, StoreError};

use super::SqliteStore;
use crate::error::Result;
use crate::known::Known;
use crate::open::{self, Opened};
use crate::options::SqliteOptions;
use crate::read::Readers;
use crate::read::catalog::CatalogCache;
use crate::write::{SearchProgress, Writer, rebuild};

impl SqliteStore {
    /// Opens a file. It is created if nothing is at the path, unless the options say otherwise. If an older library made
    /// the search by other text rules, it is made anew: see [`open_telling`](Self::open_telling).
    ///
    /// # Errors
    /// `NotCasekit`, `Corrupt` or `TooNew` if it is not a casekit file that this version can read; it is left as it
    /// was. `Foreign` if another program put tables or other objects of its own into it. `Missing` if nothing is at the
    /// path and nothing is to be created. `ReadOnly` if the file or its folder cannot be written, or its header forbids it.
    /// `Busy` if another process holds it. `Full` if there is no room. `Forked` if the process from which this one was
    /// forked has it open. `NetworkFileSystem` if it is on a network file system, unless [`Network`](crate::Network)
    /// allows it. `Io` otherwise.
    pub fn open(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, StoreError> {
        Self::open_telling(path, options, &mut quietly)
    }

    /// Opens a file as [`open`](Self::open) does, and tells how far the search was made anew. That takes time in proportion
    /// to the file, once after the library was replaced by one with other text rules. `tell` is called after each step of
    /// it, some hundred milliseconds apart, and otherwise never; it must not open the same file.
    ///
    /// What was made stays when the process is killed, and the next opening continues. A file that is opened only to be
    /// read is left as it is: its texts are found once somebody opens it to write.
    ///
    /// # Errors
    /// `Cancelled` after `Break`: the next opening continues. Otherwise those of [`open`](Self::open).
    pub fn open_telling(
        path: impl AsRef<Path>,
        options: &SqliteOptions,
        tell: &mut dyn FnMut(SearchProgress) -> ControlFlow<()>,
    ) -> Result<Self, StoreError> {
        let (place, opened) = open::open(path.as_ref(), options)?;
        let opened = searchable(opened, options, tell)?;
        let store = Self {
            place,
            options: options.clone(),
            lifecycle: Lifecycle::new(crate::held::forked),
            writer: Writer::default(),
            readers: Readers::new(options.readers),
            catalogs: CatalogCache::default(),
            known: Known::default(),
            held: Mutex::default(),
            faults: Faults::default(),
        };
        store.put(opened);
        Ok(store)
    }
}

/// The opened file, with its search made by this library's text rules if it can be written to.
pub(super) fn searchable(
    mut opened: Opened,
    options: &SqliteOptions,
    tell: &mut dyn FnMut(SearchProgress) -> ControlFlow<()>,
) -> Result<Opened> {
    if let Some(connection) = &mut opened.connection {
        rebuild(connection, options.busy_timeout, tell)?;
        open::wait_briefly(connection)?;
    }
    Ok(opened)
}

/// Hears of the progress and goes on.
pub(super) fn quietly(_: SearchProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
