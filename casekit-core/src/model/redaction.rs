//! Parts of the data that are hidden before it is sent.

use serde::{Deserialize, Serialize};

use super::ShortText;
use crate::text::fold_name;

/// A part of a table that is hidden, and why. Whoever gave the approval hid it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Redaction {
    /// The name of the source that the table comes from.
    pub source: String,
    /// The name of the table.
    pub table: String,
    /// Which part of the table is hidden.
    pub target: RedactionTarget,
    /// Where that part is in the snapshot. Data is hidden by this place, and not by the names above.
    pub place: FrozenPlace,
    /// Why it is hidden; the requester can read this.
    pub reason: ShortText,
}

/// A column that a workflow hides wherever a source finds it, unless somebody shows it for a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DefaultRedaction {
    /// The name of the source.
    pub source: String,
    /// The name of the table; `None` for every table of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The name of the column.
    pub column: String,
    /// Why it is hidden; the requester can read this.
    pub reason: ShortText,
}

impl DefaultRedaction {
    /// Whether it hides this column. Tables and columns are compared without case, width and outer space: a column that
    /// is written otherwise today than yesterday must not slip through.
    #[must_use]
    pub fn hides(&self, source: &str, table: &str, column: &str) -> bool {
        let same = |one: &str, other: &str| fold_name(one) == fold_name(other);
        self.source == source
            && self.table.as_deref().is_none_or(|own| same(own, table))
            && same(&self.column, column)
    }
}

/// Where a part of the data is in a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FrozenPlace {
    /// The index of its table in the snapshot, from 0.
    pub table: u32,
    /// The index of its column in the table, from 0; `None` for a whole row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// The part of a table that is hidden. Rows are numbered as in the snapshot, from 1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedactionTarget {
    /// The column with this name.
    Column(String),
    /// The row with this number.
    Row(u64),
    /// The value of one row in one column.
    Cell {
        /// The number of its row.
        row: u64,
        /// The name of its column.
        column: String,
    },
}

impl RedactionTarget {
    /// The stable word for its kind in the store, in digests and in packages, such as `column`. It never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Column(_) => "column",
            Self::Row(_) => "row",
            Self::Cell { .. } => "cell",
        }
    }

    /// The name of the column; `None` for a whole row.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(column) | Self::Cell { column, .. } => Some(column),
            Self::Row(_) => None,
        }
    }

    /// The number of the row, from 1; `None` for a whole column.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        match self {
            Self::Row(row) | Self::Cell { row, .. } => Some(*row),
            Self::Column(_) => None,
        }
    }

    /// The path to it: `source.table.column`, `source.table[3]` for a row, `source.table[3].column` for one value.
    #[must_use]
    pub fn place(&self, source: &str, table: &str) -> String {
        match self {
            Self::Column(column) => format!("{source}.{table}.{column}"),
            Self::Row(row) => format!("{source}.{table}[{row}]"),
            Self::Cell { row, column } => format!("{source}.{table}[{row}].{column}"),
        }
    }
}
