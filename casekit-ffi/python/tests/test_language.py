"""Languages: chosen for a kit or a desk, and brought as a file."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from pathlib import Path

import pytest

import casekit
from casekit import Desk, Language, Role, StreamId

POLISH = json.dumps({"language": "pl", "stage.open": "Otwarta", "blocker.held_by_you": "sprawa jest już twoja"})


def test_a_kit_speaks_german_and_a_desk_english(tmp_path: Path) -> None:
    with casekit.open(tmp_path / "cases.db", language="de") as kit:
        german = kit.desk("amara", roles=[Role.AGENT, Role.AUDITOR])
        assert kit.language.tag == german.language.tag == german.request("once").language.tag == "de"
        case = german.raise_case("Fehlermeldung", "Anmeldung geht nicht")
        assert (german.case(case).stage, german.case(case).case_type) == ("Offen", "Fehlermeldung")
        english = german.in_language("en")
        assert (english.case(case).stage, english.case(case).case_type) == ("Open", "Bug report")
        told = [desk.history(StreamId.case(case))[0].text for desk in (german, english)]
        assert told == ["hat C-000001 als „Fehlermeldung“ in „Offen“ angelegt", "raised C-000001 as Bug report in Open"]
        [row] = german.cases()
        assert (row.status, row.status_code) == ("Offen", None)
        # A shipped type is found by its English name in every language.
        german.raise_case("Bug report", "Anmeldung geht noch immer nicht")
    with casekit.in_memory(language=Language("de-AT")) as kit:
        assert kit.desk("amara", roles=Role.AGENT).case_types()[0].name == "Anfragen"


def test_errors_are_told_in_the_language_of_the_desk(agent: Desk) -> None:
    german = agent.in_language("de")
    with pytest.raises(casekit.Invalid) as invalid:
        german.raise_case("Support", " ")
    [field] = invalid.value.fields
    assert field.text == "“title” must not be empty"
    assert str(invalid.value) == german.language.say(field) == "„Titel“ darf nicht leer sein"
    case = german.raise_case("Support", "Anmeldung geht nicht")
    german.take_case(case)
    with pytest.raises(casekit.Blocked) as blocked:
        german.take_case(case)
    [blocker] = blocked.value.blockers
    assert (blocker.code, german.language.say(blocker)) == ("held_by_you", "Sie haben den Fall schon")
    assert german.language.say(blocker) in str(blocked.value)
    assert german.language.word("role", "manager") != agent.language.word("role", "manager") == "manager"


def test_a_language_of_ones_own_is_a_file(agent: Desk, tmp_path: Path) -> None:
    path = tmp_path / "pl.json"
    path.write_text(POLISH, "utf-8")
    polish = Language.from_file(path)
    assert polish.tag == "pl" and set(polish.missing_labels()) == set(Language.keys()) - {"stage.open", "blocker.held_by_you"}
    case = agent.raise_case("Support", "Cannot log in")
    desk = agent.in_language(polish)
    # What it lacks is said in English.
    assert (desk.case(case).stage, desk.case(case).case_type) == ("Otwarta", "Support")
    assert list(desk.cases(stages=["Otwarta"])) == list(desk.cases(stages=["Open"])) != []
    assert Language("de").missing_labels() == []


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ('{\n"language": "pl",\n"stage.open": 3}', "not_a_table", 3, None),
        ("{}", "no_tag", None, None),
        ('{"language": "pl", "nope": "x"}', "unknown_key", None, "nope"),
        ('{"language": "pl", "blocker.held_by": "x"}', "missing_argument", None, "blocker.held_by"),
        ('{"language": "pl", "stage.open": "{"}', "malformed", None, "stage.open"),
    ],
)
def test_a_faulty_file_is_refused_by_its_line_or_its_key(text: str, code: str, line: int | None, key: str | None) -> None:
    with pytest.raises(casekit.LanguageError) as caught:
        Language.parse(text)
    assert (caught.value.code, caught.value.line, caught.value.key) == (code, line, key)
    assert (key or "") in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.line, again.key, str(again)) == (code, line, key, str(caught.value))


def test_a_language_that_does_not_ship_is_refused_where_it_is_used(agent: Desk) -> None:
    with pytest.raises(casekit.LanguageError, match="casekit brings no language `fr`") as caught:
        casekit.in_memory(language="fr")
    assert caught.value.code == "not_shipped"
    with pytest.raises(casekit.LanguageError):
        agent.in_language("fr")
    with pytest.raises(TypeError, match="a Language, or the tag of one that ships, is needed here, not int"):
        agent.in_language(7)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        Language.from_file("no such file.json")


def test_a_language_is_plain_data() -> None:
    for language in (Language("de"), Language.parse(POLISH)):
        assert copy.deepcopy(language) == pickle.loads(pickle.dumps(language)) == language
        assert "Otwarta" not in repr(language)


def _speaks(language: Language, told: multiprocessing.Queue[str]) -> None:
    with casekit.in_memory(language=language) as kit:
        desk = kit.desk("amara", roles=Role.AGENT)
        told.put(desk.case(desk.raise_case("Support", "Cannot log in")).stage)


def test_a_language_made_before_a_fork_is_of_use_in_the_child() -> None:
    polish = Language.parse(POLISH)
    assert polish.word("stage", "open") == "Otwarta"
    fork = multiprocessing.get_context("fork")
    told: multiprocessing.Queue[str] = fork.Queue()
    child = fork.Process(target=_speaks, args=(polish, told))
    child.start()
    assert told.get(timeout=60) == "Otwarta"
    child.join()
    assert child.exitcode == 0


async def _awaited() -> None:
    async with casekit.in_memory_async(language="de") as kit:
        desk = kit.desk("amara", roles=Role.AGENT)
        case = await desk.raise_case("Fehlermeldung", "Anmeldung geht nicht")
        english = desk.in_language("en")
        assert ((await desk.case(case)).stage, (await english.case(case)).stage) == ("Offen", "Open")
        assert (kit.language.tag, english.language.tag) == ("de", "en")


def test_the_same_of_desks_that_are_awaited() -> None:
    import asyncio

    asyncio.run(_awaited())
