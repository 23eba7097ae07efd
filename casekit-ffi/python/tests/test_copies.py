"""Copying and pickling: nothing of the library's is let go twice, and what cannot be copied says what to do."""

from __future__ import annotations

import copy
import dataclasses
import enum
import importlib
import inspect
import json
import pickle
import pkgutil
import subprocess
import sys
import textwrap
import typing

import pytest

import casekit
from casekit import CaseSummary, Desk, Page
from casekit._raw import raw
from casekit.desk.part import Part

TRIED = (
    *("CaseKit", "AsyncCaseKit", "Opening", "Desk", "AsyncDesk", "Page", "AsyncPage", "CaseTable"),
    *("Live", "AsyncLive", "DueRuns", "Polling", "Subscription"),
)
"""What holds something of the library's, or leads to what does: each is made in `PROGRAM`."""

HOLDS_NOTHING = {
    *("AsyncAuthorizer", "Authorizer", "Columns", "Home", "Record", "Shared", "Single"),
    # No user ever has one of these.
    *("Aside", "Awaited", "Bell", "Ear", "DatabaseOptions", "Kind", "Method", "Options", "Pool", "Unpacking"),
    *("Answer", "Buffer", "Status", "_Bytes", "_Fields", "_OpenUUID", "_Work"),
    *("_Authorizer", "_Clock", "_EndingListener", "_Fonts", "_ImportListener", "_Observer", "_Secrets", "_Sender", "_Signer"),
    "_Source",
}

PROGRAM = """
    import asyncio, copy, dataclasses, gc, json, pickle
    import casekit
    from casekit import asynchronous

    @dataclasses.dataclass
    class Holder:
        thing: object

    ways = {
        "copy": copy.copy,
        "deepcopy": copy.deepcopy,
        "asdict": lambda thing: dataclasses.asdict(Holder(thing))["thing"],
        **{f"pickle {n}": lambda thing, n=n: pickle.loads(pickle.dumps(thing, n)) for n in range(6)},
    }

    def tried(thing, way):
        try:
            other = way(thing)
        except TypeError as error:
            return str(error)
        said = "itself" if other is thing else "equal" if other == thing else "another"
        del other
        gc.collect()
        return said

    async def main():
        kit = casekit.in_memory()
        opening = casekit.in_memory_async()
        desk = kit.desk("amara", roles=casekit.Role.AGENT)
        desk.raise_case("Support", "Cannot log in")
        desk.raise_case("Support", "Where is my order?")
        things = [kit, desk, desk.cases(size=1), desk.live_cases(), kit.observe(lambda _: None), kit.poll_every(60)]
        things += [desk.cases_table(), kit.run_due_in_background(60)]
        async with opening as other:
            desk = other.desk("ben", roles=casekit.Role.AGENT)
            await desk.raise_case("Support", "Cannot log in")
            things += [opening, other, desk, await desk.cases(size=1), desk.live_cases()]
            await anext(things[-1])
            for round in range(3):
                # Whatever was let go once too often is found by who uses it next.
                things[1].raise_case("Support", "Again")
                await desk.cases()
                things[3].wait(10), await things[-1].refresh()
                if round < 2:
                    answers = {
                        type(thing).__name__: {name: tried(thing, way) for name, way in ways.items()} for thing in things
                    }
                    gc.collect()
        print(json.dumps(answers))

    asyncio.run(main())
"""


