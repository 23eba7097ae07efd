"""What is configured with more than one word."""

from __future__ import annotations

from collections.abc import Iterable

from ..types import NewStep, NewWorkflow, WorkflowView
from .part import Part


class Configure(Part):
    """What is configured with more than one word."""

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
