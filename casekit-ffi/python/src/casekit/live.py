"""Live lists: reads that are delivered again when a commit touched them."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from . import _forks, errors
from .copies import Single

Value = TypeVar("Value", covariant=True)


class Live(Single, Iterator[Value], Generic[Value]):
    """What there is now, and again whenever a commit changed it: `for page in desk.live_cases(): ...`

    A consumer that is slow gets the newest only. While nothing changes nothing runs, and Ctrl-C ends the waiting. It
    ends when the kit is closed; leaving the loop, or `close`, frees it. It is for one consumer. What another process
    changed is seen after `CaseKit.poll`.
    """

    _instead = "it is for one consumer: ask the desk for another"

    def __init__(self, read: Callable[[], Value | None], bell: Bell) -> None:
        self._home = _forks.here()
        self._read = read
        self._news = threading.Event()
        self._closed = False
        self._ear = bell.listen(self._news.set)

    def refresh(self) -> Value | None:
        """What there is now if it differs from what was delivered last, at once; `None` if it does not."""
        return None if self._closed else self._read()

    def wait(self, timeout: float | None = None) -> Value | None:
        """The next delivery; `None` if there was none within `timeout` seconds, or it has ended."""
        self._home.check()
        until = None if timeout is None else time.monotonic() + timeout
        while not self._closed:
            self._news.clear()
            try:
                value = self._read()
            except errors.StoreError as error:
                if error.code != "closed":
                    raise
                self.close()
                break
            if value is not None:
                return value
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0 or not self._news.wait(left):
                break
        return None

    def close(self) -> None:
        """Ends it; who waits for it is woken."""
        self._closed = True
        # In a forked child nobody waits, and the lock in here may be held for good.
        if self._home.is_here():
            self._news.set()

    def __next__(self) -> Value:
        value = self.wait()
        if value is None:
            raise StopIteration
        return value

    def __enter__(self) -> Live[Value]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Ear:
    """Is rung when there is news, for as long as somebody holds it."""

    __slots__ = ("__weakref__", "ring")

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring = ring


class Bell:
    """What the one observer of a kit rings: wakes everyone who waits for news."""

    def __init__(self) -> None:
        self._home = _forks.here()
        self._lock = threading.RLock()
        self._ears: weakref.WeakSet[Ear] = weakref.WeakSet()
        self._start: Callable[[], None] | None = None

    def starts_with(self, start: Callable[[], None]) -> None:
        """What makes it ring, called when the first one listens."""
        self._start = start

    def listen(self, ring: Callable[[], None]) -> Ear:
        """Rings from now on, until what it gives is let go."""
        self._home.check()
        ear = Ear(ring)
        with self._lock:
            self._ears.add(ear)
            start, self._start = self._start, None
        if start is not None:
            start()
        return ear

    def ring(self) -> None:
        """Wakes everyone."""
        with self._lock:
            ears = list(self._ears)
        for ear in ears:
            ear.ring()
