"""Reads and writes what crosses the boundary, several times faster than the generated code does."""

from __future__ import annotations

import ctypes
import struct
from typing import Any

_I8, _U8 = struct.Struct(">b"), struct.Struct(">B")
_I16, _U16 = struct.Struct(">h"), struct.Struct(">H")
_I32, _U32 = struct.Struct(">i"), struct.Struct(">I")
_I64, _U64 = struct.Struct(">q"), struct.Struct(">Q")
_F32, _F64 = struct.Struct(">f"), struct.Struct(">d")


class Reader:
    """A buffer of the library's, copied once and read from its beginning."""

    __slots__ = ("data", "len", "offset")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.len = len(data)
        self.offset = 0

    @classmethod
    def from_rust_buffer(cls, buffer: Any) -> Reader:
        """Takes a copy of what stands in a buffer."""
        return cls(ctypes.string_at(buffer.data, buffer.len) if buffer.len else b"")

    def remaining(self) -> int:
        """How many bytes are left."""
        return self.len - self.offset

    def read(self, size: int) -> bytes:
        """The next bytes."""
        end = self.offset + size
        if end > self.len:
            raise ValueError("read past the end of a buffer")
        data = self.data[self.offset : end]
        self.offset = end
        return data

    def _next(self, form: struct.Struct) -> Any:
        offset = self.offset
        self.offset = offset + form.size
        return form.unpack_from(self.data, offset)[0]

    def read_i8(self) -> int:
        """A number."""
        return int(self._next(_I8))

    def read_u8(self) -> int:
        """A number."""
        offset = self.offset
        self.offset = offset + 1
        return self.data[offset]

    def read_i16(self) -> int:
        """A number."""
        return int(self._next(_I16))

    def read_u16(self) -> int:
        """A number."""
        return int(self._next(_U16))

    def read_i32(self) -> int:
        """A number."""
        offset = self.offset
        self.offset = offset + 4
        return int.from_bytes(self.data[offset : offset + 4], "big", signed=True)

    def read_u32(self) -> int:
        """A number."""
        return int(self._next(_U32))

    def read_i64(self) -> int:
        """A number."""
        return int(self._next(_I64))

    def read_u64(self) -> int:
        """A number."""
        return int(self._next(_U64))

    def read_float(self) -> float:
        """A number."""
        return float(self._next(_F32))

    def read_double(self) -> float:
        """A number."""
        return float(self._next(_F64))


def writer(raw: Any) -> type:
    """The class that gathers what is written, and hands it over in one piece."""
    alloc = raw._UniffiRustBuffer.alloc

    class Writer:
        __slots__ = ("data",)

        def __init__(self) -> None:
            self.data = bytearray()

        def finalize(self) -> Any:
            data = bytes(self.data)
            buffer = alloc(len(data))
            if data:
                ctypes.memmove(buffer.data, data, len(data))
            buffer.len = len(data)
            return buffer

        def discard(self) -> None:
            self.data.clear()

        def write(self, value: bytes) -> None:
            self.data += value

        def write_i8(self, value: int) -> None:
            self.data += _I8.pack(value)

        def write_u8(self, value: int) -> None:
            self.data += _U8.pack(value)

        def write_i16(self, value: int) -> None:
            self.data += _I16.pack(value)

        def write_u16(self, value: int) -> None:
            self.data += _U16.pack(value)

        def write_i32(self, value: int) -> None:
            self.data += _I32.pack(value)

        def write_u32(self, value: int) -> None:
            self.data += _U32.pack(value)

        def write_i64(self, value: int) -> None:
            self.data += _I64.pack(value)

        def write_u64(self, value: int) -> None:
            self.data += _U64.pack(value)

        def write_float(self, value: float) -> None:
            self.data += _F32.pack(value)

        def write_double(self, value: float) -> None:
            self.data += _F64.pack(value)

    return Writer
