"""What a working day needs, point by point, in Python."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

import casekit
from casekit import CaseKit, Choices, Conflict, Desk, Invalid, NewBankAccount, NewNextOfKin, NotFound, Role, StreamId

from .conftest import ACCOUNT


def test_bank_accounts_have_ids_and_are_changed_one_by_one(agent: Desk, manager: Desk) -> None:
    ada = agent.create_customer("Ada Obi", bank_accounts=[NewBankAccount(ACCOUNT, bank="First Bank")])
    account = agent.customer(ada).bank_accounts[0]
    assert (account.number, account.hint) == (None, "…5555")

    agent.edit_bank_account(ada, account, bank="Second Bank")
    seen = manager.customer(ada).bank_accounts[0]
    assert (seen.id, seen.bank, seen.number) == (account.id, "Second Bank", ACCOUNT)
    with pytest.raises(Invalid) as refused:
        agent.edit_bank_account(ada, account, number=account.hint)
    rule = refused.value.fields[0].rule
    assert (rule.code, rule.details) == ("does_not_fit", {"why": "hint_of_a_number"})
    with pytest.raises(Invalid) as refused:
        agent.add_bank_account(ada, "DE98 3704 0044 0532 0130 00")
    assert refused.value.fields[0].rule.details == {"why": "iban_check_digits"}

    other = agent.add_bank_account(ada, "0532 013", account_name="A. Obi")
    agent.remove_bank_account(ada, account)
    assert [one.id for one in agent.customer(ada).bank_accounts] == [other.id]
    with pytest.raises(NotFound):
        agent.edit_bank_account(ada, account, bank="Third Bank")
    with pytest.raises(Conflict):
        agent.remove_bank_account(ada, other, seen=1)
    texts = [entry.text for entry in manager.history(StreamId.customer(ada))]
    assert texts[1:] == [
        "changed the bank account …5555: bank",
        "added the bank account …",
        "removed the bank account …5555",
    ]


def test_next_of_kin_have_ids_and_are_changed_one_by_one(agent: Desk) -> None:
    ada = agent.create_customer("Ada Obi", next_of_kin=[NewNextOfKin("Chidi Obi", relationship="husband")])
    chidi = agent.customer(ada).next_of_kin[0]
    ngozi = agent.add_next_of_kin(ada, "Ngozi Obi", relationship="aunt")
    agent.edit_next_of_kin(ada, chidi, phone="+234 1 555", relationship="")
    assert [(one.id, one.relationship, one.phone) for one in agent.customer(ada).next_of_kin] == [
        (chidi.id, None, "+234 1 555"),
        (ngozi.id, "aunt", None),
    ]
    agent.remove_next_of_kin(ada, ngozi.id)
    assert [one.id for one in agent.customer(ada).next_of_kin] == [chidi.id]


def test_errors_name_the_choices(agent: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        agent.raise_case("Suport", "Cannot log in")
    error = refused.value.fields[0]
    choices = error.rule.details["choices"]
    assert (error.field, error.code, choices.nearest, choices.more) == ("case_type", "unknown", "Support", 0)
    assert choices.names[0] == "Bug report" and len(choices.names) == 7
    assert "did you mean “Support”?" in error.text

    with pytest.raises(NotFound, match="did you mean `Support`") as missing:
        agent.case_type("Suport")
    assert missing.value.choices.nearest == "Support"
    case = agent.raise_case("Support", "Cannot log in")
    with pytest.raises(Invalid, match="did you mean `Resolved`"):
        agent.edit_case(case, stage="Resolvd")
    with pytest.raises(NotFound, match="is the id of a customer") as other:
        agent.case(agent.create_customer("Ada Obi").id)
    assert other.value.choices == Choices(nearest=None, names=[], more=0)


def test_a_name_that_python_knows_to_be_wrong_says_what_there_is(kit: CaseKit, agent: Desk) -> None:
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: kit.desk("root", roles="admin"), "choose `agent`, `approver`"),  # type: ignore[arg-type]
        (lambda: Role("administrato"), "did you mean `administrator`?"),
        (lambda: agent.cases(stage="Open"), "did you mean `stages`?"),  # type: ignore[call-arg]
        (lambda: agent.cases(size="5"), "`size` is a whole number, not str"),  # type: ignore[arg-type]
        (lambda: agent.raise_case("Support", 5), "a str is needed for `title`, not int"),  # type: ignore[arg-type]
        (lambda: agent.add_note(uuid4(), 5), "a str is needed for `text`, not int"),  # type: ignore[arg-type]
        (lambda: agent.edit_case(), "Desk.edit_case"),  # type: ignore[call-arg]
        (lambda: CaseKit("x.db"), "casekit.open"),
        (lambda: casekit.in_memory(sources=[print]), "it is a dict"),  # type: ignore[arg-type]
        (lambda: casekit.TransientFailure("db down", "try later"), "such as `shop_closed`"),
    ]
    for call, said in wrong:
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        assert said in str(caught.value), caught.value


def test_names_that_are_given_at_opening_are_checked() -> None:
    for name in ("Shop DB", "casekit"):
        with pytest.raises(Invalid) as refused:
            casekit.in_memory(sources={name: lambda question: []})
        assert refused.value.fields[0].field == "sources"
