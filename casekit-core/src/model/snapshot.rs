//! Data about a person: as a source returns it, and as it is frozen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BlobId, Timestamp};

/// The data that was found about a person, frozen. It is what people preview, decide on and send.
///
/// Its rows are in a blob: chunks of rows one after the other, followed by the list of the chunks. Each entry of the
/// list has the digest of its chunk, and the digest of the list is kept here. So a page of rows can be read and
/// verified with only the list and the chunks of that page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The id of the snapshot and of the blob that holds its rows.
    pub id: BlobId,
    /// When the rows were collected.
    pub at: Timestamp,
    /// The names of the sources that were asked about the person, in that order. The customer's profile is among them
    /// only if the case had a customer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
    /// The tables of all sources, without their rows.
    pub tables: Vec<SnapshotTable>,
    /// Where the list of the chunks is in the blob, and its digest.
    pub list: ChunkList,
}

/// Where the list of a snapshot's chunks is in the blob.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChunkList {
    /// The offset of its first byte, which is where the chunks end.
    pub at: u64,
    /// The length of the list in bytes. It is the last thing in the blob.
    pub size: u64,
    /// The HMAC-SHA-256 of the list, keyed with the case's salt, in hexadecimal.
    pub digest: String,
}

/// A table of a snapshot, without its rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnapshotTable {
    /// The name of the source that it comes from.
    pub source: String,
    /// The name of the table, unique within the source.
    pub name: String,
    /// The columns, in the order of the values of a row.
    pub columns: Vec<DataColumn>,
    /// The number of its rows.
    pub rows: u64,
}

/// A table as a source returns it, with its rows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DataTable {
    /// The name of the table, unique within the source.
    pub name: String,
    /// The columns, in the order of the values of a row.
    pub columns: Vec<DataColumn>,
    /// The rows. Each has one value for each column.
    pub rows: Vec<Vec<DataValue>>,
}

/// A column of a table of data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DataColumn {
    /// The name of the column, unique within the table.
    pub name: String,
    /// The kind of the values in it.
    pub kind: ColumnKind,
}

/// The value of one cell.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataValue {
    /// No value, like `NULL` in SQL.
    Null,
    /// Text. Values of the other kinds are text as well, in the form that [`ColumnKind`] says.
    Text(String),
    /// A whole number of 64 bits, with a sign.
    Integer(i64),
    /// A number with a fraction; never infinite, and never "not a number".
    Real(f64),
    /// Yes or no.
    Boolean(bool),
}

/// Shows only the kind of a value, because data about a person does not belong in a log.
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

/// The kind of the values in a column: numbers and truth values as such, and all others as text in one form each.
///
/// What has more digits than a number of 64 bits keeps is a decimal: money, and whole numbers beyond 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text of any form.
    Text,
    /// Whole numbers of 64 bits, with a sign.
    Integer,
    /// Numbers with a fraction, of 64 bits.
    Real,
    /// Yes or no.
    Boolean,
    /// Instants, in RFC 3339, such as `2026-04-01T08:30:00Z`.
    Timestamp,
    /// Decimal numbers that keep every digit: digits, with `.` and digits behind them or not, such as `-12.50`.
    Decimal,
    /// Days, such as `2026-04-01`.
    Date,
    /// Times of day, such as `08:30:00` or `08:30:00.25`.
    Time,
    /// Days with a time of day that no zone is known for, such as `2026-04-01T08:30:00`.
    DateTime,
    /// UUIDs, such as `01a2137c-6dcc-7000-8000-000000000001`.
    Uuid,
    /// Bytes, as lower-case hexadecimal digits, two for each.
    Bytes,
    /// JSON values: objects, lists, text, numbers, truth values and `null`.
    Json,
}

impl ColumnKind {
    /// The stable word for it in the store, in digests and in packages, such as `text`. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "date_time",
            Self::Uuid => "uuid",
            Self::Bytes => "bytes",
            Self::Json => "json",
        }
    }
}
