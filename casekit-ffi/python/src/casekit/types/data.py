"""Data about a person, and the package that carries it."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from .base import Word


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
class Parcel:
    """A package on its way.

    Attributes:
        key: The same for every delivery of this package: 32 hexadecimal digits.
        file_name: A name for a file: letters, digits and hyphens with `.zip`, generated.
        case_number: The case's number.
        request_ref: What the webform called the request; empty for a case that was raised by hand.
        reply_to: Where the answer goes, as the webform understands it; empty if nobody gave it.
        outcome: What the case ends as: `data_released`, `no_data`, `denied`.
        sha256: SHA-256 of the bytes, in hexadecimal.
        bytes: The package.
    """

    key: str
    file_name: str
    case_number: str
    request_ref: str
    reply_to: str
    outcome: str
    sha256: str
    bytes: builtins.bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a receiver answered.

    Attributes:
        receipt: The receiver's own reference, up to 200 characters, if it gave one.
    """

    receipt: str | None = None
