"""When a case is due and why."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

import casekit
from casekit import Action, CaseKit, DeadlineGoal, DeadlineLength, DueIn, NewDeadlinePolicy, NewTimedMove, Role, Sort


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 21, 9, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kit(clock: Clock) -> CaseKit:
    return casekit.in_memory(clock=clock)


def test_a_deadline_is_paused_extended_and_explained(kit: CaseKit, clock: Clock) -> None:
    mona = kit.desk("mona", roles=Role.MANAGER)
    mona.edit_workflow(mona.workflow("Data request"), deadlines=["uk_gdpr"])
    petra = kit.desk("petra", roles=Role.APPROVER)
    case = petra.receive_request("WEB-1", "Ada Obi")
    assert petra.case(case).deadlines[0].state == "not_started"
    petra.take_case(case)
    petra.approve_identification(case, "video call")
    due = petra.case(case).due_at
    assert due == datetime(2026, 10, 21, 22, 59, 59, tzinfo=timezone.utc)

    petra.pause_deadlines(case, "clarification", remark="which account?")
    assert petra.case(case).due_at is None
    with pytest.raises(casekit.Blocked, match="paused for `clarification` already"):
        petra.pause_deadlines(case, "clarification")
    clock.time += timedelta(days=3)
    petra.resume_deadlines(case)
    petra.extend_deadline(case, "four hundred boxes of paper")
    (explained,) = petra.explain_deadlines(case)
    assert (explained.code, explained.version, explained.time_zone) == ("uk_gdpr", 1, "Europe/London")
    kinds = [step.kind for step in explained.steps]
    assert kinds[:3] == ["policy", "calendar", "started"] and {"extended", "paused", "due"} <= set(kinds)
    assert all(step.text for step in explained.steps)
    assert explained.changes[-1].to == explained.due_at and "extended" in explained.changes[-1].because
    offered = {one.action for one in petra.available_actions(case)}
    assert {Action.PAUSE_DEADLINES, Action.EXTEND_DEADLINE, Action.FOLLOW_UP} <= offered


def test_what_is_due_is_listed_and_told(kit: CaseKit, clock: Clock) -> None:
    mona = kit.desk("mona", roles=Role.MANAGER)
    ivo = kit.desk("ivo", roles=Role.IT_ADMINISTRATOR)
    policies = [one.policy for one in ivo.settings().deadlines]
    ten = NewDeadlinePolicy(
        "ten_days",
        "Ten days",
        goal=DeadlineGoal.RESOLVE,
        length=DeadlineLength.days(10),
        calendar="eu",
        warn_before=DeadlineLength.days(2),
    )
    ivo.change_settings(deadlines=[*policies, ten])
    support = mona.case_type("Support")
    mona.edit_case_type(support, deadlines=["ten_days"], timed_moves=[NewTimedMove("Resolved", "Closed", 14)])
    petra = kit.desk("petra", roles=Role.APPROVER)
    fresh = petra.raise_case("Support", "Roof")
    late = petra.raise_case("Support", "Leak", received_at=clock.time - timedelta(days=30))
    assert [row.id for row in petra.cases(due=DueIn.overdue())] == [late.id]
    assert [row.due_code for row in petra.cases(due="any", sort=Sort.DUE)] == ["running", "overdue"]
    assert kit.run_due().told == 1
    clock.time += timedelta(days=8, hours=12)
    assert kit.run_due().told == 1
    assert [row.id for row in petra.cases(due="soon")] == [fresh.id]
    petra.edit_case(fresh, stage="Resolved")
    clock.time += timedelta(days=15)
    kit.run_due()
    assert petra.case(fresh).stage_id == "closed"
    petra.follow_up(late, at=clock.time + timedelta(days=1))
    assert petra.case(late).follow_up_at == clock.time + timedelta(days=1)
    with pytest.raises(ValueError, match="choose `overdue`, `soon` or `any`"):
        petra.cases(due="never")  # type: ignore[arg-type]
    clock.time -= timedelta(days=5)
    behind = kit.health().clock_behind
    assert behind is not None and behind > timedelta(days=4)
