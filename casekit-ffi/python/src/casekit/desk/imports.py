"""Importing customers and cases from another system."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import callbacks
from ..types import ImportCase, ImportCustomer, ImportProgress, ImportReport
from .part import Part


class Imports(Part):
    """Importing customers and cases from another system."""

    def import_items(
        self,
        items: Iterable[ImportCustomer | ImportCase],
        progress: Callable[[ImportProgress], object] | None = None,
    ) -> ImportReport:
        """Imports customers and cases with their past, 500 items in a transaction. Each item is imported as a whole or
        not at all.

        An item that is refused is named in the report, and does not affect the others. `progress` is called after each
        chunk. At the end the import itself is recorded as an event. If the store fails half-way, the items before that
        stay. Run the same import again then: items whose references exist already are refused as in use. Needs
        `import`.
        """
        listener = None if progress is None else callbacks.listener(progress)
        report: ImportReport = self._handle.import_items(list(items), listener)
        return report
