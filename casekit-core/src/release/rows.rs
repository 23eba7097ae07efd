//! The format of a snapshot's rows in its blob, in which a page of rows can be read and verified on its own.
//!
//! The blob consists of chunks, followed by the list of the chunks. A chunk has rows of one table, at most 500. It is a
//! JSON array of rows, and each row is an array of cells: `null`, text, whole numbers, and `true` or `false` as JSON
//! has them, and a number with a fraction as `{"real":"0.1"}`, which keeps every bit. The list is a JSON array with one
//! entry for each chunk: `[table, first row, rows, at, size, digest]`, with tables and rows counted from 0.

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use super::digest::{chunk_digest, list_digest};
use crate::model::{ChunkList, DataValue, SnapshotTable};

/// The maximum number of rows in a chunk: as many as the largest page of a preview, so that a page is in two chunks at
/// most, unless its rows are long.
const CHUNK_ROWS: usize = 500;

/// A chunk ends with the row that brings it to this size, in bytes. It bounds what has to be read and verified for a
/// page of long rows.
const CHUNK_BYTES: usize = 64 * 1024;

/// An entry of the list: where a chunk is, and what it has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "Entry", into = "Entry")]
pub(crate) struct Chunk {
    /// The index of its table in the snapshot, from 0.
    pub(crate) table: u32,
    /// The index of its first row in the table, from 0.
    pub(crate) first: u64,
    /// The number of rows in the chunk.
    pub(crate) rows: u64,
    /// The offset of its first byte in the blob.
    pub(crate) at: u64,
    /// The size of the chunk, in bytes.
    pub(crate) size: u64,
    /// HMAC-SHA-256 of its bytes, keyed with the case's salt, in hexadecimal.
    pub(crate) digest: String,
}

type Entry = (u32, u64, u64, u64, u64, String);

impl From<Entry> for Chunk {
    fn from((table, first, rows, at, size, digest): Entry) -> Self {
        Self { table, first, rows, at, size, digest }
    }
}

impl From<Chunk> for Entry {
    fn from(chunk: Chunk) -> Self {
        (chunk.table, chunk.first, chunk.rows, chunk.at, chunk.size, chunk.digest)
    }
}

impl Chunk {
    /// The index of the row after its last one.
    pub(crate) fn end(&self) -> u64 {
        self.first.saturating_add(self.rows)
    }

    /// The rows in the chunk's bytes; `None` if these are not the rows that were stored.
    pub(crate) fn open(&self, salt: &str, columns: usize, bytes: &[u8]) -> Option<Vec<Vec<DataValue>>> {
        if chunk_digest(salt, bytes) != self.digest {
            return None;
        }
        let rows: Vec<Vec<Cell>> = serde_json::from_slice(bytes).ok()?;
        let whole = rows.len() as u64 == self.rows && rows.iter().all(|row| row.len() == columns);
        whole.then(|| rows.into_iter().map(|row| row.into_iter().map(|cell| cell.0).collect()).collect())
    }
}

