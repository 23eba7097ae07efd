"""Workflows and their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from .actor import Permission
from .base import Word


@dataclass(frozen=True, slots=True)
class NewWorkflow:
    """A workflow to be created.

    Attributes:
        name: One line of 1 to 200 characters, unique without case, width and outer space.
        steps: The steps in the order in which a screen shows them, 1 to 100.
        sources: The names of the sources that are asked for data; `None` for all that there are.
    """

    name: str
    steps: Sequence[NewStep] = ()
    sources: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step of a workflow.

    Attributes:
        id: Its id within the workflow: letters, digits, `_` and `-`.
        label: What staff see.
        kind: What is done there.
        requires: The ids of the steps that must be done first.
        permission: What its doer must be allowed to do; `ReleaseCases` for a release and
            `DecideSteps` otherwise, if not given.
        doer: Whether the holder does it or anyone; a quorum or an exclusion makes it anyone.
        quorum: How many different people must approve it, 1 to 100.
        excludes_raiser: Whether who raised the case is excluded.
        excludes_doers_of: The ids of the steps whose doers are excluded.
        denial_codes: The codes with which it can be denied: lower-case letters, digits and `_`, up
            to 100.
    """

    id: str
    label: str
    kind: StepKind
    doer: StepDoer
    requires: Sequence[str] = ()
    permission: Permission | None = None
    quorum: int = 1
    excludes_raiser: bool = False
    excludes_doers_of: Sequence[str] = ()
    denial_codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WorkflowEdit:
    """Changes to a workflow; what is `None` stays as it is.

    Attributes:
        name: Another name.
        steps: All steps from now on; running cases keep theirs.
        sources: The names of the sources from now on.
        all_sources: Whether all sources are asked from now on.
        seen: The revision that the caller saw.
    """

    name: str | None = None
    steps: Sequence[NewStep] | None = None
    sources: Sequence[str] | None = None
    all_sources: bool = False
    seen: int | None = None


class StepKind(Word):
    """What is done in a step."""

    IDENTIFICATION = "identification"
    """Somebody satisfies themselves who is asking."""

    DATA_APPROVAL = "data_approval"
    """Somebody approves the data, or that there is none."""

    APPROVAL = "approval"
    """Somebody approves, without data."""

    RELEASE = "release"
    """The answer is built and sent."""


class StepDoer(Word):
    """Who does a step."""

    HOLDER = "holder"
    """Whoever holds the case; they must have taken it."""

    ANYONE = "anyone"
    """Anyone with the step's permission."""


@dataclass(frozen=True, slots=True)
class WorkflowView:
    """A workflow.

    Attributes:
        id: Its identity.
        revision: Its revision.
        name: Its name.
        active: Whether case types can start it.
        version: The newest version.
        steps: The steps of the newest version, in order.
        sources: The names of the sources that are asked; `None` for all.
    """

    id: UUID
    revision: int
    name: str
    active: bool
    version: int
    steps: list[NewStep]
    sources: list[str] | None
