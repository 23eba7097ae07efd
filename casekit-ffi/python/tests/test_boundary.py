"""Safety: nothing that a host does wrong crashes, hangs, leaks memory, or lets an account number out."""

from __future__ import annotations

import gc
import logging
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from uuid import uuid4

import pytest

import casekit
from casekit import CaseKit, Desk, Role, SourceQuestion
from casekit._api import API_VERSION
from casekit._raw import raw
from casekit.callbacks import Found

from .conftest import ACCOUNT


def run(script: str, *, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Runs a program of its own, as a user would."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def test_a_closed_kit_says_so(kit: CaseKit, agent: Desk) -> None:
    live = agent.live_cases()
    kit.close()
    kit.close()
    for call in (agent.cases, agent.my_pending_count, kit.purge_expired, kit.poll, kit.check, kit.repair_derived, live.refresh):
        with pytest.raises(casekit.StoreError) as caught:
            call()
        assert caught.value.code == "closed"
    assert list(live) == []
    assert list(agent.live_cases()) == []


def test_a_suspended_kit_says_so_and_goes_on(kit: CaseKit, agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    kit.suspend(2.0)
    with pytest.raises(casekit.StoreError) as caught:
        agent.case(case)
    assert caught.value.code == "suspended"
    kit.resume()
    assert agent.case(case).title == "Cannot log in"


def test_a_wrong_type_is_a_type_error(agent: Desk, kit: CaseKit) -> None:
    case = agent.raise_case("Support", "Cannot log in")
    for call in (
        lambda: agent.raise_case("Support", 5),  # type: ignore[arg-type] # pyright: ignore
        lambda: agent.case(None),  # type: ignore[arg-type] # pyright: ignore
        lambda: agent.add_note(case, b"bytes"),  # type: ignore[arg-type] # pyright: ignore
        lambda: agent.create_customer("Ada", gender=7),  # type: ignore[arg-type] # pyright: ignore
        lambda: agent.add_note(case, "x", visibility=3),  # type: ignore[arg-type] # pyright: ignore
        lambda: kit.desk("amara", roles=[5]),  # type: ignore[list-item] # pyright: ignore
        lambda: agent.history(case),  # type: ignore[arg-type] # pyright: ignore
        lambda: agent.edit_case(case, seen="1"),  # type: ignore[arg-type] # pyright: ignore
    ):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(ValueError, match="surrogate"):
        agent.raise_case("Support", "half of a pair: \ud83d")
    assert agent.case(case).revision == case.revision


def test_a_bad_id_is_invalid(agent: Desk, manager: Desk) -> None:
    for call, field in (
        (lambda: agent.case("not an id"), "case"),
        (lambda: agent.customer("not an id"), "customer"),
        (lambda: agent.edit_note("not an id", "x"), "note"),
        (lambda: manager.activate_case_type("not an id"), "case_type"),
        (lambda: manager.activate_workflow("not an id"), "workflow"),
        (lambda: manager.approve_data(uuid4(), "not an id"), "snapshot"),
        (lambda: agent.raise_case("Support", "x", customer="not an id"), "customer"),
        (lambda: manager.history(casekit.StreamId.case("not an id")), "case"),
    ):
        with pytest.raises(casekit.Invalid) as caught:
            call()
        assert [(error.field, error.code) for error in caught.value.fields] == [(field, "not_an_id")]
    with pytest.raises(casekit.NotFound):
        agent.case(uuid4())
    case = agent.raise_case("Support", "Cannot log in")
    assert agent.case(str(case.id)) == agent.case(case)


def test_an_account_number_gets_out_nowhere() -> None:
    done = run(
        f"""
        import logging
        import casekit
        from casekit._raw import raw

        # What the application's own code raises goes to the application's own log, with its text.
        logging.getLogger("casekit").addHandler(logging.NullHandler())
        account = {ACCOUNT!r}
        shown = []

        class Hostile(BaseException):
            def __repr__(self):
                raise RuntimeError(account)

        def hostile(question):
            raise Hostile(account)

        def plain(question):
            raise RuntimeError(account)

        def wrong(question):
            return {{"accounts": [{{"number": account}}, {{"number": 5}}]}}

        def exits(question):
            raise SystemExit(account)

        kit = casekit.in_memory(sources=dict(hostile=hostile, plain=plain, wrong=wrong, exits=exits))
        agent = kit.desk("amara", roles=casekit.Role.AGENT)
        approver = kit.desk("petra", roles=casekit.Role.APPROVER)
        ada = agent.create_customer("Ada", bank_accounts=[casekit.NewBankAccount(account)])
        shown += [repr(casekit.NewBankAccount(account)), repr(agent.customer(ada)), repr(approver.customer(ada))]
        case = approver.receive_request("WEB-1", "Ada", credentials={{"account": account}})
        approver.take_case(case)
        approver.approve_identification(case, "video call")
        shown.append(repr(approver.summary(case)))

        def tried(call):
            try:
                call()
            except BaseException as error:
                shown.append(repr(error) + str(error))
            else:
                raise AssertionError("it must fail")

        tried(lambda: raw.provoke_panic(account))
        tried(lambda: agent.raise_case(account * 20, account * 20))
        tried(lambda: agent.create_customer("Ada", email=account, bank_accounts=[casekit.NewBankAccount(account * 90)]))
        tried(lambda: agent.case(account))
        tried(lambda: agent.cases(after=account))
        tried(lambda: agent.find_customer(account))
        tried(lambda: agent.verify())
        try:
            shown.append(repr(approver.prepare_data(case)))
        except BaseException as error:
            # The application's own exception, which goes on as it would have without casekit.
            assert type(error) in (Hostile, SystemExit), type(error)
        shown.append(repr(approver.summary(case).failure))
        kit.close()
        tried(lambda: agent.raise_case("Support", account))
        assert not [line for line in shown if account in line], shown
        print(len(shown))
        """
    )
    assert int(done.stdout) >= 12
    assert ACCOUNT not in done.stdout + done.stderr
    # The place of the panic, and nothing of what it said.
    assert [line.split(" at ")[0] for line in done.stderr.splitlines()] == ["casekit: incident `1`"]


def test_a_program_may_end_with_everything_open() -> None:
    done = run(
        """
        import asyncio, threading
        from datetime import datetime, timezone
        import casekit

        rang = threading.Event()
        kit = casekit.in_memory(sources={"crm": lambda question: []}, clock=lambda: datetime.now(timezone.utc))
        other = casekit.in_memory()
        desk = kit.desk("amara", roles=casekit.Role.AGENT)
        subscription = kit.observe(lambda position: rang.set())
        kit.observe(lambda position: None)
        held = [desk.live_cases(), desk.live_pending_count()]
        assert held[0].wait(10) is not None
        desk.raise_case("Support", "Cannot log in")
        assert rang.wait(10)

        def watch():
            for page in desk.live_cases():
                pass

        threading.Thread(target=watch, daemon=True).start()

        async def forget():
            forgotten = await casekit.in_memory_async()
            await anext(forgotten.desk("amara", roles=casekit.Role.AGENT).live_cases())
            globals()["forgotten"] = forgotten

        asyncio.run(forget())
        print("end")
        """
    )
    assert (done.stdout, done.stderr) == ("end\n", "")


def test_a_program_that_forgot_to_close_ends_at_once() -> None:
    done = run(
        """
        import atexit, time
        # The first one is called last.
        atexit.register(lambda: print("at once" if time.monotonic() - end < 0.5 else "late"))
        import casekit
        kit = casekit.in_memory()
        desk = kit.desk("amara", roles=casekit.Role.AGENT)
        subscription = kit.observe(lambda position: None)
        live = desk.live_cases()
        assert live.wait(10) is not None
        desk.raise_case("Support", "Cannot log in")
        end = time.monotonic()
        """
    )
    assert (done.stdout, done.stderr) == ("at once\n", "")


def test_a_program_may_end_right_after_it_closed_a_kit_that_was_watched() -> None:
    """Five times, since what it looks for would not happen each time: the library's thread is still on its way out."""
    for _ in range(5):
        done = run(
            """
            import casekit
            with casekit.in_memory() as kit:
                desk = kit.desk("amara", roles=casekit.Role.AGENT)
                for page in desk.live_cases():
                    if len(page) > 0:
                        break
                    desk.raise_case("Support", "Cannot log in")
            """
        )
        assert (done.stdout, done.stderr) == ("", "")


def test_a_program_may_end_while_commits_ring() -> None:
    for _ in range(5):
        done = run(
            """
            import casekit
            kit = casekit.in_memory()
            desk = kit.desk("amara", roles=casekit.Role.AGENT)
            subscriptions = [kit.observe(lambda position: None) for _ in range(5)]
            for place in range(20):
                desk.raise_case("Support", "Cannot log in")
            """
        )
        assert (done.stdout, done.stderr) == ("", "")


def test_an_observer_that_hangs_does_not_keep_the_program() -> None:
    done = run(
        """
        import threading
        import casekit
        kit = casekit.in_memory()
        entered = threading.Event()

        def hangs(position):
            entered.set()
            threading.Event().wait()

        subscription = kit.observe(hangs)
        kit.desk("amara", roles=casekit.Role.AGENT).raise_case("Support", "Cannot log in")
        assert entered.wait(10)
        print("end")
        """
    )
    assert (done.stdout, done.stderr) == ("end\n", "")


def test_a_library_of_another_release_is_refused_with_a_sentence(tmp_path: Path) -> None:
    package = Path(casekit.__file__).parent
    shutil.copytree(package, tmp_path / "casekit", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    source = tmp_path / "stub.c"
    source.write_text("#include <stdint.h>\nuint32_t casekit_api_version(void) { return 999; }\n")
    library = tmp_path / "casekit" / "_casekit" / "libcasekit_ffi.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    done = run(
        f"""
        import sys
        sys.path.insert(0, {str(tmp_path)!r})
        try:
            import casekit
        except ImportError as error:
            print(error)
        """
    )
    assert done.stderr == ""
    assert f"speaks version {API_VERSION}" in done.stdout and "version 999: install" in done.stdout

    library.write_text("not a library")
    done = run(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport casekit", code=1)
    assert done.stderr.splitlines()[-1].endswith("install the package again")


def test_eight_threads_on_one_kit(kit: CaseKit, agent: Desk) -> None:
    numbers: list[str] = []
    wrong: list[BaseException] = []
    start = threading.Barrier(8)

    def work(place: int) -> None:
        try:
            desk = kit.desk(f"agent-{place}", roles=Role.AGENT)
            start.wait()
            for turn in range(25):
                case = desk.raise_case("Support", f"{place} {turn}")
                desk.take_case(case)
                desk.add_note(case, "Called.")
                assert desk.case(case).holder is not None and len(desk.cases(size=5)) > 0
                numbers.append(case.number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(numbers)) == len(numbers) == 200
    assert sum(1 for _ in agent.cases(size=100).all()) == 200


def test_other_threads_run_during_a_call() -> None:
    """The callback waits for another thread of Python's: it would never run if the call kept the interpreter."""
    ready, seen = threading.Event(), threading.Event()

    def slow(question: SourceQuestion) -> Found:
        ready.set()
        assert seen.wait(30)
        return []

    def other() -> None:
        ready.wait(30)
        seen.set()

    with casekit.in_memory(sources={"crm": slow}) as kit:
        desk = kit.desk("petra", roles=Role.APPROVER)
        case = desk.receive_request("WEB-1", "Ada Obi")
        desk.take_case(case)
        desk.approve_identification(case, "video call")
        thread = threading.Thread(target=other)
        thread.start()
        assert desk.prepare_data(case).failure is None
        thread.join()


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_ten_thousand_callbacks_leave_memory_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest keeps what is logged.
    monkeypatch.setattr(logging.getLogger("casekit"), "propagate", False)
    asked = 0

    class Counts(casekit.Authorizer):
        def scope(self, actor: casekit.Actor) -> casekit.Scope:
            nonlocal asked
            asked += 1
            if asked % 2:
                raise RuntimeError("half of them fail")
            return casekit.Scope()

    with casekit.in_memory(authorizer=Counts()) as kit:
        desk = kit.desk("amara", roles=Role.AGENT)

        def ask(times: int) -> None:
            for _ in range(times):
                try:
                    desk.my_pending_count()
                except casekit.Error:
                    pass

        ask(2000)
        gc.collect()
        handles = len(raw.Authorizer)
        before = resident()
        ask(10_000)
        gc.collect()
        assert asked >= 12_000
        assert len(raw.Authorizer) == handles
        assert resident() - before < 3_000_000


def test_ten_thousand_refused_calls_leave_memory_flat(agent: Desk) -> None:
    case = agent.raise_case("Support", "Cannot log in")

    def refuse(times: int) -> None:
        for _ in range(times):
            for call in (
                lambda: agent.raise_case("Support", "half of a pair: \ud83d" + "x" * 1000),
                lambda: agent.raise_case("Support", ""),
                lambda: agent.case("not an id"),
                lambda: agent.edit_case(case, seen=2**70),
            ):
                try:
                    call()
                except (casekit.Error, ValueError):
                    pass

    refuse(500)
    gc.collect()
    before = resident()
    refuse(2500)
    gc.collect()
    assert resident() - before < 3_000_000
