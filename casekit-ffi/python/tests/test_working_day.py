"""What a working day needs, point by point, in Python."""

from __future__ import annotations

import pytest

from casekit import Conflict, Desk, Invalid, NewBankAccount, NewNextOfKin, NotFound, StreamId

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
