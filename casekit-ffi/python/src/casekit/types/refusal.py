"""Why a call is refused: rules of fields, and blockers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._record import Record


class FieldRule(Record):
    """A rule that a field breaks.

    Attributes:
        code: The stable code of the rule, such as `too_long`.
        details: The values that belong to the code, such as `limit` for `too_long`.
    """

    __slots__ = __match_args__ = ("code", "details")

    code: str
    details: Mapping[str, Any]

    def __init__(self, code: str, details: Mapping[str, Any] | None = None) -> None:
        self._put(code, {} if details is None else details)

    def __hash__(self) -> int:
        return hash(self.code)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> FieldRule:
        return cls(word, fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.code, tuple(self.details.values())


class FieldError(Record):
    """One wrong field, with the rule that it breaks.

    Attributes:
        field: The name of the field, with its index in a list: `next_of_kin[0].name`.
        rule: The rule that it breaks.
    """

    __slots__ = __match_args__ = ("field", "rule")

    field: str
    rule: FieldRule

    def __init__(self, field: str, rule: FieldRule) -> None:
        self._put(field, rule)

    @property
    def code(self) -> str:
        """The stable code of the rule, such as `too_long`."""
        return self.rule.code

    @property
    def text(self) -> str:
        """What is wrong, as an English sentence for a form. `Language.say` gives it in another language."""
        from .._raw import raw

        return str(raw.field_error_text(self))

    def __str__(self) -> str:
        return self.text


class Blocker(Record):
    """One reason why an action is not possible now.

    Attributes:
        code: The stable code of the reason, such as `not_taken`.
        details: The values that belong to the code, such as `stage` for `reason_needed`.
    """

    __slots__ = __match_args__ = ("code", "details")

    code: str
    details: Mapping[str, Any]

    def __init__(self, code: str, details: Mapping[str, Any] | None = None) -> None:
        self._put(code, {} if details is None else details)

    def __hash__(self) -> int:
        return hash(self.code)

    @property
    def text(self) -> str:
        """The reason, as an English sentence for a screen. `Language.say` gives it in another language."""
        from .._raw import raw

        return str(raw.blocker_text(self))

    def __str__(self) -> str:
        return self.text

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> Blocker:
        return cls(word, fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.code, tuple(self.details.values())
