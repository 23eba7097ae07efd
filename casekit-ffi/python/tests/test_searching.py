"""Search as people type."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import casekit
from casekit import Desk, Role, SearchProgress, StoreError

from .conftest import of_older_rules

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
    path = of_older_rules(tmp_path / "cases.db")
    with casekit.open(path, read_only=True) as kit, pytest.raises(casekit.StoreError, match="open the file once"):
        kit.desk("amara", roles=Role.AGENT).search("aero")
    with casekit.open(path) as kit:
        assert len(list(kit.desk("amara", roles=Role.AGENT).search("aero"))) == 1


def test_making_the_search_anew_is_followed_and_ended(tmp_path: Path) -> None:
    told: list[SearchProgress] = []
    with casekit.open(of_older_rules(tmp_path / "whole.db"), search_progress=told.append) as kit:
        assert len(kit.desk("amara", roles=Role.AGENT).search("aero")) == 1
    assert told[0] == SearchProgress(0, 1) and told[-1] == SearchProgress(1, 1)
    steps = len(told)

    path = of_older_rules(tmp_path / "cases.db")
    told.clear()

    def ends(so_far: SearchProgress) -> bool:
        told.append(so_far)
        return False

    with pytest.raises(StoreError) as ended:
        casekit.open(path, search_progress=ends)
    assert ended.value.code == "cancelled" and told == [SearchProgress(0, 1)]

    def raises_at_the_end(so_far: SearchProgress) -> None:
        told.append(so_far)
        if len(told) == steps:
            raise KeyError("of the application")

    # It goes on behind the first step. At the last one there is nothing left to end, and it raises all the same.
    with pytest.raises(KeyError):
        casekit.open(path, search_progress=raises_at_the_end)
    told.clear()
    with casekit.open(path, search_progress=told.append):
        assert told == [], "it is made"


def test_making_the_search_anew_is_followed_by_a_coroutine_function(tmp_path: Path) -> None:
    told: list[SearchProgress] = []

    async def follow(so_far: SearchProgress) -> None:
        told.append(so_far)

    async def main() -> None:
        path = of_older_rules(tmp_path / "cases.db")
        async with casekit.open_async(path, search_progress=follow):
            assert told[-1] == SearchProgress(1, 1)

    asyncio.run(main())
    with pytest.raises(TypeError, match="open_async"):
        casekit.open(tmp_path / "cases.db", search_progress=follow)
