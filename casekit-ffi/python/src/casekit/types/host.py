"""What a host can bring: sources, deliveries, an authorizer, fonts, a clock, secrets, observers."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from uuid import UUID

from .base import Word
from .case import StageCategory


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What an authorizer is told of a case.

    Attributes:
        id: Its identity.
        number: Its number.
        case_type_id: Its type.
        stage_id: The id of its stage.
        category: The meaning of the stage.
        customer: Its customer.
        holder: The id of its holder.
        raised_by: The id of who raised it.
    """

    id: UUID
    number: str
    case_type_id: UUID
    stage_id: str
    category: StageCategory
    customer: UUID | None
    holder: str | None
    raised_by: str


@dataclass(frozen=True, slots=True)
class Font:
    """A font of the host's.

    Attributes:
        bytes: A TrueType or OpenType file, or a collection.
        index: The face in a collection, from 0.
    """

    bytes: builtins.bytes
    index: int = 0


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """How far a backup has come.

    Attributes:
        copied: The bytes that are copied.
        total: The bytes that there are to copy; it does not change while the backup is made.
    """

    copied: int
    total: int


@dataclass(frozen=True, slots=True)
class Restored:
    """How a file is gone on with that was restored from a backup.

    Attributes:
        number_floor: The least number that the next case gets; one that the file is past changes nothing. Without it
            numbers go on from what the backup has: those that were given out after it was made are given out again.
    """

    number_floor: int | None = None


class Durability(Word):
    """When a commit counts as written."""

    FULL = "full"
    """When it has reached the disk: it survives a power cut."""

    NORMAL = "normal"
    """When the system has it: it survives a crash of the process. A power cut may take the newest commits, each whole, and never damages the file."""
