"""Bringing in what happened elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import callbacks
from ..types import ImportCase, ImportCustomer, ImportProgress, ImportReport
from .part import Part


class Imports(Part):
    """Bringing in what happened elsewhere."""

    def import_items(
        self,
        items: Iterable[ImportCustomer | ImportCase],
        progress: Callable[[ImportProgress], object] | None = None,
    ) -> ImportReport:
        """Imports customers and cases with their past, 500 items a transaction, each item whole or not at all.

        An item that is refused is named in the report and leaves the rest. `progress` is called after each chunk. At the
        end the import itself becomes an event. If the store fails half-way, what was imported before stays: run the same
        import again, and items with references that are already there are refused as in use. Needs `import`.
        """
        listener = None if progress is None else callbacks.listener(progress)
        report: ImportReport = self._handle.import_items(list(items), listener)
        return report
