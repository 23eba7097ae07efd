"""Live lists and changes, by iteration that waits."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from pathlib import Path

import pytest

import casekit
from casekit import CaseKit, Desk, Live, Page, CaseSummary, Role

PATIENCE = 30.0


def test_a_live_list_is_delivered_again_when_a_commit_touched_it(agent: Desk) -> None:
    live = agent.live_cases(case_types=["Support"], size=2)
    first = live.wait(PATIENCE)
    assert first is not None and list(first) == []
    agent.raise_case("Enquiries", "Not of this list")
    assert live.wait(0.0) is None
    for title in ("First", "Second", "Third"):
        agent.raise_case("Support", title)
    newest = live.wait(PATIENCE)
    assert newest is not None and [row.title for row in newest] == ["Third", "Second"]
    assert [row.title for row in newest.all()] == ["Third", "Second", "First"]
    assert live.refresh() is None and live.wait(0.0) is None


def test_a_loop_wakes_for_commits_and_ends_with_the_kit(kit: CaseKit, agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    seen: list[list[str | None]] = []
    arrived = threading.Semaphore(0)

    def watch() -> None:
        for page in agent.live_thread(case):
            seen.append([note.text for note in page])
            arrived.release()

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert arrived.acquire(timeout=PATIENCE)
    agent.add_note(case, "Called.")
    assert arrived.acquire(timeout=PATIENCE)
    kit.close()
    watcher.join(PATIENCE)
    assert not watcher.is_alive() and seen == [[], ["Called."]]


def test_every_read_can_be_live(kit: CaseKit, manager: Desk) -> None:
    case = manager.receive_request("WEB-1", "Ada Obi")
    assert manager.live_pending_count().wait(PATIENCE) == 1
    summary = manager.live_summary(case).wait(PATIENCE)
    assert summary is not None and summary.case.id == case.id
    mine = manager.live_my_pending_cases().wait(PATIENCE)
    assert mine is not None and [row.id for row in mine] == [case.id]
    failures = manager.live_failures()
    found = failures.wait(PATIENCE)
    assert found is not None and len(found) == 0
    with failures as live:
        pass
    assert live.wait(PATIENCE) is None, "it was closed"


def test_changes_come_in_order_with_a_cursor_to_keep(manager: Desk) -> None:
    cursor = manager.changes_since().cursor
    changes = manager.changes(cursor)
    case = manager.raise_case("Support", "Cannot log in")
    news = next(changes)
    raised, entered = news.changes
    assert (raised.code, raised.stream.id, entered.code) == ("case_raised", case.id, "person_entered")
    manager.take_case(case)
    again = manager.changes(news.cursor).wait(PATIENCE)
    assert again is not None and again.changes[0].code == "case_taken"
    assert next(changes) == again


def test_leaving_the_loop_frees_the_list(kit: CaseKit, agent: Desk) -> None:
    lives: list[weakref.ref[Live[Page[CaseSummary]]]] = []

    def watched() -> Live[Page[CaseSummary]]:
        live = agent.live_cases()
        lives.append(weakref.ref(live))
        return live

    for _ in watched():
        break
    gc.collect()
    assert lives[0]() is None
    threads = threading.active_count()
    many = [agent.live_cases() for _ in range(50)]
    assert all(live.wait(PATIENCE) is not None for live in many)
    assert threading.active_count() == threads, "no thread a list"


def test_a_kit_that_polls_by_itself_hears_of_what_another_commits(tmp_path: Path) -> None:
    heard = threading.Event()
    with casekit.open(tmp_path / "cases.db") as here, casekit.open(tmp_path / "cases.db") as there:
        here.observe(lambda _: heard.set())
        with here.poll_every(0.001) as polling:
            there.desk("ben", roles=Role.AGENT).raise_case("Support", "From elsewhere")
            assert heard.wait(PATIENCE)
        polling.end()
        with pytest.raises(casekit.Invalid) as refused:
            here.poll_every(float("inf"))
        assert [field.field for field in refused.value.fields] == ["interval"]


def test_a_check_tells_how_far_it_has_come_and_can_be_ended(kit: CaseKit, agent: Desk) -> None:
    agent.raise_case("Support", "Cannot log in")
    told: list[casekit.CheckProgress] = []
    assert kit.check(told.append) == kit.check()
    assert told[0] == casekit.CheckProgress(1, 0) and len(told) > 1
    with pytest.raises(casekit.StoreError) as cancelled:
        kit.check(lambda _: False)
    assert cancelled.value.code == "cancelled"

    def enough(_: object) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        kit.check(enough)


def test_an_observer_need_not_be_kept(kit: CaseKit, agent: Desk) -> None:
    heard = threading.Semaphore(0)

    def observe() -> None:
        kit.observe(lambda _: heard.release())

    observe()
    gc.collect()
    agent.raise_case("Support", "Cannot log in")
    assert heard.acquire(timeout=30)


def test_a_closed_kit_gives_desks_that_say_so_and_its_lists_end() -> None:
    kit = casekit.in_memory()
    before, heard = kit.desk("amara", roles=Role.AGENT), threading.Event()
    live = before.live_cases()
    assert next(live) is not None
    kit.close()
    for desk in (before, kit.desk("ben", roles=Role.AGENT)):
        with pytest.raises(casekit.StoreError) as refused:
            desk.cases()
        assert refused.value.code == "closed"
        assert list(desk.live_cases()) == list(live) == []
    kit.observe(lambda _: heard.set()).end()
    assert not heard.is_set()


def test_the_observers_of_a_kit_that_nobody_has_are_released() -> None:
    class Ear:
        def __call__(self, cursor: str) -> None:
            pass

    ear: Ear | None = Ear()
    gone = weakref.ref(ear)
    kit: CaseKit | None = casekit.in_memory()
    assert kit is not None and ear is not None
    kit.observe(ear)
    kit = ear = None
    until = time.monotonic() + 30
    while gone() is not None and time.monotonic() < until:
        gc.collect()
        time.sleep(0.01)
    assert gone() is None


def test_observers_hear_of_commits_until_they_end(kit: CaseKit, agent: Desk) -> None:
    heard = threading.Semaphore(0)
    cursors: list[str] = []

    def changed(cursor: str) -> None:
        cursors.append(cursor)
        heard.release()

    with kit.observe(changed):
        agent.raise_case("Support", "One")
        assert heard.acquire(timeout=PATIENCE)
    other = kit.observe(lambda _: heard.release())
    agent.raise_case("Support", "Two")
    assert heard.acquire(timeout=PATIENCE)
    assert len(cursors) == 1, "the first one has ended"
    assert [change.code for change in agent.changes_since(cursors[0]).changes] == ["case_raised"]
    other.end()


def test_changes_of_another_process_are_seen_by_poll(kit: CaseKit, agent: Desk, tmp_path: Path) -> None:
    live = agent.live_cases()
    assert live.wait(PATIENCE) is not None
    script = f"""
        import casekit
        with casekit.open({str(tmp_path / "cases.db")!r}) as kit:
            kit.desk("ben", roles=casekit.Role.AGENT).raise_case("Support", "From elsewhere")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True)
    assert kit.poll() is True
    page = live.wait(PATIENCE)
    assert page is not None and page[0].title == "From elsewhere"
    assert kit.poll() is False


def test_ctrl_c_ends_the_waiting() -> None:
    script = """
        import casekit
        desk = casekit.in_memory().desk("amara", roles=casekit.Role.AGENT)
        try:
            for page in desk.live_cases():
                print("waiting", flush=True)
        except KeyboardInterrupt:
            print("interrupted")
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "waiting\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == "interrupted\n"
        assert child.wait(PATIENCE) == 0


def test_ctrl_c_in_a_callback_goes_through_the_call() -> None:
    def scream(question: casekit.SourceQuestion) -> casekit.callbacks.Found:
        raise KeyboardInterrupt

    with casekit.in_memory(sources={"crm": scream}) as kit:
        desk = kit.desk("petra", roles=casekit.Role.APPROVER)
        case = desk.receive_request("WEB-1", "Ada Obi")
        desk.take_case(case)
        desk.approve_identification(case, "video call")
        with pytest.raises(KeyboardInterrupt):
            desk.prepare_data(case)
        failure = desk.summary(case).failure
        assert failure is not None and failure.code == "callback_failed"
