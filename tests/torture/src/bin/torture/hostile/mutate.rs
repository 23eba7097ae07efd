//! How a good file becomes a hostile one.

use std::fs;
use std::ops::Range;
use std::path::Path;

use casekit_torture::edits::{edits, is_stale};
use casekit_torture::office::beside;
use casekit_torture::{Outcome, Random};
use rusqlite::Connection;

use super::cells::Columns;

const PAGE: usize = 4096;

/// What was done to a file.
pub(super) struct Done {
    /// In which columns single values were altered; none, if the file was damaged in another way.
    pub(super) columns: Vec<String>,
    /// All of it, for whoever reads of a failure.
    pub(super) what: String,
}

/// Writes a hostile file at `path`, which nothing is at, and says what was done to it. `columns` are those of the good
/// file.
pub(super) fn mutate(home: &Path, columns: &Columns, path: &Path, random: &mut Random) -> Outcome<Done> {
    let damaged = |what| Done { columns: Vec::new(), what };
    match random.below(32) {
        0..=2 => edit(home, path, random).map(damaged),
        3 => log(home, path, random).map(damaged),
        4..=10 => {
            let mut bytes = fs::read(home.join("a.db"))?;
            let done = damage(&mut bytes, home, random)?;
            fs::write(path, &bytes)?;
            Ok(damaged(done))
        }
        _ => {
            fs::copy(home.join("a.db"), path)?;
            let file = Connection::open(path)?;
            file.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")?;
            let (columns, what) = columns.alter(&file, random)?;
            Ok(Done { columns, what })
        }
    }
}

/// Changes bytes and pages.
fn damage(bytes: &mut Vec<u8>, home: &Path, random: &mut Random) -> Outcome<String> {
    let length = bytes.len();
    Ok(match random.below(11) {
        0 | 1 => {
            let flips = 1 + random.below(8);
            for _ in 0..flips {
                let bit = 1 << random.below(8);
                set(bytes, random.place(length), |byte| byte ^ bit);
            }
            format!("{flips} bits flipped")
        }
        2 => {
            let (place, new) = (random.place(100), random.byte());
            set(bytes, place, |_| new);
            format!("byte {place} of the header")
        }
        3 => {
            bytes.truncate(random.place(length));
            format!("cut to {} bytes", bytes.len())
        }
        4 => {
            bytes.truncate(random.place(length) / PAGE * PAGE);
            format!("cut to {} pages", bytes.len() / PAGE)
        }
        5 => {
            let (one, other) = (page(bytes, random), page(bytes, random));
            let (was, is) = (at(bytes, &one), at(bytes, &other));
            put(bytes, &one, &is);
            put(bytes, &other, &was);
            format!("pages {} and {} swapped", one.start / PAGE, other.start / PAGE)
        }
        6 => {
            let other = fs::read(home.join("b.db"))?;
            let place = page(bytes, random);
            // That of the same place fits best.
            let from = if random.one_in(2) { place.clone() } else { page(&other, random) };
            put(bytes, &place, &at(&other, &from));
            format!("page {} of another file", place.start / PAGE)
        }
        7 => {
            let (place, new) = (page(bytes, random), if random.one_in(2) { 0 } else { 255 });
            put(bytes, &place, &[new; PAGE]);
            format!("page {} filled with {new}", place.start / PAGE)
        }
        8 => {
            let place = page(bytes, random);
            for _ in 0..=random.below(6) {
                let new = random.byte();
                set(bytes, place.start + random.place(200), |_| new);
            }
            format!("the beginning of page {}", place.start / PAGE)
        }
        9 => {
            let from = random.place(length);
            let text = bytes.iter().skip(from).position(u8::is_ascii_alphanumeric).unwrap_or_default();
            let new = random.pick(b"abz019\"{}-").unwrap_or(b'x');
            set(bytes, from + text, |_| new);
            format!("a byte of text at {}", from + text)
        }
        _ => {
            let more = (1 + random.place(40)) * 512;
            bytes.extend((0..more).map(|_| random.byte()));
            format!("{more} bytes more")
        }
    })
}

/// Puts a log beside the file that is not its own, or damages its own.
fn log(home: &Path, path: &Path, random: &mut Random) -> Outcome<String> {
    let beside_it = beside(path, "-wal");
    if random.one_in(3) {
        fs::copy(home.join("a.db"), path)?;
        let length = random.place(9_000);
        fs::write(beside_it, (0..length).map(|_| random.byte()).collect::<Vec<u8>>())?;
        return Ok(format!("a log of {length} bytes of garbage"));
    }
    fs::copy(home.join("hot.db"), path)?;
    let mut log = fs::read(home.join("hot.db-wal"))?;
    let length = log.len();
    let done = if random.one_in(2) {
        log.truncate(random.place(length));
        format!("its log cut to {} bytes", log.len())
    } else {
        let bit = 1 << random.below(8);
        let place = random.place(length);
        set(&mut log, place, |byte| byte ^ bit);
        format!("a bit of its log flipped at {place}")
    };
    fs::write(beside_it, log)?;
    Ok(done)
}

/// Does one of the statements, as somebody with a tool for databases would.
fn edit(home: &Path, path: &Path, random: &mut Random) -> Outcome<String> {
    fs::copy(home.join("a.db"), path)?;
    let edit = random.pick(&edits()).ok_or("there are no edits")?;
    let file = Connection::open(path)?;
    file.execute_batch("PRAGMA foreign_keys = OFF")?;
    // One that the schema refuses leaves the good file, which must then be found good.
    let done = match file.execute_batch(edit) {
        Ok(()) => "",
        Err(error) if is_stale(&error) => {
            return Err(format!("`{edit}` is not of this schema: {error}").into());
        }
        Err(_) => ", which failed",
    };
    // A file that is no longer in WAL mode has no log to write back.
    let _ = file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()));
    Ok(format!("`{edit}`{done}"))
}

fn page(bytes: &[u8], random: &mut Random) -> Range<usize> {
    let start = random.place(bytes.len() / PAGE) * PAGE;
    start..start + PAGE
}

fn at(bytes: &[u8], range: &Range<usize>) -> Vec<u8> {
    bytes.get(range.clone()).unwrap_or_default().to_vec()
}

fn put(bytes: &mut [u8], range: &Range<usize>, new: &[u8]) {
    for (byte, new) in bytes.iter_mut().skip(range.start).take(range.len()).zip(new) {
        *byte = *new;
    }
}

fn set(bytes: &mut [u8], place: usize, new: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(place) {
        *byte = new(*byte);
    }
}
