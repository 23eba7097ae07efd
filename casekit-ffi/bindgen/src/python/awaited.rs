//! Writes `desk/awaited.py`: every method of a desk for `asyncio` with its own signature, whether it passes through or
//! is written by hand.

use std::collections::BTreeMap;

use anyhow::Result;
use uniffi_bindgen::ComponentInterface;

use super::hand::{Hand, Method};
use super::methods::{found, imports, split, written};
use super::records::listed;

const METHODS: &str =
    "The methods of a desk, awaited: each has the parameters and the answer of that of `Desk`.";

/// The module with every method that `AsyncDesk` does not have by hand.
pub(super) fn awaited(interface: &ComponentInterface, hand: &Hand) -> Result<String> {
    let mut methods: BTreeMap<String, Method> =
        found(interface, hand)?.into_iter().map(|(name, passed)| (name, passed.method)).collect();
    methods.extend(hand.desk().iter().map(|(name, method)| (name.clone(), method.clone())));
    let own = hand.class("AsyncDesk");
    let body: String = methods
        .iter()
        .filter(|(name, _)| !name.starts_with('_') && !own.is_some_and(|class| class.has(name)))
        .map(|(name, method)| one(name, method))
        .collect();
    let types = imports(interface, hand, &body);
    Ok(format!(
        "\"\"\"{METHODS}\"\"\"\n\nfrom __future__ import annotations\n\nimport os\nfrom collections.abc import Callable, Iterable, Mapping\nfrom datetime import datetime\n\nfrom .._aside import Aside\nfrom ..columns import Columns\nfrom ..live_async import AsyncLive\nfrom ..pages import AsyncPage\nfrom ..tables import CaseTable\n{types}from .part import Unpack\nfrom .query import Query\n\n\nclass Awaited(Aside):\n    \"\"\"{METHODS}\"\"\"\n{body}"
    ))
}

fn one(name: &str, method: &Method) -> String {
    let (def, answer, open, close) = if let Some(page) = within(&method.answer, "Live[Page[") {
        ("def", format!("AsyncLive[AsyncPage[{page}"), "return self._live_pages(", ")")
    } else if let Some(value) = within(&method.answer, "Live[") {
        ("def", format!("AsyncLive[{value}"), "return self._live(", ")")
    } else if let Some(row) = within(&method.answer, "Page[") {
        ("async def", format!("AsyncPage[{row}"), "return await self._paged(lambda: ", ")")
    } else if method.answer == "None" {
        ("async def", "None".into(), "await self._aside(lambda: ", ")")
    } else {
        ("async def", method.answer.clone(), "return await self._aside(lambda: ", ")")
    };
    let open = format!("        {open}self._desk.{name}(");
    let lines = listed(&open, &handed_on(&method.parameters), &format!("){close}"), "        ");
    written(name, &Method { answer, ..method.clone() }, def, &lines)
}

fn within<'a>(answer: &'a str, kind: &str) -> Option<&'a str> {
    answer.strip_prefix(kind)
}

/// The arguments of the same call: those after `*` by keyword.
fn handed_on(parameters: &str) -> Vec<String> {
    let mut by_name = false;
    let mut out = Vec::new();
    for parameter in split(parameters) {
        let name = parameter.split([':', '=']).next().unwrap_or_default().trim();
        if name == "*" {
            by_name = true;
        } else if name.starts_with('*') || !by_name {
            out.push(name.to_owned());
        } else {
            out.push(format!("{name}={name}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_handed_on_as_they_were_given() {
        assert_eq!(
            handed_on("case: Ref, *, size: int | None = None, **query: Unpack[Query]"),
            ["case", "size=size", "**query"]
        );
    }

    #[test]
    fn a_live_list_is_not_awaited() {
        let method =
            Method { parameters: String::new(), answer: "Live[Page[Row]]".into(), docs: "Rows.".into() };
        assert_eq!(
            one("live_rows", &method),
            "\n    def live_rows(self) -> AsyncLive[AsyncPage[Row]]:\n        \"\"\"Rows.\"\"\"\n        return self._live_pages(self._desk.live_rows())\n"
        );
    }
}
