"""What is one of several things, each with what belongs to it, as callers make them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from .._record import Record
from .base import Ref, Word, id_of
from .words import ScopeCases, Visibility


class HeldBy(Record):
    """In whose hands a case must be: `HeldBy.nobody()`, `HeldBy.me()` or `HeldBy.actor("amara")`.

    Attributes:
        who: `nobody`, `me` or `actor`.
        id: The id of the actor, for `actor`.
    """

    __slots__ = __match_args__ = ("who", "id")

    who: str
    id: str | None

    def __init__(self, who: str, id: str | None = None) -> None:
        self._put(who, id)

    @classmethod
    def nobody(cls) -> HeldBy:
        """In nobody's."""
        return cls("nobody")

    @classmethod
    def me(cls) -> HeldBy:
        """In the actor's own."""
        return cls("me")

    @classmethod
    def actor(cls, id: str) -> HeldBy:
        """In those of the person with this id."""
        return cls("actor", id)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> HeldBy:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.who, (() if self.id is None else (self.id,))


class Scope(Record):
    """What a host's authorizer lets an actor see; it can only narrow. `Scope()` leaves all.

    Attributes:
        types: Only cases of these types; `None` for all.
        cases: All cases, or the actor's own.
        internal_notes: Whether internal notes are seen.
    """

    __slots__ = __match_args__ = ("types", "cases", "internal_notes")

    types: Sequence[UUID] | None
    cases: ScopeCases
    internal_notes: bool

    def __init__(
        self, types: Sequence[UUID] | None = None, cases: ScopeCases = ScopeCases.ALL, internal_notes: bool = True
    ) -> None:
        self._put(types, cases, internal_notes)


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


class StreamId(Record):
    """Names a stream: make one with `StreamId.case(id)` and its sisters.

    Attributes:
        kind: What the stream is about.
        id: Of which workflow, case type, customer or case; `None` for the settings and the ledger.
    """

    __slots__ = __match_args__ = ("kind", "id")

    kind: StreamKind
    id: UUID | None

    def __init__(self, kind: StreamKind, id: UUID | None = None) -> None:
        self._put(kind, id)

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
    def _lift(cls, word: str, fields: dict[str, Any]) -> StreamId:
        return cls(StreamKind(word), *fields.values())

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.kind, (() if self.id is None else (self.id,))


class ImportedChange(Record):
    """What happened to an imported case: `ImportedChange.stage("Resolved")` and its sisters. It is taken as it was:
    moves, reasons and permissions are not asked for, and a repeated one is kept.

    Attributes:
        what: `stage`, `taken`, `returned` or `note`.
        to: The id or label of the stage it came to.
        reason: Why it came there, if that is known.
        text: What the note says.
        visibility: Who could see the note.
        reply_to: The note that it answers: its place among the notes of this case, from 0.
    """

    __slots__ = __match_args__ = ("what", "to", "reason", "text", "visibility", "reply_to")

    what: str
    to: str | None
    reason: str | None
    text: str | None
    visibility: Visibility | None
    reply_to: int | None

    def __init__(
        self,
        what: str,
        to: str | None = None,
        reason: str | None = None,
        text: str | None = None,
        visibility: Visibility | None = None,
        reply_to: int | None = None,
    ) -> None:
        self._put(what, to, reason, text, visibility, reply_to)

    @classmethod
    def stage(cls, to: str, reason: str | None = None) -> ImportedChange:
        """It came to a stage."""
        return cls("stage", to=to, reason=reason)

    @classmethod
    def taken(cls) -> ImportedChange:
        """Its doer took it, from another if one held it."""
        return cls("taken")

    @classmethod
    def returned(cls) -> ImportedChange:
        """It was put back."""
        return cls("returned")

    @classmethod
    def note(
        cls, text: str, visibility: Visibility = Visibility.INTERNAL, reply_to: int | None = None
    ) -> ImportedChange:
        """A note was written."""
        return cls("note", text=text, visibility=visibility, reply_to=reply_to)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> ImportedChange:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        if self.what == "stage":
            return self.what, (self.to, self.reason)
        return self.what, ((self.text, self.visibility, self.reply_to) if self.what == "note" else ())
