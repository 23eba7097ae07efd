"""Cases with errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from .base import Word

if TYPE_CHECKING:
    from .request import ReleaseReport


@dataclass(frozen=True, slots=True)
class FailureView:
    """What stands in the way of a case.

    Attributes:
        code: The stable word for the cause.
        label: The cause in words.
        class_: What kind of fault.
        responsible: Who must act.
        step: The id of the step at which it happened.
        setting: The setting that is wrong, if one is.
        hint: What to do, in words; a host's own hint as the host gave it.
        attempts: How often it was tried.
        at: When it was last tried.
    """

    code: str
    label: str
    class_: FailureClass
    responsible: Responsible
    step: str
    setting: str | None
    hint: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FailingCase:
    """A case with an error, without what an administrator has no business to see.

    Attributes:
        id: Its identity.
        number: Its number.
        failure: What stands in its way.
    """

    id: UUID
    number: str
    failure: FailureView


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """How many cases fail for one cause.

    Attributes:
        code: The stable word for the cause.
        setting: The setting that is wrong, if one is.
        count: How many cases.
    """

    code: str
    setting: str | None
    count: int


@dataclass(frozen=True, slots=True)
class FailureOverview:
    """The cases with errors.

    Attributes:
        groups: By cause and setting.
        count: How many cases in all.
        support_email: Where users turn for help, from the settings.
    """

    groups: list[FailureGroup]
    count: int
    support_email: str | None


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of one retry.

    Attributes:
        case: The case.
        number: Its number.
        report: How far it came; `None` if it could not be tried.
        error: Why it could not be tried.
    """

    case: UUID
    number: str
    report: ReleaseReport | None
    error: str | None


class FailureClass(Word):
    """Kinds of failures."""

    CONFIGURATION = "configuration"
    """A setting is wrong; a retry works once it is mended."""

    TRANSIENT = "transient"
    """It may work later without anybody's doing."""

    PERMANENT = "permanent"
    """It will not work this way."""

    DATA = "data"
    """The data is not as it must be."""


class Responsible(Word):
    """Who must act on a failure."""

    IT_ADMINISTRATOR = "it_administrator"
    """Who keeps the settings."""

    CASE_WORKER = "case_worker"
    """Who holds the case."""

    SUPPORT = "support"
    """Who supports casekit's host."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What became of answers that were under way.

    Attributes:
        delivered: How many arrived.
        failed: How many failed.
    """

    delivered: int
    failed: int
