"""What the library tells in one of several ways, and values as they are in Python."""

from __future__ import annotations

import builtins
from datetime import datetime, timezone
from typing import Any, TypeAlias
from uuid import UUID

from .._record import Record
from .parts import FailureView, ImportCase, ImportCustomer
from .refusal import FieldError

DataValue: TypeAlias = "None | str | int | float | bool | datetime"
"""One cell, as a plain value. An instant must be aware; it comes back as RFC 3339 text."""


def lower_DataValue(value: Any) -> tuple[str, tuple[Any, ...]]:
    """A plain value as the library has it."""
    if value is None:
        return "null", ()
    if isinstance(value, bool):
        return "boolean", (value,)
    if isinstance(value, int):
        return "integer", (value,)
    if isinstance(value, float):
        return "real", (value,)
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise TypeError("an aware datetime is needed here: say which time zone is meant, such as datetime.timezone.utc")
        return "text", (value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z"),)
    if isinstance(value, str):
        return "text", (value,)
    raise TypeError(f"a cell cannot be a {type(value).__name__}")


ImportItem: TypeAlias = "ImportCustomer | ImportCase"
"""One thing to be imported."""


def lower_ImportItem(item: Any) -> tuple[str, tuple[Any, ...]]:
    """An item as the library has it."""
    return ("customer" if isinstance(item, ImportCustomer) else "case"), (item,)


class ReleaseReport(Record):
    """How far an answer came.

    Attributes:
        state: `delivered`: it has arrived. `failed` on the way: the case is among the cases with errors until a retry
            succeeds. `under_way`: another process goes on with it just now. `recovered`: no answer was asked for yet; what
            had failed works now, and the case waits for its next decision. `ended`: the request was denied in a workflow
            that releases nothing; it has ended, and nothing is sent.
        receipt: What the receiver answered, if it was delivered.
        failure: What failed, and who must fix it.
        outcome: The word for what the case ended as, if it ended so: `denied`.
    """

    __slots__ = __match_args__ = ("state", "receipt", "failure", "outcome")

    state: str
    receipt: str | None
    failure: FailureView | None
    outcome: str | None

    def __init__(
        self,
        state: str,
        receipt: str | None = None,
        failure: FailureView | None = None,
        outcome: str | None = None,
    ) -> None:
        self._put(state, receipt, failure, outcome)

    @property
    def delivered(self) -> bool:
        """Whether it has arrived."""
        return self.state == "delivered"

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> ReleaseReport:
        return cls(word, **fields)


class ImportResult(Record):
    """What became of one item.

    Attributes:
        kind: `customer`, `case`, or `refused` if nothing of it was written.
        id: The id of the customer or case.
        number: The number of the case.
        code: The stable word for why it was refused.
        message: Why it was refused, as a sentence.
        fields: The bad fields, if it was refused for these.
    """

    __slots__ = __match_args__ = ("kind", "id", "number", "code", "message", "fields")

    kind: str
    id: UUID | None
    number: str | None
    code: str | None
    message: str | None
    fields: list[FieldError] | None

    def __init__(
        self,
        kind: str,
        id: UUID | None = None,
        number: str | None = None,
        code: str | None = None,
        message: str | None = None,
        fields: list[FieldError] | None = None,
    ) -> None:
        self._put(kind, id, number, code, message, fields)

    @property
    def refused(self) -> bool:
        """Whether nothing of it was written."""
        return self.kind == "refused"

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> ImportResult:
        return cls(word, **fields)


class Outgoing(Record):
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

    __slots__ = __match_args__ = (
        *("key", "case_number", "request_ref", "reply_to", "kind", "file_name", "outcome", "sha256", "bytes", "text"),
        *("answer_ref", "code", "valid_until"),
    )
    _hidden = ("bytes", "text", "code")

    key: str
    case_number: str
    request_ref: str
    reply_to: str
    kind: str
    file_name: str | None
    outcome: str | None
    sha256: str | None
    bytes: builtins.bytes | None
    text: str | None
    answer_ref: str | None
    code: str | None
    valid_until: datetime | None

    def __init__(
        self,
        key: str,
        case_number: str,
        request_ref: str,
        reply_to: str,
        kind: str,
        file_name: str | None = None,
        outcome: str | None = None,
        sha256: str | None = None,
        bytes: builtins.bytes | None = None,
        text: str | None = None,
        answer_ref: str | None = None,
        code: str | None = None,
        valid_until: datetime | None = None,
    ) -> None:
        self._put(
            *(key, case_number, request_ref, reply_to, kind, file_name, outcome, sha256, bytes, text),
            *(answer_ref, code, valid_until),
        )

    @classmethod
    def _lift(cls, key: str, case_number: str, request_ref: str, reply_to: str, kind: tuple[str, dict[str, Any]]) -> Outgoing:
        word, fields = kind
        return cls(key, case_number, request_ref, reply_to, word, **fields)


class FieldChange(Record):
    """One field that changed. Its `repr` shows no sensitive value, also to those who may read it.

    Attributes:
        field: The code of the field: `title`, `stage`, `next_of_kin`.
        label: What the field is called, in the reader's language.
        from_: What stood there; `None` for nothing, or for text that was erased.
        to: What stands there now.
    """

    __slots__ = __match_args__ = ("field", "label", "from_", "to")

    field: str
    label: str
    from_: str | None
    to: str | None

    def __init__(self, field: str, label: str, from_: str | None, to: str | None) -> None:
        self._put(field, label, from_, to)

    def __repr__(self) -> str:
        hidden = self.field == "bank_accounts"
        shown = "..." if hidden else f"from_={self.from_!r}, to={self.to!r}"
        return f"FieldChange(field={self.field!r}, {shown})"
