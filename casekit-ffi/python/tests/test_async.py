"""The same for asyncio: nothing blocks the loop, and nothing is missing."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import casekit
from casekit import AsyncCaseKit, AsyncDesk, AsyncLive, AsyncPage, CaseKit, CaseSummary, Desk, Role, SourceQuestion
from casekit.callbacks import Found

PATIENCE = 30.0


def test_every_method_has_its_async_variant_with_the_same_parameters() -> None:
    for ours, theirs in ((Desk, AsyncDesk), (CaseKit, AsyncCaseKit)):
        names = [name for name in dir(ours) if not name.startswith("_")]
        assert len(names) > 5
        for name in names:
            sync, other = getattr(ours, name), getattr(theirs, name)
            if isinstance(sync, property):
                assert isinstance(other, property), name
                continue
            assert inspect.signature(sync).parameters == inspect.signature(other).parameters, name
            assert other.__doc__, name
    for sync, other in ((casekit.open, casekit.open_async), (casekit.in_memory, casekit.in_memory_async)):
        assert inspect.signature(sync).parameters == inspect.signature(other).parameters


def test_the_first_day_awaited(tmp_path: Path) -> None:
    async def day() -> list[str]:
        async with casekit.open_async(tmp_path / "cases.db") as kit:
            desk = kit.desk("amara", "Amara Okafor", roles=Role.AGENT)
            assert desk.actor.name == "Amara Okafor"
            ada = await desk.create_customer("Ada Obi")
            case = await desk.raise_case("Enquiries", "Where is my refund?", customer=ada)
            again = await desk.request("form-1").raise_case("Support", "Another", customer=ada)
            assert (await desk.request("form-1").raise_case("Support", "Another", customer=ada)).id == again.id
            note = await desk.add_note(case, "Called, no answer.")
            await desk.reply(note, "Reached her.")
            await desk.edit_case(case, stage="In Progress", title="Refund of order 4711")
            page: AsyncPage[CaseSummary] = await desk.interactions(ada, size=1)
            assert len(page) == 1 and page[0].title == "Another"
            return [row.title async for row in page.all()]

    assert asyncio.run(day()) == ["Another", "Refund of order 4711"]


def test_errors_are_raised_where_they_are_awaited() -> None:
    async def wrong() -> None:
        kit = await casekit.in_memory_async()
        desk = kit.desk("amara", roles=Role.AGENT)
        with pytest.raises(casekit.Invalid):
            await desk.raise_case("Support", "")
        with pytest.raises(TypeError):
            await desk.case(5)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        await kit.close()
        await kit.close()
        with pytest.raises(casekit.StoreError) as caught:
            kit.desk("amara", roles=Role.AGENT)._desk.cases()  # pyright: ignore[reportPrivateUsage]
        assert caught.value.code == "closed"

    asyncio.run(wrong())


def test_a_call_that_takes_its_time_does_not_block_the_loop() -> None:
    """The source waits for the loop to do something: if the call blocked the loop, neither would ever end."""
    entered, proceed = threading.Event(), threading.Event()

    def slow(question: SourceQuestion) -> Found:
        entered.set()
        assert proceed.wait(PATIENCE), "the loop was blocked"
        return {"orders": [{"number": 4711}]}

    async def run() -> int:
        async with casekit.in_memory_async(sources={"shop": slow}) as kit:
            desk = kit.desk("petra", roles=Role.APPROVER)
            case = await desk.receive_request("WEB-1", "Ada Obi")
            await desk.take_case(case)
            await desk.approve_identification(case, "video call")
            collecting = asyncio.create_task(desk.prepare_data(case))
            while not entered.is_set():
                await asyncio.sleep(0)
            # The call is under way; the loop turns, and other calls are answered meanwhile.
            other = await desk.raise_case("Support", "Meanwhile")
            assert (await desk.case(other)).title == "Meanwhile" and not collecting.done()
            proceed.set()
            return (await collecting).tables[0].rows

    assert asyncio.run(asyncio.wait_for(run(), 2 * PATIENCE)) == 1


def test_live_lists_and_changes_by_async_for() -> None:
    async def run() -> None:
        async with casekit.in_memory_async() as kit:
            desk = kit.desk("mona", roles=Role.MANAGER)
            delivered: asyncio.Queue[list[str]] = asyncio.Queue()

            async def watch() -> str:
                async for page in desk.live_cases(case_types=["Support"]):
                    await delivered.put([row.title async for row in page.all()])
                return "ended"

            watching = asyncio.create_task(watch())
            assert await asyncio.wait_for(delivered.get(), PATIENCE) == []
            threads = threading.active_count()
            many = [desk.live_pending_count() for _ in range(30)]
            waiting = [asyncio.create_task(anext(live)) for live in many]
            assert await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE) == [0] * 30
            await desk.raise_case("Support", "Cannot log in")
            assert await asyncio.wait_for(delivered.get(), PATIENCE) == ["Cannot log in"]
            assert threading.active_count() <= threads + 8, "the threads of the pool are all there are"

            codes: list[str] = []
            async for news in desk.changes():
                codes += [change.code for change in news.changes]
                if "case_raised" in codes:
                    break
            assert codes[-1] == "case_raised"
            await kit.close()
            assert await asyncio.wait_for(watching, PATIENCE) == "ended"

    asyncio.run(run())


def test_a_cancelled_wait_loses_nothing_and_leaving_the_loop_frees_the_list() -> None:
    async def run() -> None:
        async with casekit.in_memory_async() as kit:
            desk = kit.desk("amara", roles=Role.AGENT)
            live = desk.live_cases()
            assert len(await anext(live)) == 0
            for place in range(20):
                waiting = asyncio.create_task(anext(live))
                await asyncio.sleep(0)
                await desk.raise_case("Support", f"Case {place}")
                waiting.cancel()
                try:
                    page = await waiting
                except asyncio.CancelledError:
                    page = await asyncio.wait_for(anext(live), PATIENCE)
                assert page[0].title == f"Case {place}"
            freed: list[weakref.ref[AsyncLive[int]]] = []

            def watched() -> AsyncLive[int]:
                counted = desk.live_pending_count()
                freed.append(weakref.ref(counted))
                return counted

            async for _ in watched():
                break
            gc.collect()
            assert freed[0]() is None
            async with desk.live_cases() as other:
                pass
            with pytest.raises(StopAsyncIteration):
                await anext(other)

    asyncio.run(run())


def test_a_kit_can_run_on_the_applications_own_threads() -> None:
    names: list[str] = []

    def deliver(outgoing: casekit.Outgoing) -> None:
        names.append(threading.current_thread().name)

    async def run() -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="mine") as executor:
            sync = casekit.in_memory(deliveries={"post": deliver})
            sync.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=casekit.WebformTarget.host("post"))
            async with AsyncCaseKit(sync, executor) as kit:
                desk = kit.desk("petra", roles=Role.APPROVER)
                case = await desk.receive_request("WEB-1", "Ada Obi")
                await desk.take_case(case)
                await desk.approve_identification(case, "video call")
                await desk.prepare_data(case)
                await desk.approve_no_data(case, reason="you are not a customer of ours")
                assert (await desk.release(case)).delivered
                await kit.suspend(1.0)
                with pytest.raises(casekit.StoreError) as caught:
                    await desk.case(case)
                assert caught.value.code == "suspended"
                await kit.resume()
                assert (await kit.resume_deliveries()).failed == await kit.purge_expired() == 0
                assert await kit.poll() is False
                await kit.check()
                assert await kit.repair_derived() == 0

    asyncio.run(run())
    assert names == ["mine_0"]
