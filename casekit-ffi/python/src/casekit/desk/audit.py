"""The audit trail: changes, history, verification, and the head to keep."""

from __future__ import annotations

from ..live import Live
from ..pages import Page
from ..types import AuditHead, Changes, HistoryEntry, StreamId, VerifyReport
from .part import Part


class Audit(Part):
    """The audit trail: changes, history, verification, and the head to keep."""

    def history(
        self, stream: StreamId, *, size: int | None = None, after: str | None = None
    ) -> Page[HistoryEntry]:
        """The history of a stream in words that a screen can show, oldest first, with from and to.

        `desk.history(StreamId.case(case))`. Notes outside the scope are left out, and sensitive values are shown to those
        who may read them. Needs `read_history`, and `read_cases` or `read_customers` for the history of these.
        """
        return self._page(lambda page: self._handle.history(stream, page), size, after)

    def changes_since(self, cursor: str | None = None, *, limit: int = 500) -> Changes:
        """What changed since a cursor, oldest first: start with `None`, go on with the cursor that comes back. Changes of
        cases and case types outside the actor's scope are left out. At most 500 at a time. Needs `read_cases`.

        A cursor from behind a backup that was restored since, or of another store, raises `Conflict` with
        `cursor_not_of_this_store`: read everything anew."""
        changes: Changes = self._handle.changes_since(cursor, limit)
        return changes

    def changes(self, cursor: str | None = None, *, limit: int = 500) -> Live[Changes]:
        """What changed since a cursor, and on from there, as it happens: `for news in desk.changes(cursor): ...`

        Each `news` has some changes, oldest first, and the cursor after them: keep it once they are dealt with, and
        nothing is missed. Needs `read_cases`.
        """

        def read() -> Changes | None:
            nonlocal cursor
            news: Changes = self._handle.changes_since(cursor, limit)
            cursor = news.cursor
            return news if news.changes else None

        return Live(read, self._bell)

    def verify_stream(self, stream: StreamId) -> VerifyReport:
        """Verifies the history of one stream: hashes, commitments, and that its events fold to its state.
        Needs `verify`."""
        report: VerifyReport = self._handle.verify_stream(stream)
        return report

    def verify(self, kept: AuditHead | None = None) -> VerifyReport:
        """Verifies the whole file: every stream, and every head that was taken. With a head that was kept elsewhere, a
        tail that was cut off or a stream that is missing is shown too. Needs `verify`."""
        report: VerifyReport = self._handle.verify(kept)
        return report

    def audit_head(self) -> AuditHead:
        """Takes the head of the audit trail: appends a checkpoint over the one before and everything since, to be kept
        elsewhere. Needs `verify`."""
        head: AuditHead = self._handle.audit_head()
        return head
