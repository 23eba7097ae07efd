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
