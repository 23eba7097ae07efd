"""Deadlines: how long they are, what starts them, and which cases are near theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

from .._record import Record

DueInCode: TypeAlias = Literal["overdue", "soon", "any"]
"""The conditions on deadlines that have a code, which can be given in place of a `DueIn`."""


class DueIn(Record):
    """A condition on the running deadlines of a case: `DueIn.overdue()`, `DueIn.soon()`, `DueIn.any()` or
    `DueIn.before(then)`. The deadline that ends first counts.

    Attributes:
        what: `overdue`, `soon`, `any` or `before`.
        at: The instant, for `before`.
    """

    __slots__ = __match_args__ = ("what", "at")

    what: str
    at: datetime | None

    def __init__(self, what: str, at: datetime | None = None) -> None:
        self._put(what, at)

    @classmethod
    def overdue(cls) -> DueIn:
        """Cases with a deadline that is over and was not met."""
        return cls("overdue")

    @classmethod
    def soon(cls) -> DueIn:
        """Cases without one that is over, where the warning of one is due."""
        return cls("soon")

    @classmethod
    def any(cls) -> DueIn:
        """Cases with a deadline that runs."""
        return cls("any")

    @classmethod
    def before(cls, at: datetime) -> DueIn:
        """Cases with a deadline that ends before this instant, or is over."""
        return cls("before", at)

    @classmethod
    def _of(cls, given: Any) -> DueIn:
        if not isinstance(given, str):
            return given  # type: ignore[no-any-return]
        if given not in ("overdue", "soon", "any"):
            raise ValueError(
                "that is no DueIn: choose `overdue`, `soon` or `any`; for an instant, give `DueIn.before(at)`"
            )
        return cls(given)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> DueIn:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.what, (() if self.at is None else (self.at,))


class DeadlineLength(Record):
    """A length of time, as a policy counts it: `DeadlineLength.months(1)`, `.days(45)`, `.working_days(10)` or
    `.working_minutes(240)`.

    Attributes:
        unit: `months`, `days`, `working_days` or `working_minutes`.
        count: How many of them.
    """

    __slots__ = __match_args__ = ("unit", "count")

    unit: str
    count: int

    def __init__(self, unit: str, count: int) -> None:
        self._put(unit, count)

    @classmethod
    def months(cls, count: int) -> DeadlineLength:
        """Calendar months, to the day of the same number, or to the last day of a month that has no such day."""
        return cls("months", count)

    @classmethod
    def days(cls, count: int) -> DeadlineLength:
        """Calendar days. The day of the start is not counted."""
        return cls("days", count)

    @classmethod
    def working_days(cls, count: int) -> DeadlineLength:
        """Days on which the organisation works. The day of the start is not counted."""
        return cls("working_days", count)

    @classmethod
    def working_minutes(cls, count: int) -> DeadlineLength:
        """Minutes within the working hours of the calendar: 240 for four hours."""
        return cls("working_minutes", count)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> DeadlineLength:
        return cls(word, *fields.values())

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.unit, (self.count,)


class NewDeadlineStart(Record):
    """What starts a deadline: `NewDeadlineStart.receipt()`, `.identification()`, `.date("fee_paid")` or
    `.stage("in_progress")`.

    Attributes:
        what: `receipt`, `identification`, `date` or `stage`.
        code: The code of the date, or the id of the stage.
    """

    __slots__ = __match_args__ = ("what", "code")

    what: str
    code: str | None

    def __init__(self, what: str, code: str | None = None) -> None:
        self._put(what, code)

    @classmethod
    def receipt(cls) -> NewDeadlineStart:
        """The organisation received the request."""
        return cls("receipt")

    @classmethod
    def identification(cls) -> NewDeadlineStart:
        """The person was identified. It is left out for a case that needs no identification."""
        return cls("identification")

    @classmethod
    def date(cls, code: str) -> NewDeadlineStart:
        """A date that somebody gives the case, by its code."""
        return cls("date", code)

    @classmethod
    def stage(cls, id: str) -> NewDeadlineStart:
        """The case enters a stage for the first time, by its id."""
        return cls("stage", id)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> NewDeadlineStart:
        return cls(word, *fields.values())

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.what, (() if self.code is None else (self.code,))
