"""Lists a column at a time, for who reads many rows at once."""

from __future__ import annotations

import struct
import sys
from array import array
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ._wire import EPOCH, uuid_of

_END, _NOTHING = "\x1f", "\x1e"
_NEVER = -(2**63)
_MICROSECOND = timedelta(microseconds=1)
_HEAD = struct.Struct("<II")
_HALVES = struct.Struct(">QQ")


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

    Attributes:
        next: Where the next page begins.
    """

    __slots__ = ("_count", "_data", "_lacking", "_read", "_taken", "_texts", "next")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._count, length = _HEAD.unpack_from(data)
        self._read, self._taken = _HEAD.size, 0
        texts = data[_HEAD.size + length :].decode()
        self._lacking = _NOTHING in texts
        self._texts = texts.split(_END)
        # The last one, behind which nothing stands.
        self.next = None if self._texts[-2] == _NOTHING else self._texts[-2]

    def texts(self) -> list[str]:
        """Texts."""
        begin = self._taken
        self._taken = begin + self._count
        return self._texts[begin : self._taken]

    def optional_texts(self) -> list[str | None]:
        """Texts, or nothing."""
        texts = self.texts()
        if not self._lacking:
            return [*texts]
        return [None if text == _NOTHING else text for text in texts]

    def ids(self) -> list[UUID]:
        """Ids."""
        return [uuid_of(high << 64 | low) for high, low in _HALVES.iter_unpack(self._bytes(16))]

    def id_texts(self) -> list[str]:
        """Ids as texts, for a dataframe."""
        ids = self._bytes(16).hex()
        return [_dashed(ids[at : at + 32]) for at in range(0, len(ids), 32)]

    def instants(self) -> list[datetime]:
        """Instants."""
        return list(map(EPOCH.__add__, map(_MICROSECOND.__mul__, self._numbers())))

    def optional_instants(self) -> list[datetime | None]:
        """Instants, or nothing."""
        return [None if micros == _NEVER else EPOCH + _MICROSECOND * micros for micros in self._numbers()]

    def numbers(self) -> list[int]:
        """Whole numbers."""
        return self._numbers().tolist()

    def flags(self) -> list[bool]:
        """Yes or no."""
        return list(map(bool, self._bytes(1)))

    def _numbers(self) -> array[int]:
        numbers = array("q", self._bytes(8))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def _bytes(self, size: int) -> bytes:
        begin = self._read
        self._read = begin + size * self._count
        return self._data[begin : self._read]


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
