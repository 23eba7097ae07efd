"""The same for `asyncio`: every call runs on a thread of a pool, and the loop is never blocked."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import os
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from . import _forks
from . import kit as sync
from .copies import Shared, Single
from .desk import Desk
from .language import Language
from .kit import CaseKit, Subscription
from .live import AsyncLive, Live
from .pages import AsyncPage, Page
from .types import Actor, BackupProgress, Health, Permission, Resumed, Role

Params = ParamSpec("Params")
Answer = TypeVar("Answer")
THREADS = 8


class Pool:
    """Runs calls on threads of an executor. Without one it makes its own, and ends it."""

    def __init__(self, executor: Executor | None) -> None:
        self._home = _forks.here()
        self._own = executor is None
        self._executor = executor or ThreadPoolExecutor(THREADS, thread_name_prefix="casekit")

    def run(self, call: Callable[[], Answer]) -> Awaitable[Answer]:
        """Begins a call; the loop goes on meanwhile."""
        # In a forked child nobody is there to make it.
        self._home.check()
        context = contextvars.copy_context()
        return asyncio.get_running_loop().run_in_executor(self._executor, context.run, call)

    def end(self) -> None:
        """Lets go of the threads once their calls have come back."""
        if self._own and self._home.is_here():
            self._executor.shutdown(wait=False)


def _aside(
    method: Callable[Concatenate[Desk, Params], Answer],
) -> Callable[Concatenate[AsyncDesk, Params], Coroutine[Any, Any, Answer]]:
    async def call(self: AsyncDesk, /, *args: Params.args, **keywords: Params.kwargs) -> Answer:
        return await self._pool.run(functools.partial(method, self._desk, *args, **keywords))

    return _like(call, method)


def _paged(
    method: Callable[Concatenate[Desk, Params], Page[Answer]],
) -> Callable[Concatenate[AsyncDesk, Params], Coroutine[Any, Any, AsyncPage[Answer]]]:
    async def call(self: AsyncDesk, /, *args: Params.args, **keywords: Params.kwargs) -> AsyncPage[Answer]:
        page = await self._pool.run(functools.partial(method, self._desk, *args, **keywords))
        return AsyncPage(page, self._pool.run)

    return _like(call, method)


def _live(
    method: Callable[Concatenate[Desk, Params], Live[Answer]],
) -> Callable[Concatenate[AsyncDesk, Params], AsyncLive[Answer]]:
    def call(self: AsyncDesk, /, *args: Params.args, **keywords: Params.kwargs) -> AsyncLive[Answer]:
        live = method(self._desk, *args, **keywords)
        return AsyncLive(live, self._desk._bell, self._pool.run, _itself)

    return _like(call, method)


def _live_pages(
    method: Callable[Concatenate[Desk, Params], Live[Page[Answer]]],
) -> Callable[Concatenate[AsyncDesk, Params], AsyncLive[AsyncPage[Answer]]]:
    def call(self: AsyncDesk, /, *args: Params.args, **keywords: Params.kwargs) -> AsyncLive[AsyncPage[Answer]]:
        live, run = method(self._desk, *args, **keywords), self._pool.run
        return AsyncLive(live, self._desk._bell, run, lambda page: AsyncPage(page, run))

    return _like(call, method)


def _itself(value: Answer) -> Answer:
    return value


def _like(call: Answer, method: Any) -> Answer:
    """A method with the name, the words and the parameters of another."""
    like = cast(Any, call)
    like.__name__, like.__doc__ = method.__name__, method.__doc__
    like.__qualname__, like.__module__ = f"AsyncDesk.{method.__name__}", __name__
    like.__signature__ = inspect.signature(method).replace(return_annotation=inspect.Signature.empty)
    return call


class AsyncDesk(Shared):
    """A desk whose methods are awaited: each has the name, the parameters and the answer of that of `Desk`.

    Lists come as `AsyncPage`, whose `all()` is for `async for`; live reads as `AsyncLive`, for `async for` too. A call
    whose `await` is cancelled is carried out all the same.
    """

    _pickle_instead = Desk._pickle_instead

    def __init__(self, desk: Desk, pool: Pool) -> None:
        self._desk = desk
        self._pool = pool

    @property
    def actor(self) -> Actor:
        """Whose desk it is."""
        return self._desk.actor

    @property
    def language(self) -> Language:
        """The language in which it speaks."""
        return self._desk.language

    def in_language(self, language: str | Language) -> AsyncDesk:
        """The same desk in another language. See `Desk.in_language`."""
        return AsyncDesk(self._desk.in_language(language), self._pool)

    def request(self, id: str) -> AsyncDesk:
        """The same desk for one request with an id of the caller's: carried out at most once. See `Desk.request`."""
        return AsyncDesk(self._desk.request(id), self._pool)

    raise_case = _aside(Desk.raise_case)
    validate_case = _aside(Desk.validate_case)
    case = _aside(Desk.case)
    find_case = _aside(Desk.find_case)
    edit_case = _aside(Desk.edit_case)
    migrate_case = _aside(Desk.migrate_case)
    take_case = _aside(Desk.take_case)
    return_case = _aside(Desk.return_case)
    assign_case = _aside(Desk.assign_case)
    take_over_case = _aside(Desk.take_over_case)

    cases = _paged(Desk.cases)
    cases_columns = _aside(Desk.cases_columns)
    interactions = _paged(Desk.interactions)
    my_cases = _paged(Desk.my_cases)
    my_cases_columns = _aside(Desk.my_cases_columns)
    my_taken_cases = _paged(Desk.my_taken_cases)
    my_pending_count = _aside(Desk.my_pending_count)
    counts = _aside(Desk.counts)
    search = _paged(Desk.search)

    create_customer = _aside(Desk.create_customer)
    update_customer = _aside(Desk.update_customer)
    customer = _aside(Desk.customer)
    find_customer = _aside(Desk.find_customer)
    customers = _paged(Desk.customers)

    add_note = _aside(Desk.add_note)
    reply = _aside(Desk.reply)
    edit_note = _aside(Desk.edit_note)
    retract_note = _aside(Desk.retract_note)
    set_note_visibility = _aside(Desk.set_note_visibility)
    thread = _paged(Desk.thread)
    note_revisions = _aside(Desk.note_revisions)

    receive_request = _aside(Desk.receive_request)
    summary = _aside(Desk.summary)
    available_actions = _aside(Desk.available_actions)
    blockers = _aside(Desk.blockers)
    approve_identification = _aside(Desk.approve_identification)
    prepare_data = _aside(Desk.prepare_data)
    snapshot = _aside(Desk.snapshot)
    preview_data = _aside(Desk.preview_data)
    approve_no_data = _aside(Desk.approve_no_data)
    approve_data = _aside(Desk.approve_data)
    approve_step = _aside(Desk.approve_step)
    deny = _aside(Desk.deny)
    revoke = _aside(Desk.revoke)
    release = _aside(Desk.release)
    send_again = _aside(Desk.send_again)
    retry = _aside(Desk.retry)
    withdraw = _aside(Desk.withdraw)

    cases_with_errors = _paged(Desk.cases_with_errors)
    failure_overview = _aside(Desk.failure_overview)
    retry_all = _aside(Desk.retry_all)
    check_settings = _aside(Desk.check_settings)

    create_case_type = _aside(Desk.create_case_type)
    edit_case_type = _aside(Desk.edit_case_type)
    activate_case_type = _aside(Desk.activate_case_type)
    deactivate_case_type = _aside(Desk.deactivate_case_type)
    case_types = _aside(Desk.case_types)
    case_type = _aside(Desk.case_type)
    create_workflow = _aside(Desk.create_workflow)
    edit_workflow = _aside(Desk.edit_workflow)
    activate_workflow = _aside(Desk.activate_workflow)
    deactivate_workflow = _aside(Desk.deactivate_workflow)
    workflows = _aside(Desk.workflows)
    workflow = _aside(Desk.workflow)
    settings = _aside(Desk.settings)
    change_settings = _aside(Desk.change_settings)

    history = _paged(Desk.history)
    changes_since = _aside(Desk.changes_since)
    changes = _live(Desk.changes)
    verify_stream = _aside(Desk.verify_stream)
    verify = _aside(Desk.verify)
    audit_head = _aside(Desk.audit_head)

    import_items = _aside(Desk.import_items)

    overview_pdf = _aside(Desk.overview_pdf)
    overview_pdf_to = _aside(Desk.overview_pdf_to)
    overview_csv = _aside(Desk.overview_csv)
    overview_csv_to = _aside(Desk.overview_csv_to)
    case_pdf = _aside(Desk.case_pdf)
    case_pdf_to = _aside(Desk.case_pdf_to)

    live_cases = _live_pages(Desk.live_cases)
    live_my_cases = _live_pages(Desk.live_my_cases)
    live_pending_count = _live(Desk.live_pending_count)
    live_thread = _live_pages(Desk.live_thread)
    live_summary = _live(Desk.live_summary)
    live_failures = _live_pages(Desk.live_failures)


