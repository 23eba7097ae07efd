"""Base types of the records: enumerations and ids."""

from __future__ import annotations

import enum
from typing import NoReturn, Protocol, TypeAlias, cast
from uuid import UUID

from .._choices import choose


class Word(str, enum.Enum):
    """A value of an enumeration. It is a `str`, so it compares, sorts and prints as its code."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"that is no {cls.__name__}: {choose(value, [str(one) for one in cls])}")


class HasId(Protocol):
    """Anything with an id: a case, a customer, or the answer of the call that raised or created it."""

    @property
    def id(self) -> UUID | None:
        """The id of the record; `None` if the actor may not see what it is about."""
        ...


Ref: TypeAlias = "UUID | str | HasId"
"""A case, a customer or a note, by its id, by the text of its id, or by an object with an `id`."""


def id_of(ref: Ref) -> UUID:
    """The id that a caller named. A text is passed on unchecked: the library raises `Invalid` if it is not an id."""
    if isinstance(ref, UUID):
        return ref
    if isinstance(ref, str):
        return cast(UUID, ref)
    id = getattr(ref, "id", None)
    if isinstance(id, UUID):
        return id
    if hasattr(ref, "id") and id is None:
        raise ValueError(f"this {type(ref).__name__} has no id, because the actor may not see what it is about")
    raise TypeError(f"an id, or something with an id, is needed here, not {type(ref).__name__}")
