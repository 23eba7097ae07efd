"""Case types and their stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from .case import StageCategory


@dataclass(frozen=True, slots=True)
class NewCaseType:
    """A case type to be created.

    Attributes:
        name: One line of 1 to 200 characters, unique without case, width and outer space.
        description: Up to 100,000 characters; blank counts as none.
        inactive: Whether it stays out of use until it is activated.
        stages: The stages in their order, 1 to 100; Open, In Progress, Resolved and Closed if none
            are given.
        moves: The moves allowed after raising; `None` for any.
        workflow: The name or id of the approval workflow that its cases start.
    """

    name: str
    description: str | None = None
    inactive: bool = False
    stages: Sequence[NewStage] = ()
    moves: Sequence[NewStageMove] | None = None
    workflow: str | None = None


@dataclass(frozen=True, slots=True)
class NewStage:
    """A stage of a case type.

    Attributes:
        id: Its id: of a stage that there is, to keep it; made from the label if none is given.
        label: What staff see: 1 to 1,000 characters, different from the other stages' labels.
        customer_label: What the customer sees, where it differs.
        category: Its fixed meaning.
        disabled: Whether it is out of use.
    """

    label: str
    category: StageCategory
    id: str | None = None
    customer_label: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class NewStageMove:
    """A move from one stage to another, each by id or label.

    Attributes:
        from_: The stage that is left.
        to: The stage that is entered.
    """

    from_: str
    to: str

    @property
    def _from(self) -> str:
        return self.from_


@dataclass(frozen=True, slots=True)
class CaseTypeEdit:
    """Changes to a case type; what is `None` stays as it is.

    Attributes:
        name: Another name.
        description: Another description; blank takes it away.
        stages: All stages in their order. A stage with the id of one that there is keeps its cases'
            meaning.
        moves: All moves allowed from now on.
        any_move: Whether any move is allowed from now on.
        workflow: The name or id of another workflow.
        without_workflow: Whether it has no workflow from now on.
        seen: The revision that the caller saw.
    """

    name: str | None = None
    description: str | None = None
    stages: Sequence[NewStage] | None = None
    moves: Sequence[NewStageMove] | None = None
    any_move: bool = False
    workflow: str | None = None
    without_workflow: bool = False
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CaseTypeView:
    """A case type.

    Attributes:
        id: Its identity.
        revision: Its revision.
        name: Its name.
        description: What it is for.
        active: Whether cases can be raised under it.
        version: The newest version.
        stages: The stages of the newest version, in order.
        moves: The moves allowed in the newest version; `None` for any.
        workflow: The name of its workflow.
    """

    id: UUID
    revision: int
    name: str
    description: str | None
    active: bool
    version: int
    stages: list[StageView]
    moves: list[StageMoveView] | None
    workflow: str | None


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage of a case type.

    Attributes:
        id: Its id, the same across versions.
        label: What staff see.
        customer_label: What the customer sees.
        category: Its meaning.
        enabled: Whether a case may be put there.
    """

    id: str
    label: str
    customer_label: str
    category: StageCategory
    enabled: bool


@dataclass(frozen=True, slots=True)
class StageMoveView:
    """An allowed move, by stage ids.

    Attributes:
        from_: The stage that is left.
        to: The stage that is entered.
    """

    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class CreatedCaseType:
    """A case type was created.

    Attributes:
        id: Its id.
        revision: Its revision.
        replayed: Whether it was created before under the same request id.
    """

    id: UUID
    revision: int
    replayed: bool
