"""What the library does by itself, and the thread that has it done."""

from __future__ import annotations

import asyncio
import gc
import logging
import queue
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import casekit
from casekit import CaseKit, DueReport, Outgoing, Role, TransientFailure, WebformTarget

PATIENCE = 30


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 2, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.time


class Webform:
    """Fails as long as it is down."""

    def __init__(self) -> None:
        self.is_down = True
        self.keys: list[str] = []

    def __call__(self, outgoing: Outgoing) -> str:
        self.keys.append(outgoing.key)
        if self.is_down:
            raise TransientFailure("webform_down", "wait until it is up again")
        return "R-1"


def released(kit: CaseKit) -> casekit.Desk:
    kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
    desk = kit.desk("petra", roles=Role.APPROVER)
    case = desk.receive_request("WEB-1", "Ada Obi")
    desk.take_case(case)
    desk.approve_identification(case, "video call")
    desk.prepare_data(case)
    desk.approve_no_data(case, reason="you are not a customer of ours")
    desk.release(case)
    return desk


def test_what_may_pass_by_itself_is_tried_again_when_it_said() -> None:
    clock, webform = Clock(), Webform()
    with casekit.in_memory(clock=clock, deliveries={"post": webform}) as kit:
        assert kit.run_due().next is None
        desk = released(kit)
        failure = desk.cases_with_errors().rows[0].failure
        report = kit.run_due()
        assert (report.next, report.delivered, report.failed) == (failure.retry_at, 0, 0)
        assert report.next is not None
        assert timedelta(seconds=48) <= report.next - report.at <= timedelta(seconds=72)
        clock.time = report.next
        report = kit.run_due()
        assert (report.failed, desk.cases_with_errors().rows[0].failure.attempts) == (1, 2)
        webform.is_down = False
        assert report.next is not None
        clock.time = report.next
        report = kit.run_due()
        assert (report.delivered, len(set(webform.keys)), len(webform.keys)) == (1, 1, 3)
        assert not desk.cases_with_errors().rows
        assert report.next is not None and report.next - report.at > timedelta(days=29)
        clock.time = report.next
        assert kit.run_due().destroyed > 0


def test_a_thread_of_its_own_does_what_is_due_until_it_is_ended() -> None:
    clock, webform = Clock(), Webform()
    reports: queue.Queue[DueReport] = queue.Queue()
    with casekit.in_memory(clock=clock, deliveries={"post": webform}) as kit:
        desk = released(kit)
        with kit.run_due_in_background(0.01, tell=reports.put) as runs:
            report = reports.get(timeout=PATIENCE)
            assert report.next is not None and report.delivered == 0
            webform.is_down = False
            clock.time = report.next
            while report.delivered == 0:
                report = reports.get(timeout=PATIENCE)
            assert not desk.cases_with_errors().rows
        assert gone(threads)
        runs.end()


def test_a_thread_lives_through_a_pause_and_tells_nothing_of_it(tmp_path: Path) -> None:
    reports: queue.Queue[DueReport] = queue.Queue()
    failures: list[Exception] = []
    kit = casekit.open(tmp_path / "cases.db")
    kit.run_due_in_background(0.01, tell=reports.put, failed=failures.append)
    reports.get(timeout=PATIENCE)
    kit.suspend()
    with pytest.raises(queue.Empty):
        while True:
            reports.get(timeout=0.3)
    kit.resume()
    reports.get(timeout=PATIENCE)
    kit.close()
    assert gone(threads) and failures == []


def test_a_thread_ends_with_a_kit_that_nobody_has_any_more() -> None:
    told = threading.Event()
    kit = casekit.in_memory()
    kit.run_due_in_background(3_600, tell=lambda _: told.set())
    assert told.wait(PATIENCE)
    del kit
    assert gone(threads)


def test_what_fails_is_told_or_logged_and_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    fails = True

    def clock() -> datetime:
        if fails and threading.current_thread().name == "casekit-due":
            raise RuntimeError("the clock stands still")
        return datetime(2026, 1, 2, tzinfo=timezone.utc)

    def raises(report: DueReport) -> None:
        reports.put(report)
        raise RuntimeError("the application's own")

    failures: queue.Queue[Exception] = queue.Queue()
    reports: queue.Queue[DueReport] = queue.Queue()
    with casekit.in_memory(clock=clock) as kit, caplog.at_level(logging.ERROR, "casekit"):
        with kit.run_due_in_background(0.01, failed=failures.put):
            assert isinstance(failures.get(timeout=PATIENCE), casekit.CallbackError)
        assert gone(threads)
        assert "could not be done" not in caplog.text
        with kit.run_due_in_background(0.01, tell=raises):
            until(lambda: "what is due could not be done" in caplog.text)
            fails = False
            for _ in range(2):
                reports.get(timeout=PATIENCE)
        until(lambda: "the application's own" in caplog.text)


def test_what_cannot_be_waited_for_is_refused() -> None:
    with casekit.in_memory() as kit:
        for wrong, says in ((-1, "negative"), (86_401, "a day at most"), (float("inf"), "a day at most")):
            with pytest.raises(ValueError, match=f"`at_most` must .*{says}"):
                kit.run_due_in_background(wrong)


async def _with_coroutines() -> tuple[int, int]:
    told: asyncio.Queue[DueReport] = asyncio.Queue()
    webform = Webform()

    async def deliver(outgoing: Outgoing) -> str:
        return webform(outgoing)

    async def tell(report: DueReport) -> None:
        await told.put(report)

    clock = Clock()
    async with casekit.in_memory_async(clock=clock, deliveries={"post": deliver}) as kit:
        await kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        desk = kit.desk("petra", roles=Role.APPROVER)
        case = await desk.receive_request("WEB-1", "Ada Obi")
        await desk.take_case(case)
        await desk.approve_identification(case, "video call")
        await desk.approve_no_data(case, reason="you are not a customer of ours")
        await desk.release(case)
        report = await kit.run_due()
        assert report.next is not None
        webform.is_down = False
        clock.time = report.next
        with kit.run_due_in_background(0.01, tell=tell):
            while report.delivered == 0:
                report = await asyncio.wait_for(told.get(), PATIENCE)
        return report.delivered, len(webform.keys)


def test_coroutine_functions_run_in_the_event_loop() -> None:
    assert asyncio.run(_with_coroutines()) == (1, 2)


def test_a_program_ends_while_its_thread_delivers() -> None:
    program = """
        import threading, time
        from datetime import datetime, timedelta, timezone
        import casekit
        from tests.test_due import released

        entered = threading.Event()
        calls = []

        def deliver(outgoing):
            calls.append(outgoing)
            if len(calls) == 1:
                raise casekit.TransientFailure("down", "wait")
            entered.set()
            time.sleep(0.3)

        began = datetime(2026, 1, 2, tzinfo=timezone.utc)
        times = [began]
        kit = casekit.in_memory(deliveries={"post": deliver}, clock=lambda: times[-1])
        released(kit)
        times.append(began + timedelta(hours=1))
        kit.run_due_in_background(0.01)
        assert entered.wait(30)
        print("ends")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60, check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "ends"), done.stderr


def threads() -> list[Any]:
    return [thread for thread in threading.enumerate() if thread.name == "casekit-due"]


def gone(what: Callable[[], list[Any]]) -> bool:
    until(lambda: not what())
    return True


def until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        gc.collect()
        if holds():
            return
        pause.wait(0.02)
    raise AssertionError("it never came")
