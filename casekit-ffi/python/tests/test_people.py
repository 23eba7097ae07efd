"""People have names: on screens, in the history and in exports."""

from __future__ import annotations

import pytest

from casekit import CaseKit, Desk, Forbidden, Invalid, NotFound, PersonName, Role, StreamId


def test_people_have_names_beside_their_ids(kit: CaseKit, manager: Desk) -> None:
    ada = kit.desk("u-17", "Ada Obi", roles=Role.AGENT)
    case = ada.raise_case("Support", "Cannot log in")
    ada.take_case(case)
    ada.add_note(case, "Called.")

    view = manager.case(case)
    assert (view.raised_by, view.raised_by_name) == ("u-17", "Ada Obi")
    assert view.holder is not None
    assert (view.holder.by, view.holder.name) == ("u-17", "Ada Obi")
    assert [(row.holder, row.holder_name) for row in manager.cases()] == [("u-17", "Ada Obi")]
    assert [(note.author, note.author_name) for note in manager.thread(case)] == [("u-17", "Ada Obi")]
    entries = list(manager.history(StreamId.case(case)))
    assert {(entry.actor, entry.actor_name) for entry in entries} == {("u-17", "Ada Obi")}

    # Another name is entered with the next command, and shown at once.
    kit.desk("u-17", "Ada Lund", roles=Role.AGENT).add_note(case, "Called again.")
    assert manager.case(case).raised_by_name == "Ada Lund"


def test_a_directory_is_filled_ahead_corrected_and_read(kit: CaseKit, manager: Desk) -> None:
    assert manager.name_people([PersonName("u-17", "Ada Obi"), PersonName("u-18", "Ada Obi")]).events == 2
    assert manager.name_people([PersonName("u-17", "Ada Obi"), PersonName("u-18", "Bea Ito")]).events == 1
    assert [(one.id, one.name, one.name_shared) for one in manager.people() if one.id.startswith("u-")] == [
        ("u-17", "Ada Obi", False),
        ("u-18", "Bea Ito", False),
    ]
    bea = manager.person("u-18")
    assert (bea.name, bea.revision) == ("Bea Ito", 2)
    history = list(manager.history(StreamId.person(bea.entry)))
    assert [entry.code for entry in history] == ["person_entered", "person_renamed"]

    with pytest.raises(NotFound):
        manager.person("U-18")
    with pytest.raises(Invalid) as refused:
        manager.name_people([PersonName("u-19", " ")])
    assert [field.field for field in refused.value.fields] == ["people[0].name"]
    with pytest.raises(Forbidden):
        kit.desk("ben", roles=Role.AGENT).name_people([PersonName("u-17", "Ben")])
