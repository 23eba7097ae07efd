"""Why cases count as stuck."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .._record import Record

StuckByCode: TypeAlias = Literal["in_stage"]
"""The reason for being stuck that has a code, which can be given in place of a `StuckBy`."""


class StuckBy(Record):
    """Why cases count as stuck: `StuckBy.quiet(7)` or `StuckBy.in_stage()`.

    Attributes:
        why: `quiet` or `in_stage`.
        days: For how many days nothing happened to them, for `quiet`.
    """

    __slots__ = __match_args__ = ("why", "days")

    why: str
    days: int | None

    def __init__(self, why: str, days: int | None = None) -> None:
        self._put(why, days)

    @classmethod
    def quiet(cls, days: int) -> StuckBy:
        """Nothing happened to them for so many days, of 24 hours, from 1."""
        return cls("quiet", days)

    @classmethod
    def in_stage(cls) -> StuckBy:
        """They are in their stage for longer than nine of ten cases that left it in the last twelve months, and in this one.
        A stage that fewer than 10 left has no such cases."""
        return cls("in_stage")

    @classmethod
    def _of(cls, given: Any) -> StuckBy:
        if not isinstance(given, str):
            return given  # type: ignore[no-any-return]
        if given != "in_stage":
            raise ValueError("that is no StuckBy: choose `in_stage`; for quiet cases, give `StuckBy.quiet(days)`")
        return cls(given)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> StuckBy:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.why, (() if self.days is None else (self.days,))
