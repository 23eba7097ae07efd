//! Checking the keys by which FTS5 looks up a term.
//!
//! An index is a few segments, each a run of pages with terms in order. The table `idx` has a key for each page that begins
//! a term: a look-up begins at the page with the greatest key that is not greater than the term. FTS5's own check
//! goes from page to page, and so it does not notice a key that leads past the page of a term, which nobody then finds, nor
//! keys of a segment that does not exist, which are in the way of the next segment with that id: it cannot be written.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use crate::error::{Result, fault};

/// The key of the block with the totals of an index.
pub(super) const TOTALS: i64 = 1;
/// The key of the block that names its segments.
const STRUCTURE: i64 = 10;

/// The most levels and segments that an index can have, and so the greatest id of a segment.
const MOST: i64 = 2_000;
/// The key of a page is the id of its segment, shifted by so many bits, and its number.
const PAGE_BITS: u32 = 37;

/// Whether the keys of an index lead to the pages of its terms, there are no others, and what is being merged can be
/// gone on with.
pub(super) fn lead_right(
    moment: &Connection,
    index: &str,
    proceed: &impl Fn() -> Result<()>,
) -> Result<bool> {
    let structure = block(moment, index, STRUCTURE)?;
    let Some(levels) = structure.and_then(|structure| levels(&structure)) else { return Ok(false) };
    if !are_all_of(moment, index, &levels)? {
        return Ok(false);
    }
    // Where the segments end, into the last of which those of the level before are being merged.
    let mut into: Option<Vec<u8>> = None;
    for level in levels.iter().rev() {
        let mut ends = None;
        for (place, segment) in level.segments.iter().enumerate() {
            let Some(terms) = terms_of(moment, index, segment, proceed)? else { return Ok(false) };
            // FTS5 appends to that segment, so each term that is left to merge must come after its terms.
            let is_left = place < level.being_merged
                && terms.as_ref().is_some_and(|(begins, _)| Some(begins) <= into.as_ref());
            if is_left {
                return Ok(false);
            }
            ends = terms.map(|(_, ends)| ends);
        }
        into = ends;
    }
    Ok(true)
}

/// A block of an index; `None` if there is none, or none of bytes.
pub(super) fn block(moment: &Connection, index: &str, id: i64) -> Result<Option<Vec<u8>>> {
    let sql = format!("SELECT block FROM {index}_data WHERE id = ?1");
    let mut statement = moment.prepare_cached(&sql).map_err(fault)?;
    let found = statement.query_row([id], |row| Ok(row.get_ref(0)?.as_bytes().ok().map(<[u8]>::to_vec)));
    found.optional().map(Option::flatten).map_err(fault)
}

/// A run of pages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Segment {
    id: i64,
    /// Its first page: those before it were merged into another segment, and their keys stay. 0 if all were.
    first: i64,
    last: i64,
}

/// Segments of about the same size. A few of them are merged into one of the next level.
struct Level {
    /// How many of the first ones are being merged into the last segment of the next level.
    being_merged: usize,
    segments: Vec<Segment>,
}

/// The segments that a structure names; `None` if it is not one that this library's FTS5 writes.
fn levels(structure: &[u8]) -> Option<Vec<Level>> {
    // A cookie, the numbers of levels and of segments, and how often was written.
    let mut bytes = Bytes(structure.get(4..)?);
    let count = bytes.number().filter(|levels| *levels <= MOST)?;
    bytes.number()?;
    bytes.varint()?;
    let mut ids = BTreeSet::new();
    let mut levels = Vec::new();
    for _ in 0..count {
        let (being_merged, mut segments) = (bytes.size()?, Vec::new());
        for _ in 0..bytes.number()? {
            let segment = Segment { id: bytes.number()?, first: bytes.number()?, last: bytes.number()? };
            if !(1..=MOST).contains(&segment.id) || !ids.insert(segment.id) {
                return None;
            }
            segments.push(segment);
        }
        levels.push(Level { being_merged, segments });
    }
    Some(levels)
}

