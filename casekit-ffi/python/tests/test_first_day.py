"""Customer cases: configure, raise, work on, look at."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from casekit import (
    CaseKit,
    CountBy,
    CustomerField,
    Desk,
    EmploymentStatus,
    Gender,
    HeldBy,
    Invalid,
    MaritalStatus,
    Moment,
    NewBankAccount,
    NewNextOfKin,
    NewStage,
    NewStageMove,
    Role,
    StageCategory,
    StreamId,
    Visibility,
)


def test_the_first_working_day(kit: CaseKit, agent: Desk, manager: Desk) -> None:
    assert "Enquiries" in [one.name for one in agent.case_types()]
    refunds = manager.create_case_type(
        "Refunds",
        stages=[
            NewStage("New", StageCategory.OPEN),
            NewStage("With the bank", StageCategory.WAITING, customer_label="In progress"),
            NewStage("Paid", StageCategory.RESOLVED),
        ],
    )
    assert manager.case_type("refunds").stages[1].customer_label == "In progress"

    ada = agent.create_customer(
        "Ada Obi",
        gender=Gender.FEMALE,
        marital_status=MaritalStatus.other("it is complicated"),
        next_of_kin=[NewNextOfKin("Chidi Obi", relationship="husband")],
        bank_accounts=[NewBankAccount("GB33BUKB20201555555555", bank="First Bank")],
        external_reference="CRM-77",
    )
    agent.update_customer(
        ada, employment_status=EmploymentStatus.SELF_EMPLOYED, phone="+234 1", clear=[CustomerField.GENDER]
    )
    seen = agent.customer(ada)
    assert (seen.gender, seen.employment_status) == (None, EmploymentStatus.SELF_EMPLOYED)
    assert str(seen.marital_status) == "it is complicated"
    assert seen.bank_accounts[0].number is None and seen.bank_accounts[0].hint.endswith("5555")
    assert manager.find_customer("CRM-77").bank_accounts[0].number == "GB33BUKB20201555555555"
    assert [row.name for row in agent.customers("ada")] == ["Ada Obi"]

    case = agent.raise_case("Enquiries", "Where is my refund?", customer=ada.id, description="Ordered in May.")
    assert isinstance(case.id, UUID) and case.number == "C-000001"
    agent.take_case(case)
    note = agent.add_note(case.id, "Called, no answer.")
    answer = kit.desk("ben", roles=Role.AGENT).reply(note, "Reached her at 14:10.", visibility=Visibility.CUSTOMER)
    agent.edit_note(note, "Called twice.")
    thread = agent.thread(case)
    assert [(one.depth, one.text, one.visibility) for one in thread] == [
        (0, "Called twice.", Visibility.INTERNAL),
        (1, "Reached her at 14:10.", Visibility.CUSTOMER),
    ]
    assert thread[1].id == answer.id and thread[1].parent == note.id
    assert [one.text for one in agent.note_revisions(note)] == ["Called, no answer.", "Called twice."]

    agent.edit_case(case, case_type="Refunds", stage="With the bank")
    agent.edit_case(case, title="Refund of order 4711", stage="Paid")
    changed = agent.edit_case(case, stage="New", reason="The bank sent it back.")
    now = agent.case(case)
    assert (now.revision, now.stage, now.reopened) == (changed.revision, "New", 1)
    assert now.holder is not None and now.holder.by == "amara"
    assert now.raised_at.tzinfo == timezone.utc and now.raised_at <= now.updated_at <= datetime.now(timezone.utc)
    agent.return_case(case, reason="not mine")
    manager.assign_case(case, "ben")

    assert [row.title for row in agent.interactions(ada)] == ["Refund of order 4711"]
    assert agent.cases(holder=HeldBy.actor("ben"), customer=ada)[0].holder == "ben"
    assert len(agent.cases(holder=HeldBy.nobody())) == len(agent.my_held_cases()) == 0
    counts = agent.counts(CountBy.STAGE, case_types=["Refunds"], stages=["New"])
    assert [(row.case_type, row.stage, row.count) for row in counts] == [("Refunds", "New", 1)]
    hit = agent.search("reached 14")[0]
    assert hit.note == answer.id and hit.case.number == case.number
    assert agent.find_case("c-1").id == case.id

    manager.edit_case_type(refunds, moves=[NewStageMove("New", "Paid")])
    assert manager.migrate_case(case).events == 1
    moves = manager.case_type("Refunds").moves
    assert moves is not None and [(move.from_, move.to) for move in moves] == [("new", "paid")]

    history = manager.history(StreamId.case(case), size=500)
    assert history[0].code == "case_raised" and history[0].changes[0].from_ is None
    head = manager.audit_head()
    report = manager.verify(head)
    assert report.broken is None and report.events > len(history)
    assert manager.verify_stream(StreamId.customer(ada)).broken is None


def test_a_case_is_shown_as_it_was(agent: Desk, manager: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    note = agent.add_note(case.id, "Called, no answer.")
    head = manager.audit_head()
    agent.edit_note(note, "Called twice.")
    agent.edit_case(case, title="Locked out", stage="Resolved")

    for moment in (Moment.revision(2), Moment.position(head.position)):
        was = manager.case_at(case, moment)
        assert (was.summary.case.title, was.summary.case.stage) == ("Cannot log in", "Open")
        assert was.summary.case.revision == 2 and was.position <= head.position and not was.summary.actions
        assert [one.text for one in manager.thread_at(case, moment)] == ["Called, no answer."]
    now = manager.case(case)
    assert manager.case_at(case, Moment.instant(now.updated_at)).summary.case == now
    with pytest.raises(Invalid) as refused:
        manager.case_at(case, Moment.instant(now.raised_at - timedelta(seconds=1)))
    assert refused.value.fields[0].rule.code == "instant_out_of_range"
    assert refused.value.fields[0].rule.details["first"] == now.raised_at
    with pytest.raises(Invalid) as refused:
        manager.case_at(case, Moment.revision(now.revision + 1))
    assert refused.value.fields[0].rule.details == {"least": 1, "most": now.revision}


def test_text_of_every_script_comes_back_as_it_went(agent: Desk) -> None:
    title = "返金はどこ 🧾 é 𐍈 שלום"
    case = agent.raise_case("Support", title, description="zero\u200dwidth\nline")
    view = agent.case(case)
    assert (view.title, view.description) == (title, "zero\u200dwidth\nline")
    assert [row.title for row in agent.cases(text="返金")] == [title]


def test_a_request_that_arrives_twice_is_carried_out_once(agent: Desk) -> None:
    first = agent.request("form-8812").raise_case("Support", "Cannot log in")
    again = agent.request("form-8812").raise_case("Support", "Cannot log in")
    assert (again.id, again.replayed, first.replayed) == (first.id, True, False)
    assert agent.actor.roles == [Role.AGENT] and agent.actor.name == "Amara Okafor"
