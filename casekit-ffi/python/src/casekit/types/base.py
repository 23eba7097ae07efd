"""What the records are made of: words, and ids."""

from __future__ import annotations

import enum
from typing import Protocol, TypeAlias, cast
from uuid import UUID


class Word(str, enum.Enum):
    """One of a few words. It is a `str`, so it compares with, sorts as and is written like its word."""

    def __str__(self) -> str:
        return str(self.value)


class HasId(Protocol):
    """Anything with an id: a case, a customer, or what raised or created it."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...


Ref: TypeAlias = "UUID | str | HasId"
"""How a case, a customer or a note is named: by its id, by the text of its id, or by itself."""


def id_of(ref: Ref) -> UUID:
    """The id that is meant. A text goes on as it is: the library says `Invalid` if it is none."""
    if isinstance(ref, UUID):
        return ref
    if isinstance(ref, str):
        return cast(UUID, ref)
    id = getattr(ref, "id", None)
    if isinstance(id, UUID):
        return id
    raise TypeError(f"an id, or something with an id, is needed here, not {type(ref).__name__}")