/// Whether every key is of one of the segments.
fn are_all_of(moment: &Connection, index: &str, levels: &[Level]) -> Result<bool> {
    let sql = format!("SELECT DISTINCT segid FROM {index}_idx");
    let mut statement = moment.prepare(&sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        let ValueRef::Integer(id) = row.get_ref(0).map_err(fault)? else { return Ok(false) };
        if !levels.iter().flat_map(|level| &level.segments).any(|segment| segment.id == id) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first and the last term of a segment, if it has any; `None` if its keys do not lead to its pages.
fn terms_of(
    moment: &Connection,
    index: &str,
    segment: &Segment,
    proceed: &impl Fn() -> Result<()>,
) -> Result<Option<Ends>> {
    let Segment { id, first, last } = *segment;
    let Some(mut keys) = keys(moment, index, id)? else { return Ok(None) };
    if !keys.is_sorted_by(|(_, one), (_, next)| one < next) {
        return Ok(None);
    }
    if first == 0 {
        return Ok(Some(None));
    }
    keys.retain(|(_, page)| *page >= first);
    let mut keys = keys.into_iter().peekable();
    let mut all: Ends = None;
    for page in first..=last {
        proceed()?;
        let leaf = block(moment, index, (id << PAGE_BITS) + page)?;
        let Some(terms) = leaf.and_then(|leaf| terms(&leaf)) else { return Ok(None) };
        let key = keys.next_if(|(_, of)| *of == page).map(|(key, _)| key);
        let is_right = match (&terms, &key) {
            // Where a segment begins the key is empty, and stays though all terms of the page were removed.
            (_, key) if page == 1 => key.as_ref().is_some_and(Vec::is_empty),
            (Some((begins, _)), Some(key)) => {
                key <= begins && all.as_ref().is_none_or(|(_, before)| key > before)
            }
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => true,
        };
        if !is_right {
            return Ok(None);
        }
        all = match (all, terms) {
            (Some((first, _)), Some((_, last))) => Some((first, last)),
            (all, terms) => all.or(terms),
        };
    }
    Ok(keys.next().is_none().then_some(all))
}

/// The keys of a segment in order, each with its page.
type Keys = Vec<(Vec<u8>, i64)>;

/// The keys of a segment; `None` if one is of a type that FTS5 does not write.
fn keys(moment: &Connection, index: &str, id: i64) -> Result<Option<Keys>> {
    let sql = format!("SELECT term, pgno FROM {index}_idx WHERE segid = ?1 ORDER BY term");
    let mut statement = moment.prepare_cached(&sql).map_err(fault)?;
    let mut rows = statement.query([id]).map_err(fault)?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        match (row.get_ref(0).map_err(fault)?, row.get_ref(1).map_err(fault)?) {
            // The last bit says that the page has a list of the rows of its last term.
            (ValueRef::Blob(term), ValueRef::Integer(page)) => keys.push((term.to_vec(), page >> 1)),
            _ => return Ok(None),
        }
    }
    Ok(Some(keys))
}

/// The first and the last term that begin on a page, if any do; `None` if it is not a page.
type Ends = Option<(Vec<u8>, Vec<u8>)>;

fn terms(leaf: &[u8]) -> Option<Ends> {
    // Two bytes say where the first row begins, two where the places of the terms do, each less the one before it.
    let &[_, _, high, low] = leaf.first_chunk()?;
    let (content, places) = leaf.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
    let mut places = Bytes(places);
    let (mut at, mut ends): (usize, Ends) = (0, None);
    while !places.0.is_empty() {
        at = at.checked_add(places.size()?)?;
        let mut bytes = Bytes(content.get(at..)?);
        ends = Some(match ends {
            None => {
                let length = bytes.size()?;
                let term = bytes.take(length)?.to_vec();
                (term.clone(), term)
            }
            // What it has in common with the one before it is not stored again.
            Some((first, mut term)) => {
                let (kept, length) = (bytes.size()?, bytes.size()?);
                term.get(..kept)?;
                term.truncate(kept);
                term.extend(bytes.take(length)?);
                (first, term)
            }
        });
    }
    Some(ends)
}

/// Bytes as FTS5 writes them.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// A number in as many bytes as it needs, seven bits in each; a ninth has eight.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for place in 0..9 {
            let (byte, more) = self.0.split_first()?;
            self.0 = more;
            if place == 8 {
                return Some(value << 8 | u64::from(*byte));
            }
            value = value << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(value)
    }

    /// A number that FTS5 reads into 31 bits.
    fn number(&mut self) -> Option<i64> {
        self.varint().and_then(|value| i32::try_from(value).ok()).map(i64::from)
    }

    fn size(&mut self) -> Option<usize> {
        self.number().and_then(|value| usize::try_from(value).ok())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, more) = self.0.split_at_checked(length)?;
        self.0 = more;
        Some(taken)
    }
}
