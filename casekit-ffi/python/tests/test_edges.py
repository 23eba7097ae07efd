"""Where casekit meets the rest of Python: errors of callbacks, coroutines, pages on their way out."""

from __future__ import annotations

import asyncio
import builtins
import dataclasses
import json
import logging
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import casekit
from casekit import (
    Actor,
    AsyncAuthorizer,
    Authorizer,
    CaseHead,
    CaseKit,
    Delivered,
    Desk,
    Outgoing,
    Role,
    Scope,
    SourceQuestion,
    WebformTarget,
)
from casekit._coroutines import within
from casekit.callbacks import Found

from .conftest import ACCOUNT
from .test_boundary import run
from .test_callbacks import collecting


def no_clock() -> Any:
    raise OSError(ACCOUNT)


class Broken(Authorizer):
    """Forbids nothing until it is switched on; then it fails."""

    on = False

    def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
        if self.on:
            raise RuntimeError(ACCOUNT)
        return False


def test_what_a_callback_raised_is_the_cause_of_the_error() -> None:
    with pytest.raises(casekit.CallbackError) as clock:
        casekit.in_memory(clock=no_clock)
    assert isinstance(clock.value.__cause__, OSError) and ACCOUNT not in str(clock.value)

    broken = Broken()
    with casekit.in_memory(authorizer=broken) as kit:
        desk = kit.desk("amara", roles=Role.AGENT)
        case = desk.raise_case("Support", "Cannot log in")
        broken.on = True
        with pytest.raises(casekit.Forbidden) as forbidden:
            desk.case(case)
        assert isinstance(forbidden.value.__cause__, RuntimeError)
        # Of the next call, it is not the cause.
        broken.on = False
        with pytest.raises(casekit.NotFound) as unknown:
            desk.find_case("C-999999")
        assert unknown.value.__cause__ is None


def test_the_cause_of_an_inner_call_is_that_of_the_inner_error(caplog: pytest.LogCaptureFixture) -> None:
    broken, desks = Broken(), list[Desk]()

    def asks_back(question: SourceQuestion) -> Found:
        broken.on = True
        try:
            desks[0].find_case(question.case_number)
        finally:
            broken.on = False
        return []

    with casekit.in_memory(authorizer=broken, sources={"crm": asks_back}) as kit:
        desk, case = collecting(kit)
        desks.append(desk)
        assert desk.prepare_data(case).failure is not None
        with pytest.raises(casekit.NotFound) as unknown:
            desk.find_case("C-999999")
        assert unknown.value.__cause__ is None
    inner, outer = (record.exc_info[1] for record in caplog.records if record.exc_info)
    assert isinstance(outer, casekit.Forbidden) and outer.__cause__ is inner


def test_a_program_without_logging_sees_what_a_callback_raised() -> None:
    done = run(
        """
        import casekit

        def broken(question):
            raise RuntimeError("no answer from the CRM")

        with casekit.in_memory(sources={"crm": broken}) as kit:
            desk = kit.desk("petra", roles=casekit.Role.APPROVER)
            case = desk.receive_request("WEB-1", "Ada Obi")
            desk.take_case(case)
            desk.approve_identification(case, "video call")
            assert desk.prepare_data(case).failure.code == "callback_failed"
        """
    )
    assert "the application's `collect` failed" in done.stderr
    assert done.stderr.splitlines()[-1] == "RuntimeError: no answer from the CRM"


def test_what_a_callback_raised_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(casekit.CallbackError):
        casekit.in_memory(clock=no_clock)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("casekit", logging.ERROR)


def test_errors_are_also_those_of_python(kit: CaseKit, agent: Desk) -> None:
    cases: list[tuple[type[Exception], Callable[[], object]]] = [
        (LookupError, lambda: agent.find_case("C-999999")),
        (ValueError, lambda: agent.raise_case("Support", "")),
        (PermissionError, lambda: agent.verify()),
    ]
    for kind, call in cases:
        with pytest.raises(kind) as caught:
            call()
        error = caught.value
        assert isinstance(error, casekit.Error)
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.code, again.fields) == (type(error), str(error), error.code, error.fields)


