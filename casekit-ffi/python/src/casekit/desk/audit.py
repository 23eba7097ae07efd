"""Changes, as commits make them, and the proof that nothing was altered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import callbacks, errors
from ..live import Live
from ..types import AuditHead, Changes, HeadSignature, SignedHead, StreamId, VerifyProgress, VerifyReport
from .part import Part


class Audit(Part):
    """Changes, as commits make them, and the proof that nothing was altered."""

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

    def verify(
        self,
        kept: AuditHead | Iterable[AuditHead] = (),
        progress: Callable[[VerifyProgress], object] | None = None,
    ) -> VerifyReport:
        """Verifies the whole file: every stream, and every head that was taken.

        Others can write in the meantime: what is verified and counted is the file as it was when the call began. Without
        a head that was kept elsewhere, whoever can write the file can also write its whole history anew, heads and all,
        and nothing in the file tells. With one, everything up to the position that it covers is proven. Needs `verify`.

        Args:
            kept: The head or the heads that the application kept elsewhere, in any order.
            progress: Called at the beginning, after each 1,000 rows, events and notes, and at the end. It ends the call
                by returning `False` or by raising; what it raises is raised to the caller.

        Returns:
            What was counted, which of the kept heads are confirmed, and the first place that is broken, if any.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`. Nothing is proven then.
        """
        heads = [kept] if isinstance(kept, AuditHead) else list(kept)
        report: VerifyReport = callbacks.followed(progress, lambda listener: self._handle.verify(heads, listener))
        return report

    def verify_stream(
        self,
        stream: StreamId,
        progress: Callable[[VerifyProgress], object] | None = None,
    ) -> VerifyReport:
        """Verifies the history of one stream.

        That is, its hashes, its commitments, and that folding its events gives its state. Needs `verify`.

        Cost: reads every event and note of the stream, and holds the notes: it grows with the stream. The ledger has an
        event for each head, import, export and restore of the file.

        Args:
            stream: The stream whose history is verified.
            progress: Called at the beginning, after each 1,000 events and notes, and at the end. It ends the call by
                returning `False` or by raising; what it raises is raised to the caller.

        Returns:
            What was counted, and the first place that is broken, if any.

        Raises:
            NotFound: If there is no such stream, or it is outside the actor's scope.
            StoreError: With `cancelled` if `progress` returned `False`. Nothing is proven then.
        """
        report: VerifyReport = callbacks.followed(progress, lambda listener: self._handle.verify_stream(stream, listener))
        return report

    def sign_audit_head(self, head: AuditHead, sign: Callable[[bytes], HeadSignature]) -> SignedHead:
        """Has a head signed by the application, for another system to keep and to check.

        No key enters the library: `sign` is called with the bytes of `audit_head_statement` and returns the signature
        and the id of its key. What it raises is raised to the caller; the head stays taken, and can be signed again.
        """
        signer = callbacks.head_signer(sign)
        try:
            signed: SignedHead = self._handle.sign_audit_head(head, signer)
        except errors.Error:
            if signer.error is not None:
                raise signer.error from None
            raise
        return signed
