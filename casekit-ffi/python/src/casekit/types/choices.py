"""Values with several forms, each with its own fields, as callers make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from .._record import Record
from .base import Ref, Word, id_of
from .words import (
    Action,
    ActionCode,
    OutcomeKind,
    OutcomeKindCode,
    Priority,
    PriorityCode,
    ScopeCases,
    ScopeCasesCode,
    Visibility,
    VisibilityCode,
)

HeldByCode: TypeAlias = Literal["me", "nobody"]
"""The conditions on a holder that have a code, which can be given in place of a `HeldBy`."""


class HeldBy(Record):
    """A condition on the holder of a case: `HeldBy.nobody()`, `HeldBy.me()` or `HeldBy.actor("amara")`.

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
        """Cases that nobody holds."""
        return cls("nobody")

    @classmethod
    def me(cls) -> HeldBy:
        """Cases that the actor holds."""
        return cls("me")

    @classmethod
    def actor(cls, id: str) -> HeldBy:
        """Cases that the person with this id holds."""
        return cls("actor", id)

    @classmethod
    def _of(cls, given: Any) -> HeldBy:
        if not isinstance(given, str):
            return given  # type: ignore[no-any-return]
        if given not in ("me", "nobody"):
            raise ValueError("that is no HeldBy: choose `me` or `nobody`; for a person, give `HeldBy.actor(id)`")
        return cls(given)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> HeldBy:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.who, (() if self.id is None else (self.id,))


class FormOf(Record):
    """What a form is for: `FormOf.new_case()`, `FormOf.case(case)`, `FormOf.action(case, Action.ADD_NOTE)` or a method like
    it.

    Attributes:
        what: `new_case`, `case`, `action`, `new_customer`, `customer`, `next_of_kin`, `bank_account`, `new_case_type`,
            `case_type`, `case_field`, `stage` or `resolution`.
        about: What it is about, in the order of the arguments.
    """

    __slots__ = __match_args__ = ("what", "about")

    what: str
    about: tuple[Any, ...]

    def __init__(self, what: str, about: tuple[Any, ...] = ()) -> None:
        self._put(what, about)

    @classmethod
    def new_case(cls) -> FormOf:
        """A case to be raised."""
        return cls("new_case")

    @classmethod
    def case(cls, case: Ref) -> FormOf:
        """A case to be edited."""
        return cls("case", (id_of(case),))

    @classmethod
    def action(cls, case: Ref, action: Action | ActionCode, target: str | None = None) -> FormOf:
        """An action on a case, or on the step, stage, type or note whose id is the target."""
        return cls("action", (id_of(case), Action(action), target))

    @classmethod
    def new_customer(cls) -> FormOf:
        """A customer to be entered."""
        return cls("new_customer")

    @classmethod
    def customer(cls, customer: Ref) -> FormOf:
        """The profile of a customer, without the lists in it."""
        return cls("customer", (id_of(customer),))

    @classmethod
    def next_of_kin(cls, customer: Ref, entry: Ref | None = None) -> FormOf:
        """Somebody next of kin; a new one without an entry."""
        return cls("next_of_kin", (id_of(customer), None if entry is None else id_of(entry)))

    @classmethod
    def bank_account(cls, customer: Ref, entry: Ref | None = None) -> FormOf:
        """A bank account; a new one without an entry."""
        return cls("bank_account", (id_of(customer), None if entry is None else id_of(entry)))

    @classmethod
    def new_case_type(cls) -> FormOf:
        """A case type to be created."""
        return cls("new_case_type")

    @classmethod
    def case_type(cls, case_type: Ref) -> FormOf:
        """What a case type is called and for, and which stage can follow which."""
        return cls("case_type", (id_of(case_type),))

    @classmethod
    def case_field(cls, case_type: Ref, field: str | None = None) -> FormOf:
        """A field of the organisation's own on the cases of a type; a new one without an id."""
        return cls("case_field", (id_of(case_type), field))

    @classmethod
    def stage(cls, case_type: Ref, stage: str | None = None) -> FormOf:
        """A stage of a case type; a new one without an id."""
        return cls("stage", (id_of(case_type), stage))

    @classmethod
    def resolution(cls, case_type: Ref, resolution: str | None = None) -> FormOf:
        """A way in which cases of a type can end; a new one without a code."""
        return cls("resolution", (id_of(case_type), resolution))

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> FormOf:
        return cls(word, tuple(fields.values()))

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.what, self.about


RaisedByCode: TypeAlias = Literal["me"]
"""The condition on who raised a case that has a code, which can be given in place of a `RaisedBy`."""


