"""Lists a column at a time, for who reads many rows at once."""

from __future__ import annotations

import struct
import sys
from array import array
from datetime import datetime, timezone
from itertools import repeat
from typing import Any
from uuid import UUID

from ._wire import uuids_of

_END, _NOTHING = "\x1f", "\x1e"
_NEVER = bytes(10)
_HEAD = struct.Struct("<II")
_UTC = timezone.utc
# Of its state, as `pickle` makes one: five times as fast as any other way.
_instant: Any = datetime


class Columns(dict[str, list[Any]]):
    """Columns by name, each a list with a value for each row: what `pandas.DataFrame` and `polars.DataFrame` take.

    Ids are texts, instants are aware datetimes.

    Attributes:
        next: Where to go on: give it as `after`. `None` if there is no more, and only then.
    """

    def __init__(self, columns: dict[str, list[Any]], next: str | None) -> None:
        super().__init__(columns)
        self.next = next


class Unpacking:
    """Columns as the library packs them, in the order of the fields of a row: each is taken once.

    `casekit-ffi/src/columns/layout.rs` says how they lie.

    Attributes:
        count: How many rows there are.
        next: Where the next page begins.
    """

    __slots__ = ("_at", "_data", "_text", "_texts", "count", "next")

    def __init__(self, data: bytes) -> None:
        self.count, length = _HEAD.unpack_from(data)
        self._data, self._at = data, _HEAD.size
        self._texts, self._text = data[_HEAD.size + length :].decode().split(_END), 0
        # Behind the last one stands nothing.
        self.next = None if self._texts[-2] == _NOTHING else self._texts[-2]

    def texts(self) -> list[Any]:
        """Texts, or nothing where the type of the field says so."""
        different = self._data[self._at]
        begin = self._text
        self._text = begin + (different or self.count)
        texts: list[Any] = self._texts[begin : self._text]
        if _NOTHING in texts:
            texts = [None if text == _NOTHING else text for text in texts]
        self._at += 1
        if not different:
            return texts
        places = self._bytes(1)
        return texts * self.count if different == 1 else [texts[place] for place in places]

    def ids(self) -> list[UUID]:
        """Ids."""
        return uuids_of(struct.unpack("16s" * self.count, self._bytes(16)))

    def id_texts(self) -> list[str]:
        """Ids as texts, for a dataframe."""
        ids = self._bytes(16).hex()
        return [_dashed(ids[at : at + 32]) for at in range(0, len(ids), 32)]

    def instants(self) -> list[datetime]:
        """Instants."""
        return list(map(_instant, struct.unpack("10s" * self.count, self._bytes(10)), repeat(_UTC)))

    def optional_instants(self) -> list[datetime | None]:
        """Instants, or nothing."""
        states = struct.unpack("10s" * self.count, self._bytes(10))
        return [None if state == _NEVER else _instant(state, _UTC) for state in states]

    def numbers(self) -> list[int]:
        """Whole numbers."""
        numbers = array("q", self._bytes(8))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers.tolist()

    def flags(self) -> list[bool]:
        """Yes or no."""
        return list(map(bool, self._bytes(1)))

    def _bytes(self, size: int) -> bytes:
        begin = self._at
        self._at = begin + size * self.count
        return self._data[begin : self._at]


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
