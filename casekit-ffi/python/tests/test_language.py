"""Languages: chosen at opening or for a desk, brought by the application, told by errors and rows."""

from __future__ import annotations

from pathlib import Path

import casekit
import pytest
from casekit import Language, Role


def test_a_kit_speaks_german_and_a_desk_another_language(tmp_path: Path) -> None:
    with casekit.open(tmp_path / "faelle.db", language="de") as kit:
        desk = kit.desk("amara", "Amara Okafor", roles=Role.MANAGER)
        case = desk.raise_case("Fehlermeldung", "Anmeldung geht nicht")
        assert (desk.case(case).stage, desk.in_language("en").case(case).stage) == ("Offen", "Open")
        assert (kit.language.tag, desk.language.tag, kit.missing_words()) == ("de", "de", [])
        with pytest.raises(casekit.Invalid) as wrong:
            desk.raise_case("Unterstützung", " ")
        assert str(wrong.value) == "„Titel“ darf nicht leer sein"
        assert (wrong.value.code, wrong.value.fields[0].code) == ("invalid", "required")
        assert desk.language.text(wrong.value.fields[0]) == "„Titel“ darf nicht leer sein"
        entry = desk.history(casekit.StreamId.case(case))[0]
        assert (entry.code, entry.text) == ("case_raised", "hat C-000001 als „Fehlermeldung“ in „Offen“ angelegt")
        assert [change.label for change in entry.changes] == ["Falltyp", "Phase", "Titel"]


def test_codes_stand_beside_the_words(tmp_path: Path) -> None:
    with casekit.in_memory(language="de") as kit:
        desk = kit.desk("petra", roles=Role.MANAGER)
        case = desk.receive_request("WEB-1", "Ada Obi")
        row = desk.cases()[0]
        assert (row.status_code, row.status) == ("ready", "Offen: Identitätsprüfung")
        assert desk.cases_columns(limit=10)["status_code"] == ["ready"]
        seen = desk.summary(case)
        assert (seen.status_code, seen.status, seen.outcome_code) == ("ready", row.status, None)
        refused = desk.blockers(case, casekit.Action.RELEASE)
        assert kit.language.text(refused[0]).startswith("„Versand“ ist gesperrt")


def test_a_language_of_the_application_says_english_where_it_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "nl.json"
    file.write_text('{"language": "nl", "stage.open": "Nieuw"}', encoding="utf-8")
    with casekit.in_memory(language_file=file) as kit:
        desk = kit.desk("amara", roles=Role.AGENT)
        assert desk.case(desk.raise_case("Support", "x")).stage == "Nieuw"
        missing = kit.missing_words()
        assert "stage.closed" in missing and "stage.open" not in missing
        assert kit.language.word("stage", "closed") == "Closed"
    file.write_text('{"language": "nl", "stage.opn": "Nieuw"}', encoding="utf-8")
    with pytest.raises(casekit.LanguageError, match="`stage.opn` is not known") as wrong:
        Language.from_file(file)
    assert wrong.value.code == "unknown_key"
    with pytest.raises(casekit.LanguageError, match="choose `en` or `de`"):
        casekit.in_memory(language="fr")
    with pytest.raises(TypeError):
        casekit.in_memory(language="de", language_file=file)
