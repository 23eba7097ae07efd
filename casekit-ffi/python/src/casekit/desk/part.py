"""What the parts of a desk share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from .. import columns
from .._library import raw
from ..language import Language
from ..live import Bell, Live
from ..pages import Page
from ..types import CasesQuery, CaseSummary, Direction, HeldBy, Ref, Sort, StageCategory
from ..types.base import id_of

if sys.version_info >= (3, 11):
    from typing import Unpack
elif TYPE_CHECKING:
    from typing_extensions import Unpack
else:
    # Annotations are not evaluated.
    Unpack = None

__all__ = ["Part", "Query", "Unpack", "query_of"]

Value = TypeVar("Value")


class Query(TypedDict, total=False):
    """Which cases, and in which order; every condition that is given must hold. `CasesQuery` says what each means."""

    case_type: str | None
    stage: str | None
    category: StageCategory | None
    holder: HeldBy | None
    customer: Ref | None
    raised_from: datetime | None
    raised_before: datetime | None
    text: str | None
    sort: Sort | None
    direction: Direction | None


class Part:
    """Some of the methods of a desk."""

    def __init__(self, handle: Any, bell: Bell, language: Language) -> None:
        self._handle = handle
        self._bell = bell
        self._language = language

    def _page(
        self, read: Callable[[Any], Any], size: int | None, after: str | None, rows: Callable[[Any], Any] | None = None
    ) -> Page[Any]:
        page = read(raw.PageRequest(size=size, after=after))
        found = page.rows if rows is None else rows(page)
        return Page(found, page.next, lambda next: self._page(read, size, next, rows))

    def _live(self, live: Any, size: int | None, read: Callable[[Any], Any] | None) -> Live[Any]:
        """A live read. A list of it is a page, which goes on by the method that reads the next one."""
        if read is None:
            return Live(live.refresh, self._bell)

        def refresh() -> Page[Any] | None:
            page = live.refresh()
            if page is None:
                return None
            return Page(page.rows, page.next, lambda next: self._page(read, size, next))

        return Live(refresh, self._bell)


def query_of(given: Query) -> CasesQuery:
    """The conditions as the library wants them."""
    conditions: dict[str, Any] = {**given}
    if conditions.get("customer") is not None:
        conditions["customer"] = id_of(conditions["customer"])
    return CasesQuery(**conditions)


def case_rows(packed: Any) -> list[CaseSummary]:
    """The rows of packed columns."""
    return columns.rows(packed)
