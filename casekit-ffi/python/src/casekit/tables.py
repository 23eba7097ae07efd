"""Lists as tables of Apache Arrow, which dataframes and databases read without a copy."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from ._library import library
from .copies import Shared

_NAME = b"arrow_array_stream"
_api = ctypes.pythonapi
_new = _api.PyCapsule_New
_new.argtypes, _new.restype = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p], ctypes.py_object
_free = ctypes.cast(library.casekit_stream_free, ctypes.c_void_p)
library.casekit_stream_capsules.argtypes = [ctypes.c_size_t]
library.casekit_stream_capsules.restype = None
library.casekit_stream_capsules(ctypes.cast(_api.PyCapsule_GetPointer, ctypes.c_void_p).value)


class CaseTable(Shared):
    """A list of cases as a table. Each page is a batch, which is read when the reader asks for it.

    Everything that supports the Arrow PyCapsule interface reads it: `polars.DataFrame(table)`,
    `pandas.DataFrame.from_arrow(table)`, `pyarrow.table(table)`, and DuckDB by the name of the variable. Each reader
    gets the list as it is when it begins to read.

    The columns are the fields of `CaseSummary`. Instants are in microseconds in UTC, ids are texts.
    """

    _pickle_instead = "it reads an open file: send what a reader made of it"

    def __init__(self, begin: Callable[[], int]) -> None:
        self._begin = begin
        # The first stream begins at once, so that an error in the query is raised where the table is asked for.
        self._begun = [_capsule(begin())]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A stream of the table for a reader, in a capsule. The table has one schema; a requested one is ignored."""
        try:
            # `pop` is atomic: of two threads, one gets this stream and the other begins its own.
            return self._begun.pop()
        except IndexError:
            return _capsule(self._begin())

    def __repr__(self) -> str:
        return "CaseTable(the cases of a list)"


def _capsule(address: int) -> object:
    # The capsule keeps only the address of the name, so the name must live as long: it belongs to this module.
    capsule: object = _new(address, _NAME, _free)
    return capsule
