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
    """A list of cases as a table: a batch for each page, read as its reader goes on.

    Whatever takes the Arrow PyCapsule interface reads it: `polars.DataFrame(table)`, `pandas.DataFrame.from_arrow(table)`,
    `pyarrow.table(table)`, DuckDB by the name of the variable. Each reader gets the list anew, as it is then.

    The columns are the fields of `CaseSummary`. Instants are in microseconds in UTC, ids are text.
    """

    _pickle_instead = "it reads an open file: send what a reader made of it"

    def __init__(self, begin: Callable[[], int]) -> None:
        self._begin = begin
        # Begun at once, so that what is wrong with the question is said where it is asked.
        self._begun = [_capsule(begin())]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table for a reader, in a capsule. It comes in the one schema that it has."""
        try:
            # In one step: of two threads one begins anew.
            return self._begun.pop()
        except IndexError:
            return _capsule(self._begin())

    def __repr__(self) -> str:
        return "CaseTable(the cases of a list)"


def _capsule(address: int) -> object:
    # The name is kept by address: it is this module's, which stays.
    capsule: object = _new(address, _NAME, _free)
    return capsule
