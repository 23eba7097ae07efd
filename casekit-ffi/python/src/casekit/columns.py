"""Lists a column at a time, for who reads many rows at once."""

from __future__ import annotations

import sys
from array import array
from collections import deque
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any
from uuid import SafeUUID, UUID

from ._library import EPOCH
from .types import CaseSummary

_NOTHING = "\x1e"
_MICROSECOND = timedelta(microseconds=1)


class Columns(dict[str, list[Any]]):
    """Columns by name, each a list with a value for each row: what `pandas.DataFrame` and `polars.DataFrame` take.

    `id` is a column of texts, `raised_at` and `updated_at` are aware datetimes.

    Attributes:
        next: Where to go on: give it as `after`. `None` if there is no more, and only then.
    """

    def __init__(self, columns: dict[str, list[Any]], next: str | None) -> None:
        super().__init__(columns)
        self.next = next


def columns(packed: Any) -> Columns:
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


def rows(packed: Any) -> list[CaseSummary]:
    """Packed columns, a row each: several times faster than rows that cross one field at a time."""
    values: list[list[Any]] = [
        _uuids(packed.id),
        _texts(packed.number),
        _texts(packed.case_type),
        _texts(packed.stage),
        _texts(packed.title),
        _texts(packed.customer),
        _texts(packed.holder),
        _instants(packed.raised_at),
        _instants(packed.updated_at),
        _texts(packed.workflow),
        _texts(packed.status_code),
        _texts(packed.status),
    ]
    made = list(map(object.__new__, repeat(CaseSummary, packed.count)))
    # Filled column by column: twice as fast as the constructor of a frozen record.
    for fill, column in zip(_FILL, values, strict=True):
        deque(map(fill, made, column), maxlen=0)
    return made


_FILL = [getattr(CaseSummary, field.name).__set__ for field in fields(CaseSummary)]


def _uuids(packed: bytes) -> list[UUID]:
    numbers = [int.from_bytes(packed[at : at + 16], "big") for at in range(0, len(packed), 16)]
    if _UUID_IS_PLAIN:
        made = list(map(object.__new__, repeat(UUID, len(numbers))))
        deque(map(_uuid.int.__set__, made, numbers), maxlen=0)
        deque(map(_uuid.is_safe.__set__, made, repeat(SafeUUID.unknown)), maxlen=0)
        return made
    return [UUID(int=number) for number in numbers]


_uuid: Any = UUID
_UUID_IS_PLAIN = getattr(UUID, "__slots__", None) == ("int", "is_safe", "__weakref__")
"""Whether a UUID is what it was in every Python from 3.8 on, and can be filled as our own rows are."""


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
    return [EPOCH + micro * _MICROSECOND for micro in micros]


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
