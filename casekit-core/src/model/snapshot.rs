//! What was found about a person: as a source gives it, and as it is frozen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BlobId, Timestamp};

/// What was found about a person, frozen: it is previewed, decided on and sent.
///
/// Its rows are kept in a blob: chunks of rows one after the other, and behind them the list of the chunks. Each entry
/// of the list has the digest of its chunk, and the digest of the list stands here, so that a page of rows is read and
/// proven by the list and its own chunks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The blob.
    pub id: BlobId,
    /// When they were collected.
    pub at: Timestamp,
    /// The tables.
    pub tables: Vec<SnapshotTable>,
    /// Where the list of the chunks stands.
    pub list: ChunkList,
}

/// Where in its blob the list of a snapshot's chunks stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChunkList {
    /// The place of its first byte: the chunks end there.
    pub at: u64,
    /// Its bytes; it is the last thing in the blob.
    pub size: u64,
    /// HMAC-SHA-256 over it, keyed by the case's salt, in hexadecimal.
    pub digest: String,
}

/// A table of a snapshot, without its rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnapshotTable {
    /// The source it comes from.
    pub source: String,
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<DataColumn>,
    /// How many rows it has.
    pub rows: u64,
}

/// A table as a source found it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DataTable {
    /// Its name, unique within the source.
    pub name: String,
    /// Its columns.
    pub columns: Vec<DataColumn>,
    /// Its rows, each with one value for each column.
    pub rows: Vec<Vec<DataValue>>,
}

/// A column as a source found it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DataColumn {
    /// Its name, unique within the table.
    pub name: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// One cell.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataValue {
    /// Nothing.
    Null,
    /// Text; instants as RFC 3339 text too.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction; neither infinite nor "not a number".
    Real(f64),
    /// Yes or no.
    Boolean(bool),
}

/// Its kind alone: what a system keeps about a person belongs into no log.
impl fmt::Debug for DataValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Text(_) => "Text(..)",
            Self::Integer(_) => "Integer(..)",
            Self::Real(_) => "Real(..)",
            Self::Boolean(_) => "Boolean(..)",
        })
    }
}

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with fractions.
    Real,
    /// Yes or no.
    Boolean,
    /// Instants, as RFC 3339 text.
    Timestamp,
}

impl ColumnKind {
    /// The word for it in the store, in digests and in packages; it never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
        }
    }
}
