"""Why something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .base import word_of


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A rule for a field.

    Attributes:
        code: The stable word for it, such as `too_long`.
        details: What belongs to it, such as `limit` for `too_long`.
    """

    code: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    @classmethod
    def _lift(cls, raw: Any) -> FieldRule:
        return cls(word_of(raw), _details(raw))

    def _lower(self, variants: Any) -> Any:
        return getattr(variants, self.code.upper())(*self.details.values())


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be as it is.

    Attributes:
        field: The field, with its place in a list: `next_of_kin[0].name`.
        rule: The rule that it breaks.
    """

    field: str
    rule: FieldRule

    @property
    def code(self) -> str:
        """The stable word for the rule, such as `too_long`."""
        return self.rule.code

    @property
    def text(self) -> str:
        """What is wrong, as an English sentence for a form; `Language.text` tells it in another."""
        from .._library import raw

        return str(raw.field_error_text(self))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why an action is not possible now.

    Attributes:
        code: The stable word for it, such as `not_taken`.
        details: What belongs to it, such as `stage` for `reason_needed`.
    """

    code: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    @property
    def text(self) -> str:
        """The reason as an English sentence for a screen; `Language.text` tells it in another."""
        from .._library import raw

        return str(raw.blocker_text(self))

    def __str__(self) -> str:
        return self.text

    @classmethod
    def _lift(cls, raw: Any) -> Blocker:
        return cls(word_of(raw), _details(raw))

    def _lower(self, variants: Any) -> Any:
        return getattr(variants, self.code.upper())(*self.details.values())


def _details(raw: Any) -> dict[str, Any]:
    return {name.strip("_"): value for name, value in vars(raw).items()}
