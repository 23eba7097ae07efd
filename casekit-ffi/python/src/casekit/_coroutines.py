"""Callbacks that are coroutine functions. They run in the event loop of the program that opened the kit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

Answer = TypeVar("Answer")
_PATIENCE = 1.0

_loop: ContextVar[AbstractEventLoop | None] = ContextVar("casekit_loop", default=None)


def within(loop: AbstractEventLoop | None, call: Callable[[], Answer]) -> Answer:
    """Makes a call during which coroutine functions are accepted as callbacks. They run in this loop."""
    before = _loop.set(loop)
    try:
        return call()
    finally:
        _loop.reset(before)


def plain(call: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A callback as the library calls it. If it is a coroutine function, the thread that calls it waits for its answer.

    Raises:
        TypeError: If it is a coroutine function, and nobody runs an event loop for it.
    """
    loop = _loop.get()
    if loop is None and _is_coroutine_function(call):
        raise TypeError(
            f"`{name}` is a coroutine function, which needs an event loop: use `open_async` and its desks, or give a plain "
            "function"
        )

    def ask(*arguments: object) -> Any:
        answer = call(*arguments)
        return _awaited(answer, loop, name) if isinstance(answer, Awaitable) else answer

    return ask


def _is_coroutine_function(call: object) -> bool:
    import inspect

    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(getattr(call, "__call__", None))


def _awaited(answer: Awaitable[Any], loop: AbstractEventLoop | None, name: str) -> Any:
    import asyncio
    from concurrent.futures import wait

    if loop is None:
        _give_up(answer)
        raise TypeError(f"`{name}` answered with something to be awaited: use `open_async` and its desks, or answer at once")
    if asyncio._get_running_loop() is loop:
        # The loop would wait for a coroutine that only the loop can run.
        _give_up(answer)
        raise RuntimeError(f"`{name}` is a coroutine function, and its event loop waits for this call: `await` the call")
    if loop.is_closed():
        _give_up(answer)
        raise RuntimeError(f"`{name}` is a coroutine function, and its event loop is closed")
    running = asyncio.run_coroutine_threadsafe(_one(answer), loop)
    while not running.done():
        wait([running], _PATIENCE)
        if loop.is_closed() and not running.done():
            # Nobody runs it any more, so it would never be done.
            running.cancel()
            raise RuntimeError(f"the event loop was closed before `{name}` had answered")
    return running.result()


async def _one(answer: Awaitable[Any]) -> Any:
    return await answer


def _give_up(answer: object) -> None:
    """Closes a coroutine that never ran, so that Python does not warn about it."""
    close = getattr(answer, "close", None)
    if close is not None:
        close()
