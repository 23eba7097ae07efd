"""The audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from .base import Ref, Word, id_of, word_of


class StreamKind(Word):
    """What a stream is about."""

    SETTINGS = "settings"
    """The settings of the file; there is one."""

    WORKFLOW = "workflow"
    """A workflow."""

    CASE_TYPE = "case_type"
    """A case type."""

    CUSTOMER = "customer"
    """A customer."""

    CASE = "case"
    """A case, with its notes."""

    LEDGER = "ledger"
    """What was done to the file as a whole (imports, exports, checkpoints); there is one."""


@dataclass(frozen=True, slots=True)
class StreamId:
    """Names a stream: make one with `StreamId.case(id)` and its sisters.

    Attributes:
        kind: What the stream is about.
        id: Of which workflow, case type, customer or case; `None` for the settings and the ledger.
    """

    kind: StreamKind
    id: UUID | None = None

    @classmethod
    def settings(cls) -> StreamId:
        """The settings of the file."""
        return cls(StreamKind.SETTINGS)

    @classmethod
    def ledger(cls) -> StreamId:
        """What was done to the file as a whole."""
        return cls(StreamKind.LEDGER)

    @classmethod
    def workflow(cls, workflow: Ref) -> StreamId:
        """A workflow."""
        return cls(StreamKind.WORKFLOW, id_of(workflow))

    @classmethod
    def case_type(cls, case_type: Ref) -> StreamId:
        """A case type."""
        return cls(StreamKind.CASE_TYPE, id_of(case_type))

    @classmethod
    def customer(cls, customer: Ref) -> StreamId:
        """A customer."""
        return cls(StreamKind.CUSTOMER, id_of(customer))

    @classmethod
    def case(cls, case: Ref) -> StreamId:
        """A case, with its notes."""
        return cls(StreamKind.CASE, id_of(case))

    @classmethod
    def _lift(cls, raw: Any) -> StreamId:
        kind = StreamKind(word_of(raw))
        return cls(kind, raw[0] if hasattr(raw, "_values") else None)

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.kind.name)
        return variant() if self.id is None else variant(self.id)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of a history.

    Attributes:
        revision: Its place in the stream, from 1.
        at: When it happened.
        actor: The id of who did it.
        on_behalf_of: The id of the person for whom they did it.
        imported_by: The id of who imported it.
        code: What happened, as a code such as `stage_changed`.
        text: What happened, as a sentence without its actor: `moved from Open to In Progress`.
        changes: What changed, from what to what.
        reason: Why, if a reason was given.
        note: The note that it is about.
    """

    revision: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    imported_by: str | None
    code: str
    text: str
    changes: list[FieldChange]
    reason: str | None
    note: UUID | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changed. Its `repr` shows no sensitive value, also to those who may read it.

    Attributes:
        field: The code of the field: `title`, `stage`, `next_of_kin`.
        label: What the field is called, in the reader's language.
        from_: What stood there; `None` for nothing, or for text that was erased.
        to: What stands there now.
    """

    field: str
    label: str
    from_: str | None
    to: str | None

    def __repr__(self) -> str:
        hidden = self.field == "bank_accounts"
        shown = "..." if hidden else f"from_={self.from_!r}, to={self.to!r}"
        return f"FieldChange(field={self.field!r}, {shown})"


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The head of the audit trail, for the host to keep elsewhere: with it a cut tail or a missing stream is shown.

    Attributes:
        number: Which one it is, from 1.
        position: Its own position in the file.
        covers: The position up to which it covers every event.
        events: How many events these are.
        digest: SHA-256 over the digest of the head before and where every stream stands that has changed
            since, in hexadecimal.
    """

    number: int
    position: int
    covers: int
    events: int
    digest: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What verifying found.

    Attributes:
        streams: How many streams were looked at.
        events: How many events.
        broken: The first thing that is wrong, if anything is.
    """

    streams: int
    events: int
    broken: BrokenEvent | None


@dataclass(frozen=True, slots=True)
class BrokenEvent:
    """The first event that is not what it was when it was written.

    Attributes:
        stream: The stream.
        revision: The place of the event in it.
        position: Its position in the file, where it is known.
        why: What is wrong with it.
    """

    stream: StreamId
    revision: int
    position: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as a hint of what to read again.

    Attributes:
        stream: The stream that changed.
        revision: Its revision with this change.
        at: When.
        code: What happened, as a code such as `case_taken`.
    """

    stream: StreamId
    revision: int
    at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in their order.

    Attributes:
        changes: The changes.
        cursor: Where to go on; keep it. Nothing ever appears behind it.
        more: Whether there is more to be read at once.
    """

    changes: list[Change]
    cursor: str
    more: bool