async def _collect(question: SourceQuestion) -> Found:
    await asyncio.sleep(0)
    return {"calls": [{"about": question.requester}]}


class _Hidden(AsyncAuthorizer):
    async def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
        await asyncio.sleep(0)
        return actor.id == "ben"


def test_coroutine_functions_are_refused_without_a_loop() -> None:
    async def deliver(outgoing: Outgoing) -> Delivered:
        return Delivered(None)

    async def secret(name: str) -> str | None:
        return None

    async def changed(cursor: str) -> None:
        pass

    given: list[dict[str, Any]] = [
        {"sources": {"crm": _collect}},
        {"deliveries": {"post": deliver}},
        {"secrets": secret},
        {"authorizer": _Hidden()},
        {"clock": changed},
        {"fonts": changed},
    ]
    for options in given:
        with pytest.raises(TypeError, match="coroutine function.*open_async"):
            casekit.in_memory(**options)
    with casekit.in_memory() as kit, pytest.raises(TypeError, match="coroutine function"):
        kit.observe(changed)
    with pytest.raises(TypeError, match="`sources` gives each a name"):
        casekit.in_memory(sources=[_collect])  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_coroutine_functions_run_in_the_loop_of_the_kit(tmp_path: Path) -> None:
    loops: list[asyncio.AbstractEventLoop] = []
    sent: list[str] = []

    async def deliver(outgoing: Outgoing) -> Delivered:
        loops.append(asyncio.get_running_loop())
        sent.append(outgoing.case_number)
        return Delivered("post-17")

    async def following(progress: object) -> bool:
        loops.append(asyncio.get_running_loop())
        return True

    async def day() -> None:
        heard = asyncio.Event()

        async def changed(cursor: str) -> None:
            heard.set()

        async with casekit.open_async(
            tmp_path / "cases.db", sources={"crm": _collect}, deliveries={"post": deliver}, authorizer=_Hidden()
        ) as kit:
            subscription = kit.observe(changed)
            await kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
            desk = kit.desk("petra", roles=Role.APPROVER)
            case = await desk.receive_request("WEB-1", "Ada Obi")
            await asyncio.wait_for(heard.wait(), 30)
            subscription.end()
            await desk.take_case(case)
            await desk.approve_identification(case, "video call")
            snapshot = await desk.prepare_data(case)
            assert [table.name for table in snapshot.tables] == ["calls"]
            await desk.approve_data(case, snapshot)
            assert (await desk.release(case)).delivered
            with pytest.raises(casekit.Forbidden):
                await kit.desk("ben", roles=Role.APPROVER).case(case)
            assert (await kit.desk("audra", roles=Role.AUDITOR).verify(progress=following)).broken is None
            assert set(loops) == {asyncio.get_running_loop()} and len(loops) > 2

    asyncio.run(day())
    assert sent == ["C-000001"]


def test_a_closed_kit_says_so_to_who_awaits() -> None:
    async def day() -> None:
        kit = await casekit.in_memory_async()
        desk = kit.desk("amara", roles=Role.AGENT)
        live = desk.live_cases()
        assert await anext(live) is not None
        await kit.close()
        with pytest.raises(casekit.StoreError) as caught:
            await desk.cases()
        assert caught.value.code == "closed"
        assert [page async for page in live] == [page async for page in desk.live_cases()] == []

    asyncio.run(day())


def test_a_coroutine_that_would_wait_for_its_own_loop_is_an_error() -> None:
    async def day() -> None:
        kit = within(asyncio.get_running_loop(), lambda: casekit.in_memory(authorizer=_Hidden()))
        awaited = casekit.AsyncCaseKit(kit).desk("amara", roles=Role.AGENT)
        case = await awaited.raise_case("Support", "Cannot log in")
        # Called in the loop, not awaited.
        with pytest.raises(casekit.Forbidden) as caught:
            kit.desk("amara", roles=Role.AGENT).case(case)
        assert isinstance(caught.value.__cause__, RuntimeError) and "`await` the call" in str(caught.value.__cause__)
        assert (await awaited.case(case)).title == "Cannot log in"
        kit.close()

    asyncio.run(day())


