"""Every error, with what it carries."""

from __future__ import annotations

import pickle
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

import casekit
from casekit import CaseKit, Desk, Role
from casekit._raw import raw


def test_invalid_names_every_field(agent: Desk) -> None:
    with pytest.raises(casekit.Invalid) as caught:
        agent.raise_case("No such type", "x" * 201)
    error = caught.value
    assert error.code == "invalid" and isinstance(error, casekit.Error)
    assert {field.field: field.code for field in error.fields} == {"title": "too_long", "case_type": "unknown"}
    too_long = next(field for field in error.fields if field.field == "title")
    assert too_long.rule.details == {"limit": 200}
    assert too_long.text == str(too_long) == "“title” is longer than the limit of 200 characters: shorten it"
    assert "title" in str(error) and "case type" in str(error)
    assert error.fields == agent.validate_case("No such type", "x" * 201)
    assert agent.validate_case("Support", "Cannot log in") == []


def test_blocked_lists_every_reason(agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in", stage="Closed")
    with pytest.raises(casekit.Blocked) as caught:
        agent.edit_case(case, stage="Open")
    [blocker] = caught.value.blockers
    assert caught.value.code == "blocked"
    assert (blocker.code, blocker.details) == ("reason_needed", {"stage": "Closed"})
    assert "“Closed”" in blocker.text and "`Closed`" in str(caught.value)


def test_already_taken_says_who_was_first(kit: CaseKit, agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    agent.take_case(case)
    with pytest.raises(casekit.AlreadyTaken) as caught:
        kit.desk("ben", roles=Role.AGENT).take_case(case)
    assert (caught.value.code, caught.value.by, caught.value.by_name) == ("already_taken", "amara", "Amara Okafor")


def test_a_refusal_says_who_by_name(kit: CaseKit) -> None:
    ada = kit.desk("u-17", name="Ada Obi", roles=Role.AGENT)
    case = ada.raise_case("Support", "Cannot log in")
    ada.take_case(case)
    ben = kit.desk("u-18", name="Ben Ito", roles=Role.AGENT)
    with pytest.raises(casekit.AlreadyTaken) as caught:
        ben.take_case(case)
    assert (caught.value.by, caught.value.by_name) == ("u-17", "Ada Obi")
    assert "by Ada Obi:" in str(caught.value) and "u-17" not in str(caught.value)
    [blocker] = ben.blockers(case, casekit.Action.TAKE_CASE)
    assert blocker.details == {"by": "u-17", "by_name": "Ada Obi"}
    assert blocker.text == "the case is held by Ada Obi"


def test_a_closed_case_is_taken_by_nobody_and_its_screen_says_so(kit: CaseKit, agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in", stage="Closed")
    with pytest.raises(casekit.Blocked) as caught:
        agent.take_case(case)
    [blocker] = caught.value.blockers
    assert (blocker.code, blocker.details) == ("closed", {"stage": "Closed"})
    assert agent.blockers(case, casekit.Action.TAKE_CASE) == [blocker]
    possible = {one.action for one in agent.available_actions(case) if not one.blockers}
    assert casekit.Action.TAKE_CASE not in possible and casekit.Action.REOPEN_CASE in possible


def test_assigning_to_who_holds_it_changes_nothing_and_says_so(kit: CaseKit, agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    agent.take_case(case)
    again = kit.desk("mona", roles=Role.MANAGER).assign_case(case, "amara")
    assert (again.events, again.revision) == (0, agent.case(case).revision)


def test_forbidden_says_which_permission(agent: Desk) -> None:
    with pytest.raises(casekit.Forbidden, match="verify") as caught:
        agent.verify()
    assert caught.value.code == "forbidden" and [*caught.value.fields, *caught.value.blockers] == []
    assert (caught.value.action, caught.value.permission) == ("verify", casekit.Permission.VERIFY)


def test_not_found(agent: Desk) -> None:
    with pytest.raises(casekit.NotFound) as caught:
        agent.find_case("C-999999")
    assert caught.value.code == "not_found"


def test_conflict_when_it_changed_meanwhile(agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    agent.edit_case(case, title="Cannot log in since Monday")
    with pytest.raises(casekit.Conflict) as caught:
        agent.edit_case(case, stage="Resolved", seen=case.revision)
    assert caught.value.code == "conflict"
    agent.request("form-1").raise_case("Support", "One")
    with pytest.raises(casekit.Conflict) as caught:
        agent.request("form-1").raise_case("Support", "Two")
    assert caught.value.code == "request_id_reused"


def test_a_strangers_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("my diary")
    with pytest.raises(casekit.StoreError) as caught:
        casekit.open(path)
    assert caught.value.code == "not_casekit"
    assert path.read_text() == "my diary"


def test_a_file_that_must_be_there_or_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    for create, read_only in ((False, False), (True, True)):
        with pytest.raises(casekit.StoreError) as caught:
            casekit.open(path, create=create, read_only=read_only)
        assert caught.value.code == "missing"
        assert list(tmp_path.iterdir()) == []
    with casekit.open(path) as kit, casekit.open(path, read_only=True) as reading:
        case = kit.desk("amara", roles=casekit.Role.AGENT).raise_case("Support", "Cannot log in")
        desk = reading.desk("amara", roles=casekit.Role.AGENT)
        assert desk.case(case).title == "Cannot log in"
        with pytest.raises(casekit.StoreError) as caught:
            desk.take_case(case)
        assert caught.value.code == "read_only"


def test_a_file_that_is_replaced_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    casekit.open(tmp_path / "other.db").close()
    with casekit.open(path) as kit:
        desk = kit.desk("amara", roles=casekit.Role.AGENT)
        desk.raise_case("Support", "Cannot log in")
        (tmp_path / "other.db").rename(path)
        with pytest.raises(casekit.StoreError) as caught:
            desk.raise_case("Support", "Lost")
        assert caught.value.code == "moved"
        with pytest.raises(casekit.StoreError) as caught:
            desk.cases()
        assert caught.value.code == "moved"
        with pytest.raises(casekit.StoreError) as caught:
            kit.check()
        assert caught.value.code == "moved"


def test_a_table_of_another_program_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    casekit.open(path).close()
    other = sqlite3.connect(path)
    other.execute("ANALYZE")
    casekit.open(path).close()
    other.execute("CREATE VIEW v_open AS SELECT * FROM cases")
    other.close()
    with pytest.raises(casekit.StoreError, match="view `v_open`") as caught:
        casekit.open(path)
    assert caught.value.code == "foreign"


def test_health_and_compact(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with casekit.open(path) as kit:
        desk = kit.desk("amara", roles=casekit.Role.AGENT)
        desk.raise_case("Support", "Cannot log in")
        health = kit.health()
        assert health.file_bytes == path.stat().st_size and health.log_bytes > 0
        assert health.last_checkpoint is not None and health.last_checkpoint.tzinfo is not None
        assert health.last_fault is None and health.safeguards is not None and health.safeguards.watched
        path.rename(tmp_path / "away.db")
        with pytest.raises(casekit.StoreError):
            desk.raise_case("Support", "Lost")
        (tmp_path / "away.db").rename(path)
        fault = kit.health().last_fault
        assert fault is not None and fault.code == "moved"
        assert kit.compact() == 0
    assert casekit.in_memory().health().safeguards is None


def test_memory_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with casekit.open(":memory:") as kit:
        kit.desk("amara", roles=casekit.Role.AGENT).raise_case("Support", "Cannot log in")
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_written(manager: Desk, tmp_path: Path) -> None:
    with pytest.raises(casekit.ReportError) as caught:
        manager.overview_csv_to(tmp_path / "nowhere" / "overview.csv")
    assert caught.value.code == "file"


def test_a_clock_that_fails_is_a_callback_error() -> None:
    def clock() -> datetime:
        raise OSError("no clock")

    with pytest.raises(casekit.CallbackError) as caught:
        casekit.in_memory(clock=clock)
    assert caught.value.code == "callback_failed" and "no clock" not in str(caught.value)


def test_a_panic_is_an_internal_error() -> None:
    with pytest.raises(casekit.InternalError) as caught:
        raw.provoke_panic("GB33BUKB20201555555555")
    assert caught.value.code == "internal" and "GB33" not in repr(caught.value)


def test_errors_survive_pickling(agent: Desk) -> None:
    with pytest.raises(casekit.Invalid) as caught:
        agent.raise_case("Support", "")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is casekit.Invalid
    assert (str(again), again.code, again.fields) == (str(caught.value), "invalid", caught.value.fields)
