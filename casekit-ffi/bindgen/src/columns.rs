//! The list that crosses in packed columns, one for each field of its row. Packages unpack them in the order of the
//! fields.

use anyhow::{Context as _, Result, bail};
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{AsType as _, Field, Type};

/// The name of the row's record.
pub const ROW: &str = "CaseSummary";

/// The methods of a desk that return a page of the list, each with the method that returns the same page packed.
pub const PAGES: [(&str, &str); 2] =
    [("cases", "cases_page_columns"), ("my_pending_cases", "my_pending_cases_columns")];

/// The kind of a column, as in core's `Values`; it follows from the type of the field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Ids, as UUIDs.
    Ids,
    /// Ids, some of which may be missing.
    OptionalIds,
    /// Texts on one line.
    Texts,
    /// Texts on one line, some of which may be missing.
    OptionalTexts,
    /// Instants, to the microsecond.
    Instants,
    /// Instants, some of which may be missing.
    OptionalInstants,
    /// Whole numbers that are not negative.
    Numbers,
    /// Booleans.
    Flags,
}

/// A column of the list, which is a field of its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The name of the field, in core's spelling.
    pub name: String,
    /// The documentation of the field, as core has it.
    pub docs: String,
    /// The type of the field.
    pub ty: Type,
    /// The kind of the column.
    pub kind: Kind,
}

/// The columns of the list, in the order of the fields.
///
/// # Errors
///
/// There is no such row, or a field has a type for which there is no kind of column yet.
pub fn of(interface: &ComponentInterface) -> Result<Vec<Column>> {
    let row = interface.get_record_definition(ROW).with_context(|| format!("there is no record `{ROW}`"))?;
    row.fields().iter().map(column).collect()
}

fn column(field: &Field) -> Result<Column> {
    let ty = field.as_type();
    let kind = match &ty {
        Type::Custom { builtin, .. } if **builtin == Type::String => Kind::Ids,
        Type::Optional { inner_type } => match &**inner_type {
            ty if is_instant(ty) => Kind::OptionalInstants,
            Type::Custom { builtin, .. } if **builtin == Type::String => Kind::OptionalIds,
            Type::String => Kind::OptionalTexts,
            _ => return none_for(field),
        },
        ty if is_instant(ty) => Kind::Instants,
        Type::String => Kind::Texts,
        Type::UInt32 | Type::UInt64 => Kind::Numbers,
        Type::Boolean => Kind::Flags,
        _ => return none_for(field),
    };
    let docs = field.docstring().unwrap_or_default().to_owned();
    Ok(Column { name: field.name().to_owned(), docs, ty, kind })
}

/// Whether a type is that of instants, which cross as microseconds since 1970.
#[must_use]
pub fn is_instant(ty: &Type) -> bool {
    matches!(ty, Type::Custom { name, .. } if name == "Timestamp")
}

fn none_for(field: &Field) -> Result<Column> {
    bail!(
        "no column holds `{ROW}::{}` yet: give its type a kind in core's `Values`, and here, and have each package unpack it",
        field.name()
    )
}
