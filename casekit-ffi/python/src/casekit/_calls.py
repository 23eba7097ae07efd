"""Calls into the library, in uniffi's form: numbers as they are, everything else in buffers that the library owns."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from . import _forks, errors
from ._library import library, quick

Itself = TypeVar("Itself", bound="Handle")
Value = TypeVar("Value")
Read = Callable[[bytes, int], tuple[Value, int]]


class Buffer(ctypes.Structure):
    """Bytes that the library allocates and frees."""

    _fields_ = [("capacity", ctypes.c_uint64), ("len", ctypes.c_uint64), ("data", ctypes.c_void_p)]


class _Bytes(ctypes.Structure):
    """Bytes that Python owns. The library may read them only until the call returns."""

    _fields_ = [("len", ctypes.c_int32), ("data", ctypes.c_char_p)]


class Status(ctypes.Structure):
    """How a call ended: a code, and the error in a buffer if there is one."""

    _fields_ = [("code", ctypes.c_int8), ("error", Buffer)]


Answer = ctypes.POINTER(Status)
SUCCESS, REFUSED = 0, 1

_from_bytes, _free = quick.ffi_casekit_ffi_rustbuffer_from_bytes, quick.ffi_casekit_ffi_rustbuffer_free
_from_bytes.argtypes, _from_bytes.restype = (_Bytes, Answer), Buffer
_free.argtypes, _free.restype = (Buffer, Answer), None


# For calls that cannot fail. Threads can share one, because such a call keeps the interpreter's lock.
_ANY = ctypes.byref(Status())


def buffer(data: bytes | bytearray) -> Buffer:
    """A buffer with these bytes, which the library frees."""
    made: Buffer = _from_bytes(_Bytes(len(data), bytes(data)), _ANY)
    return made


def taken(given: Any) -> bytes:
    """The bytes of a buffer, which is freed."""
    data = ctypes.string_at(given.data, given.len) if given.len else b""
    _free(given, _ANY)
    return data


def lifted(read: Read[Value], given: Buffer) -> Value:
    """The value that a buffer contains. The buffer is freed."""
    data = taken(given)
    value, end = read(data, 0)
    if end != len(data):
        raise errors.Unexpected()
    return value


def written(write: Callable[[Any, bytearray], None], value: object) -> bytearray:
    """A value in the form that the library reads."""
    out = bytearray()
    write(value, out)
    return out


def function(name: str, arguments: tuple[Any, ...], answer: Any, *, at_once: bool = False) -> Any:
    """A function of the library. Its last argument is a `Status`, which says how the call ended."""
    found = getattr(quick if at_once else library, name)
    found.argtypes, found.restype = (*arguments, Answer), answer
    return found


def caller(read_error: Read[tuple[str, dict[str, Any]]]) -> Callable[..., Any]:
    """Wraps a function of the library, so that the error that it returns is raised."""

    def call(function: Any, *values: Any) -> Any:
        status = Status()
        answer = function(*values, ctypes.byref(status))
        if status.code or errors.interrupted or errors.raised:
            _end(status, read_error)
        return answer

    return call


def _end(status: Status, read_error: Read[tuple[str, dict[str, Any]]]) -> None:
    """Raises what a call has to raise; nothing, if it went well after all."""
    raised, error = errors.kept(), errors.interruption()
    if error is not None:
        if status.code != SUCCESS:
            taken(status.error)
        raise error
    if status.code == REFUSED:
        raise errors.lift(*lifted(read_error, status.error), raised)
    if status.code != SUCCESS:
        # A panic that the library did not turn into an error. Its text may quote anything, so it is dropped.
        taken(status.error)
        raise errors.Unexpected()


def check(contract: int, sums: dict[str, int]) -> None:
    """Raises `ImportError` unless the library has the layout of values and calls that the generated code expects."""
    try:
        fits = library.ffi_casekit_ffi_uniffi_contract_version() == contract and all(
            (getattr(library, name)() & 0xFFFF) == value for name, value in sums.items()
        )
    except AttributeError:
        fits = False
    if not fits:
        raise ImportError("this package of casekit and its library are of different builds: install the package again")


class Handle:
    """An object of the library. A copy is the handle itself, and it cannot be pickled.

    A handle that was made before a fork does nothing in the child: the library behind it would wait for threads that do
    not exist there.
    """

    __slots__ = ("__weakref__", "_handle", "_home")
    _clone: ClassVar[Any]
    _free: ClassVar[Any]

    def __init__(self, handle: int) -> None:
        self._home = _forks.here()
        self._handle = handle

    def __del__(self, _is_over: Callable[[], bool] = sys.is_finalizing) -> None:
        # While the interpreter ends, the functions needed here may be gone, and the process frees everything anyway.
        handle = None if _is_over() else getattr(self, "_handle", None)
        if handle is not None and self._home.is_here():
            self._free(handle, ctypes.byref(Status()))

    def _use(self) -> int:
        """A handle for one call. The library releases it at the end of the call."""
        self._home.check()
        used: int = self._clone(self._handle, _ANY)
        return used

    def __copy__(self: Itself) -> Itself:
        return self

    def __deepcopy__(self: Itself, _memo: object) -> Itself:
        return self

    def __reduce_ex__(self, _protocol: object) -> Any:
        raise TypeError(f"a {type(self).__name__} of casekit cannot leave its process")
