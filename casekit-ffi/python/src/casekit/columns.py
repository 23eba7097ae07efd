"""Lists a column at a time, for who reads many rows at once."""

from __future__ import annotations

import struct
import sys
from array import array
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from ._record import opened
from ._wire import EPOCH, uuid_of
from .types import CaseSummary

_NOTHING = "\x1e"
_MICROSECOND = timedelta(microseconds=1)


class CaseColumns(NamedTuple):
    """Cases, a column each, as the library packs them."""

    number_of_rows: int
    id: bytes
    number: str
    case_type: str
    stage: str
    title: str
    customer: str
    holder: str
    raised_at: bytes
    updated_at: bytes
    workflow: str
    status_code: str
    status: str
    next: str | None

    @classmethod
    def _lift(cls, *values: Any) -> CaseColumns:
        return cls(*values)


class Columns(dict[str, list[Any]]):
    """Columns by name, each a list with a value for each row: what `pandas.DataFrame` and `polars.DataFrame` take.

    `id` is a column of texts, `raised_at` and `updated_at` are aware datetimes.

    Attributes:
        next: Where to go on: give it as `after`. `None` if there is no more, and only then.
    """

    def __init__(self, columns: dict[str, list[Any]], next: str | None) -> None:
        super().__init__(columns)
        self.next = next


def columns(packed: CaseColumns) -> Columns:
    """Packed columns, a list each."""
    ids = packed.id.hex()
    return Columns(
        {
            "id": [_dashed(ids[at : at + 32]) for at in range(0, len(ids), 32)],
            "number": _texts(packed.number),
            "case_type": _texts(packed.case_type),
            "stage": _texts(packed.stage),
            "title": _texts(packed.title),
            "customer": _texts(packed.customer),
            "holder": _texts(packed.holder),
            "raised_at": _instants(packed.raised_at),
            "updated_at": _instants(packed.updated_at),
            "workflow": _texts(packed.workflow),
            "status_code": _texts(packed.status_code),
            "status": _texts(packed.status),
        },
        packed.next,
    )


def rows(packed: CaseColumns) -> list[CaseSummary]:
    """Packed columns, a row each: several times faster than rows that cross one field at a time."""
    made: list[Any] = []
    for id, number, case_type, stage, title, customer, holder, raised_at, updated_at, workflow, code, status in zip(
        *(_uuids(packed.id), _texts(packed.number), _texts(packed.case_type), _texts(packed.stage), _texts(packed.title)),
        *(_texts(packed.customer), _texts(packed.holder), _instants(packed.raised_at), _instants(packed.updated_at)),
        *(_texts(packed.workflow), _texts(packed.status_code), _texts(packed.status)),
        strict=True,
    ):
        row = _new(_Row)
        row.id = id
        row.number = number
        row.case_type = case_type
        row.stage = stage
        row.title = title
        row.customer = customer
        row.holder = holder
        row.raised_at = raised_at
        row.updated_at = updated_at
        row.workflow = workflow
        row.status_code = code
        row.status = status
        row.__class__ = CaseSummary
        made.append(row)
    return made


_new = object.__new__
_Row = opened(CaseSummary)


def _uuids(packed: bytes) -> list[UUID]:
    return [uuid_of(high << 64 | low) for high, low in _HALVES.iter_unpack(packed)]


_HALVES = struct.Struct(">QQ")


def _texts(packed: str) -> list[Any]:
    texts = packed.split("\x1f")
    texts.pop()
    if _NOTHING in packed:
        return [None if text == _NOTHING else text for text in texts]
    return texts


def _instants(packed: bytes) -> list[datetime]:
    micros = array("q", packed)
    if sys.byteorder == "big":
        micros.byteswap()
    return list(map(EPOCH.__add__, map(_MICROSECOND.__mul__, micros)))


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
