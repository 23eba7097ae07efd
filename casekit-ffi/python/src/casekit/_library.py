"""Loads the library and the generated code, and fits the generated code to this package.

The generated module is written by a tool that knows nothing of Python's ways. It looks its classes up by name when it
reads and writes, so this package's own records, words and errors take the place of the generated ones: nothing is
converted twice. `tests/test_records.py` compares both, field by field.
"""

from __future__ import annotations

import ctypes
import dataclasses
import importlib
import logging
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from . import _buffer, _forks, _handles, errors, types
from ._api import API_VERSION
from .types.base import Word

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

log = logging.getLogger("casekit")
# What an application's callbacks raise is for its own log, and never for standard error.
log.addHandler(logging.NullHandler())


def _load() -> Any:
    name = {"darwin": "libcasekit_ffi.dylib", "win32": "casekit_ffi.dll"}.get(sys.platform, "libcasekit_ffi.so")
    path = Path(__file__).parent / "_casekit" / name
    try:
        library = ctypes.CDLL(str(path))
        found = int(library.casekit_api_version())
    except (OSError, AttributeError) as error:
        raise ImportError(f"casekit's library cannot be loaded from `{path}`: install the package again") from error
    if found != API_VERSION:
        raise ImportError(
            f"this package speaks version {API_VERSION} of casekit's interface, and the library beside it version"
            f" {found}: install package and library from the same release"
        )
    _forks.hold_back(library)
    return importlib.import_module("casekit._casekit.casekit")


def _fit(raw: Any) -> None:
    raw._UniffiRustBufferStream = _buffer.Reader
    raw._UniffiRustBufferBuilder = _buffer.writer(raw)
    raw._uniffi_trait_interface_call_with_error = _call_back(raw)
    raw._uniffi_check_call_status = _check(raw)
    raw.InternalError = errors.Unexpected
    raw._UniffiFfiConverterTypeCasekitError.read = staticmethod(_error(raw))
    raw._UniffiFfiConverterString.check_lower = staticmethod(_check_text)
    raw._UniffiFfiConverterTimestamp.check_lower = staticmethod(_check_instant)
    raw._UniffiFfiConverterTimestamp.write = staticmethod(_write_instant)
    raw._UniffiFfiConverterTimestamp.read = staticmethod(_read_instant)
    _plain_values(raw)
    _handles.fit(raw)
    for name in types.__all__:
        own: Any = getattr(types, name)
        if not isinstance(own, type) or not hasattr(raw, name):
            continue
        if hasattr(own, "_lift"):
            _fit_variants(raw, name, own)
        elif issubclass(own, Word):
            _fit_words(raw, name, own)
        else:
            _fit_record(raw, name, own)


def _fit_record(raw: Any, name: str, own: Any) -> None:
    converter = getattr(raw, f"_UniffiFfiConverterType{name}")
    keywords = {field.name: "_" + field.name[:-1] for field in dataclasses.fields(own) if field.name.endswith("_")}
    if keywords:
        # A field that is a word of Python's: `from_` here, `_from` there.
        names = {theirs: ours for ours, theirs in keywords.items()}
        setattr(raw, name, lambda **fields: own(**{names.get(key, key): value for key, value in fields.items()}))
    else:
        setattr(raw, name, own)
    converter.check_lower = staticmethod(_checked(own, converter.check_lower))


def _fit_words(raw: Any, name: str, own: Any) -> None:
    setattr(raw, name, own)

    def check(value: Any) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a {name} is needed here, not {type(value).__name__}")
        own(value)

    getattr(raw, f"_UniffiFfiConverterType{name}").check_lower = staticmethod(check)


def _fit_variants(raw: Any, name: str, own: Any) -> None:
    variants, converter = getattr(raw, name), getattr(raw, f"_UniffiFfiConverterType{name}")
    read, write, check = converter.read, converter.write, converter.check_lower
    converter.read = staticmethod(lambda buffer: own._lift(read(buffer)))
    converter.write = staticmethod(lambda value, buffer: write(value._lower(variants), buffer))
    converter.check_lower = staticmethod(_checked(own, lambda value: check(value._lower(variants))))


def _checked(own: type, check: Callable[[Any], None]) -> Callable[[Any], None]:
    def checked(value: Any) -> None:
        if not isinstance(value, own):
            raise TypeError(f"a {own.__name__} is needed here, not {type(value).__name__}")
        check(value)

    return checked


