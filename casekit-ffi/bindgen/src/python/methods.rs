//! Writes `desk/passing.py`: the methods of a desk that pass through, with keywords for the fields of the record that
//! they take.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{Argument, AsType as _, Field, Object, Record, Type};

use super::hand::{Hand, Method};
use super::hints::{Way, accepted, default, flat, hint, is_id};
use super::records::{attributes, described, in_order, laid_out, listed, row_of, uses};
use super::{docstring, indented, name_of};
use crate::columns::PAGES;
use crate::docs::of_spread;

const METHODS: &str = "The methods that pass through: each asks the library what its own name says.";

/// The module with every method that is not written by hand.
pub(super) fn passing(interface: &ComponentInterface, hand: &Hand) -> Result<String> {
    let mut body = String::new();
    for (name, passed) in found(interface, hand)? {
        body.push_str(&written(&name, &passed.method, "def", &passed.lines));
    }
    let types = imports(interface, hand, &body);
    Ok(format!(
        "\"\"\"{METHODS}\"\"\"\n\nfrom __future__ import annotations\n\nimport os\nfrom collections.abc import Iterable\nfrom datetime import datetime\n\nfrom ..pages import Page\n{types}from ..types.base import id_of\nfrom .part import Part\n\n\nclass Passing(Part):\n    \"\"\"{METHODS}\"\"\"\n{body}"
    ))
}

/// Writes `desk/query.py`: the conditions of lists, as keywords.
pub(super) fn query(interface: &ComponentInterface, hand: &Hand) -> Result<String> {
    let Some(record) = interface.get_record_definition("CasesQuery") else { return Ok(String::new()) };
    let mut body = String::new();
    for field in in_order(record) {
        _ = writeln!(
            body,
            "    {}: {}",
            name_of(field.name()),
            accepted(interface, hand, &field.as_type(), Way::Argument)?
        );
    }
    let said = attributes(
        "Which cases, and in which order; every condition that is given must hold.",
        &in_order(record),
    );
    let docs = docstring(&laid_out(&said, 4), 4);
    let types = imports(interface, hand, &body);
    Ok(format!(
        "\"\"\"The conditions of lists of cases, as keywords.\"\"\"\n\nfrom __future__ import annotations\n\nfrom collections.abc import Iterable\nfrom datetime import datetime\nfrom typing import TypedDict\n\n{types}\n\nclass Query(TypedDict, total=False):\n{docs}\n\n{body}"
    ))
}

/// A method that passes through, with the lines of its body.
pub(super) struct Passed {
    pub(super) method: Method,
    lines: String,
}

/// The methods of a desk that are not written by hand, by name.
pub(super) fn found(interface: &ComponentInterface, hand: &Hand) -> Result<BTreeMap<String, Passed>> {
    let methods = interface.get_object_definition("Desk").map(Object::methods).unwrap_or_default();
    methods
        .into_iter()
        .filter(|method| !hand.desk().contains_key(method.name()))
        // Left to hand-written code: an address, or packed columns, are of no use to callers.
        .filter(|method| !is_address(method.name(), method.return_type()))
        .filter(|method| !PAGES.iter().any(|(_, packed)| *packed == method.name()))
        .map(|method| {
            let page = method.return_type().and_then(|ty| row(interface, ty));
            let mut given = Given::default();
            for argument in method.arguments() {
                given.take(interface, hand, argument)?;
            }
            let mut lines = given.before.clone();
            let call = format!("self._handle.{}({})", method.name(), given.values.join(", "));
            let answer = match (page, method.return_type()) {
                (Some(row), _) => {
                    given
                        .keywords
                        .extend(["size: int | None = None".into(), "after: str | None = None".into()]);
                    lines.push_str(&format!("        return self._page(lambda page: {call}, size, after)\n"));
                    format!("Page[{}]", hint(&row, Way::Got)?)
                }
                (None, Some(ty)) => {
                    let answer = hint(ty, Way::Got)?;
                    lines.push_str(&format!("        answer: {answer} = {call}\n        return answer\n"));
                    answer
                }
                (None, None) => {
                    lines.push_str(&format!("        {call}\n"));
                    "None".into()
                }
            };
            let described = [given.docs.clone(), given.docs_of_page.clone()].concat();
            let docs = of_spread(method.docstring().unwrap_or_default(), &given.spread, described);
            let docs = docstring(&laid_out(&docs, 8), 8);
            let docs = docs.trim_start().trim_matches('"').to_owned();
            Ok((
                method.name().to_owned(),
                Passed { method: Method { parameters: given.parameters(), answer, docs }, lines },
            ))
        })
        .collect()
}

/// Whether a method returns the address of a stream.
fn is_address(name: &str, answer: Option<&Type>) -> bool {
    name.ends_with("_stream") && matches!(answer, Some(Type::UInt64))
}

/// The type of the rows, if a method returns a page.
fn row(interface: &ComponentInterface, ty: &Type) -> Option<Type> {
    match ty {
        Type::Record { name, .. } => interface.get_record_definition(name).and_then(row_of),
        _ => None,
    }
}

/// The parameters of a method, and the arguments that it passes on.
#[derive(Default)]
struct Given {
    positional: Vec<String>,
    keywords: Vec<String>,
    values: Vec<String>,
    /// The descriptions of the parameters, by name.
    docs: Vec<(String, String)>,
    docs_of_page: Vec<(String, String)>,
    /// Core's arguments that are spread over several parameters in Python.
    spread: Vec<String>,
    before: String,
    has_default: bool,
}

