//! Writes `types/words.py`, `types/parts.py` and `types/records.py`: a class for each type of plain data.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{AsType as _, Enum, Field, Record, Type};

use super::hand::Hand;
use super::hints::{Crossing, Way, accepted, default, flat, hint, meant, named};
use super::{docstring, indented, name_of};
use crate::docs::{Host, for_host, snake, wrapped};

/// The greatest line width in the package.
pub(super) const WIDTH: usize = 120;

/// Enumerations without values, which are texts in Python.
pub(super) fn words(interface: &ComponentInterface) -> String {
    let mut out = String::from(
        "\"\"\"Words: each a `str`, one of a few.\"\"\"\n\nfrom __future__ import annotations\n\nfrom typing import Literal, TypeAlias\n\nfrom .base import Word\n",
    );
    for choice in flat(interface) {
        _ = write!(
            out,
            "\n\nclass {}(Word):\n{}\n",
            choice.name(),
            docstring(&docs_of(choice.docstring(), 4), 4)
        );
        for variant in choice.variants() {
            let word = snake(variant.name());
            _ = write!(
                out,
                "\n    {} = \"{word}\"\n{}\n",
                word.to_uppercase(),
                docstring(&docs_of(variant.docstring(), 4), 4)
            );
        }
        let codes: Vec<String> =
            choice.variants().iter().map(|variant| format!("\"{}\"", snake(variant.name()))).collect();
        let name = choice.name();
        _ = write!(
            out,
            "\n\n{}\"\"\"The codes of `{name}`, each of which can be given in place of it.\"\"\"\n",
            listed(&format!("{name}Code: TypeAlias = Literal["), &codes, "]", "")
        );
    }
    out
}

/// The records that are public and not written by hand, by name.
pub(super) fn plain<'a>(interface: &'a ComponentInterface, hand: &Hand) -> Vec<&'a Record> {
    let records = interface.record_definitions().iter().filter(|record| row_of(record).is_none());
    let mut records: Vec<&Record> = records.filter(|record| hand.class(record.name()).is_none()).collect();
    records.sort_by_key(|record| record.name());
    records
}

/// The type of the rows, if a record is a page: rows, and the cursor of the next page.
pub(super) fn row_of(record: &Record) -> Option<Type> {
    match record.fields() {
        [rows, next] if rows.name() == "rows" && next.name() == "next" => match rows.as_type() {
            Type::Sequence { inner_type } => Some(*inner_type),
            _ => None,
        },
        _ => None,
    }
}

/// The fields in the order of a constructor: required ones first.
pub(super) fn in_order(record: &Record) -> Vec<&Field> {
    let (needed, others): (Vec<&Field>, Vec<&Field>) =
        record.fields().iter().partition(|field| field.default_value().is_none());
    [needed, others].concat()
}

/// The records that hand-written types contain. They are in a module of their own, below those types.
pub(super) fn parts<'a>(interface: &'a ComponentInterface, hand: &Hand) -> Vec<&'a Record> {
    let by_hand = hand.types().into_keys().filter_map(|name| interface.get_type(name));
    let within = named(interface, by_hand.collect());
    plain(interface, hand).into_iter().filter(|record| within.contains(record.name())).collect()
}

/// All other records, whose module comes above the hand-written types.
pub(super) fn wholes<'a>(interface: &'a ComponentInterface, hand: &Hand) -> Vec<&'a Record> {
    let parts = parts(interface, hand);
    let is_part = |record: &Record| parts.iter().any(|part| part.name() == record.name());
    plain(interface, hand).into_iter().filter(|record| !is_part(record)).collect()
}

/// A module of records.
pub(super) fn module(
    interface: &ComponentInterface,
    hand: &Hand,
    summary: &str,
    records: &[&Record],
) -> Result<String> {
    let Crossing { given, .. } = Crossing::of(interface);
    let mut classes = String::new();
    for record in records {
        let way = if given.contains(record.name()) { Way::Given } else { Way::Got };
        classes.push_str(&class(interface, hand, record, way)?);
    }
    let mut imports: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let is_own = |name: &str| records.iter().any(|record| record.name() == name);
    let used = |name: &&str| uses(&classes, name) && !is_own(name);
    let codes: Vec<String> = flat(interface).map(|word| format!("{}Code", word.name())).collect();
    let words = flat(interface).map(Enum::name).chain(codes.iter().map(String::as_str));
    imports.insert("words", words.filter(used).collect());
    if uses(&classes, "words") {
        imports.insert("base", vec!["words"]);
    }
    imports.insert("parts", parts(interface, hand).into_iter().map(Record::name).filter(used).collect());
    for (name, module) in hand.types().into_iter().filter(|(name, _)| used(name)) {
        if interface.get_type(name).is_some() || name.ends_with("Code") {
            imports.entry(module).or_default().push(name);
        }
    }
    let mut out = format!("\"\"\"{summary}\"\"\"\n\nfrom __future__ import annotations\n\n");
    if uses(&classes, "builtins") {
        out.push_str("import builtins\n");
    }
    for (module, names) in [
        ("collections.abc", ["Sequence"].as_slice()),
        ("datetime", &["datetime", "timedelta"]),
        ("uuid", &["UUID"]),
    ] {
        let names: Vec<&str> = names.iter().copied().filter(|name| uses(&classes, name)).collect();
        if !names.is_empty() {
            _ = writeln!(out, "from {module} import {}", names.join(", "));
        }
    }
    out.push_str("\nfrom .._record import Record\n");
    for (module, mut names) in imports.into_iter().filter(|(_, names)| !names.is_empty()) {
        names.sort_unstable();
        let line = format!("from .{module} import {}", names.join(", "));
        if line.chars().count() <= WIDTH {
            _ = writeln!(out, "{line}");
        } else {
            let lines: Vec<String> = names.iter().map(|name| format!("{name},")).collect();
            _ = writeln!(out, "from .{module} import (\n{})", indented(&lines, 4));
        }
    }
    out.push_str(&classes);
    Ok(out)
}

