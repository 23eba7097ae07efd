//! Checks that the types of answers and commands can grow. Without a mark, Rust programs that name every field or variant
//! would break with each new one.

use anyhow::{Result, bail};
use quote::ToTokens;
use syn::{Attribute, Item};

use super::crossing::Crossing;

/// The mark of a type that can grow. casekit-ffi names every field and variant, so for it alone the feature switches
/// the mark off.
const MARK: &str = r#"#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]"#;

/// Every type that hosts get and never make has to be marked, and so has every command, which Rust programs build by its
/// functions. The exception is the contract of stores, because stores make those types.
///
/// # Errors
///
/// The types without a mark, by their names.
pub(super) fn check(crossing: &Crossing<'_>) -> Result<()> {
    let of_core = crossing.types.iter().filter(|(_, found)| {
        let module = found.module.path.as_str();
        module.starts_with("casekit_core") && !module.starts_with("casekit_core::store")
    });
    let answered = of_core.filter(|(name, found)| {
        let is_command =
            found.module.path.starts_with("casekit_core::command") && matches!(found.item, Item::Struct(_));
        is_command || !crossing.given.contains(*name)
    });
    let unmarked: Vec<String> = answered
        .filter(|(_, found)| !can_grow(found.item))
        .map(|(name, found)| format!("`{name}` in `{}`", found.module.path))
        .collect();
    if unmarked.is_empty() {
        return Ok(());
    }
    bail!(
        "what hosts get and never make can grow, and so can commands: mark with `{MARK}`\n  {}",
        unmarked.join("\n  ")
    )
}

fn can_grow(item: &Item) -> bool {
    let is_marked = |attributes: &[Attribute]| {
        attributes
            .iter()
            .any(|one| without_spaces(&one.to_token_stream().to_string()) == without_spaces(MARK))
    };
    match item {
        Item::Struct(one) => is_marked(&one.attrs),
        Item::Enum(one) => is_marked(&one.attrs),
        // A page, which is one record for all rows.
        _ => true,
    }
}

fn without_spaces(text: &str) -> String {
    text.replace(' ', "")
}
