"""Search as people type."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import casekit
from casekit import Desk, Role

TITLES = (
    "Wysyłka do Łodzi",
    "Ferry to Ærø",
    "Paket\u00adschein",
    "snake_case in INV2024-0001",
    "Don’t send e-mail",
    "환불을 요청합니다",
    "Thanks 👍🏽",
    "Müller, 030/123 45 67",
)

TYPED = (
    "lodzi",
    "aero",
    "paketschein",
    "snake",
    "2024-0001",
    "dont",
    "don't",
    "email",
    "e-mail",
    "환불 요청",
    "👍",
    "mueller",
    "0301234567",
    "+49 30 1234567",
)


def test_search_finds_texts_as_people_type(agent: Desk) -> None:
    for title in TITLES:
        agent.raise_case("Support", title)
    for typed in TYPED:
        assert len(list(agent.search(typed))) == 1, typed
    for typed in ("odzi", "2024-0002", "👎", "0301234568"):
        assert list(agent.search(typed)) == [], typed


def test_the_prefix_of_case_numbers_is_no_word(agent: Desk) -> None:
    agent.raise_case("Support", "Vitamin C")
    agent.raise_case("Support", "Vitamin D")
    assert [hit.case.title for hit in agent.search("vitamin c")] == ["Vitamin C"]
    assert [hit.case.title for hit in agent.search("C-000002")] == ["Vitamin D"]


def test_opening_a_file_of_older_text_rules_makes_its_search_anew(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with casekit.open(path) as kit:
        kit.desk("amara", roles=Role.AGENT).raise_case("Support", "Ferry to Ærø")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE file SET text_rules = 1")
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
    connection.commit()
    connection.close()
    with casekit.open(path, read_only=True) as kit, pytest.raises(casekit.StoreError, match="open the file once"):
        kit.desk("amara", roles=Role.AGENT).search("aero")
    with casekit.open(path) as kit:
        assert len(list(kit.desk("amara", roles=Role.AGENT).search("aero"))) == 1
