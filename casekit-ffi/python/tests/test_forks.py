"""Forks: what a parent opened is dead in its children, says so, and never keeps one from its end."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

PARENT = """
    import asyncio, json, multiprocessing, os, sys, threading, time
    import casekit
    from casekit import AsyncCaseKit, Durability, Role

    CHILDREN = 12
    AT_ONCE = 2.0
    path, mode = sys.argv[1:]

    def code_of(call):
        try:
            call()
        except casekit.Error as error:
            return error.code
        return "it went on"

    def ended(pid):
        '''How a child ended, or that it did not.'''
        until = time.monotonic() + AT_ONCE
        while time.monotonic() < until:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        return "hangs"

    def busy(path):
        '''A kit that is watched, and written to by a thread.'''
        kit = casekit.open(path, durability=Durability.NORMAL)
        desk = kit.desk("amara", roles=Role.AGENT)
        live = desk.live_cases()
        assert live.wait(10) is not None
        heard = threading.Event()
        watched = kit.observe(lambda position: heard.set())

        def write():
            while code_of(lambda: desk.raise_case("Support", "Cannot log in")) != "closed":
                pass

        threading.Thread(target=write, daemon=True).start()
        threading.Thread(target=lambda: [None for _ in desk.live_pending_count()], daemon=True).start()
        assert heard.wait(10)
        return kit, desk, live, watched
"""


def run(program: str, path: Path, mode: str = "") -> Any:
    """Runs a parent, and gives what it says of its children."""
    script = textwrap.dedent(PARENT) + textwrap.dedent(program)
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script, str(path), mode],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    # What a child raises is on standard error, as ever.
    assert done.stderr == "" or mode == "raise" and done.stderr.count("RuntimeError: of the child") == 12
    return answer


@pytest.mark.parametrize(("mode", "code"), [("_exit", 7), ("exit", 3), ("raise", 1), ("end", 0), ("close", 0), ("with", 0)])
def test_a_child_of_a_busy_parent_ends_at_once(mode: str, code: int, tmp_path: Path) -> None:
    program = """
    kit, desk, live, watched = busy(path)
    ends = []
    for turn in range(CHILDREN):
        time.sleep(0.003 * turn)
        pid = os.fork()
        if pid:
            ends.append(ended(pid))
        elif mode == "_exit":
            os._exit(7)
        elif mode == "exit":
            sys.exit(3)
        elif mode == "raise":
            raise RuntimeError("of the child")
        elif mode == "close":
            watched.end(), live.close(), kit.close(), kit.close()
            sys.exit(0)
        elif mode == "with":
            with kit, live, watched:
                sys.exit(0)
        else:
            break
    else:
        desk.raise_case("Support", "The parent goes on")
        kit.close()
        print(json.dumps(ends))
    """
    assert run(program, tmp_path / "cases.db", mode) == [code] * 12


def test_every_call_on_what_was_inherited_says_so(tmp_path: Path) -> None:
    program = """
    def children(kit, desk, live, watched, theirs, page, changes):
        async def awaited():
            said = []
            for call in (
                lambda: theirs.desk("ben").cases(), theirs.poll, theirs.purge_expired,
                lambda: anext(theirs_live), lambda: anext(theirs_desk.live_pending_count()), theirs_desk.cases,
            ):
                try:
                    await call()
                except casekit.Error as error:
                    said.append(error.code)
                else:
                    said.append("it went on")
            await theirs.close()
            await theirs_live.aclose()
            return said

        calls = (
            desk.cases, lambda: desk.raise_case("Support", "x"), lambda: desk.actor, lambda: desk.request("r-1"),
            desk.live_cases, desk.changes, live.refresh, lambda: live.wait(1), lambda: next(live), lambda: next(changes),
            page.next_page, lambda: list(page.all()), lambda: kit.desk("ben"), lambda: kit.observe(print), kit.poll,
            kit.check, kit.purge_expired, kit.resume_deliveries, kit.run_due, lambda: kit.suspend(0.0), kit.resume,
        )
        said = [code_of(call) for call in calls] + asyncio.run(awaited())
        try:
            desk.cases()
        except casekit.StoreError as error:
            said.append(str(error))
        return said

    kit, desk, live, watched = busy(path)
    theirs = AsyncCaseKit(kit)
    theirs_desk = theirs.desk("amara", roles=Role.AGENT)

    async def begin():
        live = theirs_desk.live_cases()
        await anext(live)
        return live

    theirs_live = asyncio.run(begin())
    # A second page, whatever the threads have raised by now.
    desk.raise_case("Support", "One"), desk.raise_case("Support", "Two")
    page, changes = desk.cases(size=1), desk.changes()
    told = []
    for turn in range(CHILDREN):
        out, into = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(into, json.dumps(children(kit, desk, live, watched, theirs, page, changes)).encode())
            sys.exit(0)
        os.close(into)
        told.append([ended(pid), json.loads(os.read(out, 1 << 16) or "null")])
    kit.close()
    print(json.dumps(told))
    """
    sentence = "this was opened before the process was forked, and stays with the parent: open the file in the child"
    for end, said in run(program, tmp_path / "cases.db"):
        assert end == 0
        *codes, last = said
        assert codes == ["forked"] * 27 and last == sentence


def test_a_child_opens_a_file_of_its_own(tmp_path: Path) -> None:
    program = """
    kit, desk, live, watched = busy(path)
    ends = []
    for turn in range(CHILDREN):
        pid = os.fork()
        if pid == 0:
            own = casekit.open(f"{path}.{turn}", durability=Durability.NORMAL, sources={"crm": lambda question: []})
            mine = own.desk("ben", roles=Role.AGENT)
            rang = threading.Event()
            watching = own.observe(lambda position: rang.set())
            for page in mine.live_cases():
                if len(page) > 0:
                    break
                mine.raise_case("Support", "Of the child")
            assert rang.wait(10)
            sys.exit(5)
        ends.append(ended(pid))
    kit.close()
    numbers = [len(casekit.open(f"{path}.{turn}").desk("ben", roles=Role.AGENT).cases()) for turn in range(CHILDREN)]
    print(json.dumps([ends, numbers]))
    """
    assert run(program, tmp_path / "cases.db") == [[5] * 12, [1] * 12]


@pytest.mark.parametrize("mode", ["close", "suspend"])
def test_a_child_opens_what_its_parent_let_go_of_before(mode: str, tmp_path: Path) -> None:
    program = """
    kit = casekit.open(path)
    watched = kit.observe(lambda position: None)
    desk = kit.desk("amara", roles=Role.AGENT)
    desk.raise_case("Support", "Of the parent")
    live = desk.live_cases()
    live.wait(10)
    kit.close() if mode == "close" else kit.suspend()
    ends = []
    for turn in range(CHILDREN):
        pid = os.fork()
        if pid == 0:
            with casekit.open(path) as own:
                own.desk("ben", roles=Role.AGENT).raise_case("Support", "Of the child")
            sys.exit(0)
        ends.append(ended(pid))
    if mode == "close":
        kit = casekit.open(path)
    else:
        watched.end()
        kit.resume()
    numbers = [row.number for row in kit.desk("amara", roles=Role.AGENT).cases().all()]
    kit.check()
    print(json.dumps([ends, len(numbers)]))
    """
    assert run(program, tmp_path / "cases.db", mode) == [[0] * 12, 13]


MULTIPROCESSING = """
import json, multiprocessing, sys, threading, time
from concurrent.futures import ProcessPoolExecutor
import casekit