class RaisedBy(Record):
    """A condition on who raised a case: `RaisedBy.me()` or `RaisedBy.actor("amara")`.

    Attributes:
        who: `me` or `actor`.
        id: The id of the actor, for `actor`.
    """

    __slots__ = __match_args__ = ("who", "id")

    who: str
    id: str | None

    def __init__(self, who: str, id: str | None = None) -> None:
        self._put(who, id)

    @classmethod
    def me(cls) -> RaisedBy:
        """Cases that the actor raised."""
        return cls("me")

    @classmethod
    def actor(cls, id: str) -> RaisedBy:
        """Cases that the person with this id raised."""
        return cls("actor", id)

    @classmethod
    def _of(cls, given: Any) -> RaisedBy:
        if not isinstance(given, str):
            return given  # type: ignore[no-any-return]
        if given != "me":
            raise ValueError("that is no RaisedBy: choose `me`; for a person, give `RaisedBy.actor(id)`")
        return cls(given)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> RaisedBy:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.who, (() if self.id is None else (self.id,))


FailingForCode: TypeAlias = Literal["anything"]
"""The condition on the error of a case that has a code, which can be given in place of a `FailingFor`."""


class FailingFor(Record):
    """A condition on the error of a case: `FailingFor.anything()` or `FailingFor.cause("source_missing")`.

    Attributes:
        what: `anything` or `cause`.
        code: The code of the cause, for `cause`.
    """

    __slots__ = __match_args__ = ("what", "code")

    what: str
    code: str | None

    def __init__(self, what: str, code: str | None = None) -> None:
        self._put(what, code)

    @classmethod
    def anything(cls) -> FailingFor:
        """Cases with any error."""
        return cls("anything")

    @classmethod
    def cause(cls, code: str) -> FailingFor:
        """Cases whose error has this cause. A code that no case has is no error: applications have codes of their own,
        and what was wrong may be fixed."""
        return cls("cause", code)

    @classmethod
    def _of(cls, given: Any) -> FailingFor:
        if not isinstance(given, str):
            return given  # type: ignore[no-any-return]
        if given != "anything":
            raise ValueError("that is no FailingFor: choose `anything`; for a cause, give `FailingFor.cause(code)`")
        return cls(given)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> FailingFor:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.what, (() if self.code is None else (self.code,))


class Moment(Record):
    """A time at which a case is looked at: `Moment.revision(3)`, `Moment.position(117)` or `Moment.instant(then)`.

    Attributes:
        what: `revision`, `position` or `instant`.
        value: The revision of the case, the position in the file, or the instant.
    """

    __slots__ = __match_args__ = ("what", "value")

    what: str
    value: int | datetime

    def __init__(self, what: str, value: int | datetime) -> None:
        self._put(what, value)

    @classmethod
    def revision(cls, revision: int) -> Moment:
        """Right after the event of the case with this revision, from 1: that of an entry of its history, or one that
        a caller saw."""
        return cls("revision", revision)

    @classmethod
    def position(cls, position: int) -> Moment:
        """Right after the event of the file at this position, such as the `position` of an audit head. It need not be
        an event of the case."""
        return cls("position", position)

    @classmethod
    def instant(cls, instant: datetime) -> Moment:
        """An instant, with everything that happened up to it and at it. What counts is when something happened, as the
        history says: an imported event happened in the other system. An event counts as having happened no earlier
        than the one before it in its history, whatever the clock said."""
        return cls("instant", instant)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> Moment:
        return cls(word, *fields.values())

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.what, (self.value,)


class Scope(Record):
    """What a host's authorizer lets an actor see, within their permissions. `Scope()` hides nothing.

    Attributes:
        types: The ids of the case types that the actor sees; `None` for all.
        teams: The ids of the teams whose cases the actor sees, usually those to which they belong; `None` for all cases,
            whatever their team and without one. A case without a team is in no scope that names teams.
        cases: Whether the actor sees all cases, or only their own.
        customer: The id of the one customer whose cases the actor sees, for a portal; `None` for everybody's. Such an
            actor sees what is for that customer: no other customer, no internal notes, the labels that stages have for
            customers, and nothing of how staff work on a case.
        internal_notes: Whether the actor sees internal notes; never in the scope of one customer.
    """

    __slots__ = __match_args__ = ("types", "teams", "cases", "customer", "internal_notes")

    types: Sequence[UUID] | None
    teams: Sequence[UUID] | None
    cases: ScopeCases
    customer: UUID | None
    internal_notes: bool

    def __init__(
        self,
        types: Sequence[UUID] | None = None,
        teams: Sequence[UUID] | None = None,
        cases: ScopeCases | ScopeCasesCode = ScopeCases.ALL,
        customer: UUID | None = None,
        internal_notes: bool = True,
    ) -> None:
        self._put(types, teams, ScopeCases(cases), customer, internal_notes)


