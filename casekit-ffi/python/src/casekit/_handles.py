"""Handles: what the generated code holds of the library's own things.

As generated, the copy of a handle is let go a second time, and a forked child lets go of what is its parent's. Here a copy
is the handle itself, and one that was made before a fork does nothing in the child: the library behind it waits for
threads that are not there.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

from . import _forks

Itself = TypeVar("Itself")


def fit(raw: Any) -> None:
    """Fits every class of the generated code that holds a handle, and what keeps the callbacks."""
    for own in list(vars(raw).values()):
        if isinstance(own, type) and hasattr(own, "_uniffi_clone_handle"):
            _fit(own)
    _forks.in_child(lambda: _unlock(raw))


def _fit(own: Any) -> None:
    use, let_go = own._uniffi_clone_handle, own.__del__

    def made(kind: type, *_: Any, **__: Any) -> Any:
        one: Any = object.__new__(kind)
        one._home = _forks.here()
        return one

    def used(self: Any) -> Any:
        # Every call begins with this one.
        self._home.check()
        return use(self)

    def gone(self: Any) -> None:
        if self._home.is_here():
            let_go(self)

    own.__new__ = made
    own._uniffi_clone_handle = used
    own.__del__ = gone
    own.__copy__ = _itself
    own.__deepcopy__ = _itself
    own.__reduce_ex__ = _stays


def _itself(self: Itself, _memo: object = None) -> Itself:
    return self


def _stays(self: object, _protocol: object) -> Any:
    raise TypeError(f"a {type(self).__name__} of casekit cannot leave its process")


def _unlock(raw: Any) -> None:
    """A thread of the parent may have been in one of these when it forked."""
    for converter in vars(raw).values():
        callbacks = getattr(converter, "_handle_map", None)
        if callbacks is not None:
            callbacks._lock = threading.Lock()
