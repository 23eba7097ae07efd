//! The columns of a list: the name of each, the kind of its values, and how to read them from a row. Tables and the
//! hosts' column types are made from this.

use uuid::Uuid;

use crate::model::Timestamp;

/// One column of a list of records.
#[derive(Clone, Copy, Debug)]
pub struct Column<Row> {
    /// The name of the record's field.
    pub name: &'static str,
    /// The kind of the values, with the function that reads one from a row.
    pub values: Values<Row>,
}

/// The kind of a column's values, with the function that reads one from a row.
///
/// Only for casekit's own crates, which match on every variant; a new kind of value adds a variant.
#[derive(Clone, Copy, Debug)]
pub enum Values<Row> {
    /// Ids: UUIDs.
    Ids(fn(&Row) -> Uuid),
    /// Ids, or no value.
    OptionalIds(fn(&Row) -> Option<Uuid>),
    /// Text on one line.
    Texts(fn(&Row) -> &str),
    /// Text on one line, or no value.
    OptionalTexts(fn(&Row) -> Option<&str>),
    /// Instants, with microseconds.
    Instants(fn(&Row) -> Timestamp),
    /// Instants with microseconds, or no value.
    OptionalInstants(fn(&Row) -> Option<Timestamp>),
    /// Whole numbers, never negative.
    Numbers(fn(&Row) -> u64),
    /// Boolean values.
    Flags(fn(&Row) -> bool),
}
