"""What happened elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from .base import word_of
from .case import NewCase
from .customer import NewCustomer
from .note import Visibility
from .refusal import FieldError


ImportItem: TypeAlias = "ImportCustomer | ImportCase"
"""One thing to be imported."""


@dataclass(frozen=True, slots=True)
class ImportCustomer:
    """A customer as another system knew them.

    Attributes:
        customer: What is known of them. Give an external reference: cases refer to it, and a second
            import of it is refused.
        at: When they were entered.
        by: The id of who entered them.
    """

    customer: NewCustomer
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ImportCase:
    """A case as another system knew it.

    Attributes:
        reference: What the other system calls it: up to 200 characters, unique in the file. A
            second import of it is refused, so an import that was cut off can simply be run again.
        case: How it was raised; its stage is the one it was raised in.
        customer_reference: The external reference of its customer, instead of their id in `case`.
        at: When it was raised.
        by: The id of who raised it.
        changes: What happened then, oldest first; up to 10,000.
    """

    case: NewCase
    at: datetime
    by: str
    reference: str | None = None
    customer_reference: str | None = None
    changes: Sequence[ImportChange] = ()


@dataclass(frozen=True, slots=True)
class ImportChange:
    """One thing that happened to an imported case.

    Attributes:
        at: When; not before the change above it.
        by: The id of who did it.
        what: What.
    """

    at: datetime
    by: str
    what: ImportedChange


@dataclass(frozen=True, slots=True)
class ImportedChange:
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

    what: str
    to: str | None = None
    reason: str | None = None
    text: str | None = None
    visibility: Visibility | None = None
    reply_to: int | None = None

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
    def _lift(cls, raw: Any) -> ImportedChange:
        names = ("to", "reason", "text", "visibility", "reply_to")
        return cls(word_of(raw), **{name: getattr(raw, name, None) for name in names})

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.what.upper())
        if self.what == "stage":
            return variant(self.to, self.reason)
        if self.what == "note":
            return variant(self.text, self.visibility, self.reply_to)
        return variant()


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come.

    Attributes:
        done: Items dealt with.
        of: Items in all.
        refused: Items refused so far.
    """

    done: int
    of: int
    refused: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one item.

    Attributes:
        kind: `customer`, `case`, or `refused` if nothing of it was written.
        id: The id of the customer or case.
        number: The number of the case.
        code: The stable word for why it was refused.
        message: Why it was refused, as a sentence.
        fields: The bad fields, if it was refused for these.
    """

    kind: str
    id: UUID | None = None
    number: str | None = None
    code: str | None = None
    message: str | None = None
    fields: list[FieldError] | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing of it was written."""
        return self.kind == "refused"

    @classmethod
    def _lift(cls, raw: Any) -> ImportResult:
        names = ("id", "number", "code", "message", "fields")
        return cls(word_of(raw), **{name: getattr(raw, name, None) for name in names})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each item.

    Attributes:
        results: One result for each item, in the order in which they were handed in.
        events: How many events were left, that of the import itself not counted.
    """

    results: list[ImportResult]
    events: int
