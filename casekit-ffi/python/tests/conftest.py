"""A kit on a file of its own, and desks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import casekit
from casekit import CaseKit, Desk, Role

ACCOUNT = "GB33BUKB20201555555555"
"""The account number that must show up nowhere."""


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[CaseKit]:
    with casekit.open(tmp_path / "cases.db") as kit:
        yield kit


@pytest.fixture
def agent(kit: CaseKit) -> Desk:
    return kit.desk("amara", "Amara Okafor", roles=Role.AGENT)


@pytest.fixture
def manager(kit: CaseKit) -> Desk:
    return kit.desk("mona", "Mona Haddad", roles=[Role.MANAGER, Role.AUDITOR, Role.IT_ADMINISTRATOR])
