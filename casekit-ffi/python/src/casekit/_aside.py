"""Runs calls outside the event loop of `asyncio`, on threads of a pool."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from . import _coroutines, _forks
from .live import Live
from .live_async import AsyncLive
from .pages import AsyncPage, Page

if TYPE_CHECKING:
    from .desk import Desk

Answer = TypeVar("Answer")
THREADS = 8


class Pool:
    """Runs calls on the threads of an executor. Without one it makes its own, with 8 threads, and shuts it down."""

    def __init__(self, executor: Executor | None) -> None:
        self._home = _forks.here()
        self._own = executor is None
        self._executor: Executor | None = executor or ThreadPoolExecutor(THREADS, thread_name_prefix="casekit")

    def run(self, call: Callable[[], Answer]) -> Awaitable[Answer]:
        """Begins a call on a thread, and returns at once. The result is awaited."""
        # A forked child has none of the pool's threads, so the call would never run.
        self._home.check()
        context, loop = contextvars.copy_context(), asyncio.get_running_loop()
        return loop.run_in_executor(self._executor, context.run, _coroutines.within, loop, call)

    def end(self) -> None:
        """Ends the threads once their calls have returned, unless the application owns the executor. Later calls, which
        only say that the kit is closed, run on a thread of the event loop's."""
        if self._own and self._home.is_here():
            executor, self._executor = self._executor, None
            if executor is not None:
                executor.shutdown(wait=False)


class Aside:
    """A desk, and the threads on which its methods run."""

    def __init__(self, desk: Desk, pool: Pool) -> None:
        self._desk = desk
        self._pool = pool

    def _aside(self, call: Callable[[], Answer]) -> Awaitable[Answer]:
        return self._pool.run(call)

    async def _paged(self, call: Callable[[], Page[Answer]]) -> AsyncPage[Answer]:
        return AsyncPage(await self._pool.run(call), self._pool.run)

    def _live(self, live: Live[Answer]) -> AsyncLive[Answer]:
        return AsyncLive(live, self._desk._bell, self._pool.run, _itself)

    def _live_pages(self, live: Live[Page[Answer]]) -> AsyncLive[AsyncPage[Answer]]:
        run = self._pool.run
        return AsyncLive(live, self._desk._bell, run, lambda page: AsyncPage(page, run))


def _itself(value: Answer) -> Answer:
    return value
