"""Importing workflows, customers and cases from another system."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from .. import callbacks
from ..types import (
    ExistingItems,
    ExistingItemsCode,
    ImportCase,
    ImportCustomer,
    ImportOptions,
    ImportProgress,
    ImportReport,
    ImportWorkflow,
)
from .part import Part


def _check_instants(items: list[ImportWorkflow | ImportCustomer | ImportCase]) -> None:
    """Names the item whose datetime says no time zone: which one is meant, only the caller knows."""
    for place, item in enumerate(items):
        instants = {"at": item.at} if isinstance(item, (ImportWorkflow, ImportCustomer, ImportCase)) else {}
        if isinstance(item, ImportCase):
            instants |= {f"changes[{number}].at": change.at for number, change in enumerate(item.changes)}
            if item.request is not None and item.request.received_at is not None:
                instants["request.received_at"] = item.request.received_at
        for field, at in instants.items():
            if isinstance(at, datetime) and at.utcoffset() is None:
                raise TypeError(
                    f"items[{place}].{field} has no time zone: an aware datetime is needed, such as with datetime.timezone.utc"
                )


class Imports(Part):
    """Importing workflows, customers and cases from another system."""

    def import_items(
        self,
        items: Iterable[ImportWorkflow | ImportCustomer | ImportCase],
        progress: Callable[[ImportProgress], object] | None = None,
        *,
        existing: ExistingItems | ExistingItemsCode = ExistingItems.REFUSE,
        dry_run: bool = False,
    ) -> ImportReport:
        """Imports workflows, customers and cases with their past, 500 items in a transaction. Each item is imported as a
        whole or not at all.

        An item that is wrong in any way, an instant out of range included, is refused by itself: its result has its
        reference and names every wrong field. At the end the import itself is recorded as an event. If the import is
        cancelled, or the store fails half-way, the items before that stay: run the same import again then. Needs
        `import`, and for workflows `configure_workflows` too.

        Args:
            items: The workflows, customers and cases. They may refer to those before them.
            progress: Called after each 500 items, and after the last. If it returns `False`, the import ends with a
                `StoreError` with the code `cancelled`. If it raises, the import ends and that is raised, from a
                `CallbackError`. Both say how much was written.
            existing: What is done with an item that is in the file already: `refuse`, `skip` or `update`.
                `ExistingItems` says what is updated.
            dry_run: Whether everything is only checked. The report is the one that the import would have, without the
                ids and numbers of what is not there yet, and nothing is written.

        Raises:
            TypeError: For a datetime without a time zone; it names the item, and nothing is imported.
        """
        options = ImportOptions(existing=existing, dry_run=dry_run)
        given = list(items)
        _check_instants(given)
        if progress is None:
            report: ImportReport = self._handle.import_items(given, options, None)
            return report
        return callbacks.importing(progress, lambda listener: self._handle.import_items(given, options, listener))
