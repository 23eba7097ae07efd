"""Changes as they happen."""

from __future__ import annotations

from ..live import Live
from ..types import Changes
from .part import Part


class Audit(Part):
    """Changes as they happen."""

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
