"""Answers of customers about themselves: one of the usual values, or their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from .._choices import choose
from .._record import Record

if TYPE_CHECKING:
    from typing_extensions import Self


class _Told(Record):
    """One of the usual values, or the person's own words."""

    __slots__ = __match_args__ = ("word", "text")

    word: str
    text: str | None

    def __init__(self, word: str, text: str | None = None) -> None:
        self._put(word, text)

    @classmethod
    def other(cls, text: str) -> Self:
        """Any other value, in the person's own words."""
        return cls("other", text)

    def __str__(self) -> str:
        return self.word if self.text is None else self.text

    @classmethod
    def _of(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        words = next(words for kind, words in _usual if kind is cls)
        if given not in words:
            raise ValueError(f"that is no {cls.__name__}: {choose(given, words)}; for other words, give `{cls.__name__}.other(text)`")
        return cls(given)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> Self:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        return self.word, (() if self.text is None else (self.text,))


class Gender(_Told):
    """A gender: one of the usual, such as `Gender.FEMALE`, or `Gender.other("in their own words")`.

    Attributes:
        word: The stable code: `female`, or `other`.
        text: The person's own words, for `other`: 1 to 1,000 characters on one line.
    """

    __slots__ = ()

    FEMALE: ClassVar[Gender]
    """Female."""
    MALE: ClassVar[Gender]
    """Male."""
    NON_BINARY: ClassVar[Gender]
    """Neither of the two."""
    NOT_DISCLOSED: ClassVar[Gender]
    """The person prefers not to say."""


class MaritalStatus(_Told):
    """A marital status: one of the usual, such as `MaritalStatus.SINGLE`, or `MaritalStatus.other("in their own words")`.

    Attributes:
        word: The stable code: `single`, or `other`.
        text: The person's own words, for `other`: 1 to 1,000 characters on one line.
    """

    __slots__ = ()

    SINGLE: ClassVar[MaritalStatus]
    """Never married."""
    MARRIED: ClassVar[MaritalStatus]
    """Married."""
    PARTNERSHIP: ClassVar[MaritalStatus]
    """In a registered partnership."""
    SEPARATED: ClassVar[MaritalStatus]
    """Married, living apart."""
    DIVORCED: ClassVar[MaritalStatus]
    """Divorced."""
    WIDOWED: ClassVar[MaritalStatus]
    """Widowed."""


class EmploymentStatus(_Told):
    """An employment status: one of the usual, such as `EmploymentStatus.EMPLOYED`, or
    `EmploymentStatus.other("in their own words")`.

    Attributes:
        word: The stable code: `employed`, or `other`.
        text: The person's own words, for `other`: 1 to 1,000 characters on one line.
    """

    __slots__ = ()

    EMPLOYED: ClassVar[EmploymentStatus]
    """Employed."""
    SELF_EMPLOYED: ClassVar[EmploymentStatus]
    """Self-employed."""
    UNEMPLOYED: ClassVar[EmploymentStatus]
    """Without work."""
    STUDENT: ClassVar[EmploymentStatus]
    """In education."""
    RETIRED: ClassVar[EmploymentStatus]
    """Retired."""


GenderCode: TypeAlias = Literal["female", "male", "non_binary", "not_disclosed"]
"""The codes of `Gender`, each of which can be given in place of it."""

MaritalStatusCode: TypeAlias = Literal["single", "married", "partnership", "separated", "divorced", "widowed"]
"""The codes of `MaritalStatus`, each of which can be given in place of it."""

EmploymentStatusCode: TypeAlias = Literal["employed", "self_employed", "unemployed", "student", "retired"]
"""The codes of `EmploymentStatus`, each of which can be given in place of it."""

_usual: tuple[tuple[type[_Told], tuple[str, ...]], ...] = (
    (Gender, ("female", "male", "non_binary", "not_disclosed")),
    (MaritalStatus, ("single", "married", "partnership", "separated", "divorced", "widowed")),
    (EmploymentStatus, ("employed", "self_employed", "unemployed", "student", "retired")),
)
for _kind, _words in _usual:
    for _word in _words:
        setattr(_kind, _word.upper(), _kind(_word))
