//! Values of SQLite, each of a type of its own, as columns of one type each.

use casekit_core::model::{ColumnKind, DataColumn, DataTable, DataValue};
use rusqlite::Statement;
use rusqlite::types::ValueRef;

/// The columns of a query, and what was seen in them.
pub(super) struct Columns(Vec<Seen>);

struct Seen {
    name: String,
    declared: Option<ColumnKind>,
    text: bool,
    integer: bool,
    real: bool,
    /// An integer but 0 and 1.
    number: bool,
    /// An integer that a real cannot hold, or a real that is not finite.
    odd: bool,
}

impl Columns {
    pub(super) fn of(statement: &Statement<'_>) -> Self {
        let seen = |column: rusqlite::Column<'_>| Seen {
            name: column.name().trim().to_owned(),
            declared: column.decl_type().and_then(declared),
            text: false,
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

    /// The value of a cell; `None` for text that is not UTF-8.
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
                seen.text = true;
                Some(DataValue::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
            }
        }
    }

    /// The table, every value of its column's kind.
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
        match (self.text, self.integer, self.real) {
            (false, false, false) => declared,
            (false, true, false) if declared == ColumnKind::Boolean && !self.number => ColumnKind::Boolean,
            (false, true, false) => ColumnKind::Integer,
            (false, _, true) if !self.odd => ColumnKind::Real,
            (true, _, _) | (false, _, true) => ColumnKind::Text,
        }
    }
}

/// The value as its column needs it, if it is not like that already.
fn fitted(value: &DataValue, kind: ColumnKind) -> Option<DataValue> {
    match (kind, value) {
        (ColumnKind::Boolean, DataValue::Integer(number)) => Some(DataValue::Boolean(*number != 0)),
        // INVARIANT: `odd` kept integers that this would change out of such a column.
        (ColumnKind::Real, DataValue::Integer(number)) => Some(DataValue::Real(*number as f64)),
        (ColumnKind::Text, DataValue::Integer(number)) => Some(DataValue::Text(number.to_string())),
        (ColumnKind::Text, DataValue::Real(number)) => Some(DataValue::Text(format!("{number:?}"))),
        (
            ColumnKind::Text
            | ColumnKind::Integer
            | ColumnKind::Real
            | ColumnKind::Boolean
            | ColumnKind::Timestamp,
            _,
        ) => None,
    }
}

/// What a value counts towards the limit.
pub(super) fn size(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 8,
        ValueRef::Text(text) => text.len() as u64,
        ValueRef::Blob(bytes) => 2 * bytes.len() as u64,
    }
}

/// The rules of SQLite for declared types (Datatypes in SQLite, 3.1), and Boolean, which it does not know.
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

/// Up to here a real holds every integer.
const EXACT: u64 = 1 << 53;
