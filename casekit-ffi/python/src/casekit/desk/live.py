"""Reads that are delivered again when a commit changed their answer."""

from __future__ import annotations

from ..live import Live
from ..pages import Page, PageRequest
from ..types import CaseSummary, FailingCase, Ref, RequestSummary, ThreadNote, WorkCounts, WorkRow
from ..types.base import id_of
from .part import Part, Query, Unpack, query_of


class LiveReads(Part):
    """Reads that are delivered again when a commit changed their answer: `for page in desk.live_cases(): ...`"""

    def live_cases(
        self, *, size: int | None = None, after: str | None = None, **query: Unpack[Query]
    ) -> Live[Page[CaseSummary]]:
        """A page of cases under a filter, live. The conditions are those of `cases`. Needs `read_cases`."""
        wanted = query_of(query)
        live = self._handle.live_cases(wanted, PageRequest(size=size, after=after))
        return self._live(live, size, lambda page: self._handle.cases(wanted, page))

    def live_my_pending_cases(self, *, size: int | None = None, after: str | None = None) -> Live[Page[CaseSummary]]:
        """The cases that wait for the actor, oldest first, live. Needs `read_cases`."""
        live = self._handle.live_my_pending_cases(PageRequest(size=size, after=after))
        return self._live(live, size, self._handle.my_pending_cases)

    def live_pending_count(self) -> Live[int]:
        """How many cases are pending for the actor, live. Needs `read_cases`."""
        return self._live(self._handle.live_pending_count(), None, None)

    def live_my_work(self, *, size: int | None = None, after: str | None = None) -> Live[Page[WorkRow]]:
        """The actor's work, oldest first, live: what they hold, what is pending for them, and what they raised. Needs
        `read_cases`."""
        live = self._handle.live_my_work(PageRequest(size=size, after=after))
        return self._live(live, size, self._handle.my_work)

    def live_work_counts(self) -> Live[WorkCounts]:
        """How much work the actor has, live. Needs `read_cases`."""
        return self._live(self._handle.live_work_counts(), None, None)

    def live_thread(
        self, case: Ref, *, size: int | None = None, after: str | None = None
    ) -> Live[Page[ThreadNote]]:
        """The thread of a case in reading order, live. Needs `read_cases` and `read_notes`."""
        case = id_of(case)
        live = self._handle.live_thread(case, PageRequest(size=size, after=after))
        return self._live(live, size, lambda page: self._handle.thread(case, page))

    def live_summary(self, case: Ref) -> Live[RequestSummary]:
        """Everything that a case worker's screen shows about one case, live. Needs `read_cases`."""
        return self._live(self._handle.live_summary(id_of(case)), None, None)

    def live_failures(self, *, size: int | None = None, after: str | None = None) -> Live[Page[FailingCase]]:
        """Cases with errors, oldest first, live. Needs `read_failures`."""
        live = self._handle.live_failures(PageRequest(size=size, after=after))
        return self._live(live, size, lambda page: self._handle.cases_with_errors(None, None, page))
