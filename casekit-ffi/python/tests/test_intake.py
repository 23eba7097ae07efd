"""A request that the webform hands in brings fields and tags."""

from __future__ import annotations

import pytest

import casekit
from casekit import Desk, FieldKind, GivenField, GivenValue, NewField


def test_a_request_brings_fields_and_tags(agent: Desk, manager: Desk) -> None:
    meter = NewField("Meter", FieldKind.TEXT, required=True, for_customer=True)
    cause = NewField("Cause", FieldKind.TEXT, required=True)
    manager.edit_case_type(manager.case_type("Data request").id, fields=[meter, cause])
    given = [GivenField("meter", GivenValue.text("4711"))]
    received = agent.receive_request("WEB-1", "Ada Obi", fields=given, tags=["web", "power"])
    assert received.id is not None
    case = agent.case(received.id)
    assert [(field.label, field.text) for field in case.fields] == [("Meter", "4711"), ("Cause", None)]
    assert sorted(case.tags) == ["power", "web"]
    again = agent.receive_request("WEB-1", "Ada Obi", fields=given, tags=["power", "web"])
    assert (again.id, again.replayed) == (received.id, True)

    with pytest.raises(casekit.Invalid) as caught:
        agent.receive_request("WEB-2", "Ada Obi", fields=[GivenField("Cause", GivenValue.text("rain"))])
    wrong = [(error.field, error.code) for error in caught.value.fields]
    assert wrong == [("fields[0].field", "unknown"), ("fields.meter", "required")]
