"""Tables of an application's own sources: which value of Python becomes a cell of which kind.

| value | kind |
|---|---|
| `None`, `NaN`, pandas' `NaT` and `NA` | no value |
| `str`; a member of an `Enum` counts as its value | `text` |
| `bool` | `boolean` |
| `int` of 64 bits | `integer`; beyond, `decimal` |
| `float` | `real` |
| `Decimal` | `decimal` |
| `datetime` with a time zone | `timestamp` |
| `datetime` without one | `date_time` |
| `date`, `time` | `date`, `time` |
| `UUID` | `uuid` |
| `bytes`, `bytearray`, `memoryview` | `bytes` |
| `SourceFile` | `file` |
| `dict`, `list`, `tuple` | `json` |
| numpy's scalars | that of the value of Python that they stand for |

A column has one kind. Whole numbers go with any numbers, `float` becomes `decimal` beside `Decimal`, and plain values become
JSON beside a `dict` or a `list`.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from .errors import CellFailure, PermanentFailure
from .files import SourceFile
from .types import ColumnKind, DataColumn, DataTable

Cell = tuple["ColumnKind | None", Any]
"""The kind of a value, `None` for no value; and the value as the library takes it."""

NOTHING: Cell = (None, None)


class Unfit(Exception):
    """A value that no cell can be. The text is its type."""


def table(name: str, rows: Any) -> DataTable:
    """A table from rows: mappings, rows of `sqlite3` or SQLAlchemy, named tuples, or a data frame of pandas or polars."""
    found = [_mapping(name, place, row) for place, row in enumerate(_rows(rows), 1)]
    names = list(dict.fromkeys(key for row in found for key in row))
    columns, cells = [], []
    for column in names:
        kind, values = _column(name, column, [row.get(column) for row in found])
        columns.append(DataColumn(str(column), kind))
        cells.append(values)
    return DataTable(name, columns, [list(row) for row in zip(*cells)] if cells else [[] for _ in found])


def fitted(given: DataTable) -> DataTable:
    """A table whose columns the application made itself, with each value as the library takes it. Whether it fits its column
    is the library's to say."""
    kinds = [column.kind for column in given.columns]
    rows = []
    for place, row in enumerate(given.rows, 1):
        cells = [_cell_of(given.name, place, str(index + 1), value) for index, value in enumerate(row)]
        known = [(cell, kinds[index]) if index < len(kinds) else (cell, None) for index, cell in enumerate(cells)]
        rows.append([_as(cell, kind) for cell, kind in known])
    return DataTable(given.name, given.columns, rows)


def _rows(rows: Any) -> Iterable[Any]:
    if hasattr(rows, "to_dicts"):
        return rows.to_dicts()  # type: ignore[no-any-return]
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        return rows.to_dict("records")  # type: ignore[no-any-return]
    return rows  # type: ignore[no-any-return]


def _mapping(name: str, place: int, row: Any) -> Mapping[Any, Any]:
    if isinstance(row, Mapping):
        return row
    if hasattr(row, "_mapping"):
        return row._mapping  # type: ignore[no-any-return]
    if hasattr(row, "keys"):
        return {key: row[key] for key in row.keys()}
    if hasattr(row, "_asdict"):
        return row._asdict()  # type: ignore[no-any-return]
    raise PermanentFailure(
        "source_malformed",
        f"row `{place}` of the table `{name}` is a `{type(row).__name__}`: have the application's source give each row as a "
        "mapping from the names of its columns to their values, such as a `dict`",
    )


def _column(name: str, column: Any, values: Sequence[Any]) -> tuple[ColumnKind, list[Any]]:
    cells: list[Cell] = []
    kind: ColumnKind | None = None
    first = ""
    for place, value in enumerate(values, 1):
        cell = _cell_of(name, place, str(column), value)
        cells.append(cell)
        if cell[0] is None or cell[0] is kind:
            continue
        if kind is None:
            kind, first = cell[0], _type_of(value)
            continue
        both = _both(kind, cell[0])
        if both is None:
            raise CellFailure(name, place, str(column), _type_of(value), first)
        kind = both
    return (kind or ColumnKind.TEXT), [_as(cell, kind) for cell in cells]


_NUMBERS = (ColumnKind.INTEGER, ColumnKind.REAL, ColumnKind.DECIMAL)
_PLAIN = (ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.REAL, ColumnKind.BOOLEAN, ColumnKind.JSON)