/// The list in these bytes; `None` if it is not the list that was stored, or these are not the tables that it was
/// stored with.
pub(crate) fn open_list(
    salt: &str,
    list: &ChunkList,
    tables: &[SnapshotTable],
    bytes: &[u8],
) -> Option<Vec<Chunk>> {
    if list_digest(salt, bytes, tables) != list.digest {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// Makes the chunks of a snapshot, and the list of them.
pub(crate) struct Freezer<'a> {
    salt: &'a str,
    list: Vec<Chunk>,
    at: u64,
}

impl<'a> Freezer<'a> {
    pub(crate) fn new(salt: &'a str) -> Self {
        Self { salt, list: Vec::new(), at: 0 }
    }

    /// Makes the next chunk of a table, from the rows that are left. Returns its bytes, and how many rows are in it.
    pub(crate) fn chunk(
        &mut self,
        table: u32,
        first: u64,
        rows: &[Vec<DataValue>],
    ) -> Result<(Vec<u8>, usize), serde_json::Error> {
        let mut bytes = b"[".to_vec();
        let mut taken = 0;
        for row in rows.iter().take(CHUNK_ROWS) {
            if bytes.len() >= CHUNK_BYTES {
                break;
            }
            if taken > 0 {
                bytes.push(b',');
            }
            serde_json::to_writer(&mut bytes, &Row(row))?;
            taken += 1;
        }
        bytes.push(b']');
        let (rows, size) = (taken as u64, bytes.len() as u64);
        let digest = chunk_digest(self.salt, &bytes);
        self.list.push(Chunk { table, first, rows, at: self.at, size, digest });
        self.at += size;
        Ok((bytes, taken))
    }

    /// Makes the list, which follows the chunks and vouches for these tables.
    pub(crate) fn list(self, tables: &[SnapshotTable]) -> Result<(Vec<u8>, ChunkList), serde_json::Error> {
        let bytes = serde_json::to_vec(&self.list)?;
        let digest = list_digest(self.salt, &bytes, tables);
        let list = ChunkList { at: self.at, size: bytes.len() as u64, digest };
        Ok((bytes, list))
    }
}

/// A row, for writing.
struct Row<'a>(&'a [DataValue]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(CellOf))
    }
}

/// A cell, for writing.
struct CellOf<'a>(&'a DataValue);

impl Serialize for CellOf<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            DataValue::Null => to.serialize_unit(),
            DataValue::Text(text) => to.serialize_str(text),
            DataValue::Integer(number) => to.serialize_i64(*number),
            DataValue::Boolean(yes) => to.serialize_bool(*yes),
            DataValue::Real(number) => {
                // The shortest text that is read back as the same number, to the last bit.
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry("real", &format_args!("{number:?}"))?;
                map.end()
            }
        }
    }
}