def test_a_page_goes_out_as_it_is(agent: Desk) -> None:
    for title in ("<script>alert(1)</script>", "Cannot log in"):
        agent.raise_case("Support", title)
    page = agent.cases(size=1)
    assert page.rows == list(page)
    assert page.to_dict() == {"rows": [page[0].to_dict()], "next": page.next}
    assert dataclasses.asdict(page) == page.to_dict()  # type: ignore[call-overload] # pyright: ignore
    assert json.loads(json.dumps(page.to_dict(), default=str))["rows"][0]["title"] == "Cannot log in"
    assert pickle.loads(pickle.dumps(page)) == page
    assert agent.case(page[0]).to_dict()["title"] == "Cannot log in"

    shown = _in_a_notebook(agent.cases())
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "2 rows" in shown
    assert "1 row, and more after them" in _in_a_notebook(page)
    assert "<tbody></tbody>" in _in_a_notebook(agent.customers())


def _in_a_notebook(page: object) -> str:
    return str(getattr(page, "_repr_html_")())


def test_fastapi_answers_with_a_page(agent: Desk) -> None:
    """Optional: it says something only where FastAPI and its test client are installed."""
    fastapi = pytest.importorskip("fastapi")
    client = pytest.importorskip("fastapi.testclient", exc_type=ImportError)
    agent.raise_case("Support", "Cannot log in")
    app = fastapi.FastAPI()

    def page() -> Any:
        return agent.cases(size=1)

    app.get("/plain")(page)
    app.get("/page", response_model=casekit.Page[casekit.CaseSummary])(page)
    app.get("/rows", response_model=list[casekit.CaseSummary])(page)
    got = {path: client.TestClient(app).get(path).json() for path in ("/plain", "/page", "/rows", "/openapi.json")}
    assert got["/plain"]["rows"][0]["title"] == got["/page"]["rows"][0]["title"] == got["/rows"][0]["title"] == "Cannot log in"
    assert got["/plain"]["next"] is None and "/page" in got["/openapi.json"]["paths"]


def test_a_waiting_time_is_checked_by_its_name(tmp_path: Path) -> None:
    for wrong in (-1.0, float("nan"), float("-inf"), timedelta(seconds=-1)):
        with pytest.raises(ValueError, match="`busy_timeout`"):
            casekit.open(tmp_path / "cases.db", busy_timeout=wrong)
    for long in (float("inf"), 1e300, 86_401.0, timedelta.max):
        with pytest.raises(casekit.Invalid) as opening:
            casekit.open(tmp_path / "cases.db", busy_timeout=long)
        with casekit.in_memory() as kit, pytest.raises(casekit.Invalid) as waiting:
            kit.suspend(long)
        named = [(field.field, field.rule.code) for refused in (opening, waiting) for field in refused.value.fields]
        assert named == [("busy_timeout", "out_of_range"), ("wait", "out_of_range")]
    assert not (tmp_path / "cases.db").exists()
    with casekit.open(tmp_path / "cases.db") as kit:
        with pytest.raises(ValueError, match="`wait`"):
            kit.suspend(-1)


INSTANTS = [
    datetime(1, 1, 1, tzinfo=timezone.utc),
    datetime(1600, 2, 29, 12, 0, 0, 1, tzinfo=timezone.utc),
    datetime(1677, 9, 21, 0, 12, 43, 145224, tzinfo=timezone.utc),
    datetime(1969, 12, 31, 23, 59, 58, 500000, tzinfo=timezone.utc),
    datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=timezone.utc),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
    datetime(2262, 4, 11, 23, 47, 16, 854776, tzinfo=timezone.utc),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
]


