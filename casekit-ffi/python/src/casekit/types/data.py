"""Data about a person, and what goes out to them."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from .base import Word, word_of


class ColumnKind(Word):
    """What stands in a column."""

    TEXT = "text"
    """Text."""

    INTEGER = "integer"
    """Whole numbers."""

    REAL = "real"
    """Numbers with fractions."""

    BOOLEAN = "boolean"
    """Yes or no."""

    TIMESTAMP = "timestamp"
    """Instants, as RFC 3339 text."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table as a source found it.

    Attributes:
        name: Its name, unique within the source.
        columns: Its columns.
        rows: Its rows, each with one value for each column.
    """

    name: str
    columns: Sequence[DataColumn]
    rows: Sequence[Sequence[DataValue]]


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column as a source found it.

    Attributes:
        name: Its name, unique within the table.
        kind: What stands in it.
    """

    name: str
    kind: ColumnKind


DataValue: TypeAlias = "None | str | int | float | bool | datetime"
"""One cell, as a plain value. An instant must be aware; it comes back as RFC 3339 text."""


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """For whom data is collected.

    Attributes:
        case_number: The case's number, such as `C-000123`.
        customer_reference: What other systems call the customer; empty if that is not known.
        requester: Who says they are asking; empty if nobody gave it.
    """

    case_number: str
    customer_reference: str
    requester: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something on its way to the person who asked. So far only packages are.

    Attributes:
        key: The same for every attempt of this sending: 32 hexadecimal digits; when the same thing is sent again later,
            with `-2` and so on behind them.
        case_number: The case's number.
        request_ref: What the webform called the request; empty for a case that was raised by hand.
        reply_to: Where it goes, as the webform understands it; empty if nobody gave it.
        kind: `package`, `message` or `code`; kinds may be added. What the others have is `None`.
        file_name: Of a package: a name for a file, letters, digits and hyphens with `.zip`, generated.
        outcome: Of a package: what the case ends as, `data_released`, `no_data` or `denied`.
        sha256: Of a package: SHA-256 of the bytes, in hexadecimal.
        bytes: The package.
        text: What a message says.
        answer_ref: What an answer to a message has to name; empty if none is asked for.
        code: A code that proves, when it comes back, that the person reads what is sent there.
        valid_until: Until when the code is good.
    """

    key: str
    case_number: str
    request_ref: str
    reply_to: str
    kind: str
    file_name: str | None = None
    outcome: str | None = None
    sha256: str | None = None
    bytes: builtins.bytes | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    answer_ref: str | None = None
    code: str | None = field(default=None, repr=False)
    valid_until: datetime | None = None

    @classmethod
    def _lift(cls, raw: Any) -> Outgoing:
        kind = raw.kind
        return cls(raw.key, raw.case_number, raw.request_ref, raw.reply_to, word_of(kind), **vars(kind))


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a receiver answered.

    Attributes:
        receipt: The receiver's own reference, up to 200 characters, if it gave one.
    """

    receipt: str | None = None