def _error(raw: Any) -> Callable[[Any], errors.Error]:
    text = raw._UniffiFfiConverterString.read
    fields = raw._UniffiFfiConverterSequenceTypeFieldError.read
    blockers = raw._UniffiFfiConverterSequenceTypeBlocker.read
    line = raw._UniffiFfiConverterOptionalUInt64.read
    key = raw._UniffiFfiConverterOptionalString.read

    def read(buffer: Any) -> errors.Error:
        kind = errors.KINDS[buffer.read_i32() - 1]
        code, message = text(buffer), text(buffer)
        if kind is errors.Invalid:
            return errors.Invalid(code, message, fields(buffer))
        if kind is errors.Blocked:
            return errors.Blocked(code, message, blockers(buffer))
        if kind is errors.AlreadyTaken:
            return errors.AlreadyTaken(code, message, text(buffer))
        if kind is errors.LanguageError:
            return errors.LanguageError(code, message, line(buffer), key(buffer))
        error: errors.Error = kind(code, message)
        return error

    return read


def _check(raw: Any) -> Callable[[Any, Any], None]:
    check = raw._uniffi_check_call_status

    def checked(converter: Any, status: Any) -> None:
        error = errors.interrupted.__dict__.pop("error", None)
        if error is not None:
            if status.code != status.CALL_SUCCESS:
                status.error_buf.free()
            raise error
        if status.code != status.CALL_SUCCESS:
            check(converter, status)

    return checked


def _call_back(raw: Any) -> Callable[..., None]:
    host = raw.HostError
    converter = raw._UniffiFfiConverterTypeHostError

    def told(error: BaseException) -> Any:
        if isinstance(error, errors.ConfigurationFailure):
            return host.Configuration(error.code, error.setting, error.hint)
        for kind, name in (
            (errors.TransientFailure, "Transient"),
            (errors.PermanentFailure, "Permanent"),
            (errors.DataFailure, "Data"),
        ):
            if isinstance(error, kind):
                return getattr(host, name)(error.code, error.hint)
        return host.Unexpected()

    def call_back(status: Any, call: Any, hand_over: Any, _error_type: Any, _lower_error: Any) -> None:
        # Whatever is raised must end here: above is the library.
        try:
            hand_over(call())
        except BaseException as error:
            status.code = status.CALL_ERROR
            try:
                answer = told(error)
                converter.check_lower(answer)
                if not isinstance(error, errors.Failure):
                    # `DataSourceImpl.collect.<locals>.make_call`
                    name = call.__qualname__.split(".")[-3]
                    log.error("the application's `%s` failed", name, exc_info=error)
            except Exception:
                answer = host.Unexpected()
            status.error_buf = converter.lower(answer)
            if not isinstance(error, Exception):
                errors.interrupted.error = error

    return call_back


def _check_text(value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError(f"a str is needed here, not {type(value).__name__}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("a text has half a surrogate pair, which stands for no character") from None


def _check_instant(value: Any) -> None:
    if not isinstance(value, datetime):
        raise TypeError(f"a datetime is needed here, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise TypeError("an aware datetime is needed here: say which time zone is meant, such as datetime.timezone.utc")


def _write_instant(value: datetime, buffer: Any) -> None:
    since = value - EPOCH
    negative = since < timedelta()
    since = abs(since)
    seconds = since.days * 86_400 + since.seconds
    buffer.write_i64(-seconds if negative else seconds)
    buffer.write_u32(since.microseconds * 1000)


def _read_instant(buffer: Any) -> datetime:
    seconds, microseconds = buffer.read_i64(), buffer.read_u32() // 1000
    return EPOCH + timedelta(0, seconds, microseconds if seconds >= 0 else -microseconds)


def _plain_values(raw: Any) -> None:
    """Cells of data cross as plain values."""
    converter = raw._UniffiFfiConverterTypeDataValue
    variants, read, write, check = raw.DataValue, converter.read, converter.write, converter.check_lower

    def lower(value: Any) -> Any:
        if value is None:
            return variants.NULL()
        if isinstance(value, bool):
            return variants.BOOLEAN(value)
        if isinstance(value, int):
            return variants.INTEGER(value)
        if isinstance(value, float):
            return variants.REAL(value)
        if isinstance(value, datetime):
            _check_instant(value)
            return variants.TEXT(value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z"))
        if isinstance(value, str):
            return variants.TEXT(value)
        raise TypeError(f"a cell cannot be a {type(value).__name__}")

    def plain(buffer: Any) -> Any:
        value = read(buffer)
        return None if value.is_NULL() else value[0]

    converter.read = staticmethod(plain)
    converter.write = staticmethod(lambda value, buffer: write(lower(value), buffer))
    converter.check_lower = staticmethod(lambda value: check(lower(value)))


raw: Any = _load()
_fit(raw)
