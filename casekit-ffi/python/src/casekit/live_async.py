"""Live lists for `asyncio`: reads that are delivered again when a commit changed their answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from . import errors
from .copies import Single
from .live import Bell, Ear, Live

Value = TypeVar("Value", covariant=True)
Run = Callable[[Callable[[], Any]], Awaitable[Any]]


class AsyncLive(Single, AsyncIterator[Value], Generic[Value]):
    """The present answer of a read, and a new one whenever a commit changes it.

    For example, `async for page in desk.live_cases(): ...`

    A slow consumer gets only the newest answer. While nothing changes, nothing runs and no thread waits. The loop ends
    when the kit is closed; leaving the loop, or `aclose`, frees the read. It is for one consumer. Cancelling a wait
    loses no answer.
    """

    _instead = Live._instead

    def __init__(self, live: Live[Any], bell: Bell, run: Run, lift: Callable[[Any], Value]) -> None:
        self._live = live
        self._lift = lift
        self._bell = bell
        self._run = run
        self._closed = False
        self._news = asyncio.Event()
        self._ear: Ear | None = None
        self._reading: asyncio.Future[Any] | None = None

    async def refresh(self) -> Value | None:
        """Reads at once. Returns the answer if it differs from the one that was delivered last, otherwise `None`."""
        value = await self._run(self._live.refresh)
        return None if value is None else self._lift(value)

    async def aclose(self) -> None:
        """Ends the read, and wakes the task that waits for it."""
        self._closed = True
        self._live.close()
        self._news.set()

    async def __anext__(self) -> Value:
        if self._ear is None:
            self._ear = self._bell.listen(_from_any_thread(asyncio.get_running_loop(), self._news))
        while not self._closed:
            if self._reading is None:
                self._news.clear()
                self._reading = asyncio.ensure_future(self._run(self._live.refresh))
            reading = self._reading
            try:
                value = await asyncio.shield(reading)
            except asyncio.CancelledError:
                # The read continues on its thread; the next caller gets its answer, so that none is lost.
                raise
            except errors.StoreError as error:
                self._reading = None
                if error.code != "closed":
                    raise
                break
            except BaseException:
                self._reading = None
                raise
            self._reading = None
            if value is not None:
                return self._lift(value)
            await self._news.wait()
        raise StopAsyncIteration

    async def __aenter__(self) -> AsyncLive[Value]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _from_any_thread(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> Callable[[], None]:
    def ring() -> None:
        try:
            loop.call_soon_threadsafe(event.set)
        except RuntimeError:
            # The event loop is closed, so nobody waits in it.
            pass

    return ring
