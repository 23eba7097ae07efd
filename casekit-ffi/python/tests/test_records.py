"""The records, words and methods of this package against the interface of the library: nothing may drift."""

from __future__ import annotations

import copy
import dataclasses
import enum
import pickle
import re
import typing
from datetime import datetime, timezone
from pathlib import Path

import pytest

import casekit
from casekit import Blocker, CaseKit, Desk, FieldError, types
from casekit._raw import raw
from casekit.types.refusal import FieldRule

API = (Path(__file__).parents[2] / "api.txt").read_text()
OWN_SHAPE = {
    *("FieldError", "Blocker", "FieldRule", "StreamId", "HeldBy", "Gender", "MaritalStatus", "EmploymentStatus"),
    *("ImportedChange", "ReleaseReport", "WebformTarget", "SourceKind", "DataValue", "ImportItem"),
    *("Outgoing", "FormOf"),
}
INTERNAL = {"DatabaseOptions", "Options", "PageRequest"}


def sections(kind: str) -> dict[str, list[str]]:
    """What the interface has of a kind: for each name the lines below it."""
    found = re.findall(rf"^{kind} (\w+)\n((?:    .*\n)*)", API, re.M)
    return {name: [line.strip() for line in body.splitlines()] for name, body in found}


def parameters(name: str) -> list[str]:
    return [line.split(":")[0] for line in sections("record")[name]]


def names_of_records() -> list[str]:
    return [name for name in sections("record") if not name.endswith("Page") and name not in INTERNAL | OWN_SHAPE]


def variants(name: str, kind: str = "enum") -> dict[str, list[str]]:
    """The variants of an enumeration by their words, with the names of their fields."""
    found: dict[str, list[str]] = {}
    for line in sections(kind)[name]:
        variant, _, fields = line.partition("(")
        named = re.findall(r"(\w+): ", fields)
        found[re.sub(r"(?<=.)(?=[A-Z])", "_", variant).upper()] = named
    return found


def names_of_words() -> list[str]:
    return [name for name, lines in sections("enum").items() if not any("(" in line for line in lines)]


def test_every_record_has_the_fields_of_the_library() -> None:
    names = names_of_records()
    assert len(names) > 70
    for name in names:
        own = getattr(types, name)
        assert getattr(casekit, name) is own, name
        fields = {field.name.rstrip("_") for field in dataclasses.fields(own)}
        assert fields == set(parameters(name)), name
        assert typing.get_type_hints(own)


def test_every_word_is_there() -> None:
    names = [name for name in names_of_words() if name not in OWN_SHAPE]
    assert len(names) > 15
    for name in names:
        words = list(variants(name))
        own = getattr(types, name)
        assert issubclass(own, enum.Enum) and list(own.__members__) == words, name
        assert [member.value for member in own] == [word.lower() for word in words]


def test_every_variant_has_its_place() -> None:
    assert set(variants("StreamId")) == set(types.StreamKind.__members__)
    for name in ("HeldBy", "FormOf"):
        assert {variant.lower() for variant in variants(name)} <= set(dir(getattr(types, name)))
    for name in ("Gender", "MaritalStatus", "EmploymentStatus"):
        assert {word for word in variants(name) if word != "OTHER"} <= set(dir(getattr(types, name)))
    assert set(variants("ImportedChange")) == {"STAGE", "ENDED", "TAKEN", "RETURNED", "NOTE", "PRIORITISED", "ANSWERED"}
    assert set(variants("ImportItem")) == {"WORKFLOW", "CUSTOMER", "CASE"}
    assert set(variants("ReleaseReport")) == {"DELIVERED", "FAILED", "UNDER_WAY", "RECOVERED", "ENDED"}
    assert set(variants("WebformTarget")) == {"DIRECTORY", "HTTP", "HOST"}
    assert set(variants("SourceKind")) == {"SQLITE", "CSV"}
    assert set(variants("OutgoingKind")) == {"PACKAGE", "MESSAGE", "CODE"}
    fields = {field.name for field in dataclasses.fields(types.Outgoing)}
    assert {field for names in variants("OutgoingKind").values() for field in names} <= fields
    assert set(parameters("Outgoing")) <= fields
    assert set(variants("DataValue")) == {"NULL", "TEXT", "INTEGER", "REAL", "BOOLEAN"}
    for name in ("ImportedChange", "ReleaseReport", "WebformTarget", "SourceKind"):
        fields = {field.name for field in dataclasses.fields(getattr(types, name))}
        assert {field for names in variants(name).values() for field in names} <= fields, name


