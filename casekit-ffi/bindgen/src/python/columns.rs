//! Writes `case_columns.py`: the packed list, as columns and as rows.

use std::fmt::Write as _;

use super::name_of;
use crate::columns::{Column, Kind, ROW};

/// The text of the module. `Unpacking`, which is written by hand, returns one column after the other.
pub(super) fn columns(columns: &[Column]) -> String {
    let (mut named, mut taken, mut put) = (String::new(), String::new(), String::new());
    for column in columns {
        let values = match column.kind {
            Kind::Ids => "ids",
            Kind::OptionalIds => "optional_ids",
            Kind::Texts | Kind::OptionalTexts => "texts",
            Kind::Instants => "instants",
            Kind::OptionalInstants => "optional_instants",
            Kind::Numbers => "numbers",
            Kind::Flags => "flags",
        };
        // Dataframes have no type for ids, so they get texts.
        let shown = match column.kind {
            Kind::Ids => "id_texts",
            Kind::OptionalIds => "optional_id_texts",
            Kind::Texts | Kind::OptionalTexts | Kind::Instants | Kind::OptionalInstants => values,
            Kind::Numbers | Kind::Flags => values,
        };
        _ = writeln!(named, "            \"{}\": packed.{shown}(),", column.name);
        _ = writeln!(put, "        row.{},", name_of(&column.name));
        _ = writeln!(taken, "        packed.{values}(),");
    }
    format!(
        "{BEGIN}def columns(packed: Unpacking) -> Columns:\n    \"\"\"Packed columns, a list each.\"\"\"\n    return Columns(\n        \
         {{\n{named}        }},\n        packed.next,\n    )\n\n\ndef rows(packed: Unpacking) -> list[{ROW}]:\n    \
         \"\"\"Packed columns, a row each.\"\"\"\n    made: list[Any] = list(map(_new, repeat(_open, packed.count)))\n    \
         # Each value goes into its row at once, without a name of its own on the way.\n    \
         for (\n        row,\n{put}    ) in zip(\n        made,\n{taken}        strict=True,\n    ):\n        \
         row.__class__ = {ROW}\n    return made\n"
    )
}

const BEGIN: &str = "\"\"\"Lists of cases, out of what the library packs: several times faster than rows that cross one field at a time.\"\"\"

from __future__ import annotations

from itertools import repeat
from typing import Any

from ._record import opened
from .columns import Columns, Unpacking
from .types import CaseSummary

_new: Any = object.__new__
_open = opened(CaseSummary)


";

#[cfg(test)]
mod tests {
    use uniffi_bindgen::interface::Type;

    use super::*;

    #[test]
    fn a_column_is_a_list_by_its_name_and_a_field_of_each_row() {
        let column = |name: &str, kind: Kind| Column {
            name: name.into(),
            docs: String::new(),
            ty: Type::String,
            kind,
        };
        let text = columns(&[column("id", Kind::Ids), column("from", Kind::OptionalTexts)]);
        for part in [
            "            \"id\": packed.id_texts(),\n            \"from\": packed.texts(),\n",
            "    for (\n        row,\n        row.id,\n        row.from_,\n    ) in zip(\n        made,\n        packed.ids(),\n        packed.texts(),\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
