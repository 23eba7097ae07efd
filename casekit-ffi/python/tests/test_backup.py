"""Backups, and going on with one."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

import casekit
from casekit import BackupProgress, CaseKit, Conflict, Desk, Restored, Role, StoreError, StreamId


def filled(agent: Desk, cases: int = 60) -> None:
    """A file of some mebibytes, whose copy takes several steps."""
    for n in range(cases):
        agent.raise_case("Support", f"Case {n}", description="x" * 50_000)


def test_a_backup_is_a_file_like_the_original(kit: CaseKit, agent: Desk, tmp_path: Path) -> None:
    filled(agent)
    told: list[BackupProgress] = []

    def progress(so_far: BackupProgress) -> None:
        told.append(so_far)
        # Others write meanwhile.
        agent.raise_case("Support", "Meanwhile")

    kit.backup_to(tmp_path / "backup.db", progress)
    assert len(told) > 2
    assert told[-1].copied == told[-1].total == (tmp_path / "backup.db").stat().st_size
    with casekit.open(tmp_path / "backup.db", untrusted=True) as copy:
        assert not copy.check().wipe_pending
        desk = copy.desk("amara", "Amara Okafor", roles=Role.AGENT)
        assert {row.title for row in desk.cases().all()} == {f"Case {n}" for n in range(60)}
    with pytest.raises(StoreError) as told_why:
        kit.backup_to(tmp_path / "backup.db")
    assert told_why.value.code == "exists"


def test_a_backup_that_is_ended_leaves_nothing(kit: CaseKit, agent: Desk, tmp_path: Path) -> None:
    filled(agent)
    with pytest.raises(StoreError) as cancelled:
        kit.backup_to(tmp_path / "backup.db", lambda so_far: False)
    assert cancelled.value.code == "cancelled"

    class Odd(BaseException):
        """Such as `KeyboardInterrupt`."""

    for error in (ValueError("of the application"), Odd()):

        def fails(so_far: BackupProgress, error: BaseException = error) -> None:
            raise error

        with pytest.raises(type(error)) as raised:
            kit.backup_to(tmp_path / "backup.db", fails)
        assert raised.value is error
    assert not list(tmp_path.glob("backup*"))


def test_cancelling_an_await_ends_the_backup(tmp_path: Path) -> None:
    async def story() -> None:
        async with casekit.open_async(tmp_path / "cases.db") as kit:
            desk = kit.desk("amara", "Amara Okafor", roles=Role.AGENT)
            for n in range(60):
                await desk.raise_case("Support", f"Case {n}", description="x" * 50_000)
            loop, begun, proceed = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

            def progress(so_far: BackupProgress) -> None:
                loop.call_soon_threadsafe(begun.set)
                proceed.wait(30)

            backup = asyncio.create_task(kit.backup_to(tmp_path / "backup.db", progress))
            await begun.wait()
            backup.cancel()
            await asyncio.sleep(0)
            proceed.set()
            with pytest.raises(asyncio.CancelledError):
                await backup
            assert not list(tmp_path.glob("backup*"))
            await kit.backup_to(tmp_path / "backup.db")
            assert (tmp_path / "backup.db").exists()

    asyncio.run(story())


def test_numbers_of_a_restored_file_go_on_from_the_floor(kit: CaseKit, agent: Desk, tmp_path: Path) -> None:
    agent.raise_case("Support", "Before")
    kit.backup_to(tmp_path / "backup.db")
    before = agent.changes_since().cursor
    agent.raise_case("Support", "Behind the backup")
    behind = agent.changes_since(before).cursor
    with casekit.open(tmp_path / "backup.db", restored=Restored(number_floor=1_000)) as restored:
        desk = restored.desk("amara", "Amara Okafor", roles=[Role.AGENT, Role.AUDITOR])
        assert desk.raise_case("Support", "After").number == "C-001000"
        ledger = [entry.text for entry in desk.history(StreamId.ledger()).all()]
        assert len(ledger) == 2 and ledger[1].endswith("numbers go on from 1000")
        assert [change.code for change in desk.changes_since(before).changes] == ["restored", "case_raised"]
        with pytest.raises(Conflict) as refused:
            desk.changes_since(behind)
        assert refused.value.code == "cursor_not_of_this_store"
    with pytest.raises(StoreError) as missing:
        casekit.open(tmp_path / "none.db", restored=Restored())
    assert missing.value.code == "missing"
