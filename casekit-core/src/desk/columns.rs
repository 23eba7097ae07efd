//! A list as columns: what each is called, what it holds, and how a row has it. Tables and hosts follow from this.

use uuid::Uuid;

use super::CaseSummary;
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

impl CaseSummary {
    /// The columns of a list of cases: one for each field, in their order.
    pub const COLUMNS: &'static [Column<Self>] = &[
        Column { name: "id", values: Values::Ids(|row| row.id.0) },
        Column { name: "number", values: Values::Texts(|row| &row.number) },
        Column { name: "case_type", values: Values::Texts(|row| &row.case_type) },
        Column { name: "stage", values: Values::Texts(|row| &row.stage) },
        Column { name: "title", values: Values::Texts(|row| &row.title) },
        Column { name: "customer", values: Values::OptionalTexts(|row| row.customer.as_deref()) },
        Column { name: "holder", values: Values::OptionalTexts(|row| row.holder.as_deref()) },
        Column { name: "raised_at", values: Values::Instants(|row| row.raised_at) },
        Column { name: "updated_at", values: Values::Instants(|row| row.updated_at) },
        Column { name: "workflow", values: Values::OptionalTexts(|row| row.workflow.as_deref()) },
        Column { name: "status_code", values: Values::OptionalTexts(|row| row.status_code.as_deref()) },
        Column { name: "status", values: Values::Texts(|row| &row.status) },
    ];
}
