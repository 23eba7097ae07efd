//! A list as columns: what each is called, what it holds, and how a row has it. Tables and hosts follow from this.

use uuid::Uuid;

use crate::model::Timestamp;

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub struct Column<Row> {
    /// Its name: that of the field.
    pub name: &'static str,
    /// What it holds.
    pub values: Values<Row>,
}

/// What a column holds, and how a row has it. For casekit's own crates, which match on all of it: another kind of value is a
/// variant more.
#[derive(Clone, Copy, Debug)]
pub enum Values<Row> {
    /// Ids.
    Ids(fn(&Row) -> Uuid),
    /// Texts of one line.
    Texts(fn(&Row) -> &str),
    /// Texts of one line, or nothing.
    OptionalTexts(fn(&Row) -> Option<&str>),
    /// Instants, to the microsecond.
    Instants(fn(&Row) -> Timestamp),
    /// Instants, or nothing.
    OptionalInstants(fn(&Row) -> Option<Timestamp>),
    /// Whole numbers that are not negative.
    Numbers(fn(&Row) -> u64),
    /// Yes or no.
    Flags(fn(&Row) -> bool),
}