fn class(interface: &ComponentInterface, hand: &Hand, record: &Record, way: Way) -> Result<String> {
    let fields = in_order(record);
    let shadowed = fields.iter().any(|field| field.name() == "bytes");
    let hints: Vec<(String, String, String)> = fields
        .iter()
        .map(|field| {
            let (name, ty) = (name_of(field.name()), field.as_type());
            let given =
                if way == Way::Given { accepted(interface, hand, &ty, way)? } else { hint(&ty, way)? };
            let default = field.default_value().map(|value| format!(" = {}", default(value, &ty)));
            let unshadowed =
                |hint: String| if shadowed { hint.replace("bytes", "builtins.bytes") } else { hint };
            let parameter = format!("{name}: {}{}", unshadowed(given), default.unwrap_or_default());
            Ok((name, unshadowed(hint(&ty, way)?), parameter))
        })
        .collect::<Result<_>>()?;

    let docs = attributes(&for_host(record.docstring().unwrap_or_default(), Host::Python), &fields);
    let docs = laid_out(&docs, 4);
    let names: Vec<String> = hints.iter().map(|(name, ..)| format!("\"{name}\"")).collect();
    let hidden: Vec<String> = fields
        .iter()
        .filter(|field| field.docstring().is_some_and(|docs| docs.contains("sensitive")))
        .map(|field| format!("\"{}\",", name_of(field.name())))
        .collect();
    let mut out = format!("\n\nclass {}(Record):\n{}\n\n", record.name(), docstring(&docs, 4));
    out.push_str(&listed("    __slots__ = __match_args__ = (", &names, ")", "    "));
    if !hidden.is_empty() {
        _ = writeln!(out, "    _hidden = ({})", hidden.join(" "));
    }
    out.push('\n');
    for (name, hint, _) in &hints {
        _ = writeln!(out, "    {name}: {hint}");
    }
    let parameters: Vec<String> = std::iter::once("self".to_owned())
        .chain(hints.iter().map(|(_, _, parameter)| parameter.clone()))
        .collect();
    out.push('\n');
    out.push_str(&listed("    def __init__(", &parameters, ") -> None:", "    "));
    let values: Vec<String> = fields
        .iter()
        .map(|field| {
            let name = name_of(field.name());
            if way == Way::Given { meant(interface, hand, &field.as_type(), &name) } else { name }
        })
        .collect();
    out.push_str(&listed("        self._put(", &values, ")", "        "));
    Ok(out)
}

/// A docstring in Python's idiom, with a description of each field.
pub(super) fn attributes(text: &str, fields: &[&Field]) -> String {
    let said = described(fields).into_iter().map(|(name, text)| {
        let text = for_host(&text, Host::Python);
        format!("\n    {name}: {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    format!("{text}\n\nAttributes:{}", said.collect::<String>())
}

/// Each field by its name in Python, with core's description.
pub(super) fn described(fields: &[&Field]) -> Vec<(String, String)> {
    let said = |field: &&Field| (name_of(field.name()), field.docstring().unwrap_or_default().to_owned());
    fields.iter().map(said).collect()
}

/// The documentation, wrapped for an indentation.
pub(super) fn docs_of(text: Option<&str>, by: usize) -> Vec<String> {
    laid_out(&for_host(text.unwrap_or_default(), Host::Python), by)
}

/// A text that is in Python's idiom already, wrapped for an indentation.
pub(super) fn laid_out(text: &str, by: usize) -> Vec<String> {
    let mut lines = wrapped(text, WIDTH - by - 3);
    // A single line also needs room for the closing quotes.
    if let [line] = lines.as_slice()
        && line.chars().count() + by + 6 > WIDTH
    {
        lines = wrapped(line, WIDTH - by - 3);
    }
    lines
}

/// Items in brackets, on one line if they fit.
pub(super) fn listed(open: &str, items: &[String], close: &str, pad: &str) -> String {
    // A tuple with one item needs a comma.
    let comma = if open.ends_with("= (") && items.len() == 1 { "," } else { "" };
    let line = format!("{open}{}{comma}{close}", items.join(", "));
    if line.chars().count() <= WIDTH {
        return line + "\n";
    }
    let inner = format!("{pad}    {}", items.join(", "));
    if inner.chars().count() <= WIDTH {
        return format!("{open}\n{inner}{comma}\n{pad}{close}\n");
    }
    let lines: Vec<String> = items.iter().map(|item| format!("{pad}    {item},")).collect();
    format!("{open}\n{}\n{pad}{close}\n", lines.join("\n"))
}

/// Whether a text contains a name as a whole word.
pub(super) fn uses(text: &str, name: &str) -> bool {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !is_part(before) && !is_part(after)
    })
}
