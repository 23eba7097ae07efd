"""Forms: what is possible for this actor, why not, and what an edit form shows."""

from __future__ import annotations

import casekit
import pytest
from casekit import Action, CaseKit, Desk, FormOf, GivenField, GivenValue, Role


def test_every_action_has_its_reasons(kit: CaseKit, agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    moves = {one.label: one.blockers for one in agent.available_actions(case) if one.action == Action.MOVE_CASE}
    assert moves == {"In Progress": [], "Resolved": [], "Closed": []}
    auditor = kit.desk("audra", roles=Role.AUDITOR)
    [missing] = auditor.blockers(case, Action.MOVE_CASE, target="Closed")
    assert (missing.code, missing.details) == ("permission_missing", {"permission": "edit_cases"})
    note = agent.add_note(case, "Called.")
    assert [one.action for one in agent.note_actions(note) if not one.blockers] == [
        Action.REPLY,
        Action.EDIT_NOTE,
        Action.RETRACT_NOTE,
        Action.SET_NOTE_VISIBILITY,
    ]
    assert agent.raise_blockers("Support") == []
    assert [one.code for one in auditor.raise_blockers("Support")] == ["permission_missing"]


def test_a_case_is_summed_up_by_its_number_and_each_step_has_its_actions(agent: Desk) -> None:
    case = agent.raise_case("Data request", "Copy of my data")
    summary = agent.find_summary("1")
    assert summary == agent.summary(case)
    assert [one.action for one in summary.steps[0].actions] == [Action.APPROVE_IDENTIFICATION, Action.DENY]


def test_an_edit_form_has_fields_stages_and_types(agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    form = agent.edit_form(case)
    title = form.fields[0]
    assert (title.field, title.label, title.value, title.required, title.most) == (
        "title",
        "title",
        "Cannot log in",
        True,
        200,
    )
    assert [stage.label for stage in form.stages if stage.current] == ["Open"]
    assert "Bug report" in [one.name for one in form.types]
    agent.seen(form.revision).edit_case(case, title="Cannot log in since Monday")
    with pytest.raises(casekit.Conflict) as caught:
        agent.seen(form.revision).take_case(case)
    assert (caught.value.code, caught.value.seen, caught.value.now) == ("conflict", 1, 2)
    with pytest.raises(casekit.Invalid) as refused:
        agent.seen(1).raise_case("Support", "Another")
    assert [one.field for one in refused.value.fields] == ["seen"]


def given(**texts: str) -> list[GivenField]:
    return [GivenField(name, GivenValue.text(text)) for name, text in texts.items()]


def test_forms_say_what_is_asked_and_carry_it_out(agent: Desk, kit: CaseKit) -> None:
    agent.create_customer("Ada Obi")
    support = str(agent.case_type("Support").id)
    form = agent.form(FormOf.new_case(), given=given(case_type=support))
    fields = {one.name: one for one in form.fields}
    assert (fields["title"].required, fields["case_type"].redraws, fields["customer"].value) == (True, True, None)
    assert [one.label for one in fields["stage"].choices] == ["Open", "In Progress", "Resolved", "Closed"]
    with pytest.raises(casekit.Invalid) as refused:
        agent.submit(FormOf.new_case(), given=given(case_type=support, customer="nobody"))
    assert [one.field for one in refused.value.fields] == ["title", "customer"]
    raised = agent.submit(FormOf.new_case(), given=given(case_type=support, title="Cannot log in", customer="ada obi"))
    assert raised.case is not None
    note = FormOf.action(raised.case, Action.ADD_NOTE, None)
    assert agent.submit(note, given=given(text="Called back.")).note is not None
    [customer] = agent.customers("Ada")
    assert agent.form(FormOf.customer(customer.id)).revision == 1
    auditor = kit.desk("audra", roles=Role.AUDITOR)
    assert auditor.form(FormOf.case(raised.case)).blockers[0].code == "permission_missing"


def test_a_package_that_has_not_arrived_is_refused_and_nothing_is_retried(manager: Desk) -> None:
    case = manager.raise_case("Data request", "Copy of my data")
    assert [one.code for one in manager.summary(case).package_blockers] == ["not_delivered"]
    with pytest.raises(casekit.Blocked):
        manager.released_package(case)
    assert list(manager.retry_page("webform_not_set", size=1)) == []
