"""Callbacks of the application, as the library calls them: a table of functions for each kind, in uniffi's form."""

from __future__ import annotations

import ctypes
import itertools
import threading
from collections.abc import Callable
from typing import Any

from . import _forks, errors
from ._calls import REFUSED, Answer, Buffer, buffer, written


class Method:
    """A method that the library calls: the types of its arguments, and how they are read and its answer is written."""

    def __init__(self, name: str, arguments: tuple[Any, ...], read: Callable[..., Any], answer: Any, write: Any) -> None:
        self.name = name
        self.read = read
        self.write = write
        out = ctypes.c_void_p if answer is None else ctypes.POINTER(answer)
        self.type = ctypes.CFUNCTYPE(None, ctypes.c_uint64, *arguments, out, Answer)


class Kind:
    """One kind of callback object, with all objects of that kind that the library holds."""

    def __init__(self, begin: str, write_error: Callable[[Any, bytearray], None], methods: Callable[[], list[Method]]) -> None:
        self._begin = begin
        self._write_error = write_error
        self._methods = methods
        self._held: dict[int, Any] = {}
        # Handles are odd: the lowest bit tells the library that a handle is the host's.
        self._next = itertools.count(1, 2)
        self._table: Any = None
        self._lock = threading.Lock()
        _forks.in_child(self._unlock)

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, brought: object) -> int:
        """A handle for the library. The object is kept until the library frees the handle."""
        with self._lock:
            if self._table is None:
                self._table = self._told()
            handle = next(self._next)
            self._held[handle] = brought
        return handle

    def _told(self) -> Any:
        """Makes the table when the first object of the kind is passed. The library keeps the table for good."""
        methods = self._methods()
        free = ctypes.CFUNCTYPE(None, ctypes.c_uint64)
        clone = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_uint64)
        fields = [("uniffi_free", free), ("uniffi_clone", clone), *((method.name, method.type) for method in methods)]
        table = type("Table", (ctypes.Structure,), {"_fields_": fields})(
            free(self._let_go), clone(self._again), *(method.type(self._entry(method)) for method in methods)
        )
        from ._library import library

        getattr(library, self._begin)(ctypes.byref(table))
        return table

    def _let_go(self, handle: int) -> None:
        self._held.pop(handle, None)

    def _again(self, handle: int) -> int:
        again = next(self._next)
        self._held[again] = self._held[handle]
        return again

    def _unlock(self) -> None:
        # A thread of the parent may have held the lock when the process forked.
        self._lock = threading.Lock()

    def _entry(self, method: Method) -> Callable[..., None]:
        def enter(handle: int, *given: Any) -> None:
            *arguments, out, status = given
            # No exception may leave this function, because its caller is the library.
            try:
                values = method.read(*arguments)
                answer = getattr(self._held[handle], method.name)(*values)
                if method.write is not None:
                    out[0] = method.write(answer)
            except BaseException as error:
                status.contents.code = REFUSED
                status.contents.error = self._told_of(error, method.name)

        return enter

    def _told_of(self, error: BaseException, name: str) -> Buffer:
        is_observer = name == "changed"
        if not isinstance(error, Exception) and not is_observer:
            # It is raised to the caller as it is, so there is nothing to log.
            errors.interrupt(error)
        elif not isinstance(error, errors.Failure):
            errors.log(name, error)
        if not is_observer:
            # An observer is called on a thread of its own, in no call.
            errors.keep(error)
        try:
            return buffer(written(self._write_error, errors.told(error)))
        except Exception as wrong:
            errors.log(name, wrong)
            return buffer(written(self._write_error, errors.told(wrong)))