class StreamKind(Word):
    """What kind of record a stream is the history of."""

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
    """Actions on the file as a whole (imports, exports, checkpoints); there is one."""

    PERSON = "person"
    """An entry of the directory of people."""

    TEAM = "team"
    """A team."""

    TAG = "tag"
    """A tag."""


class StreamId(Record):
    """The id of a stream. Make one with `StreamId.case(id)` or a method like it.

    Attributes:
        kind: The kind of record.
        id: The id of the workflow, case type, customer, case, team, tag or entry of the directory of people; `None` for the
            settings and the ledger.
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
        """The ledger: actions on the file as a whole."""
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
    def person(cls, entry: Ref) -> StreamId:
        """An entry of the directory of people, as `PersonView.entry` names it."""
        return cls(StreamKind.PERSON, id_of(entry))

    @classmethod
    def team(cls, team: Ref) -> StreamId:
        """A team."""
        return cls(StreamKind.TEAM, id_of(team))

    @classmethod
    def tag(cls, tag: Ref) -> StreamId:
        """A tag."""
        return cls(StreamKind.TAG, id_of(tag))

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> StreamId:
        return cls(StreamKind(word), *fields.values())

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.kind, (() if self.id is None else (self.id,))


class ImportedChange(Record):
    """A change of an imported case: `ImportedChange.stage("Resolved")` or a method like it. It is imported as it
    happened: moves, reasons and permissions are not checked, and a repeated change is kept.

    Attributes:
        what: `stage`, `ended`, `taken`, `returned`, `note`, `prioritised` or `answered`.
        to: For `stage` and `ended`: the id or label of the new stage.
        reason: For `stage` and `ended`: the reason, if it is known.
        text: For `note`: the text of the note.
        visibility: For `note`: who could see the note.
        reply_to: For `note`: the note that it answers, by its index among the notes of this case, from 0.
        outcome: For `answered`: what the case ended as.
        denial_code: For `answered`: the code of a denial; `None` for every other outcome.
        resolution: For `ended`: the code or label of how the case ended.
        customer_reason: For `ended`: the reason in words for the person it concerns, if it is known.
        priority: For `prioritised`: the new priority.
    """

    __slots__ = __match_args__ = (
        *("what", "to", "reason", "text", "visibility", "reply_to", "outcome", "denial_code"),
        *("resolution", "customer_reason", "priority"),
    )

    what: str
    to: str | None
    reason: str | None
    text: str | None
    visibility: Visibility | None
    reply_to: int | None
    outcome: OutcomeKind | None
    denial_code: str | None
    resolution: str | None
    customer_reason: str | None
    priority: Priority | None

    def __init__(
        self,
        what: str,
        to: str | None = None,
        reason: str | None = None,
        text: str | None = None,
        visibility: Visibility | VisibilityCode | None = None,
        reply_to: int | None = None,
        outcome: OutcomeKind | OutcomeKindCode | None = None,
        denial_code: str | None = None,
        resolution: str | None = None,
        customer_reason: str | None = None,
        priority: Priority | PriorityCode | None = None,
    ) -> None:
        seen_by = None if visibility is None else Visibility(visibility)
        ended_as = None if outcome is None else OutcomeKind(outcome)
        how_soon = None if priority is None else Priority(priority)
        ended = (resolution, customer_reason, how_soon)
        self._put(what, to, reason, text, seen_by, reply_to, ended_as, denial_code, *ended)

    @classmethod
    def stage(cls, to: str, reason: str | None = None) -> ImportedChange:
        """The case moved to a stage."""
        return cls("stage", to=to, reason=reason)

    @classmethod
    def ended(
        cls,
        to: str,
        resolution: str,
        reason: str | None = None,
        customer_reason: str | None = None,
    ) -> ImportedChange:
        """The case moved to a resolved or closed stage, and it was said how it ended."""
        return cls("ended", to=to, reason=reason, resolution=resolution, customer_reason=customer_reason)

    @classmethod
    def prioritised(cls, priority: Priority | PriorityCode) -> ImportedChange:
        """The case got another priority."""
        return cls("prioritised", priority=priority)

    @classmethod
    def taken(cls) -> ImportedChange:
        """The doer of the change became the holder, in place of another holder if there was one."""
        return cls("taken")

    @classmethod
    def returned(cls) -> ImportedChange:
        """The case was returned, so that nobody held it."""
        return cls("returned")

    @classmethod
    def note(
        cls,
        text: str,
        visibility: Visibility | VisibilityCode = Visibility.INTERNAL,
        reply_to: int | None = None,
    ) -> ImportedChange:
        """A note was added to the case."""
        return cls("note", text=text, visibility=visibility, reply_to=reply_to)

    @classmethod
    def answered(cls, outcome: OutcomeKind | OutcomeKindCode, denial_code: str | None = None) -> ImportedChange:
        """The workflow of the case ended there, usually with an answer to the person who asked. A denial needs its code:
        lower-case letters, digits and `_`."""
        return cls("answered", outcome=outcome, denial_code=denial_code)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> ImportedChange:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        if self.what == "stage":
            return self.what, (self.to, self.reason)
        if self.what == "ended":
            return self.what, (self.to, self.resolution, self.reason, self.customer_reason)
        if self.what == "prioritised":
            return self.what, (self.priority,)
        if self.what == "answered":
            return self.what, (self.outcome, self.denial_code)
        return self.what, ((self.text, self.visibility, self.reply_to) if self.what == "note" else ())


class GivenValue(Record):
    """A value for a field of a case: of the kind of the field, or a text that is read by that kind. In place of one, `None`,
    a `str`, a `bool`, an `int`, a `Decimal`, a `datetime` or a list of `str` can be given.

    Attributes:
        what: `nothing`, `text`, `number`, `decimal`, `money`, `yes_no`, `instant`, `choices`, `customer` or `case`.
        value: The value: for `decimal` the number without its point, for `money` the amount in the smallest unit of the
            currency; `None` for `nothing`.
        more: For `decimal` how many digits are after the point, for `money` the code of the currency; otherwise `None`.
    """

    __slots__ = __match_args__ = ("what", "value", "more")

    what: str
    value: str | int | bool | datetime | list[str] | UUID | None
    more: int | str | None

    def __init__(
        self,
        what: str,
        value: str | int | bool | datetime | list[str] | UUID | None = None,
        more: int | str | None = None,
    ) -> None:
        self._put(what, value, more)

    @classmethod
    def nothing(cls) -> GivenValue:
        """No value: the field is emptied."""
        return cls("nothing")

    @classmethod
    def text(cls, text: str) -> GivenValue:
        """A text, for every kind of field. What is no text has the same form in every language: a number `-12`, a decimal
        number `12.50`, money `12.50 EUR`, a day `2026-11-27`, an instant `2026-11-27T09:30:00Z`, `yes` or `no`, a choice by
        its code or label, several choices with `;` between them, somebody by their actor id, a customer or a case by its id.
        Blank empties the field."""
        return cls("text", text)

    @classmethod
    def number(cls, number: int) -> GivenValue:
        """A whole number."""
        return cls("number", number)

    @classmethod
    def decimal(cls, unscaled: int, places: int) -> GivenValue:
        """A decimal number: 12.50 is 1250 with 2 places."""
        return cls("decimal", unscaled, places)

    @classmethod
    def money(cls, amount: int, currency: str) -> GivenValue:
        """An amount of money in the smallest unit of its currency in ISO 4217: 12.50 euros is 1250 of `EUR`."""
        return cls("money", amount, currency)

    @classmethod
    def yes_no(cls, yes: bool) -> GivenValue:
        """Yes or no."""
        return cls("yes_no", yes)

    @classmethod
    def instant(cls, instant: datetime) -> GivenValue:
        """An instant."""
        return cls("instant", instant)

    @classmethod
    def choices(cls, choices: Sequence[str]) -> GivenValue:
        """Choices, by their codes or labels."""
        return cls("choices", list(choices))

    @classmethod
    def customer(cls, customer: Ref) -> GivenValue:
        """A customer."""
        return cls("customer", id_of(customer))

    @classmethod
    def case(cls, case: Ref) -> GivenValue:
        """A case."""
        return cls("case", id_of(case))

    @classmethod
    def _of(cls, given: Any) -> GivenValue:
        if given is None:
            return cls.nothing()
        if isinstance(given, bool):
            return cls.yes_no(given)
        if isinstance(given, int):
            return cls.number(given)
        if isinstance(given, str):
            return cls.text(given)
        if isinstance(given, Decimal):
            return cls.text(format(given, "f"))
        if isinstance(given, datetime):
            return cls.instant(given)
        if isinstance(given, (list, tuple)):
            return cls.choices(given)
        return given  # type: ignore[no-any-return]

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> GivenValue:
        return cls(word, *fields.values())

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        if self.what == "nothing":
            return self.what, ()
        if self.what in ("decimal", "money"):
            return self.what, (self.value, self.more)
        return self.what, (self.value,)
