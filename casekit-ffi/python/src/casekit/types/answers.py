"""Answers that have several forms, and values in Python's own types."""

from __future__ import annotations

import builtins
from datetime import datetime, timezone
from typing import Any, TypeAlias
from uuid import UUID

from .._record import Record
from .parts import FailureView, ImportCase, ImportCustomer, ImportWorkflow

DataValue: TypeAlias = "None | str | int | float | bool | datetime"
"""A cell of a table, as a plain value. A datetime must be aware; it comes back as RFC 3339 text."""


def lower_DataValue(value: Any) -> tuple[str, tuple[Any, ...]]:
    """A plain value in the library's form: its kind, and its fields."""
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


ImportItem: TypeAlias = "ImportWorkflow | ImportCustomer | ImportCase"
"""A workflow, a customer or a case to be imported."""


def lower_ImportItem(item: Any) -> tuple[str, tuple[Any, ...]]:
    """An item in the library's form: its kind, and the item."""
    if isinstance(item, ImportWorkflow):
        return "workflow", (item,)
    return ("customer" if isinstance(item, ImportCustomer) else "case"), (item,)


class ReleaseReport(Record):
    """What became of an answer.

    Attributes:
        state: `delivered`: the answer has arrived. `failed`: the delivery failed, and the case is among the cases with
            errors until a retry succeeds. `under_way`: another process is delivering it now. `recovered`: no answer was
            asked for yet; the step that had failed works now, and the case waits for its next decision. `ended`: the
            request was denied in a workflow without a release; the workflow has ended, and nothing is sent.
        receipt: The receiver's reference, for `delivered`; `None` if it gave none.
        failure: The cause and who has to fix it, for `failed`.
        outcome: The code of the outcome, for `ended`: `denied`.
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
        """Whether the answer has arrived."""
        return self.state == "delivered"

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> ReleaseReport:
        return cls(word, **fields)


class Outgoing(Record):
    """What a delivery has to send to the person who asked. Only packages are sent so far.

    Attributes:
        key: The key of the sending, the same for every attempt: 32 hexadecimal digits. When the answer is sent again
            later, `-2` and so on is added.
        case_number: The case number, such as `C-000123`.
        request_ref: The webform's reference for the request; empty for a case that was raised by hand.
        reference_number: Which of the requests with that reference it answers, from 1 in the order of their arrival; 0 for a
            case that was raised by hand.
        reference_shared: Whether other requests with other content have the same reference. Who knows the reference may then
            be another person: hand the answer out by `reply_to`, never by the reference alone.
        reply_to: The address for the answer, in the webform's own form; empty if none was given.
        sent_at: When this attempt was made, by the clock of the kit; each attempt has another.
        kind: `package`, `message` or `code`; later versions may add kinds. Fields of other kinds are `None`.
        file_name: For a package: a generated file name of letters, digits and hyphens, with `.zip`.
        outcome: For a package: the outcome of the case, `data_released`, `no_data` or `denied`.
        sha256: For a package: the SHA-256 of the bytes, in hexadecimal.
        bytes: For a package: the ZIP archive.
        text: For a message: its text.
        answer_ref: For a message: the reference that a reply has to name; empty if no reply is expected.
        code: For a code: the code. A person who returns it has proved that they read what is sent to that address.
        valid_until: For a code: the instant after which it is no longer valid.
    """

    __slots__ = __match_args__ = (
        *("key", "case_number", "request_ref", "reference_number", "reference_shared", "reply_to", "sent_at", "kind"),
        *("file_name", "outcome", "sha256", "bytes", "text", "answer_ref", "code", "valid_until"),
    )
    _hidden = ("bytes", "text", "code")

    key: str
    case_number: str
    request_ref: str
    reference_number: int
    reference_shared: bool
    reply_to: str
    sent_at: datetime
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
        reference_number: int,
        reference_shared: bool,
        reply_to: str,
        sent_at: datetime,
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
            *(key, case_number, request_ref, reference_number, reference_shared, reply_to, sent_at, kind),
            *(file_name, outcome, sha256, bytes, text, answer_ref, code, valid_until),
        )

    @classmethod
    def _lift(
        cls,
        key: str,
        case_number: str,
        request_ref: str,
        reference_number: int,
        reference_shared: bool,
        reply_to: str,
        sent_at: datetime,
        kind: tuple[str, dict[str, Any]],
    ) -> Outgoing:
        word, fields = kind
        return cls(key, case_number, request_ref, reference_number, reference_shared, reply_to, sent_at, word, **fields)


class FieldChange(Record):
    """One field that changed. Its `repr` never shows sensitive values, even if the actor may read them.

    Attributes:
        field: The code of the field: `title`, `stage`, `next_of_kin`.
        label: The name of the field, in the reader's language.
        from_: The old value; `None` if there was none, or if its text was erased.
        to: The new value; `None` if there is none.
    """

    __slots__ = __match_args__ = ("field", "label", "from_", "to")

    field: str
    label: str
    from_: str | None
    to: str | None

    def __init__(self, field: str, label: str, from_: str | None, to: str | None) -> None:
        self._put(field, label, from_, to)

    def __repr__(self) -> str:
        # What an organisation's own field holds, and whether it is sensitive, is not known here.
        hidden = self.field in ("bank_accounts", "number") or self.field.startswith("fields.")
        shown = "..." if hidden else f"from_={self.from_!r}, to={self.to!r}"
        return f"FieldChange(field={self.field!r}, {shown})"