def name_of(place):
    return f"{sys.argv[1]}.{place}"

def work(place):
    with casekit.open(name_of(place)) as kit:
        return kit.desk("ben", roles=casekit.Role.AGENT).raise_case("Support", "Of the child").number

def inherited(_):
    try:
        desk.cases()
    except casekit.Error as error:
        return error.code
    except NameError:
        return "nothing was inherited"

if __name__ == "__main__":
    how = multiprocessing.get_context(sys.argv[2])
    kit = casekit.open(sys.argv[1], durability=casekit.Durability.NORMAL)
    desk = kit.desk("amara", roles=casekit.Role.AGENT)
    subscription = kit.observe(lambda position: None)
    live = desk.live_cases()
    live.wait(10)

    def write():
        try:
            while True:
                desk.raise_case("Support", "Cannot log in")
        except casekit.StoreError:
            pass

    threading.Thread(target=write, daemon=True).start()
    with how.Pool(3) as pool:
        numbers = pool.map(work, range(6))
        said = pool.map(inherited, range(3))
    with ProcessPoolExecutor(2, mp_context=how) as pool:
        numbers += pool.map(work, range(6, 10))
    child = how.Process(target=work, args=(10,))
    began = time.monotonic()
    child.start()
    child.join(20)
    print(json.dumps([numbers, sorted(set(said)), child.exitcode]))
"""


@pytest.mark.parametrize(("mode", "said"), [("fork", "forked"), ("spawn", "nothing was inherited"), ("forkserver", "nothing was inherited")])
def test_multiprocessing(mode: str, said: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MULTIPROCESSING)
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(program), str(tmp_path / "cases.db"), mode],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [["C-000001"] * 10, [said], 0]


def test_a_fork_of_which_python_is_not_told(tmp_path: Path) -> None:
    """As servers in C do it: the hooks of `os.register_at_fork` are not called. That is for parents without threads of
    Python's: with some, Python itself does not survive it."""
    program = """
    import ctypes
    kit = casekit.open(path)
    desk = kit.desk("amara", roles=Role.AGENT)
    live = desk.live_cases()
    assert live.wait(10) is not None
    watched = kit.observe(lambda position: None)
    ends = []
    for turn in range(CHILDREN):
        pid = ctypes.PyDLL(None).fork()
        if pid == 0:
            codes = {code_of(desk.cases), code_of(lambda: live.wait(1)), code_of(lambda: kit.observe(print))}
            kit.close()
            with casekit.open(f"{path}.{turn}", authorizer=casekit.Authorizer()) as own:
                own.desk("ben", roles=Role.AGENT).raise_case("Support", "Of the child")
            sys.exit(0 if codes == {"forked"} else 9)
        ends.append(ended(pid))
    kit.close()
    print(json.dumps(ends))
    """
    assert run(program, tmp_path / "cases.db") == [0] * 12
