"""How a kit is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Health:
    """How a kit is doing, told in a moment: what a monitor asks for from time to time. Nothing is looked over for it, as
    `check` and `verify` do. What a store does not have is zero or `None`.

    Attributes:
        last_fault: The newest fault of the store that a call of this process met: not `busy`, and not what somebody
            brought about, such as `suspended` or `cancelled`.
        file_bytes: The size of the file, in bytes.
        free_bytes: Of these, those that hold nothing: `compact` gives them back.
        log_bytes: The size of the log beside the file, in bytes. It stays below some megabytes, unless a long read or
            another process holds it up.
        oldest_read: How long the oldest read that is under way in this process has been going on. While it does, the
            log grows.
        last_checkpoint: When what stood in the log was last brought home into the file, by the clock of the file system.
        due_deliveries: Answers under way that nobody sends just now: `resume_deliveries` goes on with them.
            10,000 if there are more.
        due_destructions: Cases whose snapshots and packages were kept long enough: `tidy` destroys them. 10,000 if
            there are more.
        safeguards: What keeps the file whole beside other programs on this system; `None` without a file.
    """

    last_fault: HealthFault | None
    file_bytes: int
    free_bytes: int
    log_bytes: int
    oldest_read: timedelta | None
    last_checkpoint: datetime | None
    due_deliveries: int
    due_destructions: int
    safeguards: Safeguards | None


@dataclass(frozen=True, slots=True)
class HealthFault:
    """A fault that a call met.

    Attributes:
        code: Its stable word.
        message: The sentence that the call answered.
        at: When.
    """

    code: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Safeguards:
    """What keeps a file whole beside other programs, as far as the system lets it.

    Attributes:
        log_locks: No other copy of SQLite in this process can drop the locks on the log's index.
        guarded: No other copy of SQLite in this process can take itself for the last who has the file, and delete its
            log.
        watched: A file that is moved, deleted or replaced while it is open is noticed.
    """

    log_locks: bool
    guarded: bool
    watched: bool
