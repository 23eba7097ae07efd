"""Lists of cases, which cross a column each."""

from __future__ import annotations

from .. import case_columns
from ..columns import Columns, Unpacking
from ..pages import Page, PageRequest
from ..tables import CaseTable
from ..types import CaseSummary
from .part import Part, Query, Unpack, query_of

_ALL = 2**32 - 1
_LARGEST_PAGE = 500


class Lists(Part):
    """Lists of cases, which cross a column each."""

    def cases(
        self, *, size: int | None = None, after: str | None = None, **query: Unpack[Query]
    ) -> Page[CaseSummary]:
        """Cases under a filter, `size` a page: 50 unless given, 500 at most.

        `desk.cases(stage="Open", size=20)`. The conditions are those of `CasesQuery`: `case_type`, `stage`, `category`,
        `holder`, `customer`, `raised_from`, `raised_before`, `text`; and `sort` and `direction`. Sorted by number or by
        raising, pages are stable under new cases; sorted by change, a case that changes meanwhile may repeat or be missed.
        Needs `read_cases`.
        """
        wanted = query_of(query)
        if size is None or 1 <= size <= _LARGEST_PAGE:
            return self._columned_cases(wanted, 50 if size is None else size, after)
        # A page that cannot be is refused in the library's words.
        return self._page(lambda page: self._handle.cases(wanted, page), size, after)

    def _columned_cases(self, query: object, size: int, after: str | None) -> Page[CaseSummary]:
        packed = Unpacking(self._handle.cases_columns(size, query, after))
        return Page(case_columns.rows(packed), packed.next, lambda next: self._columned_cases(query, size, next))

    def cases_columns(
        self, *, limit: int | None = None, after: str | None = None, **query: Unpack[Query]
    ) -> Columns:
        """Cases under a filter, a column each: at most `limit` of them, or all, as plain lists. Whoever has polars, pandas,
        DuckDB or pyarrow reads `cases_table` without a copy.

        The columns are the fields of `CaseSummary`; `next` of what this gives goes on as `after`. Needs `read_cases`.
        """
        packed = self._handle.cases_columns(_ALL if limit is None else limit, query_of(query), after)
        return case_columns.columns(Unpacking(packed))

    def cases_table(self, *, limit: int | None = None, **query: Unpack[Query]) -> CaseTable:
        """Cases under a filter as an Arrow table, at most `limit` of them: `polars.DataFrame(desk.cases_table())`,
        `pandas.DataFrame.from_arrow(desk.cases_table())`. Needs `read_cases`."""
        wanted = query_of(query)
        return CaseTable(lambda: int(self._handle.cases_stream(wanted, limit)))

    def my_cases(self, *, size: int | None = None, after: str | None = None) -> Page[CaseSummary]:
        """The cases that wait for the actor, oldest first: the workflow is live, the case is theirs or untaken, and a
        step is ready for one of their permissions. A case in error is still pending. Needs `read_cases`."""
        packed = Unpacking(self._handle.my_cases_columns(PageRequest(size, after)))
        return Page(case_columns.rows(packed), packed.next, lambda after: self.my_cases(size=size, after=after))

    def my_cases_columns(self, *, size: int | None = None, after: str | None = None) -> Columns:
        """The cases that wait for the actor, oldest first, a column each. Needs `read_cases`."""
        return case_columns.columns(Unpacking(self._handle.my_cases_columns(PageRequest(size=size, after=after))))

    def my_cases_table(self) -> CaseTable:
        """The cases that wait for the actor, oldest first, as an Arrow table. Needs `read_cases`."""
        return CaseTable(lambda: int(self._handle.my_cases_stream()))
