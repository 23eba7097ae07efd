"""Customers have the fields that the settings define."""

from __future__ import annotations

import pytest

import casekit
from casekit import (
    Desk,
    Direction,
    FieldCondition,
    FieldKind,
    GivenField,
    GivenValue,
    Migration,
    NewField,
)


def test_fields_are_defined_filled_in_found_and_migrated(agent: Desk, manager: Desk) -> None:
    vat = NewField("VAT number", FieldKind.TEXT, unique=True, indexed=True)
    manager.change_settings(customer_fields=[vat])
    assert [field.id for field in agent.customer_fields()] == ["vat_number"]
    ada = agent.create_customer("Ada Obi", fields=[GivenField("VAT number", GivenValue.text("DE 1"))])
    with pytest.raises(casekit.Invalid) as caught:
        agent.create_customer("Bo Li", fields=[GivenField("vat number", GivenValue.text("de 1"))])
    assert [(error.field, error.code) for error in caught.value.fields] == [("fields.vat_number", "already_in_use")]
    agent.update_customer(ada, fields=[GivenField("vat_number", GivenValue.text("DE 2"))])
    assert [(field.label, field.text) for field in agent.customer(ada).fields] == [("VAT number", "DE 2")]
    found = agent.customers_by_fields([FieldCondition("VAT number", one_of=[GivenValue.text("de 2")])])
    assert [row.id for row in found] == [ada.id]

    manager.change_settings(customer_fields=[vat, NewField("Since", FieldKind.DATE, required=True)])
    [told] = manager.migrate_customers(Migration(dry_run=True))
    assert (told.customer, told.fits, [misfit.field for misfit in told.misfits]) == (ada.id, False, ["Since"])


def test_cases_are_sorted_by_a_field_of_their_type(agent: Desk, manager: Desk) -> None:
    manager.create_case_type("Refunds", fields=[NewField("Amount", FieldKind.MONEY, indexed=True)])
    for title, amount in [("large", "50 EUR"), ("small", "5 EUR"), ("middle", "7 EUR")]:
        agent.raise_case("Refunds", title, fields=[GivenField("Amount", GivenValue.text(amount))])
    agent.raise_case("Refunds", "without one")
    rows = agent.cases(sort_field="Amount", direction=Direction.ASCENDING).rows
    assert [row.title for row in rows] == ["small", "middle", "large"]
    with pytest.raises(casekit.Invalid) as caught:
        agent.cases(sort_field="Colour")
    assert [(error.field, error.code) for error in caught.value.fields] == [("sort_field", "unknown")]
    assert "`amount`" in str(caught.value)
