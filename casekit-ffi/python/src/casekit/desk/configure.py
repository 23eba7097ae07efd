"""Case types, workflows and settings."""

from __future__ import annotations

from collections.abc import Iterable

from ..types import (
    CaseTypeEdit,
    CaseTypeView,
    Changed,
    CreatedCaseType,
    NewCaseType,
    NewStage,
    NewStageMove,
    NewStep,
    NewWorkflow,
    Ref,
    SettingsEdit,
    SettingsView,
    SourceSetting,
    WebformTarget,
    WorkflowEdit,
    WorkflowView,
)
from ..types.base import id_of
from .part import Part


class Configure(Part):
    """Case types, workflows and settings."""

    def create_case_type(
        self,
        name: str,
        *,
        description: str | None = None,
        stages: Iterable[NewStage] = (),
        moves: Iterable[NewStageMove] | None = None,
        workflow: str | None = None,
        inactive: bool = False,
    ) -> CreatedCaseType:
        """Creates a case type. Needs `configure_case_types`.

        Args:
            name: One line of 1 to 200 characters, unique without case, width and outer space.
            description: Up to 100,000 characters; blank counts as none.
            stages: The stages in their order, 1 to 100; Open, In Progress, Resolved and Closed if none are given.
            moves: The moves allowed after raising; `None` for any.
            workflow: The name or id of the approval workflow that its cases start.
            inactive: Whether it stays out of use until it is activated.
        """
        new = NewCaseType(
            name=name,
            description=description,
            inactive=inactive,
            stages=list(stages),
            moves=None if moves is None else list(moves),
            workflow=workflow,
        )
        created: CreatedCaseType = self._handle.create_case_type(new)
        return created

    def edit_case_type(
        self,
        case_type: Ref,
        *,
        name: str | None = None,
        description: str | None = None,
        stages: Iterable[NewStage] | None = None,
        moves: Iterable[NewStageMove] | None = None,
        any_move: bool = False,
        workflow: str | None = None,
        without_workflow: bool = False,
        seen: int | None = None,
    ) -> Changed:
        """Edits a case type. Name, description and labels apply at once; other stages, moves or another workflow make a
        new version, and cases keep the version under which they were raised until they are migrated. What is `None` stays.

        A stage with the id of one that there is keeps its cases' meaning; `any_move` takes all restrictions away;
        `without_workflow` takes the workflow away; `seen` is the revision that the caller saw. Needs
        `configure_case_types`.
        """
        edit = CaseTypeEdit(
            name=name,
            description=description,
            stages=None if stages is None else list(stages),
            moves=None if moves is None else list(moves),
            any_move=any_move,
            workflow=workflow,
            without_workflow=without_workflow,
            seen=seen,
        )
        changed: Changed = self._handle.edit_case_type(id_of(case_type), edit)
        return changed

    def activate_case_type(self, case_type: Ref) -> Changed:
        """Lets cases be raised under a type again. Needs `configure_case_types`."""
        changed: Changed = self._handle.activate_case_type(id_of(case_type))
        return changed

    def deactivate_case_type(self, case_type: Ref) -> Changed:
        """Lets no case be raised under a type or moved to it any more; its cases live on. Needs `configure_case_types`."""
        changed: Changed = self._handle.deactivate_case_type(id_of(case_type))
        return changed

    def case_types(self) -> list[CaseTypeView]:
        """Every case type that the actor may see, by name. Needs `read_cases` or `configure_case_types`."""
        found: list[CaseTypeView] = self._handle.case_types()
        return found

    def case_type(self, name: str) -> CaseTypeView:
        """The case type that a caller means by its name, compared as names are, or its id."""
        found: CaseTypeView = self._handle.case_type(name)
        return found

    def create_workflow(
        self, name: str, steps: Iterable[NewStep], *, sources: Iterable[str] | None = None
    ) -> WorkflowView:
        """Creates a workflow, checked as a whole: unknown or circular requirements, and no way to finish, are each named.

        `sources` are the names of the sources that are asked for data; `None` for all that there are. Needs
        `configure_workflows`.
        """
        new = NewWorkflow(name=name, steps=list(steps), sources=None if sources is None else list(sources))
        created: WorkflowView = self._handle.create_workflow(new)
        return created

    def edit_workflow(
        self,
        workflow: Ref,
        *,
        name: str | None = None,
        steps: Iterable[NewStep] | None = None,
        sources: Iterable[str] | None = None,
        all_sources: bool = False,
        seen: int | None = None,
    ) -> Changed:
        """Edits a workflow; other steps or sources make a new version, and running cases keep theirs. What is `None` stays.

        `all_sources` asks all sources from now on; `seen` is the revision that the caller saw. Needs `configure_workflows`.
        """
        edit = WorkflowEdit(
            name=name,
            steps=None if steps is None else list(steps),
            sources=None if sources is None else list(sources),
            all_sources=all_sources,
            seen=seen,
        )
        changed: Changed = self._handle.edit_workflow(id_of(workflow), edit)
        return changed

    def activate_workflow(self, workflow: Ref) -> Changed:
        """Lets case types start a workflow again. Needs `configure_workflows`."""
        changed: Changed = self._handle.activate_workflow(id_of(workflow))
        return changed

    def deactivate_workflow(self, workflow: Ref) -> Changed:
        """Lets no case type take a workflow any more; running cases go on. Needs `configure_workflows`."""
        changed: Changed = self._handle.deactivate_workflow(id_of(workflow))
        return changed

    def workflows(self) -> list[WorkflowView]:
        """Every workflow, by name. Needs `read_cases` or `configure_workflows`."""
        found: list[WorkflowView] = self._handle.workflows()
        return found

    def workflow(self, name: str) -> WorkflowView:
        """The workflow that a caller means by its name, compared as names are, or its id."""
        found: WorkflowView = self._handle.workflow(name)
        return found

    def settings(self) -> SettingsView:
        """The settings. Needs `check_settings`."""
        settings: SettingsView = self._handle.settings()
        return settings

    def change_settings(
        self,
        *,
        number_prefix: str | None = None,
        organisation: str | None = None,
        support_email: str | None = None,
        webform: WebformTarget | None = None,
        without_webform: bool = False,
        sources: Iterable[SourceSetting] | None = None,
        retention_days: int | None = None,
        seen: int | None = None,
    ) -> Changed:
        """Changes the settings; what is `None` stays as it is, and blank text takes an optional setting away.

        Args:
            number_prefix: The prefix of numbers from now on: 1 to 12 letters, digits or inner hyphens.
            organisation: What the organisation is called on reports.
            support_email: Where users turn for help.
            webform: Where answers are sent.
            without_webform: Whether answers are sent nowhere from now on.
            sources: All sources from now on, up to 100.
            retention_days: Days for which snapshots and packages are kept after delivery, 0 to 3,650.
            seen: The revision that the caller saw.
        """
        edit = SettingsEdit(
            number_prefix=number_prefix,
            organisation=organisation,
            support_email=support_email,
            webform=webform,
            without_webform=without_webform,
            sources=None if sources is None else list(sources),
            retention_days=retention_days,
            seen=seen,
        )
        changed: Changed = self._handle.change_settings(edit)
        return changed
