"""Live lists for `asyncio`."""

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
    """What there is now, and again whenever a commit changed it: `async for page in desk.live_cases(): ...`

    A consumer that is slow gets the newest only. While nothing changes nothing runs, and no thread waits. It ends when
    the kit is closed; leaving the loop, or `aclose`, frees it. It is for one consumer. A wait that is cancelled loses
    nothing.
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
        """What there is now if it differs from what was delivered last, at once; `None` if it does not."""
        value = await self._run(self._live.refresh)
        return None if value is None else self._lift(value)

    async def aclose(self) -> None:
        """Ends it; who waits for it is woken."""
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
                # The read goes on, and whoever asks next gets what it finds.
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
            # The loop has ended, and nobody waits in it.
            pass

    return ring
