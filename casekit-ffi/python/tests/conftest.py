"""A kit on a file of its own, and desks at it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import casekit
from casekit import CaseKit, Desk, Role

ACCOUNT = "GB33BUKB20201555555555"
"""The account number that must show up nowhere."""


def of_older_rules(path: Path) -> Path:
    """A file with one case, `Ferry to Ærø`, whose search was made by other text rules: opening it makes the search anew."""
    with casekit.open(path) as kit:
        kit.desk("amara", roles=Role.AGENT).raise_case("Support", "Ferry to Ærø")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE file SET text_rules = 1")
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
    connection.commit()
    connection.close()
    return path


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
