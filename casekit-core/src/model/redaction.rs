//! What is left out of the data that is sent.

use serde::{Deserialize, Serialize};

use super::ShortText;

/// Something of a table that is hidden, with why; who hid it is who gave the approval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Redaction {
    /// The source.
    pub source: String,
    /// The table.
    pub table: String,
    /// What of it.
    pub target: RedactionTarget,
    /// Why it is hidden; the requester reads it.
    pub reason: ShortText,
}

/// What of a table is hidden. Rows have the numbers that they have in the snapshot, from 1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedactionTarget {
    /// The column with this name.
    Column(String),
    /// The row with this number.
    Row(u64),
    /// One value.
    Cell {
        /// The number of its row.
        row: u64,
        /// The name of its column.
        column: String,
    },
}

impl RedactionTarget {
    /// The word for its kind in the store, in digests and in packages; it never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Column(_) => "column",
            Self::Row(_) => "row",
            Self::Cell { .. } => "cell",
        }
    }

    /// The column that it names.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(column) | Self::Cell { column, .. } => Some(column),
            Self::Row(_) => None,
        }
    }

    /// The number of the row that it names.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        match self {
            Self::Row(row) | Self::Cell { row, .. } => Some(*row),
            Self::Column(_) => None,
        }
    }

    /// Where it is: `source.table.column`, `source.table[3]` for a row, `source.table[3].column` for one value.
    #[must_use]
    pub fn place(&self, source: &str, table: &str) -> String {
        match self {
            Self::Column(column) => format!("{source}.{table}.{column}"),
            Self::Row(row) => format!("{source}.{table}[{row}]"),
            Self::Cell { row, column } => format!("{source}.{table}[{row}].{column}"),
        }
    }
}
