"""A case is found by what a person holds."""

from __future__ import annotations

import pytest

import casekit
from casekit import Desk, FoundBy


def test_find_case_takes_a_number_as_people_write_it(agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    for text in ("C-000001", "c1", "C\N{NON-BREAKING HYPHEN}1", "C\N{EN DASH}000001", "#1", "１", "C-1.", "C-\u200b1"):
        assert agent.find_case(text).id == case.id, text
    for text in ("WEB-1", "INV-1", "C-2", "nothing"):
        with pytest.raises(casekit.NotFound):
            agent.find_case(text)
        assert agent.find_cases(text) == []


def test_find_cases_answers_all_matches_and_find_case_names_the_choices(agent: Desk) -> None:
    first = agent.raise_case("Support", "Cannot log in")
    asked = agent.receive_request("1", "Ada Obi")
    found = agent.find_cases("1")
    assert {(one.case.id, *one.by) for one in found} == {
        (first.id, FoundBy.NUMBER),
        (asked.id, FoundBy.REQUEST_REFERENCE),
    }
    with pytest.raises(casekit.Invalid) as caught:
        agent.find_case("1")
    [error] = caught.value.fields
    assert (error.code, error.rule.details) == ("ambiguous", {"choices": ["C-000001", "C-000002"]})
    assert "give one of `C-000001`, `C-000002`" in str(caught.value)


def test_a_number_where_an_id_is_needed_leads_to_find_case(agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    with pytest.raises(casekit.Invalid, match="`find_case` finds the case by its number") as caught:
        agent.case(case.number)
    assert [error.code for error in caught.value.fields] == ["number_not_id"]
    customer = agent.create_customer("Ada Obi")
    with pytest.raises(casekit.NotFound, match="that is the id of a customer"):
        agent.case(customer.id)


def test_a_row_says_whose_it_is_and_where_it_stands(agent: Desk) -> None:
    bo = agent.create_customer("Bo Li")
    case = agent.raise_case("Support", "Cannot log in", customer=bo.id, stage="In Progress")
    asked = agent.receive_request("WEB-1", "Ada Obi", reply_to="ada@example.org")
    assert asked.id is not None
    by_id = {row.id: row for row in agent.cases()}
    row, view = by_id[case.id], agent.case(case)
    assert (row.customer_id, row.customer, row.requester) == (bo.id, "Bo Li", None)
    assert (row.case_type_id, row.stage_id, row.category_code) == (view.case_type_id, "in_progress", "active")
    assert row.revision == view.revision
    assert (by_id[asked.id].customer_id, by_id[asked.id].requester) == (None, "Ada Obi")
    for text in ("ada obi", "ada@example.org", "WEB-1"):
        assert [hit.case.id for hit in agent.search(text)] == [asked.id], text
    columns = agent.cases_columns()
    assert sorted(columns["customer_id"], key=str) == sorted([str(bo.id), None], key=str)


def test_customers_are_found_by_what_they_say_of_themselves(agent: Desk) -> None:
    ada = agent.create_customer(
        "Ada Obi", email="ada.obi@example.org", phone="+49 (0)151 2345678", external_reference="CRM-0077"
    )
    agent.create_customer("Bo Li", phone="030 5550-1234")
    for text in ("ada", "ada.obi@example.org", "0151/2345678", "0049 151 2345678", "crm-0077"):
        assert [row.id for row in agent.customers(text)] == [ada.id], text
    assert [row.name for row in agent.customers("+49 30 55501234")] == ["Bo Li"]
    assert len(agent.customers("+48 151 2345678")) == 0
    [row] = agent.customers("ada")
    assert (row.email, row.phone) == ("ada.obi@example.org", "+49 (0)151 2345678")
