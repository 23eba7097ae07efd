"""Which process this is. What was made before a fork stays with the parent: the child neither uses nor ends it.

A child has what its parent's memory held, and none of its threads: a lock that one of them held is never given back, and
what waits for one waits for ever. So whatever holds something of the library's knows its home, and asks here first.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from typing import Any

from . import errors


class Home:
    """The process in which something was made. A child gets one of its own, even if a number comes again."""

    __slots__ = ("_pid",)

    def __init__(self) -> None:
        self._pid = os.getpid()

    def is_here(self) -> bool:
        """Whether this is that process still."""
        return self is here()

    def check(self) -> None:
        """`StoreError` with `forked` in any other."""
        if self is not here():
            raise errors.StoreError(
                "forked", "this was opened before the process was forked, and stays with the parent: open the file in the child"
            )


def here() -> Home:
    """The home of what is made now."""
    if _here._pid != os.getpid():
        # Who forks in C, as uWSGI does, need not have told Python.
        with _noticing:
            if _here._pid != os.getpid():
                _begin()
    return _here


def in_child(begin: Callable[[], None]) -> None:
    """Calls a function in every forked child from now on, before anything else of this package runs there. It must
    take no lock."""
    _beginnings.append(begin)


def hold_back(library: Any) -> None:
    """Keeps the library's threads from calling in while this process forks: Python 3.11 does not survive one that is on
    its way in then."""
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