def _both(one: ColumnKind, other: ColumnKind) -> ColumnKind | None:
    """The kind of a column that has values of both; `None` if there is none."""
    if one in _NUMBERS and other in _NUMBERS:
        return ColumnKind.DECIMAL if ColumnKind.DECIMAL in (one, other) else ColumnKind.REAL
    if ColumnKind.JSON in (one, other) and one in _PLAIN and other in _PLAIN:
        return ColumnKind.JSON
    return None


def _as(cell: Cell, kind: ColumnKind | None) -> Any:
    own, value = cell
    if own is kind or own is None:
        return value
    if kind is ColumnKind.DECIMAL and own in _NUMBERS:
        return _digits(Decimal(repr(value)))
    if kind is ColumnKind.JSON and own in _PLAIN and own is not ColumnKind.TEXT:
        return json.dumps(value)
    if kind is ColumnKind.JSON and own is ColumnKind.TEXT:
        return json.dumps(value, ensure_ascii=False)
    return value


def _cell_of(name: str, place: int, column: str, value: Any) -> Cell:
    try:
        return _cell(value)
    except Unfit as unfit:
        raise CellFailure(name, place, column, str(unfit), None) from None


def _cell(value: Any) -> Cell:
    if value is None:
        return NOTHING
    kind = type(value)
    if kind is str:
        return ColumnKind.TEXT, value
    if kind.__module__.split(".")[0] == "numpy":
        return _of_numpy(value)
    if isinstance(value, enum.Enum):
        return _cell(value.value)
    if isinstance(value, bool):
        return ColumnKind.BOOLEAN, value
    if isinstance(value, int):
        if -(2**63) <= value < 2**63:
            return ColumnKind.INTEGER, int(value)
        return ColumnKind.DECIMAL, _digits(Decimal(value))
    if isinstance(value, float):
        return NOTHING if value != value else (ColumnKind.REAL, float(value))
    if isinstance(value, str):
        return ColumnKind.TEXT, str.__str__(value)
    if isinstance(value, Decimal):
        if value.is_nan():
            return NOTHING
        if value.is_infinite():
            raise Unfit("Decimal that is infinite")
        return ColumnKind.DECIMAL, _digits(value)
    # What pandas has for a value that is missing is a `datetime` too.
    if kind.__name__ in ("NaTType", "NAType"):
        return NOTHING
    return _of_time(value) if isinstance(value, (date, time)) else _of_objects(value)


def _of_time(value: Any) -> Cell:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            return ColumnKind.DATE_TIME, value.replace(tzinfo=None).isoformat()
        return ColumnKind.TIMESTAMP, value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return ColumnKind.DATE, value.isoformat()
    if value.tzinfo is not None:
        raise Unfit("time with a time zone")
    return ColumnKind.TIME, value.isoformat()


def _of_objects(value: Any) -> Cell:
    if isinstance(value, UUID):
        return ColumnKind.UUID, str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return ColumnKind.BYTES, value.hex()
    if isinstance(value, SourceFile):
        return ColumnKind.FILE, value._cell()
    if isinstance(value, (Mapping, list, tuple)):
        return ColumnKind.JSON, _json(dict(value) if isinstance(value, Mapping) else value)
    raise Unfit(_type_of(value))


def _of_numpy(value: Any) -> Cell:
    dtype = getattr(value, "dtype", None)
    if getattr(dtype, "kind", None) == "M":
        if value != value:
            return NOTHING
        # To the microsecond; what counts days is a day.
        value = value if "[D]" in str(dtype) else value.astype("datetime64[us]")
    if getattr(value, "shape", None) == ():
        plain = value.item()
        if type(plain).__module__.split(".")[0] != "numpy":
            return _cell(plain)
    raise Unfit(_type_of(value))


def _json(value: Any) -> str:
    def inner(of: object) -> object:
        raise Unfit(f"{type(value).__name__} that holds a {_type_of(of)}")

    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=inner)
    except (TypeError, ValueError, RecursionError):
        raise Unfit(f"{type(value).__name__} that is no JSON") from None


def _digits(number: Decimal) -> str:
    text = format(number, "f")
    if len(text) > 1_000:
        raise Unfit("number of more than 1,000 digits")
    return text


def _type_of(value: Any) -> str:
    kind = type(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return "datetime without a time zone"
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.split('.')[0]}.{kind.__name__}"
