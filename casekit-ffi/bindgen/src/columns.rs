//! The list that crosses packed, a column for each field of its row: what the packages unpack, in the order of the fields.

use anyhow::{Context as _, Result, bail};
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{AsType as _, Field, Type};

/// The row of the list.
pub const ROW: &str = "CaseSummary";

/// The methods of a desk that give a page of it, and those that give the same page packed.
pub const PAGES: [(&str, &str); 2] = [("cases", "cases_page_columns"), ("my_cases", "my_cases_columns")];

/// What a column holds: as core's `Values` says it, out of the type of the field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Ids.
    Ids,
    /// Texts of one line.
    Texts,
    /// Texts of one line, or nothing.
    OptionalTexts,
    /// Instants.
    Instants,
    /// Instants, or nothing.
    OptionalInstants,
    /// Whole numbers that are not negative.
    Numbers,
    /// Yes or no.
    Flags,
}

/// A column of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The name of the field.
    pub name: String,
    /// Its documentation, as core has it.
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// What it holds.
    pub kind: Kind,
}

/// The columns of the list.
///
/// # Errors
///
/// There is no such row, or a field of it is of a type that no column holds yet.
pub fn of(interface: &ComponentInterface) -> Result<Vec<Column>> {
    let row = interface.get_record_definition(ROW).with_context(|| format!("there is no record `{ROW}`"))?;
    row.fields().iter().map(column).collect()
}

fn column(field: &Field) -> Result<Column> {
    let ty = field.as_type();
    let kind = match &ty {
        Type::Custom { builtin, .. } if **builtin == Type::String => Kind::Ids,
        Type::Optional { inner_type } => match plain(inner_type) {
            Type::String => Kind::OptionalTexts,
            Type::Timestamp => Kind::OptionalInstants,
            _ => return none_for(field),
        },
        ty => match plain(ty) {
            Type::String => Kind::Texts,
            Type::Timestamp => Kind::Instants,
            Type::UInt32 | Type::UInt64 => Kind::Numbers,
            Type::Boolean => Kind::Flags,
            _ => return none_for(field),
        },
    };
    let docs = field.docstring().unwrap_or_default().to_owned();
    Ok(Column { name: field.name().to_owned(), docs, ty, kind })
}

/// What an instant is made of.
fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Custom { builtin, .. } if **builtin == Type::Timestamp => builtin,
        ty => ty,
    }
}

fn none_for(field: &Field) -> Result<Column> {
    bail!(
        "no column holds `{ROW}::{}` yet: give its type a kind in core's `Values`, and here, and have each package unpack it",
        field.name()
    )
}
