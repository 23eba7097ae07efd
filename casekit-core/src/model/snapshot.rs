//! Data about a person: as a source returns it, and as it is frozen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ActorId, BlobId, Failure, ShortText, Timestamp};

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
    /// What each source answered, in the order in which they are asked. Those that are left out are not among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SnapshotSource>,
    /// The tables of the sources that answered, without their rows.
    pub tables: Vec<SnapshotTable>,
    /// Where the list of the chunks is in the blob, and its digest.
    pub list: ChunkList,
}

/// What one source answered when it was asked last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnapshotSource {
    /// The name of the source.
    pub name: String,
    /// When it was asked.
    pub at: Timestamp,
    /// How long it took to answer, in milliseconds; 0 if the clock was set back meanwhile.
    pub took_ms: u64,
    /// What came of it.
    pub answer: SourceAnswer,
}

/// What came of asking a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceAnswer {
    /// It answered. Its tables are in the snapshot.
    Found {
        /// How many rows its tables have together.
        rows: u64,
    },
    /// It had nobody to be asked about: the built-in source, for a case without a customer.
    NotAsked,
    /// It failed, and nobody knows what it has.
    Failed {
        /// What failed, and who has to fix it.
        failure: Failure,
    },
}

/// What came of a source, as a screen shows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum SourceState {
    /// It answered.
    Found,
    /// It had nobody to be asked about: the built-in source, for a case without a customer.
    NotAsked,
    /// It failed.
    Failed,
    /// It is left out of the answer, with a reason that the answer says.
    LeftOut,
}

impl SourceState {
    /// The stable word for it in hosts, such as `left_out`; also the key of its label in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotAsked => "not_asked",
            Self::Failed => "failed",
            Self::LeftOut => "left_out",
        }
    }
}

/// A source that is left out of the answer to a request, because somebody decided so after it had failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftOut {
    /// The name of the source.
    pub source: String,
    /// The id of the actor who left it out.
    pub by: ActorId,
    /// When it was left out.
    pub at: Timestamp,
    /// Why, for the person who asked to read.
    pub reason: ShortText,
}

impl Snapshot {
    /// The failure of a source; `None` if it did not fail, or was not asked.
    #[must_use]
    pub fn failure_of(&self, source: &str) -> Option<&Failure> {
        self.failed().find_map(|(name, failure)| (name == source).then_some(failure))
    }

    /// The sources that failed, each with its failure, in the order in which they are asked.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &Failure)> {
        self.sources.iter().filter_map(|one| match &one.answer {
            SourceAnswer::Failed { failure } => Some((one.name.as_str(), failure)),
            SourceAnswer::Found { .. } | SourceAnswer::NotAsked => None,
        })
    }

    /// The failures of the sources that failed.
    pub fn failures_mut(&mut self) -> impl Iterator<Item = &mut Failure> {
        self.sources.iter_mut().filter_map(|one| match &mut one.answer {
            SourceAnswer::Failed { failure } => Some(failure),
            SourceAnswer::Found { .. } | SourceAnswer::NotAsked => None,
        })
    }

    /// Whether any source was asked about the person.
    #[must_use]
    pub fn asked_any(&self) -> bool {
        self.sources.iter().any(|one| one.answer != SourceAnswer::NotAsked)
    }
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

/// The value as text, the same in every language: `12.5`, `true`, nothing for no value. Text is shown as it is, data about a
/// person among it.
impl fmt::Display for DataValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            // With a fraction always, as in packages: `1.0` is no whole number.
            Self::Real(number) => write!(f, "{number:?}"),
            Self::Boolean(yes) => yes.fmt(f),
        }
    }
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
    /// Files, each as [`SourceFile`](super::SourceFile) writes it: a `data` URL with the name and the bytes. The package has each
    /// as a file of its own, and its path in the table.
    File,
}

impl ColumnKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Text,
        Self::Integer,
        Self::Real,
        Self::Boolean,
        Self::Timestamp,
        Self::Decimal,
        Self::Date,
        Self::Time,
        Self::DateTime,
        Self::Uuid,
        Self::Bytes,
        Self::Json,
        Self::File,
    ];

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
            Self::File => "file",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_text_for_a_screen_and_nothing_of_it_for_a_log() {
        let said = [
            (DataValue::Null, ""),
            (DataValue::Text("A-17".into()), "A-17"),
            (DataValue::Integer(-3), "-3"),
            (DataValue::Real(1.0), "1.0"),
            (DataValue::Boolean(true), "true"),
        ];
        for (value, text) in said {
            assert_eq!(value.to_string(), text);
            assert!(!format!("{value:?}").contains("17"));
        }
    }
}
