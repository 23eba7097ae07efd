"""Lists in columns, for callers that read many rows at once."""

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
_NO_ID = "00000000-0000-0000-0000-000000000000"
_HEAD = struct.Struct("<II")
_UTC = timezone.utc
# Made from its pickled state: five times as fast as any other way.
_instant: Any = datetime


class Columns(dict[str, list[Any]]):
    """Columns by name. Each is a list with a value for each row, as `pandas.DataFrame` and `polars.DataFrame` take
    them.

    Ids are texts, instants are aware datetimes.

    Attributes:
        next: The cursor of the rows that follow: give it as `after`. `None` if there are no more, and only then.
    """

    def __init__(self, columns: dict[str, list[Any]], next: str | None) -> None:
        super().__init__(columns)
        self.next = next


class Unpacking:
    """Unpacks columns from the library, in the order of the fields of a row. Each column can be taken once.

    `casekit-ffi/src/columns/layout.rs` describes the layout.

    Attributes:
        count: The number of rows.
        next: The cursor of the next page; `None` on the last one.
    """

    __slots__ = ("_at", "_data", "_text", "_texts", "count", "next")

    def __init__(self, data: bytes) -> None:
        self.count, length = _HEAD.unpack_from(data)
        self._data, self._at = data, _HEAD.size
        self._texts, self._text = data[_HEAD.size + length :].decode().split(_END), 0
        # Every text has an end mark, so the last part is empty and the last text is the one before it.
        self.next = None if self._texts[-2] == _NOTHING else self._texts[-2]

    def texts(self) -> list[Any]:
        """The next column of texts; `None` for a text that is not there."""
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
        """The next column of ids, as UUIDs."""
        return uuids_of(struct.unpack("16s" * self.count, self._bytes(16)))

    def id_texts(self) -> list[str]:
        """The next column of ids, as texts: dataframes have no type for UUIDs."""
        ids = self._bytes(16).hex()
        return [_dashed(ids[at : at + 32]) for at in range(0, len(ids), 32)]

    def optional_ids(self) -> list[UUID | None]:
        """The next column of ids, as UUIDs; `None` for one that is not there."""
        return [id if id.int else None for id in self.ids()]

    def optional_id_texts(self) -> list[str | None]:
        """The next column of ids, as texts; `None` for one that is not there."""
        return [None if id == _NO_ID else id for id in self.id_texts()]

    def instants(self) -> list[datetime]:
        """The next column of instants, as datetimes in UTC."""
        return list(map(_instant, struct.unpack("10s" * self.count, self._bytes(10)), repeat(_UTC)))

    def optional_instants(self) -> list[datetime | None]:
        """The next column of instants, as datetimes in UTC; `None` for one that is not there."""
        states = struct.unpack("10s" * self.count, self._bytes(10))
        return [None if state == _NEVER else _instant(state, _UTC) for state in states]

    def numbers(self) -> list[int]:
        """The next column of whole numbers."""
        numbers = array("q", self._bytes(8))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers.tolist()

    def flags(self) -> list[bool]:
        """The next column of booleans."""
        return list(map(bool, self._bytes(1)))

    def _bytes(self, size: int) -> bytes:
        begin = self._at
        self._at = begin + size * self.count
        return self._data[begin : self._at]


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
