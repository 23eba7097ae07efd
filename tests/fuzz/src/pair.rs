//! Two kits that must always answer alike: one in memory and one on a file.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use casekit::casekit_core::commit::StoredEvent;
use casekit::casekit_core::memory::MemoryStore;
use casekit::casekit_core::store::{EventQuery, StreamRow};
use casekit::{
    CaseKit, Delivered, Desk, Durability, Error, Fault, Outgoing, SettingsEdit, SqliteOptions, SqliteStore,
    Store, WebformTarget,
};
use casekit_torture::{How, World, root};
use tempfile::TempDir;

/// Both have the same clock and the same random bytes, so every id and hash must be the same.
pub(crate) struct Pair {
    pub(crate) kits: [CaseKit; 2],
    stores: [Arc<dyn Store>; 2],
    _folder: TempDir,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let folder = folder();
        let options = SqliteOptions { durability: Durability::Normal, ..SqliteOptions::default() };
        let file = SqliteStore::open(folder.path().join("cases.db"), &options).unwrap();
        let stores: [Arc<dyn Store>; 2] = [Arc::new(MemoryStore::new()), Arc::new(file)];
        let kits = stores.each_ref().map(|store| {
            let how = How { rows: 3, plain_packages: true, ..How::new(World::fixed(7)) };
            how.options().delivery("van", taken).with_store(Arc::clone(store)).unwrap()
        });
        let pair = Self { kits, stores, _folder: folder };
        let webform = Some(WebformTarget::Host { name: "van".into() });
        let edit = SettingsEdit { webform, ..SettingsEdit::default() };
        pair.both(|desk| desk.change_settings(edit.clone())).unwrap();
        pair
    }

    /// Asks both kits, as somebody who may do everything; they must answer the same to the letter.
    pub(crate) fn both<T: Debug>(&self, ask: impl Fn(&Desk) -> Result<T, Error>) -> Result<T, Error> {
        let [memory, file] = self.kits.each_ref().map(|kit| ask(&root(kit)));
        assert_eq!(format!("{memory:?}"), format!("{file:?}"), "both stores answer alike");
        memory
    }

    /// Both keep the same, and what they keep is sound.
    pub(crate) fn is_sound(&self) {
        let [memory, file] = self.stores.each_ref().map(|store| events(store.as_ref()));
        assert_eq!(memory, file, "the same events, hashes and salts");
        let [memory, file] = self.stores.each_ref().map(|store| streams(store.as_ref()));
        assert_eq!(memory, file, "the same states");
        for kit in &self.kits {
            assert_eq!(root(kit).verify(None).unwrap().broken, None);
            kit.check().unwrap();
        }
    }
}

/// Whatever is sent is taken.
fn taken(_: &Outgoing) -> Result<Delivered, Fault> {
    Ok(Delivered::default())
}

/// A folder that goes when it is dropped, in memory where the system has such a place.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

fn events(store: &dyn Store) -> Vec<StoredEvent> {
    let mut all: Vec<StoredEvent> = Vec::new();
    loop {
        let after = all.last().map_or(0, |event| event.position);
        let page = store.events(&EventQuery::All { after, limit: 500 }).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn streams(store: &dyn Store) -> Vec<StreamRow> {
    let mut all: Vec<StreamRow> = Vec::new();
    loop {
        let page = store.streams(all.last().map(|row| row.stream), 500).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}
