"""The layout of values in the library's buffers: that of uniffi, with numbers big-endian, and texts after their length.

What reads takes the bytes and a place in them; what writes appends to a `bytearray`, and says `TypeError` or `ValueError`
for what does not fit.
"""

from __future__ import annotations

import operator
import struct
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from itertools import repeat
from typing import Any
from uuid import SafeUUID, UUID

from ._record import Record

Put = Callable[[Any, bytearray], None]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

i8, u8 = struct.Struct(">b").unpack_from, struct.Struct(">B").unpack_from
i16, u16 = struct.Struct(">h").unpack_from, struct.Struct(">H").unpack_from
i32, u32 = struct.Struct(">i").unpack_from, struct.Struct(">I").unpack_from
i64, u64 = struct.Struct(">q").unpack_from, struct.Struct(">Q").unpack_from
f32, f64 = struct.Struct(">f").unpack_from, struct.Struct(">d").unpack_from
_span = struct.Struct(">QI")


def instant(data: bytes, at: int) -> datetime:
    """An instant, from 8 bytes."""
    return EPOCH + timedelta(0, 0, i64(data, at)[0])


def instant_of(micros: int) -> datetime:
    """An instant, from microseconds since 1970."""
    return EPOCH + timedelta(0, 0, micros)


def duration(data: bytes, at: int) -> timedelta:
    """A duration, from 12 bytes."""
    seconds, nanos = _span.unpack_from(data, at)
    return timedelta(0, seconds, nanos // 1000)


class _OpenUUID(UUID):
    __slots__ = ()
    __setattr__ = object.__setattr__  # type: ignore[assignment]


def uuid(text: bytes) -> UUID:
    """An id from its text."""
    return uuid_of(int(text.replace(b"-", b""), 16))


def uuid_of(number: int) -> UUID:
    """A UUID from its number: twice as fast as the constructor of `UUID`, which also handles other forms."""
    made: Any = object.__new__(_OpenUUID)
    made.int = number
    made.is_safe = _UNKNOWN
    made.__class__ = UUID
    return made  # type: ignore[no-any-return]


def uuids_of(ids: Sequence[bytes]) -> list[UUID]:
    """Ids from their 16 bytes each."""
    made: list[Any] = list(map(_new, repeat(_OpenUUID, len(ids))))
    unknown, kind = _UNKNOWN, UUID
    id: Any
    for id, id.int in zip(made, map(_number, ids, _BIG), strict=True):
        id.is_safe = unknown
        id.__class__ = kind
    return made


_new: Any = object.__new__
_number: Any = int.from_bytes
_BIG = repeat("big")
_UNKNOWN = SafeUUID.unknown


def needed(what: str, value: object) -> TypeError:
    """The exception for a value of a wrong type."""
    name = _parameter(value)
    where = "here" if name is None else f"for `{name}`"
    return TypeError(f"a {what} is needed {where}, not {type(value).__name__}")


def _parameter(value: object) -> str | None:
    """What the field or parameter is called that has this value: that of the record or call which is being written. The
    functions of this module are not told, since only an error needs it."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename == __file__:
        if frame.f_back is None:
            return None
        frame = frame.f_back
    record = frame.f_locals.get("v")
    if isinstance(record, Record):
        named = [name for name in record.__match_args__ if getattr(record, name) is value]
    else:
        parameters = frame.f_code.co_varnames[: frame.f_code.co_argcount]
        named = [name for name in parameters if frame.f_locals.get(name) is value]
    return named[0] if len(named) == 1 else None


def utf8(value: object) -> bytes:
    """A text in UTF-8."""
    if not isinstance(value, str):
        raise needed("str", value)
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ValueError("a text has half a surrogate pair, which stands for no character") from None


def id_text(value: object) -> bytes:
    """An id as text. A text from a caller is passed on unchecked: the library says whether it is an id."""
    return utf8(str(value) if isinstance(value, UUID) else value)


def put_text(value: object, out: bytearray) -> None:
    """Appends a text."""
    put_bytes(utf8(value), out)


def put_id(value: object, out: bytearray) -> None:
    """Appends an id."""
    put_bytes(id_text(value), out)


def put_bytes(value: Any, out: bytearray) -> None:
    """Appends bytes."""
    view = memoryview(value)
    out += _U32(view.nbytes)
    out += view


def put_count(value: Any, out: bytearray) -> Any:
    """Appends the number of values, and returns the values as a list."""
    if isinstance(value, str):
        # Text is a sequence of its letters, and each would be taken for a value.
        raise TypeError(f"several values are expected here: give a list, such as [{value!r}]")
    out += _U32(len(value))
    return value


def maybe(put: Put) -> Put:
    """Makes a function that appends a value or `None`."""

    def write(value: Any, out: bytearray) -> None:
        out.append(0 if value is None else 1)
        if value is not None:
            put(value, out)

    return write


def each(put: Put) -> Put:
    """Makes a function that appends a list."""

    def write(values: Any, out: bytearray) -> None:
        for value in put_count(values, out):
            put(value, out)

    return write


def put_instant(value: object, out: bytearray) -> None:
    """Appends an instant."""
    out += _I64(micros_of(value))


def micros_of(value: object) -> int:
    """The microseconds of an instant since 1970."""
    check_instant(value)
    since = value - EPOCH  # type: ignore[operator]
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # type: ignore[no-any-return]


def put_duration(value: object, out: bytearray) -> None:
    """Appends a duration."""
    if not isinstance(value, timedelta):
        raise needed("timedelta", value)
    if value < timedelta():
        raise ValueError("a time that is not negative is needed here")
    out += _span.pack(value.days * 86_400 + value.seconds, value.microseconds * 1000)


def put_word(kind: type, places: dict[str, bytes], value: object, out: bytearray) -> None:
    """Appends a value of an enumeration."""
    if not isinstance(value, str):
        raise needed(kind.__name__, value)
    place = places.get(value)
    # A value that is none raises, and says what there is.
    out += places[str(kind(value))] if place is None else place


def check_instant(value: object) -> None:
    """Raises `TypeError` for a value that is not an aware datetime."""
    if not isinstance(value, datetime):
        raise needed("datetime", value)
    if value.utcoffset() is None:
        raise TypeError("an aware datetime is needed here: say which time zone is meant, such as datetime.timezone.utc")


def number(low: int, high: int) -> Callable[[Any], int]:
    """Makes a function that checks a whole number."""

    def check(value: Any) -> int:
        found = operator.index(value)
        if not low <= found <= high:
            raise ValueError(f"a number from {low} to {high} is needed here")
        return found

    return check


fit_i8, fit_u8 = number(-(2**7), 2**7 - 1), number(0, 2**8 - 1)
fit_i16, fit_u16 = number(-(2**15), 2**15 - 1), number(0, 2**16 - 1)
fit_i32, fit_u32 = number(-(2**31), 2**31 - 1), number(0, 2**32 - 1)
fit_i64, fit_u64 = number(-(2**63), 2**63 - 1), number(0, 2**64 - 1)


def _putting(form: str, fit: Callable[[Any], Any]) -> Put:
    pack = struct.Struct(form).pack

    def put(value: Any, out: bytearray) -> None:
        out += pack(fit(value))

    return put


_U32, _I64 = struct.Struct(">I").pack, struct.Struct(">q").pack
put_i8, put_u8 = _putting(">b", fit_i8), _putting(">B", fit_u8)
put_i16, put_u16 = _putting(">h", fit_i16), _putting(">H", fit_u16)
put_i32, put_u32 = _putting(">i", fit_i32), _putting(">I", fit_u32)
put_i64, put_u64 = _putting(">q", fit_i64), _putting(">Q", fit_u64)
put_f32, put_f64 = _putting(">f", float), _putting(">d", float)
