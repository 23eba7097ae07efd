"""Changes, as commits make them."""

from __future__ import annotations

from ..live import Live
from ..types import Changes
from .part import Part


class Audit(Part):
    """Changes, as commits make them."""

    def changes(self, cursor: str | None = None, *, limit: int = 500) -> Live[Changes]:
        """The changes since a cursor, and then each new one as it happens: `for news in desk.changes(cursor): ...`

        Each `news` has some changes, oldest first, and the cursor after them. Keep that cursor once the changes are
        handled, and no change is missed. Needs `read_cases`.
        """

        def read() -> Changes | None:
            nonlocal cursor
            news: Changes = self._handle.changes_since(cursor, limit)
            cursor = news.cursor
            return news if news.changes else None

        return Live(read, self._bell)
