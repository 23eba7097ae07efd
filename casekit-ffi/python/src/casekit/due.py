"""Doing what is due on a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import _forks, errors
from .copies import Single
from .types import DueReport

if TYPE_CHECKING:
    from .kit import CaseKit

_PAUSED = ("suspended", "interrupted")
_SHORTEST = timedelta(milliseconds=10)
_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


class DueRuns(Single):
    """A kit that does by itself what is due. It ends with `end`, at the end of a `with`, or with its kit."""

    _instead = "it is of one kit: call `run_due_in_background` again"

    def __init__(
        self,
        kit: CaseKit,
        ended: threading.Event,
        at_most: timedelta,
        tell: Callable[[DueReport], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self._home = _forks.here()
        self._ended = ended
        # The thread must keep neither the kit nor this: both may end because nobody has them any more.
        work = _Work(weakref.ref(kit, lambda _: ended.set()), ended, max(at_most, _SHORTEST), tell, failed)
        thread = threading.Thread(target=work.run, name="casekit-due", daemon=True)
        _threads.add(thread)
        thread.start()

    def end(self) -> None:
        """Ends it. A run that is going on is not interrupted, and no other is begun."""
        if self._home.is_here():
            self._ended.set()

    def __enter__(self) -> DueRuns:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class _Work:
    def __init__(
        self,
        kit: weakref.ref[CaseKit],
        ended: threading.Event,
        at_most: timedelta,
        tell: Callable[[DueReport], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self._kit = kit
        self._ended = ended
        self._at_most = at_most
        self._tell = tell
        self._failed = failed

    def run(self) -> None:
        while not self._ended.is_set():
            wait = self._once()
            if wait is None:
                return
            self._ended.wait(wait.total_seconds())

    def _once(self) -> timedelta | None:
        """Does once what is due. The answer is how long to wait then, or `None` if the kit is no more."""
        kit = self._kit()
        if kit is None:
            return None
        try:
            report: DueReport = kit.run_due()
        except errors.StoreError as error:
            if error.code == "closed":
                return None
            if error.code not in _PAUSED:
                _told(self._failed, error)
            return self._at_most
        except Exception as error:
            _told(self._failed, error)
            return self._at_most
        finally:
            del kit
        _told(self._tell, report)
        until = self._at_most if report.next is None else report.next - report.at
        return min(max(until, _SHORTEST), self._at_most)


def log_failure(error: Exception) -> None:
    """What is done with an error that the application does not want to be told of."""
    logging.getLogger("casekit").error("what is due could not be done: it is tried again", exc_info=error)


def wait_for_all(until: float) -> None:
    """Waits until the threads have ended, but not beyond an instant of `time.monotonic`."""
    for thread in list(_threads):
        if thread is not threading.current_thread():
            thread.join(max(0.0, until - time.monotonic()))


def _told(function: Callable[[Any], object], news: object) -> None:
    try:
        function(news)
    except Exception:
        logging.getLogger("casekit").exception("the function that is told what was due failed")


_forks.in_child(_threads.clear)