impl Given {
    fn take(&mut self, interface: &ComponentInterface, hand: &Hand, argument: &Argument) -> Result<()> {
        let (name, ty) = (name_of(argument.name()), argument.as_type());
        let inner = match &ty {
            Type::Optional { inner_type } => inner_type,
            _ => &ty,
        };
        match inner {
            Type::Record { name: kind, .. } if kind == "PageRequest" => {
                self.values.push("page".into());
                self.spread.push(name);
                if let Some(record) = interface.get_record_definition(kind) {
                    self.docs_of_page = described(&in_order(record));
                }
                return Ok(());
            }
            // A record that exists only to be given to one method.
            Type::Record { name: kind, .. }
                if kind.starts_with("New") || kind.ends_with("Edit") || kind.ends_with("Query") =>
            {
                if let Some(record) = interface.get_record_definition(kind) {
                    return self.spread(interface, hand, &name, record);
                }
            }
            _ => {}
        }
        let is_path = name == "path" && matches!(ty, Type::String);
        let annotation = if is_path {
            "str | os.PathLike[str]".into()
        } else {
            accepted(interface, hand, &ty, Way::Argument)?
        };
        self.values.push(if is_path { "os.fspath(path)".into() } else { handed(&ty, &name) });
        match argument.default_value() {
            None => self.positional.push(format!("{name}: {annotation}")),
            Some(value) => {
                let parameter = format!("{name}: {annotation} = {}", default(value, &ty));
                // The first argument needs no keyword, because it is what the method is about.
                let is_first = self.positional.is_empty() && !self.has_default;
                if is_first {
                    self.positional.push(parameter)
                } else {
                    self.keywords.push(parameter)
                }
                self.has_default = true;
            }
        }
        Ok(())
    }

    fn spread(
        &mut self,
        interface: &ComponentInterface,
        hand: &Hand,
        called: &str,
        record: &Record,
    ) -> Result<()> {
        let fields: Vec<&Field> = in_order(record);
        let mut values = Vec::new();
        for field in &fields {
            let (name, ty) = (name_of(field.name()), field.as_type());
            let annotation = accepted(interface, hand, &ty, Way::Argument)?;
            values.push(handed(&ty, &name));
            match field.default_value() {
                None if self.positional.len() < 2 => self.positional.push(format!("{name}: {annotation}")),
                None => self.keywords.push(format!("{name}: {annotation}")),
                Some(value) => self.keywords.push(format!("{name}: {annotation} = {}", default(value, &ty))),
            }
        }
        self.docs.extend(described(&fields));
        self.spread.push(called.to_owned());
        // The local variable is named after core's argument: `new`, `edit`, `query`, `denial`.
        self.before.push_str(&listed(
            &format!("        {called} = {}(", record.name()),
            &values,
            ")",
            "        ",
        ));
        self.values.push(called.to_owned());
        Ok(())
    }

    fn parameters(&self) -> String {
        let mut all = self.positional.clone();
        if !self.keywords.is_empty() {
            all.push("*".into());
            all.extend(self.keywords.iter().cloned());
        }
        all.join(", ")
    }
}

/// An argument in the form that the library takes: an id for an object with one, a list for any iterable.
fn handed(ty: &Type, name: &str) -> String {
    match ty {
        Type::Optional { inner_type } => {
            let handed = handed(inner_type, name);
            if handed == name { handed } else { format!("None if {name} is None else {handed}") }
        }
        Type::Sequence { .. } => format!("list({name})"),
        _ if is_id(ty) => format!("id_of({name})"),
        _ => name.to_owned(),
    }
}

/// A method: its signature, its docstring and its body.
pub(super) fn written(name: &str, method: &Method, def: &str, lines: &str) -> String {
    let parameters: Vec<String> =
        std::iter::once("self".to_owned()).chain(split(&method.parameters)).collect();
    let open = format!("    {def} {name}(");
    let head = listed(&open, &parameters, &format!(") -> {}:", method.answer), "    ");
    format!("\n{head}        \"\"\"{}\"\"\"\n{lines}", method.docs)
}

/// The parameters of a signature, one by one.
pub(super) fn split(parameters: &str) -> Vec<String> {
    let (mut out, mut depth, mut current) = (Vec::new(), 0_i32, String::new());
    for letter in parameters.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if letter == ',' && depth == 0 {
            out.push(std::mem::take(&mut current).trim().to_owned());
        } else {
            current.push(letter);
        }
    }
    out.push(current.trim().to_owned());
    out.retain(|parameter| !parameter.is_empty());
    out
}

/// The line that imports every type that a text names.
pub(super) fn imports(interface: &ComponentInterface, hand: &Hand, text: &str) -> String {
    let types = hand.types();
    let own = types.keys().copied();
    let records = interface.record_definitions().iter().filter(|one| row_of(one).is_none()).map(Record::name);
    let words = interface.enum_definitions().iter().map(|one| one.name());
    let codes: Vec<String> = flat(interface).map(|word| format!("{}Code", word.name())).collect();
    let mut names: Vec<&str> = records
        .chain(words)
        .filter(|name| hand.class(name).is_none() && hand.alias(name).is_none())
        .chain(own)
        .chain(codes.iter().map(String::as_str))
        .filter(|name| uses(text, name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let lines: Vec<String> = names.iter().map(|name| format!("{name},")).collect();
    format!("from ..types import (\n{})\n", indented(&lines, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_split_where_no_bracket_is_open() {
        assert_eq!(
            split("case: Ref, *, of: dict[str, int] = {}, **query: Unpack[Query]"),
            ["case: Ref", "*", "of: dict[str, int] = {}", "**query: Unpack[Query]"]
        );
        assert_eq!(split(""), Vec::<String>::new());
    }
}
