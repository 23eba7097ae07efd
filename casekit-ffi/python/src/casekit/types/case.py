"""Cases, their lists and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from .base import Word, word_of
from .note import Visibility


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be raised.

    Attributes:
        case_type: The name or id of an active case type.
        title: One line of 1 to 200 characters.
        description: Up to 100,000 characters; blank counts as none.
        stage: The id or label of an enabled stage; the type's first open stage if none is given.
        customer: Whom it concerns.
    """

    case_type: str
    title: str
    description: str | None = None
    stage: str | None = None
    customer: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """Changes to a case; what is `None` stays as it is.

    Attributes:
        case_type: The name or id of another active type.
        stage: The id or label of an enabled stage (of the new type, if the type changes).
        title: Another title.
        description: Another description; blank takes it away.
        customer: Another customer.
        without_customer: Whether the link to the customer is taken away.
        reason: Why; needed to leave `Resolved` or `Closed`. Up to 1,000 characters.
        seen: The revision that the caller saw; if the case has another, they get a `Conflict`
            instead.
    """

    case_type: str | None = None
    stage: str | None = None
    title: str | None = None
    description: str | None = None
    customer: UUID | None = None
    without_customer: bool = False
    reason: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case, whole.

    Attributes:
        id: Its identity.
        revision: Its revision: give it as `seen` to change only what you saw.
        number: Its number, such as `C-000123`.
        case_type_id: Its type.
        case_type: The name of its type.
        type_version: The version of the type that it keeps.
        stage_id: The id of its stage.
        stage: The label of its stage, for staff.
        customer_stage: The label of its stage, for the customer.
        category: The meaning of the stage.
        title: Its title.
        description: Its description.
        customer: Its customer.
        customer_name: The customer's name.
        holder: In whose hands it is.
        raised_by: The id of who raised it.
        raised_at: When it was raised.
        updated_at: When its newest event happened.
        reopened: How often it was reopened.
        notes: How many notes were ever added.
    """

    id: UUID
    revision: int
    number: str
    case_type_id: UUID
    case_type: str
    type_version: int
    stage_id: str
    stage: str
    customer_stage: str
    category: StageCategory
    title: str
    description: str | None
    customer: UUID | None
    customer_name: str | None
    holder: HolderView | None
    raised_by: str
    raised_at: datetime
    updated_at: datetime
    reopened: int
    notes: int


@dataclass(frozen=True, slots=True)
class HolderView:
    """In whose hands a case is.

    Attributes:
        by: Their id.
        since: Since when.
    """

    by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list.

    Attributes:
        id: Its identity.
        number: Its number.
        case_type: The name of its type.
        stage: The label of its stage.
        title: Its title.
        customer: Its customer's name.
        holder: The id of its holder.
        raised_at: When it was raised.
        updated_at: When its newest event happened.
        workflow: The name of its workflow.
        status_code: The code of its status in its workflow: `ready`, `waiting`, `being_delivered`, `failed`, `ended`; `None` without
            one.
        status: Its status in words: the label of its stage, and the ready step, the failure or the outcome.
    """

    id: UUID
    number: str
    case_type: str
    stage: str
    title: str
    customer: str | None
    holder: str | None
    raised_at: datetime
    updated_at: datetime
    workflow: str | None
    status_code: str | None
    status: str


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A case or a note that was found.

    Attributes:
        case: The case, or that on which the note stands.
        note: The note, if a note was found.
        visibility: Who can see the note.
    """

    case: CaseSummary
    note: UUID | None
    visibility: Visibility | None


@dataclass(frozen=True, slots=True)
class RaisedCase:
    """A case was raised.

    Attributes:
        id: Its id.
        number: Its number, such as `C-000123`.
        revision: Its revision.
        replayed: Whether it was raised before under the same request id.
    """

    id: UUID
    number: str
    revision: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """Something was changed, or was already as asked.

    Attributes:
        revision: The revision that it has now.
        events: How many events the change left: none if everything was already as asked.
        replayed: Whether it was done before under the same request id.
    """

    revision: int
    events: int
    replayed: bool


class StageCategory(Word):
    """The fixed meaning of a stage, whatever a case type calls it."""

    OPEN = "open"
    """Nobody works on it yet."""

    ACTIVE = "active"
    """Somebody works on it."""

    WAITING = "waiting"
    """It waits for somebody outside."""

    RESOLVED = "resolved"
    """It has its answer."""

    CLOSED = "closed"
    """It is done with."""


class Sort(Word):
    """What cases are sorted by; the number decides among equals."""

    NUMBER = "number"
    """By number."""

    RAISED = "raised"
    """By when they were raised."""

    UPDATED = "updated"
    """By when their newest event happened."""


class Direction(Word):
    """Which end comes first."""

    ASCENDING = "ascending"
    """Least first."""

    DESCENDING = "descending"
    """Greatest first."""


class CountBy(Word):
    """What counts are grouped by."""

    CASE_TYPE = "case_type"
    """By type."""

    STAGE = "stage"
    """By type and stage."""

    CATEGORY = "category"
    """By category."""

    HOLDER = "holder"
    """By holder, the untaken ones together."""


@dataclass(frozen=True, slots=True)
class HeldBy:
    """In whose hands a case must be: `HeldBy.nobody()`, `HeldBy.me()` or `HeldBy.actor("amara")`.

    Attributes:
        who: `nobody`, `me` or `actor`.
        id: The id of the actor, for `actor`.
    """

    who: str
    id: str | None = None

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
    def _lift(cls, raw: Any) -> HeldBy:
        return cls(word_of(raw), getattr(raw, "id", None))

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.who.upper())
        return variant() if self.id is None else variant(self.id)


@dataclass(frozen=True, slots=True)
class CountsQuery:
    """Which cases are counted. These conditions are the ones whose counts are kept, so counting costs the same however
    many cases there are.

    Attributes:
        case_type: Of the type with this name or id.
        stage: In the stage with this id or label.
        category: In a stage of this category.
        holder: In whose hands.
    """

    case_type: str | None = None
    stage: str | None = None
    category: StageCategory | None = None
    holder: HeldBy | None = None


@dataclass(frozen=True, slots=True)
class CaseCountRow:
    """How many cases there are in one group.

    Attributes:
        case_type: The name of the type, when grouped by type or stage.
        stage: The label of the stage, when grouped by stage.
        category: The category, when grouped by category or stage.
        holder: The id of the holder, when grouped by holder; `None` there for the untaken.
        count: How many cases.
    """

    case_type: str | None
    stage: str | None
    category: StageCategory | None
    holder: str | None
    count: int


@dataclass(frozen=True, slots=True)
class CasesQuery:
    """Which cases, and in which order. Every condition that is given must hold.

    Attributes:
        case_type: Of the type with this name or id.
        stage: In the stage with this id or label.
        category: In a stage of this category.
        holder: In whose hands.
        customer: Of this customer.
        raised_from: Raised at this instant or later.
        raised_before: Raised before this instant.
        text: Found by this text in number, title, description or customer name.
        sort: By number (if not given), by when they were raised, or by when they last changed.
        direction: Greatest first, unless said otherwise.
    """

    case_type: str | None = None
    stage: str | None = None
    category: StageCategory | None = None
    holder: HeldBy | None = None
    customer: UUID | None = None
    raised_from: datetime | None = None
    raised_before: datetime | None = None
    text: str | None = None
    sort: Sort | None = None
    direction: Direction | None = None