def test_every_error_has_its_class() -> None:
    assert [word.lower() for word in variants("CasekitError", "error")] == list(casekit.errors.KINDS)


def test_every_blocker_and_rule_has_a_code_and_a_sentence() -> None:
    filled: dict[str, object] = {"permission": casekit.Permission.VERIFY}
    filled |= {key: ["One"] for key in ("requires", "sources", "steps", "fields", "resolutions")}
    numbers = {"limit": 7, "least": 1, "most": 9, "group": 3}
    for name, parameters in variants("Blocker").items():
        blocker = Blocker(name.lower(), {key: filled.get(key, numbers.get(key, "x")) for key in parameters})
        assert raw.blocker_code(blocker) == blocker.code and blocker.text == str(blocker) != ""
    instant = datetime(2026, 9, 21, tzinfo=timezone.utc)
    details_of: dict[str, object] = {**numbers, "first": instant, "last": instant, "choices": ["One"]}
    choices = casekit.Choices(nearest="One", names=["One"], more=2)
    for name, parameters in variants("FieldRule").items():
        details = {key: choices if name == "UNKNOWN" else details_of.get(key, "x") for key in parameters}
        error = FieldError("title", FieldRule(name.lower(), details))
        assert raw.field_error_code(error) == error.code and "title" in error.text
    assert hash(Blocker("not_taken")) == hash(Blocker("not_taken"))


def test_every_method_of_the_library_is_there() -> None:
    for ours, theirs in ((Desk, "Desk"), (CaseKit, "KitHandle")):
        names = {line.split("(")[0] for line in sections("object")[theirs] if not line.startswith("static ")}
        # The ends of a kit are `close`; an address is no answer, and a packed page none of its own.
        names -= {"close_kit", "cases_stream", "my_pending_cases_stream", "cases_page_columns"}
        assert names and names <= set(dir(ours)), names - set(dir(ours))


def test_records_are_values() -> None:
    step = casekit.NewStep("release", "Release", casekit.StepKind.RELEASE, casekit.StepDoer.ANYONE)
    assert step == dataclasses.replace(step) and step.__eq__(5) is NotImplemented
    assert "NewStep(id='release'" in repr(step)
    assert f"{casekit.Role.AGENT}" == str(casekit.Role.AGENT) == "agent" and casekit.Role.AGENT in ["agent"]


def test_records_are_frozen_dataclasses_to_whoever_asks() -> None:
    case = casekit.NewCase("Support", "Cannot log in")
    assert dataclasses.is_dataclass(case) and not dataclasses.is_dataclass(casekit.Role.AGENT)
    assert dataclasses.asdict(case) == dict(
        **dict(case_type="Support", title="Cannot log in", description=None, stage=None, customer=None, team=None),
        **dict(received_at=None, priority=None, resolution=None, reason=None, customer_reason=None, fields=(), tags=()),
    )
    optional = [field.name for field in dataclasses.fields(case) if field.default is None]
    assert optional[:5] == ["description", "stage", "customer", "team", "received_at"]
    other = dataclasses.replace(case, stage="Open")
    assert (other.title, other.stage, other == case, {case: 1}[copy.copy(case)]) == ("Cannot log in", "Open", False, 1)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(other, protocol)) == other
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.title = "Other"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del case.title  # pyright: ignore[reportAttributeAccessIssue]
    match other:
        case casekit.NewCase("Support", title, stage="Open"):
            assert title == "Cannot log in"
        case _:
            raise AssertionError
    assert casekit.NewBankAccount("GB33BUKB20201555555555").__repr__() == "NewBankAccount(bank=None, account_name=None)"


def test_what_the_library_gives_is_frozen_too() -> None:
    with casekit.in_memory() as kit:
        case = kit.desk("amara", roles=casekit.Role.AGENT).raise_case("Support", "Cannot log in")
        assert type(case) is casekit.RaisedCase
        with pytest.raises(dataclasses.FrozenInstanceError):
            case.number = "C-1"  # type: ignore[misc]


def test_what_an_organisations_own_field_holds_is_not_printed() -> None:
    given = casekit.GivenField("Pin", casekit.GivenValue.text("4711"))
    assert "4711" not in repr(given)
    assert "4711" not in repr(casekit.NewCase("Support", "Lamp", fields=[given]))
    for field in ("fields.pin", "number", "bank_accounts"):
        assert "4711" not in repr(casekit.FieldChange(field, "Pin", None, "4711"))
    assert "Lamp" in repr(casekit.FieldChange("title", "Title", None, "Lamp"))
