"""Which process this is. Objects that were made before a fork belong to the parent: the child neither uses nor closes
them.

A child has a copy of its parent's memory, but none of its threads. A lock that one of them held is never released, and
whoever waits for such a thread waits for ever. So every object that holds something of the library knows the process in
which it was made, and asks here before it is used.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from typing import Any

from . import errors


class Home:
    """The process in which an object was made. Compared by identity, because process ids are reused."""

    __slots__ = ("_pid",)

    def __init__(self) -> None:
        self._pid = os.getpid()

    def is_here(self) -> bool:
        """Whether this is still the same process."""
        return self is here()

    def check(self) -> None:
        """Raises `StoreError` with `forked` in any other process."""
        if self is not here():
            raise errors.StoreError(
                "forked", "this was opened before the process was forked, and stays with the parent: open the file in the child"
            )


def here() -> Home:
    """The present process."""
    if _here._pid != os.getpid():
        # A program that forks in C, as uWSGI does, may not run Python's fork handlers, so the change is noticed here.
        with _noticing:
            if _here._pid != os.getpid():
                _begin()
    return _here


def in_child(begin: Callable[[], None]) -> None:
    """Calls a function in every forked child from now on, before anything else of this package runs there. It must
    take no lock."""
    _beginnings.append(begin)


def hold_back(library: Any) -> None:
    """Keeps the library's threads from entering the interpreter while this process forks: Python 3.11 does not survive
    a thread that is entering at that moment."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=library.casekit_before_fork, after_in_parent=lambda: library.casekit_after_fork(ctypes.c_bool(False))
        )
        in_child(lambda: library.casekit_after_fork(ctypes.c_bool(True)))


def _begin() -> None:
    global _here
    _here = Home()
    for begin in _beginnings:
        begin()


_beginnings: list[Callable[[], None]] = []
_here = Home()
_noticing = threading.Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin)
