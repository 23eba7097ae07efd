"""Lists of cases, which the library passes in columns."""

from __future__ import annotations

from .. import case_columns
from ..columns import Columns, Unpacking
from ..pages import Page, PageRequest
from ..tables import CaseTable
from ..types import CaseSummary
from .part import Part, Query, Unpack, query_of, whole

_ALL = 2**32 - 1
_LARGEST_PAGE = 500


class Lists(Part):
    """Lists of cases, which the library passes in columns."""

    def cases(
        self, *, size: int | None = None, after: str | None = None, **query: Unpack[Query]
    ) -> Page[CaseSummary]:
        """Cases under a filter, in pages of `size`: 50 unless given, 500 at most.

        For example, `desk.cases(stages=["Open", "In Progress"], size=20)`. The conditions are those of `CasesQuery`:
        `case_types`, `stages` and `categories`, of each of which a case must have one; `holder`, `customer`,
        `raised_by`, `workflow`, `outcome`, `failing`, `text`; `raised_from`, `raised_before` and the same of `resolved`
        and `closed`; and `sort` and `direction`.
        In the order of numbers or of raising, pages are stable when new cases are raised. In the order of changes, a
        case that changes between two pages may appear twice or be missed. Needs `read_cases`.
        """
        wanted = query_of(query)
        size = None if size is None else whole("size", size)
        if size is None or 1 <= size <= _LARGEST_PAGE:
            return self._columned_cases(wanted, 50 if size is None else size, after)
        # An illegal size goes to the library, which refuses it with its own message.
        return self._page(lambda page: self._handle.cases(wanted, page), size, after)

    def _columned_cases(self, query: object, size: int, after: str | None) -> Page[CaseSummary]:
        packed = Unpacking(self._handle.cases_columns(size, query, after))
        return Page(case_columns.rows(packed), packed.next, lambda next: self._columned_cases(query, size, next))

    def cases_columns(
        self, *, limit: int | None = None, after: str | None = None, **query: Unpack[Query]
    ) -> Columns:
        """Cases under a filter, in columns of plain lists: at most `limit` of them, or all. With polars, pandas, DuckDB
        or pyarrow, `cases_table` needs no copy.

        The columns are the fields of `CaseSummary`. Give `next` of the result as `after` to continue. Needs
        `read_cases`.
        """
        packed = self._handle.cases_columns(_ALL if limit is None else limit, query_of(query), after)
        return case_columns.columns(Unpacking(packed))

    def cases_table(self, *, limit: int | None = None, **query: Unpack[Query]) -> CaseTable:
        """Cases under a filter as an Arrow table, at most `limit` of them: `polars.DataFrame(desk.cases_table())`,
        `pandas.DataFrame.from_arrow(desk.cases_table())`. Needs `read_cases`."""
        wanted = query_of(query)
        return CaseTable(lambda: int(self._handle.cases_stream(wanted, limit)))

    def my_pending_cases(self, *, size: int | None = None, after: str | None = None) -> Page[CaseSummary]:
        """The cases that wait for the actor, oldest first: a step is ready or has failed that the actor can decide, no
        blocker being in the way but that nobody has taken the case. Needs `read_cases`."""
        packed = Unpacking(self._handle.my_pending_cases_columns(PageRequest(size, after)))
        return Page(case_columns.rows(packed), packed.next, lambda after: self.my_pending_cases(size=size, after=after))

    def my_pending_cases_columns(self, *, size: int | None = None, after: str | None = None) -> Columns:
        """The cases that wait for the actor, oldest first, in columns. Needs `read_cases`."""
        return case_columns.columns(Unpacking(self._handle.my_pending_cases_columns(PageRequest(size=size, after=after))))

    def my_pending_cases_table(self) -> CaseTable:
        """The cases that wait for the actor, oldest first, as an Arrow table. Needs `read_cases`."""
        return CaseTable(lambda: int(self._handle.my_pending_cases_stream()))