def test_whatever_holds_something_is_copied_safely_or_refused_with_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    answers: dict[str, dict[str, str]] = json.loads(done.stdout)
    assert set(answers) == set(TRIED)
    pickled = [f"pickle {protocol}" for protocol in range(6)]
    copied = ["copy", "deepcopy", "asdict"]
    for name in ("CaseKit", "AsyncCaseKit"):
        why = "it is one open file: hand it on as it is, or open the file where it is needed"
        assert answers[name] == {
            **dict.fromkeys(copied, f"{name} cannot be copied: {why}"),
            **dict.fromkeys(pickled, f"{name} cannot be pickled: {why}"),
        }
    for name in ("Desk", "AsyncDesk"):
        why = "it belongs to an open file: send its actor, and ask a kit there for a desk"
        assert answers[name] == {
            **dict.fromkeys(copied, "itself"),
            **dict.fromkeys(pickled, f"{name} cannot be pickled: {why}"),
        }
    assert answers["CaseTable"] == {
        **dict.fromkeys(copied, "itself"),
        **dict.fromkeys(pickled, "CaseTable cannot be pickled: it reads an open file: send what a reader made of it"),
    }
    for name in ("Page", "AsyncPage"):
        # As a dict, a page is a dict too.
        assert answers[name] == {**dict.fromkeys([*copied, *pickled], "equal"), "asdict": "another"}
    for name, why in {
        "Live": "it is for one consumer: ask the desk for another",
        "AsyncLive": "it is for one consumer: ask the desk for another",
        "Subscription": "it keeps one observer: call `observe` again",
        "Polling": "it is of one kit: call `poll_every` again",
        "DueRuns": "it is of one kit: call `run_due_in_background` again",
        "Opening": "`await` it, and hand on what it gives",
    }.items():
        assert answers[name] == {
            **dict.fromkeys(copied, f"{name} cannot be copied: {why}"),
            **dict.fromkeys(pickled, f"{name} cannot be pickled: {why}"),
        }


def test_no_class_of_the_package_was_forgotten() -> None:
    """One that is new is either tried above, or holds nothing of the library's."""
    found: set[str] = set()
    for module in pkgutil.walk_packages(casekit.__path__, "casekit."):
        if module.name.startswith("casekit._casekit"):
            continue
        for name, what in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            plain = (enum.Enum, BaseException, typing.TypedDict)
            if what.__module__ != module.name or dataclasses.is_dataclass(what):
                continue
            if issubclass(what, plain[:2]) or typing.is_typeddict(what) or getattr(what, "_is_protocol", False):
                continue
            if issubclass(what, Part) and what is not Desk:
                continue
            found.add(name)
    # What a handle does is tried below.
    # To `dataclasses`, a page is one of theirs; it is tried all the same.
    assert found == {*TRIED, *HOLDS_NOTHING, "Handle"} - {"Page", "AsyncPage"}


def test_every_handle_of_the_generated_code_is_its_own_copy() -> None:
    handles = [what for _, what in inspect.getmembers(raw, inspect.isclass) if "__del__" in dir(what)]
    assert {"KitHandle", "Desk", "Subscription", "LiveCases"} < {what.__name__ for what in handles}
    for what in handles:
        # One that holds nothing yet: letting it go does nothing.
        one = what.__new__(what)
        assert copy.copy(one) is one and copy.deepcopy(one) is one and copy.deepcopy({"it": [one]})["it"][0] is one
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="cannot leave its process"):
                pickle.dumps(one, protocol)


def test_a_copied_page_leads_on_and_a_pickled_one_says_how(agent: Desk) -> None:
    for place in range(3):
        agent.raise_case("Support", f"Case {place}")

    @dataclasses.dataclass
    class Screen:
        title: str
        page: Page[CaseSummary]

    page = agent.cases(size=2)
    assert dataclasses.asdict(Screen("Mine", page))["page"] == page.to_dict()
    for other in (copy.copy(page), copy.deepcopy(page)):
        assert other == page and other is not page and [row.title for row in other.all()] == ["Case 2", "Case 1", "Case 0"]
    kept = pickle.loads(pickle.dumps(page))
    assert kept == page and kept.next == page.next and type(kept) is Page
    with pytest.raises(RuntimeError, match="was pickled and leads no further: give its `next` to a desk, as `after`"):
        kept.next_page()
    assert list(agent.cases(size=2, after=kept.next)) == list(page.all())[2:]
    last = pickle.loads(pickle.dumps(page.next_page()))
    assert last.next_page() is None and len(list(last.all())) == 1


async def _asyncs() -> None:
    async with casekit.in_memory_async() as kit:
        desk = kit.desk("amara", roles=casekit.Role.AGENT)
        for place in range(3):
            await desk.raise_case("Support", f"Case {place}")
        page = await desk.cases(size=2)
        for other in (copy.copy(page), copy.deepcopy(page)):
            assert other == page and len([row async for row in other.all()]) == 3
        kept = pickle.loads(pickle.dumps(page))
        assert kept == page
        with pytest.raises(RuntimeError, match="was pickled and leads no further"):
            await kept.next_page()


def test_the_same_of_pages_that_are_awaited() -> None:
    import asyncio

    asyncio.run(_asyncs())
