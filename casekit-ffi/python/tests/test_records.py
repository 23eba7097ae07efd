"""The records, words and methods of this package against the generated ones: nothing may drift."""

from __future__ import annotations

import ast
import dataclasses
import enum
import typing
from pathlib import Path

import casekit
from casekit import Blocker, CaseKit, Desk, FieldError, types
from casekit._library import raw
from casekit.types.refusal import FieldRule

GENERATED = ast.parse(Path(raw.__file__).read_text())
CLASSES = {node.name: node for node in GENERATED.body if isinstance(node, ast.ClassDef)}
OWN_SHAPE = {
    *("FieldError", "Blocker", "FieldRule", "StreamId", "HeldBy", "Gender", "MaritalStatus", "EmploymentStatus"),
    *("ImportedChange", "ImportResult", "ReleaseReport", "WebformTarget", "SourceKind", "DataValue", "ImportItem"),
    "Outgoing",
}
INTERNAL = {"Options", "PageRequest", "CaseColumns", "CasekitError", "HostError", "InternalError"}


def parameters(name: str) -> list[str]:
    for node in CLASSES[name].body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return [argument.arg for argument in [*node.args.args[1:], *node.args.kwonlyargs]]
    raise AssertionError(name)


def names_of_records() -> list[str]:
    return [
        name
        for name, node in CLASSES.items()
        if not name.startswith("_")
        and any(isinstance(one, ast.Name) and one.id == "dataclass" for one in node.decorator_list)
        and not name.endswith("Page")
        and name not in INTERNAL | OWN_SHAPE
    ]


def names_of_words() -> list[str]:
    return [
        name
        for name, node in CLASSES.items()
        if any(isinstance(base, ast.Attribute) and base.attr == "Enum" for base in node.bases)
    ]


def test_every_record_has_the_fields_of_the_generated_one() -> None:
    names = names_of_records()
    assert len(names) > 70
    for name in names:
        own = getattr(types, name)
        assert getattr(casekit, name) is own, name
        fields = {"_" + field.name[:-1] if field.name.endswith("_") else field.name for field in dataclasses.fields(own)}
        assert fields == set(parameters(name)), name
        assert typing.get_type_hints(own, None, {"ReleaseReport": types.ReleaseReport})


def test_every_word_is_there() -> None:
    names = names_of_words()
    assert len(names) > 15
    for name in names:
        words = [
            node.targets[0].id
            for node in CLASSES[name].body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        ]
        own = getattr(types, name)
        assert issubclass(own, enum.Enum) and list(own.__members__) == words, name
        assert [member.value for member in own] == [word.lower() for word in words]


def variants(name: str) -> dict[str, list[str]]:
    return {
        node.name: next(
            [argument.arg for argument in one.args.args[1:]]
            for one in node.body
            if isinstance(one, ast.FunctionDef) and one.name == "__init__"
        )
        for node in CLASSES[name].body
        if isinstance(node, ast.ClassDef)
    }


def test_every_variant_has_its_place() -> None:
    assert set(variants("StreamId")) == set(types.StreamKind.__members__)
    assert {name.lower() for name in variants("HeldBy")} <= set(dir(types.HeldBy))
    for name in ("Gender", "MaritalStatus", "EmploymentStatus"):
        assert {word for word in variants(name) if word != "OTHER"} <= set(dir(getattr(types, name)))
    assert set(variants("ImportedChange")) == {"STAGE", "TAKEN", "RETURNED", "NOTE"}
    assert set(variants("ImportResult")) == {"CUSTOMER", "CASE", "REFUSED"}
    assert set(variants("ImportItem")) == {"CUSTOMER", "CASE"}
    assert set(variants("ReleaseReport")) == {"DELIVERED", "FAILED", "UNDER_WAY", "MENDED", "ENDED"}
    assert set(variants("WebformTarget")) == {"DIRECTORY", "HTTP", "HOST"}
    assert set(variants("SourceKind")) == {"SQLITE", "CSV"}
    assert set(variants("OutgoingKind")) == {"PACKAGE", "MESSAGE", "CODE"}
    fields = {field.name for field in dataclasses.fields(types.Outgoing)}
    assert {field for names in variants("OutgoingKind").values() for field in names} <= fields
    assert set(parameters("Outgoing")) <= fields
    assert set(variants("DataValue")) == {"NULL", "TEXT", "INTEGER", "REAL", "BOOLEAN"}
    for name in ("ImportedChange", "ImportResult", "ReleaseReport", "WebformTarget", "SourceKind"):
        fields = {field.name for field in dataclasses.fields(getattr(types, name))}
        assert {field for names in variants(name).values() for field in names} <= fields, name


def test_every_error_has_its_class() -> None:
    kinds = [node.name for node in ast.walk(GENERATED) if isinstance(node, ast.ClassDef) and is_error(node)]
    own = [kind.__name__ for kind in casekit.errors.KINDS]
    assert [kind if f"{kind}Error" not in own else f"{kind}Error" for kind in kinds] == own


def is_error(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "_UniffiTempCasekitError" for base in node.bases)


def test_every_blocker_and_rule_has_a_code_and_a_sentence() -> None:
    filled = {"requires": ["One"], "steps": ["One"], "permission": casekit.Permission.VERIFY}
    numbers = {"limit": 7, "least": 1, "most": 9}
    for name, parameters in variants("Blocker").items():
        blocker = Blocker(name.lower(), {key.strip("_"): filled.get(key, numbers.get(key, "x")) for key in parameters})
        assert raw.blocker_code(blocker) == blocker.code and blocker.text == str(blocker) != ""
    for name, parameters in variants("FieldRule").items():
        details = {key.strip("_"): numbers.get(key, "x") for key in parameters}
        error = FieldError("title", FieldRule(name.lower(), details))
        assert raw.field_error_code(error) == error.code and "title" in error.text
    assert hash(Blocker("not_taken")) == hash(Blocker("not_taken"))


def test_every_method_of_the_library_is_there() -> None:
    for ours, theirs in ((Desk, "Desk"), (CaseKit, "KitHandle")):
        names = {name for name in dir(getattr(raw, theirs)) if not name.startswith("_")} - {"open", "in_memory", "shut"}
        assert names and names <= set(dir(ours)), names - set(dir(ours))


def test_records_are_values() -> None:
    step = casekit.NewStep("release", "Release", casekit.StepKind.RELEASE, casekit.StepDoer.ANYONE)
    assert step == dataclasses.replace(step) and step.__eq__(5) is NotImplemented
    assert "NewStep(id='release'" in repr(step)
    assert f"{casekit.Role.AGENT}" == str(casekit.Role.AGENT) == "agent" and casekit.Role.AGENT in ["agent"]