/// A cell, as it is read from JSON.
struct Cell(DataValue);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(CellVisitor).map(Self)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = DataValue;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("a cell")
    }

    fn visit_unit<E: de::Error>(self) -> Result<DataValue, E> {
        Ok(DataValue::Null)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<DataValue, E> {
        Ok(DataValue::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<DataValue, E> {
        Ok(DataValue::Text(text))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<DataValue, E> {
        Ok(DataValue::Integer(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<DataValue, E> {
        i64::try_from(number).map(DataValue::Integer).map_err(E::custom)
    }

    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<DataValue, E> {
        Ok(DataValue::Boolean(yes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DataValue, A::Error> {
        let Some(("real", number)) = map.next_entry::<&str, String>()? else {
            return Err(de::Error::custom("not a number with a fraction"));
        };
        number.parse().map(DataValue::Real).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: &str = "00112233445566778899aabbccddeeff";

    fn frozen(rows: &[Vec<DataValue>]) -> (Vec<u8>, ChunkList) {
        let mut freezer = Freezer::new(SALT);
        let (mut bytes, mut first) = (Vec::new(), 0);
        while first < rows.len() {
            let (chunk, taken) = freezer.chunk(0, first as u64, &rows[first..]).unwrap();
            bytes.extend(chunk);
            first += taken;
        }
        let (list, place) = freezer.list(&[]).unwrap();
        bytes.extend(list);
        (bytes, place)
    }

    fn part(bytes: &[u8], at: u64, size: u64) -> &[u8] {
        &bytes[at as usize..(at + size) as usize]
    }

    fn opened(bytes: &[u8], list: &ChunkList, columns: usize) -> Option<Vec<Vec<DataValue>>> {
        let chunks = open_list(SALT, list, &[], part(bytes, list.at, list.size))?;
        let opened: Option<Vec<_>> =
            chunks.iter().map(|one| one.open(SALT, columns, part(bytes, one.at, one.size))).collect();
        opened.map(|rows| rows.concat())
    }

    fn numbered(rows: usize) -> Vec<Vec<DataValue>> {
        (0..rows)
            .map(|row| vec![DataValue::Integer(row as i64), DataValue::Text("x".repeat(row % 300))])
            .collect()
    }

    #[test]
    fn rows_are_read_back_bit_by_bit() {
        let reals = [0.1, -0.0, 1e300, 5e-324, f64::MAX, 0.1 + 0.2, 1.0, 123_456_789.123_456_79];
        let mut cells: Vec<DataValue> = reals.into_iter().map(DataValue::Real).collect();
        cells.extend([i64::MIN, -1, 0, i64::MAX].map(DataValue::Integer));
        cells.extend(
            ["", "\"\\\n\u{2028}", "{\"real\":\"1\"}", "null"].map(|text| DataValue::Text(text.into())),
        );
        cells.extend([DataValue::Null, DataValue::Boolean(true), DataValue::Boolean(false)]);
        let rows = vec![cells.clone(), cells];
        let (bytes, list) = frozen(&rows);
        let back = opened(&bytes, &list, rows[0].len()).unwrap();
        assert_eq!(back, rows);
        assert_eq!(format!("{back:?}"), format!("{rows:?}"), "the sign of zero too");
    }

    #[test]
    fn a_chunk_has_as_many_rows_as_a_page_or_64_kib_of_them() {
        let rows = numbered(2_345);
        let (bytes, list) = frozen(&rows);
        let chunks = open_list(SALT, &list, &[], part(&bytes, list.at, list.size)).unwrap();
        assert_eq!(opened(&bytes, &list, 2).unwrap(), rows);
        let mut next = (0, 0);
        for chunk in &chunks {
            assert_eq!((chunk.first, chunk.at), next, "no row and no byte is left out");
            assert!(chunk.rows <= 500 && chunk.size < 66 * 1024);
            assert!(chunk.rows == 500 || chunk.size >= 64 * 1024 || chunk.end() == 2_345);
            next = (chunk.end(), chunk.at + chunk.size);
        }
        assert_eq!(next, (2_345, list.at));
    }

    #[test]
    fn a_byte_that_was_altered_is_found_in_its_chunk_and_in_the_list() {
        let rows = numbered(1_200);
        let (bytes, list) = frozen(&rows);
        let chunks = open_list(SALT, &list, &[], part(&bytes, list.at, list.size)).unwrap();
        assert!(chunks.len() > 2);
        for chunk in &chunks {
            let mut altered = bytes.clone();
            altered[(chunk.at + chunk.size / 2) as usize] ^= 1;
            let sound = |one: &Chunk| one.open(SALT, 2, part(&altered, one.at, one.size)).is_some();
            assert!(chunks.iter().all(|one| sound(one) == (one != chunk)), "only this one is damaged");
        }
        let mut altered = bytes;
        // The entry now names another table; the list is still well-formed JSON.
        altered[(list.at + 2) as usize] ^= 1;
        assert!(serde_json::from_slice::<Vec<Chunk>>(part(&altered, list.at, list.size)).is_ok());
        assert_eq!(open_list(SALT, &list, &[], part(&altered, list.at, list.size)), None);
    }

    #[test]
    fn the_form_of_a_chunk_and_of_the_list_is_this() {
        let rows = vec![
            vec![DataValue::Integer(1), DataValue::Text("Rug".into())],
            vec![DataValue::Null, DataValue::Real(0.5)],
        ];
        let (bytes, list) = frozen(&rows);
        let (chunk, entry) = bytes.split_at(list.at as usize);
        assert_eq!(chunk, br#"[[1,"Rug"],[null,{"real":"0.5"}]]"#);
        let digest = chunk_digest(SALT, chunk);
        assert_eq!(String::from_utf8_lossy(entry), format!("[[0,0,2,0,33,\"{digest}\"]]"));
    }
}
