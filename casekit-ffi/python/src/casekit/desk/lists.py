"""Lists, counts and search."""

from __future__ import annotations

from .. import columns
from .._library import raw
from ..pages import Page
from ..types import CaseCountRow, CaseSummary, CountBy, CountsQuery, HeldBy, Ref, SearchHit, StageCategory
from ..types.base import id_of
from .part import Part, Query, Unpack, case_rows, query_of

_ALL = 2**32 - 1
_LARGEST_PAGE = 500


class Lists(Part):
    """Lists, counts and search."""

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
        packed = self._handle.cases_columns(size, query, after)
        return Page(columns.rows(packed), packed.next, lambda next: self._columned_cases(query, size, next))

    def cases_columns(
        self, *, limit: int | None = None, after: str | None = None, **query: Unpack[Query]
    ) -> columns.Columns:
        """Cases under a filter, a column each: at most `limit` of them, or all. `pandas.DataFrame(desk.cases_columns())`
        and `polars.DataFrame(desk.cases_columns())` take them as they are.

        The columns are the fields of `CaseSummary`; `next` of what this gives goes on as `after`. Needs `read_cases`.
        """
        return columns.columns(self._handle.cases_columns(_ALL if limit is None else limit, query_of(query), after))

    def interactions(self, customer: Ref, *, size: int | None = None, after: str | None = None) -> Page[CaseSummary]:
        """A customer's interactions: their cases, newest first. Needs `read_cases` and `read_customers`."""
        customer = id_of(customer)
        return self._page(lambda page: self._handle.interactions(customer, page), size, after)

    def my_cases(self, *, size: int | None = None, after: str | None = None) -> Page[CaseSummary]:
        """The cases that wait for the actor, oldest first: the workflow is live, the case is theirs or untaken, and a
        step is ready for one of their permissions. A case in error is still pending. Needs `read_cases`."""
        return self._page(self._handle.my_cases_columns, size, after, case_rows)

    def my_cases_columns(self, *, size: int | None = None, after: str | None = None) -> columns.Columns:
        """The cases that wait for the actor, oldest first, a column each. Needs `read_cases`."""
        return columns.columns(self._handle.my_cases_columns(raw.PageRequest(size=size, after=after)))

    def my_taken_cases(self, *, size: int | None = None, after: str | None = None) -> Page[CaseSummary]:
        """The cases that the actor holds, newest first. Needs `read_cases`."""
        return self._page(self._handle.my_taken_cases, size, after)

    def my_pending_count(self) -> int:
        """How many cases are pending for the actor; kept, so that a screen can ask often. Needs `read_cases`."""
        return int(self._handle.my_pending_count())

    def counts(
        self,
        by: CountBy,
        *,
        case_type: str | None = None,
        stage: str | None = None,
        category: StageCategory | None = None,
        holder: HeldBy | None = None,
    ) -> list[CaseCountRow]:
        """How many cases there are by type, stage, category or holder: exact, and kept rather than counted.
        Groups without a case are left out. Needs `read_cases`."""
        counts: list[CaseCountRow] = self._handle.counts(by, CountsQuery(case_type, stage, category, holder))
        return counts

    def search(self, text: str, *, size: int | None = None, after: str | None = None) -> Page[SearchHit]:
        """Cases and notes in which a text is found, newest first: all words must be there, and the last need only be
        begun, with two characters at least. Accents and case do not count, and Chinese, Japanese and Thai are found
        inside a sentence. A page may be short, or empty, and still go on: what is found may be far apart.

        Needs `read_cases`; notes are searched for who may read them, and names of customers for who may see those.
        """
        return self._page(lambda page: self._handle.search(text, page), size, after)