def test_an_instant_of_any_year_comes_back_as_it_was_given() -> None:
    now = INSTANTS[:]
    with casekit.in_memory(clock=lambda: now[0]) as kit:
        desk = kit.desk("mona", roles=Role.MANAGER)
        for at in INSTANTS:
            now[0] = at
            assert desk.case(desk.raise_case("Support", "By the clock")).raised_at == at
        items = [casekit.ImportCase(casekit.NewCase("Support", "By import"), at=at, by="u-9") for at in INSTANTS]
        for result, at in zip(desk.import_items(items).results, INSTANTS, strict=True):
            assert result.case is not None and desk.case(result.case).raised_at == at
        assert {row.raised_at for row in desk.cases()} == set(INSTANTS)
        assert len(desk.cases(raised_before=INSTANTS[1])) == 2


def test_an_instant_that_utc_does_not_have_is_refused_by_name() -> None:
    # Of Python's own years, and not of those in UTC.
    beyond = [datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))]
    for at in beyond:
        with casekit.in_memory() as kit:
            desk = kit.desk("mona", roles=Role.MANAGER)
            with pytest.raises(casekit.Invalid) as refused:
                desk.cases(raised_from=at)
            assert [(field.field, field.rule.code) for field in refused.value.fields] == [("raised_from", "instant_out_of_range")]
        with pytest.raises(casekit.CallbackError, match="the application's clock gave") as clock:
            casekit.in_memory(clock=lambda at=at: at)  # type: ignore[misc]
        assert clock.value.code == "clock_out_of_range"


def test_codes_are_as_good_as_enums(kit: CaseKit, agent: Desk) -> None:
    desk = kit.desk("mona", roles=["manager", Role.AUDITOR], permissions="export")
    assert desk.actor.roles == [Role.MANAGER, Role.AUDITOR] and desk.actor.permissions == [casekit.Permission.EXPORT]
    ada = agent.create_customer("Ada Obi", gender="female", marital_status="single", employment_status="retired")
    assert desk.customer(ada).gender == casekit.Gender.FEMALE
    case = agent.raise_case("Support", "Cannot log in")
    agent.take_case(case)
    agent.add_note(case, "Called.", visibility="customer")
    assert [row.id for row in agent.cases(holder="me", sort="updated", direction="ascending")] == [case.id]
    assert len(agent.cases(holder="nobody", categories=["open"])) == 0
    assert Scope(cases="own") == Scope(cases=casekit.ScopeCases.OWN)
    assert type(casekit.NewStage("Waiting", "open").category) is casekit.StageCategory


def test_a_wrong_code_names_the_nearest_or_all(kit: CaseKit, agent: Desk) -> None:
    wrong: list[tuple[str, Callable[[], object]]] = [
        ("that is no Role: did you mean `manager`", lambda: kit.desk("x", roles="manger")),  # type: ignore[arg-type] # pyright: ignore
        ("that is no Sort: choose `number`", lambda: agent.cases(sort="zzz")),  # type: ignore[arg-type] # pyright: ignore
        ("give `HeldBy.actor", lambda: agent.cases(holder="amara")),  # type: ignore[arg-type] # pyright: ignore
        ("give `Gender.other", lambda: agent.create_customer("Ada", gender="x")),  # type: ignore[arg-type] # pyright: ignore
        ("that is no Visibility", lambda: agent.add_note(agent.cases()[0], "x", visibility="all")),  # type: ignore[arg-type] # pyright: ignore
    ]
    agent.raise_case("Support", "Cannot log in")
    for message, call in wrong:
        with pytest.raises(ValueError, match=message):
            call()


def test_everything_may_be_imported_and_open_stays_pythons() -> None:
    names: dict[str, Any] = {}
    exec("from casekit import *", names)
    hidden = {name for name in names if hasattr(builtins, name) and not name.startswith("__")}
    assert hidden == set() and names["Role"] is Role and "open_async" in names


def test_scope_answers_nothing_by_default() -> None:
    assert asyncio.run(AsyncAuthorizer().scope(Actor("amara", "", [], [], None))) == Scope()
