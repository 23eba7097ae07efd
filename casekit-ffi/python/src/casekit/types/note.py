"""Threads of notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .base import Word


@dataclass(frozen=True, slots=True)
class ThreadNote:
    """A note in its thread.

    Attributes:
        id: Its identity.
        parent: The note that it answers.
        depth: How many notes stand above it: 0 for one that answers nothing.
        author: The id of who wrote it.
        added_at: When it was added.
        text: What it says; `None` if it was retracted.
        visibility: Who can see it.
        edits: How often it was edited.
        updated_at: When it was last edited, retracted or shown to others.
    """

    id: UUID
    parent: UUID | None
    depth: int
    author: str
    added_at: datetime
    text: str | None
    visibility: Visibility
    edits: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NoteRevision:
    """What a note said at some time.

    Attributes:
        revision: From 1.
        at: When it was written.
        by: The id of who wrote it.
        text: What it said; `None` for its retraction.
    """

    revision: int
    at: datetime
    by: str
    text: str | None


@dataclass(frozen=True, slots=True)
class AddedNote:
    """A note was added.

    Attributes:
        id: Its id.
        case: The case it stands on.
        revision: The revision of the case.
        replayed: Whether it was added before under the same request id.
    """

    id: UUID
    case: UUID
    revision: int
    replayed: bool


class Visibility(Word):
    """Who can see a note."""

    INTERNAL = "internal"
    """Staff only."""

    CUSTOMER = "customer"
    """The customer too."""
