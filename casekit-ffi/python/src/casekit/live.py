"""Live lists: reads that are delivered again when a commit changed their answer."""

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
    """The present answer of a read, and a new one whenever a commit changes it: `for page in desk.live_cases(): ...`

    A slow consumer gets only the newest answer. While nothing changes, nothing runs; Ctrl-C ends the waiting. The loop
    ends when the kit is closed; leaving the loop, or `close`, frees the read. It is for one consumer. Changes by other
    processes are seen after `CaseKit.poll`.
    """

    _instead = "it is for one consumer: ask the desk for another"

    def __init__(self, read: Callable[[], Value | None], bell: Bell) -> None:
        self._home = _forks.here()
        self._read = read
        self._news = threading.Event()
        self._closed = False
        self._ear = bell.listen(self._news.set)

    def refresh(self) -> Value | None:
        """Reads at once. Returns the answer if it differs from the one that was delivered last, otherwise `None`."""
        return None if self._closed else self._read()

    def wait(self, timeout: float | None = None) -> Value | None:
        """Waits for the next answer.

        Args:
            timeout: The longest time to wait, in seconds; `None` waits until there is one.

        Returns:
            The answer; `None` if there was none in time, or if the read has ended.
        """
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
        """Ends the read, and wakes the thread that waits for it."""
        self._closed = True
        # Not in a forked child: nobody waits there, and a thread of the parent may hold the event's lock for ever.
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
    """A function that is called when there is news, for as long as somebody keeps this object."""

    __slots__ = ("__weakref__", "ring")

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring = ring


class Bell:
    """Wakes everybody who waits for news of a kit. The kit has one observer, which rings it."""

    def __init__(self) -> None:
        self._home = _forks.here()
        self._lock = threading.RLock()
        self._ears: weakref.WeakSet[Ear] = weakref.WeakSet()
        self._start: Callable[[], None] | None = None

    def starts_with(self, start: Callable[[], None]) -> None:
        """Sets what subscribes the observer. It is called when the first listener comes, so that a kit without any has
        none."""
        self._start = start

    def listen(self, ring: Callable[[], None]) -> Ear:
        """Calls `ring` on news from now on, until the returned object is garbage-collected."""
        self._home.check()
        ear = Ear(ring)
        with self._lock:
            self._ears.add(ear)
            start, self._start = self._start, None
        if start is not None:
            start()
        return ear

    def ring(self) -> None:
        """Calls every listener, without the lock, so that a listener can call back."""
        with self._lock:
            ears = list(self._ears)
        for ear in ears:
            ear.ring()