class AsyncCaseKit(Single):
    """A kit whose desks are awaited. `casekit.open_async` opens one; it is closed at the end of an `async with`, or by
    `close`. `AsyncCaseKit(kit, executor)` makes one of a kit that is open, with threads of the application's own."""

    _instead = CaseKit._instead

    def __init__(self, kit: CaseKit, executor: Executor | None = None) -> None:
        self._kit = kit
        self._pool = Pool(executor)

    def desk(
        self,
        actor: Actor | str,
        name: str = "",
        *,
        roles: Role | Iterable[Role] = (),
        permissions: Permission | Iterable[Permission] = (),
        on_behalf_of: str | None = None,
    ) -> AsyncDesk:
        """The desk of an actor, for whom the application vouches. See `CaseKit.desk`."""
        desk = self._kit.desk(actor, name, roles=roles, permissions=permissions, on_behalf_of=on_behalf_of)
        return AsyncDesk(desk, self._pool)

    def observe(self, changed: Callable[[int], object]) -> Subscription:
        """Calls a function after commits, on a thread of its own. See `CaseKit.observe`; `AsyncDesk.changes` is for the
        loop."""
        return self._kit.observe(changed)

    async def poll(self) -> bool:
        """Looks for changes that another process made, tells observers of them, and says whether there were any."""
        return await self._pool.run(self._kit.poll)

    async def resume_deliveries(self) -> Resumed:
        """Goes on with every answer that is under way. See `CaseKit.resume_deliveries`."""
        return await self._pool.run(self._kit.resume_deliveries)

    async def tidy(self) -> int:
        """Destroys snapshots and packages whose retention time is over; says how many."""
        return await self._pool.run(self._kit.tidy)

    async def check(self) -> None:
        """Looks the whole file over for damage; it reads everything. See `CaseKit.check`."""
        await self._pool.run(self._kit.check)

    async def health(self) -> Health:
        """How the kit is doing. See `CaseKit.health`."""
        return await self._pool.run(self._kit.health)

    async def compact(self) -> int:
        """Gives back the space in the file that holds nothing; says how many bytes the file has less."""
        return await self._pool.run(self._kit.compact)

    async def repair_derived(self) -> int:
        """Makes anew what the search and lists are found by. See `CaseKit.repair_derived`."""
        return await self._pool.run(self._kit.repair_derived)

    async def backup_to(
        self, path: str | os.PathLike[str], progress: Callable[[BackupProgress], object] | None = None
    ) -> None:
        """Copies the file to `path`, of one moment and while others read and write. See `CaseKit.backup_to`.

        `progress` is called on a thread of the pool. Cancelling the `await` ends the backup, and nothing of it is left
        when the cancellation is raised.
        """
        cancelled = False

        def tell(so_far: BackupProgress) -> object:
            if cancelled:
                return False
            return None if progress is None else progress(so_far)

        backup = asyncio.ensure_future(self._pool.run(lambda: self._kit.backup_to(path, tell)))
        try:
            await asyncio.shield(backup)
        except asyncio.CancelledError:
            cancelled = True
            await asyncio.wait([backup])
            # What it ended with was heard of.
            if not backup.cancelled():
                backup.exception()
            raise

    async def suspend(self, wait: float | timedelta = 2.0) -> None:
        """Lets go of the file for a while. See `CaseKit.suspend`."""
        await self._pool.run(lambda: self._kit.suspend(wait))

    async def resume(self) -> None:
        """Opens the file again after `suspend`."""
        await self._pool.run(self._kit.resume)

    async def close(self) -> None:
        """Lets go of the file for good; live lists end. Closing again does nothing."""
        await asyncio.to_thread(self._kit.close)
        self._pool.end()

    async def __aenter__(self) -> AsyncCaseKit:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class Opening(Single):
    """A kit that is being opened: `await` it, or give it to `async with`."""

    _instead = "`await` it, and hand on what it gives"

    def __init__(self, opens: Callable[[], CaseKit]) -> None:
        self._opens = opens
        self._kit: AsyncCaseKit | None = None

    async def _open(self) -> AsyncCaseKit:
        return AsyncCaseKit(await asyncio.to_thread(self._opens))

    def __await__(self) -> Generator[Any, None, AsyncCaseKit]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncCaseKit:
        self._kit = await self._open()
        return self._kit

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kit is not None:
            await self._kit.close()


def _opening(opens: Callable[Params, CaseKit]) -> Callable[Params, Opening]:
    def call(*args: Params.args, **keywords: Params.kwargs) -> Opening:
        return Opening(functools.partial(opens, *args, **keywords))

    call.__name__ = call.__qualname__ = f"{opens.__name__}_async"
    call.__doc__ = f"`async with` or `await` it. {opens.__doc__}"
    vars(call)["__signature__"] = inspect.signature(opens).replace(return_annotation="Opening")
    return call


open_async = _opening(sync.open)
in_memory_async = _opening(sync.in_memory)
