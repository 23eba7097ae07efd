//! Writes `types/__init__.py`: every public name of the types.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Enum, Record};

use super::hand::Hand;
use super::hints::flat;
use super::indented;
use super::records::{parts, wholes};

/// The names in the package `types`: generated records and enumerations, and hand-written types.
pub(super) fn types(interface: &ComponentInterface, hand: &Hand) -> String {
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let codes: Vec<String> = flat(interface).map(|word| format!("{}Code", word.name())).collect();
    modules
        .insert("words", flat(interface).map(Enum::name).chain(codes.iter().map(String::as_str)).collect());
    modules.insert("parts", parts(interface, hand).into_iter().map(Record::name).collect());
    modules.insert("records", wholes(interface, hand).into_iter().map(Record::name).collect());
    for (name, module) in hand.types() {
        modules.entry(module).or_default().push(name);
    }
    let mut out = String::from("\"\"\"Records and words: plain data.\"\"\"\n\n");
    let mut all: Vec<&str> = Vec::new();
    for (module, names) in &modules {
        let mut names = names.clone();
        names.sort_unstable();
        let lines: Vec<String> = names.iter().map(|name| format!("{name},")).collect();
        _ = writeln!(out, "from .{module} import (\n{})", indented(&lines, 4));
        all.extend(names);
    }
    all.sort_unstable();
    let lines: Vec<String> = all.iter().map(|name| format!("\"{name}\",")).collect();
    _ = writeln!(out, "\n__all__ = [\n{}]", indented(&lines, 4));
    out
}
