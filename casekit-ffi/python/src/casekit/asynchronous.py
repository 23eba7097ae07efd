"""Kits and desks for `asyncio`: every call runs on a thread of a pool, and the loop is never blocked."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor
from datetime import timedelta
from types import TracebackType
from typing import Any, ParamSpec

from . import _coroutines
from . import kit as sync
from ._aside import Pool
from ._called import called
from .copies import Shared, Single
from .desk import Desk
from .desk.awaited import Awaited
from .due import DueRuns
from .kit import CaseKit, Polling, Subscription
from .language import Language
from .types import (
    Actor,
    BackupProgress,
    ChangedStreams,
    CheckProgress,
    CheckReport,
    DueReport,
    Health,
    Permission,
    PermissionCode,
    Resumed,
    Role,
    RoleCode,
)

Params = ParamSpec("Params")


class AsyncDesk(Awaited, Shared):
    """A desk whose methods are awaited. Each has the name, the parameters and the result of the method of `Desk`.

    Lists are `AsyncPage`, whose `all()` is for `async for`; live reads are `AsyncLive`, also for `async for`.
    Cancelling the `await` of a call does not stop the call: it is carried out all the same.
    """

    _pickle_instead = Desk._pickle_instead

    @property
    def actor(self) -> Actor:
        """The actor to whom the desk belongs."""
        return self._desk.actor

    def request(self, id: str) -> AsyncDesk:
        """The same desk with a request id, under which a command is carried out at most once. See `Desk.request`."""
        return AsyncDesk(self._desk.request(id), self._pool)

    def seen(self, revision: int) -> AsyncDesk:
        """The same desk, whose next command needs what it changes to have this revision. See `Desk.seen`."""
        return AsyncDesk(self._desk.seen(revision), self._pool)

    @property
    def language(self) -> Language:
        """The language of the desk's names, statuses and messages."""
        return self._desk.language

    def in_language(self, language: Language | str) -> AsyncDesk:
        """The same desk in another language. See `Desk.in_language`."""
        return AsyncDesk(self._desk.in_language(language), self._pool)


called("AsyncDesk", AsyncDesk)


class AsyncCaseKit(Single):
    """A kit whose desks are awaited.

    `casekit.open_async` opens one; it is closed at the end of an `async with`, or by `close`.
    `AsyncCaseKit(kit, executor)` makes one from an open kit, with the application's own threads.
    """

    _instead = CaseKit._instead

    def __init__(self, kit: CaseKit, executor: Executor | None = None) -> None:
        self._kit = kit
        self._pool = Pool(executor)

    def desk(
        self,
        actor: Actor | str,
        name: str = "",
        *,
        roles: Role | RoleCode | Iterable[Role | RoleCode] = (),
        permissions: Permission | PermissionCode | Iterable[Permission | PermissionCode] = (),
        on_behalf_of: str | None = None,
    ) -> AsyncDesk:
        """The desk of an actor. The application vouches for the actor. See `CaseKit.desk`."""
        desk = self._kit.desk(actor, name, roles=roles, permissions=permissions, on_behalf_of=on_behalf_of)
        return AsyncDesk(desk, self._pool)

    @property
    def language(self) -> Language:
        """The language of desks that choose none of their own."""
        return self._kit.language

    def observe(self, changed: Callable[[str], object]) -> Subscription:
        """Calls a function after commits, on a thread of its own; a coroutine function runs in the event loop. See
        `CaseKit.observe`. `AsyncDesk.changes` says what changed."""
        return _coroutines.within(asyncio.get_running_loop(), lambda: self._kit.observe(changed))

    async def changed_streams(self, since: str | None = None) -> ChangedStreams:
        """Says which streams changed since a cursor. See `CaseKit.changed_streams`."""
        return await self._pool.run(lambda: self._kit.changed_streams(since))

    async def poll(self) -> bool:
        """Looks for changes by other processes, and tells observers about them. Returns whether there were any."""
        return await self._pool.run(self._kit.poll)

    def poll_every(self, interval: float | timedelta) -> Polling:
        """Polls by itself, on a thread of the library's own. See `CaseKit.poll_every`."""
        return self._kit.poll_every(interval)

    async def run_due(self) -> DueReport:
        """Does what is due, and answers when to call next. See `CaseKit.run_due`."""
        return await self._pool.run(self._kit.run_due)

    def run_due_in_background(
        self,
        at_most: float | timedelta = 60.0,
        *,
        tell: Callable[[DueReport], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> DueRuns:
        """Does by itself what is due, on a thread of its own; coroutine functions run in the event loop. See
        `CaseKit.run_due_in_background`."""
        loop = asyncio.get_running_loop()
        return _coroutines.within(
            loop, lambda: self._kit.run_due_in_background(at_most, tell=tell, failed=failed)
        )

    async def resume_deliveries(self) -> Resumed:
        """Continues every unfinished delivery that nobody is working on. See `CaseKit.resume_deliveries`."""
        return await self._pool.run(self._kit.resume_deliveries)

    async def purge_expired(self) -> int:
        """Destroys snapshots and packages whose retention is over. Returns how many were destroyed."""
        return await self._pool.run(self._kit.purge_expired)

    async def check(self, progress: Callable[[CheckProgress], object] | None = None) -> CheckReport:
        """Checks the whole file for damage; it reads everything. See `CaseKit.check`. `progress` is called on a thread of
        the pool."""
        return await self._pool.run(lambda: self._kit.check(progress))

    async def health(self) -> Health:
        """The state of the kit: faults, sizes and due tasks. See `CaseKit.health`."""
        return await self._pool.run(self._kit.health)

    async def compact(self) -> int:
        """Returns unused space in the file to the system. The result is the number of bytes by which the file
        shrank."""
        return await self._pool.run(self._kit.compact)

    async def repair_derived(self) -> int:
        """Rebuilds everything by which searches and lists find records. See `CaseKit.repair_derived`."""
        return await self._pool.run(self._kit.repair_derived)

    async def backup_to(
        self, path: str | os.PathLike[str], progress: Callable[[BackupProgress], object] | None = None
    ) -> None:
        """Copies the file to `path` as it is at one moment, while others read and write. See `CaseKit.backup_to`.

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
            # Retrieves the exception, so that `asyncio` does not log that nobody did.
            if not backup.cancelled():
                backup.exception()
            raise

    async def suspend(self, wait: float | timedelta = 2.0) -> None:
        """Closes the file until `resume`. See `CaseKit.suspend`."""
        await self._pool.run(lambda: self._kit.suspend(wait))

    async def resume(self) -> None:
        """Opens the file again after `suspend`."""
        await self._pool.run(self._kit.resume)

    async def close(self) -> None:
        """Closes the file for good; live lists end. Closing it again does nothing."""
        await asyncio.to_thread(self._kit.close)
        self._pool.end()

    async def __aenter__(self) -> AsyncCaseKit:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class Opening(Single):
    """A kit that is being opened: `await` it, or use it in an `async with`."""

    _instead = "`await` it, and hand on what it gives"

    def __init__(self, opens: Callable[[], CaseKit]) -> None:
        self._opens = opens
        self._kit: AsyncCaseKit | None = None

    async def _open(self) -> AsyncCaseKit:
        # In the thread's own copy of the context, so that only this opening accepts coroutine functions.
        return AsyncCaseKit(await asyncio.to_thread(_coroutines.within, asyncio.get_running_loop(), self._opens))

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
connect_async = _opening(sync.connect)
in_memory_async = _opening(sync.in_memory)
