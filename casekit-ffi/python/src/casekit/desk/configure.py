"""Configuration whose arguments need a conversion, and so a method by hand."""

from __future__ import annotations

from collections.abc import Iterable

from ..types import NewStep, NewWorkflow, WorkflowView
from .part import Part


class Configure(Part):
    """Configuration whose arguments need a conversion, and so a method by hand."""

    def create_workflow(
        self, name: str, steps: Iterable[NewStep], *, sources: Iterable[str] | None = None
    ) -> WorkflowView:
        """Creates a workflow. It is checked as a whole: unknown and circular requirements, and steps that cannot be
        finished, are each reported. Needs `configure_workflows`.

        Args:
            name: The name of the workflow.
            steps: The steps, in their order.
            sources: The names of the sources that are asked for data; `None` for all sources.
        """
        new = NewWorkflow(name=name, steps=list(steps), sources=None if sources is None else list(sources))
        created: WorkflowView = self._handle.create_workflow(new)
        return created
