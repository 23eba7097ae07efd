//! Turning SQLite's values, each of which has its own type, into columns of one type.

use casekit_core::model::{ColumnKind, DataColumn, DataTable, DataValue};
use rusqlite::Statement;
use rusqlite::types::ValueRef;

/// The columns of a query, and which types of values were seen in them.
pub(super) struct Columns(Vec<Seen>);

struct Seen {
    name: String,
    declared: Option<ColumnKind>,
    text: bool,
    bytes: bool,
    integer: bool,
    real: bool,
    /// Whether an integer other than 0 and 1 was seen, so that the column is no Boolean.
    number: bool,
    /// Whether an integer was seen that a real cannot represent, or a real that is not finite. Such a column becomes
    /// text.
    odd: bool,
}

impl Columns {
    pub(super) fn of(statement: &Statement<'_>) -> Self {
        let seen = |column: rusqlite::Column<'_>| Seen {
            name: column.name().trim().to_owned(),
            declared: column.decl_type().and_then(declared),
            text: false,
            bytes: false,
            integer: false,
            real: false,
            number: false,
            odd: false,
        };
        Self(statement.columns().map(seen).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The value of a cell, whose type is noted; `None` for text that is not UTF-8.
    pub(super) fn take(&mut self, index: usize, value: ValueRef<'_>) -> Option<DataValue> {
        let seen = self.0.get_mut(index)?;
        match value {
            ValueRef::Null => Some(DataValue::Null),
            ValueRef::Integer(number) => {
                seen.integer = true;
                seen.number |= number != 0 && number != 1;
                seen.odd |= number.unsigned_abs() > EXACT;
                Some(DataValue::Integer(number))
            }
            ValueRef::Real(number) => {
                seen.real = true;
                seen.odd |= !number.is_finite();
                Some(DataValue::Real(number))
            }
            ValueRef::Text(text) => {
                seen.text = true;
                std::str::from_utf8(text).ok().map(|text| DataValue::Text(text.to_owned()))
            }
            ValueRef::Blob(bytes) => {
                seen.bytes = true;
                Some(DataValue::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
            }
        }
    }

    /// The table, in which every value has the kind of its column.
    pub(super) fn table(self, name: String, mut rows: Vec<Vec<DataValue>>) -> DataTable {
        let columns: Vec<DataColumn> =
            self.0.into_iter().map(|seen| DataColumn { kind: seen.kind(), name: seen.name }).collect();
        for row in &mut rows {
            for (value, column) in row.iter_mut().zip(&columns) {
                if let Some(fitting) = fitted(value, column.kind) {
                    *value = fitting;
                }
            }
        }
        DataTable { name, columns, rows }
    }
}

impl Seen {
    fn kind(&self) -> ColumnKind {
        let declared = self.declared.unwrap_or(ColumnKind::Text);
        if self.bytes {
            // Hexadecimal digits are text too, beside what else there is.
            let alone = !(self.text || self.integer || self.real);
            return if alone { ColumnKind::Bytes } else { ColumnKind::Text };
        }
        match (self.text, self.integer, self.real) {
            (false, false, false) => declared,
            (false, true, false) if declared == ColumnKind::Boolean && !self.number => ColumnKind::Boolean,
            (false, true, false) => ColumnKind::Integer,
            (false, _, true) if !self.odd => ColumnKind::Real,
            (true, _, _) | (false, _, true) => ColumnKind::Text,
        }
    }
}

/// The value converted to its column's kind; `None` if it has that kind already.
fn fitted(value: &DataValue, kind: ColumnKind) -> Option<DataValue> {
    match (kind, value) {
        (ColumnKind::Boolean, DataValue::Integer(number)) => Some(DataValue::Boolean(*number != 0)),
        // INVARIANT: the conversion is exact, since `odd` keeps other integers out of such a column.
        (ColumnKind::Real, DataValue::Integer(number)) => Some(DataValue::Real(*number as f64)),
        (ColumnKind::Text, DataValue::Integer(number)) => Some(DataValue::Text(number.to_string())),
        (ColumnKind::Text, DataValue::Real(number)) => Some(DataValue::Text(format!("{number:?}"))),
        (
            ColumnKind::Text
            | ColumnKind::Integer
            | ColumnKind::Real
            | ColumnKind::Boolean
            | ColumnKind::Timestamp
            | ColumnKind::Decimal
            | ColumnKind::Date
            | ColumnKind::Time
            | ColumnKind::DateTime
            | ColumnKind::Uuid
            | ColumnKind::Bytes
            | ColumnKind::Json
            | ColumnKind::File,
            _,
        ) => None,
    }
}

/// How many bytes a value counts towards the limit; a blob becomes two digits a byte.
pub(super) fn size(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 8,
        ValueRef::Text(text) => text.len() as u64,
        ValueRef::Blob(bytes) => 2 * bytes.len() as u64,
    }
}

/// The kind of a declared type by SQLite's rules (Datatypes in SQLite, 3.1), and Boolean, which SQLite does not have.
fn declared(text: &str) -> Option<ColumnKind> {
    let text = text.to_ascii_uppercase();
    let has = |part: &str| text.contains(part);
    if has("BOOL") {
        Some(ColumnKind::Boolean)
    } else if has("INT") {
        Some(ColumnKind::Integer)
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Some(ColumnKind::Text)
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        Some(ColumnKind::Real)
    } else {
        None
    }
}

/// Up to here a real represents every integer exactly.
const EXACT: u64 = 1 << 53;
