//! What a power cut leaves of recorded writes.
//!
//! What was synced is there. Each other write is kept, dropped, or torn: of its sectors some are the new ones and some
//! the old ones, or, on hardware without power-safe overwrites, garbage.

use std::collections::{BTreeMap, BTreeSet};

use crate::random::Random;
use crate::vfs::Event;

/// Files by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

const SECTOR: usize = 512;

/// What stands in a sector that was not synced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sectors {
    /// The old or the new bytes.
    OldOrNew,
    /// The old or the new bytes, or any others.
    OrGarbage,
}

/// The files after a cut behind these events, which began with the files of `base`.
#[must_use]
pub fn cut(base: &Files, events: &[Event], sectors: Sectors, random: &mut Random) -> Files {
    let durable = Durable::of(events);
    let mut files = base.clone();
    for (place, event) in events.iter().enumerate() {
        match event {
            Event::Write { file, offset, bytes } => {
                let there = files.entry(file.clone()).or_default();
                if durable.write(file, place) {
                    put(there, *offset, bytes);
                } else {
                    perhaps(there, *offset, bytes, sectors, random);
                }
            }
            Event::Truncate { file, size } => {
                if durable.write(file, place) || random.one_in(2) {
                    files.entry(file.clone()).or_default().resize(*size, 0);
                }
            }
            Event::Delete { file, .. } => {
                if durable.delete(place) || random.one_in(2) {
                    files.remove(file);
                }
            }
            Event::Sync { .. } | Event::Mark(_) => {}
        }
    }
    files
}

/// Up to where events are durable.
struct Durable<'a> {
    synced: BTreeMap<&'a str, usize>,
    folder: usize,
}

impl<'a> Durable<'a> {
    fn of(events: &'a [Event]) -> Self {
        let mut durable = Self { synced: BTreeMap::new(), folder: 0 };
        let mut logs = BTreeSet::new();
        for (place, event) in events.iter().enumerate() {
            match event {
                Event::Sync { file } => {
                    durable.synced.insert(file, place);
                    // SQLite's VFS for unix syncs the folder with the first sync of a new log.
                    if (file.ends_with("-wal") || file.ends_with("-journal")) && logs.insert(file.as_str()) {
                        durable.folder = place;
                    }
                }
                Event::Delete { file, synced } => {
                    logs.remove(file.as_str());
                    if *synced {
                        durable.folder = place + 1;
                    }
                }
                Event::Write { .. } | Event::Truncate { .. } | Event::Mark(_) => {}
            }
        }
        durable
    }

    fn write(&self, file: &str, place: usize) -> bool {
        self.synced.get(file).is_some_and(|synced| place < *synced)
    }

    fn delete(&self, place: usize) -> bool {
        place < self.folder
    }
}

/// A write that was not synced.
fn perhaps(there: &mut Vec<u8>, offset: usize, bytes: &[u8], sectors: Sectors, random: &mut Random) {
    match random.below(4) {
        0 => {}
        1 | 2 => put(there, offset, bytes),
        _ => {
            for (place, sector) in bytes.chunks(SECTOR).enumerate() {
                let at = offset + place * SECTOR;
                match (sectors, random.below(3)) {
                    (_, 0) => {}
                    (Sectors::OrGarbage, 1) => {
                        let garbage: Vec<u8> = sector.iter().map(|_| random.byte()).collect();
                        put(there, at, &garbage);
                    }
                    (Sectors::OldOrNew | Sectors::OrGarbage, _) => put(there, at, sector),
                }
            }
        }
    }
}

fn put(there: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if there.len() < end {
        there.resize(end, 0);
    }
    if let Some(room) = there.get_mut(offset..end) {
        room.copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(byte: u8) -> Event {
        Event::Write { file: "f".into(), offset: 0, bytes: vec![byte; 2 * SECTOR] }
    }

    fn synced() -> Event {
        Event::Sync { file: "f".into() }
    }

    #[test]
    fn what_was_synced_survives_every_cut() {
        for seed in 0..200 {
            let files = cut(&Files::new(), &[write(1), synced()], Sectors::OrGarbage, &mut Random::new(seed));
            assert_eq!(files["f"], [1; 2 * SECTOR]);
        }
    }

    #[test]
    fn what_was_not_synced_may_be_kept_dropped_or_torn() {
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            let events = [write(1), synced(), write(2)];
            let files = cut(&Files::new(), &events, Sectors::OldOrNew, &mut Random::new(seed));
            seen.insert((files["f"][0], files["f"][SECTOR]));
        }
        assert_eq!(seen, [(1, 1), (1, 2), (2, 1), (2, 2)].into());
    }
}
