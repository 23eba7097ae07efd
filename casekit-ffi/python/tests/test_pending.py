"""Pending that is true: each test is named as the point that it shows."""

from __future__ import annotations

from casekit import CaseKit, Desk, Role


def test_pending_is_for_whoever_has_no_blocker(kit: CaseKit, manager: Desk) -> None:
    manager.create_case_type("Two pairs of eyes", workflow="Data request, four eyes")
    petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
    quin = kit.desk("quin", "Quin Ota", roles=Role.APPROVER)
    case = petra.raise_case("Two pairs of eyes", "Everything about me")
    petra.take_case(case)
    assert (petra.my_pending_count(), quin.my_pending_count()) == (1, 0)
    petra.approve_identification(case, "video call", checked=["passport"])
    petra.approve_no_data(case, reason="by phone")
    assert (petra.my_pending_count(), list(petra.my_pending_cases())) == (0, []), "she did the steps before"
    assert (quin.my_pending_count(), [row.number for row in quin.my_pending_cases()]) == (1, [case.number])
