"""casekit: case management as a library. What SQLite is to data, casekit is to cases: no server and no account.

    import casekit

    with casekit.open("cases.db") as kit:
        desk = kit.desk("amara", "Amara Okafor", roles=casekit.Role.AGENT)
        case = desk.raise_case("Support", "Cannot log in")
        print(desk.case(case).number)

`open` returns a `CaseKit`, and its method `desk` a `Desk`, which has every command and every read; `help(casekit.Desk)`
is the manual. `open_async` is the same for `asyncio`. Every error is a `casekit.Error`.
"""

from typing import TYPE_CHECKING, Any

# These two come first: they refuse a second interpreter, and a library of another release, before anything uses it.
from . import _interpreter as _interpreter
from ._raw import raw as _raw

from . import types
from .callbacks import AsyncAuthorizer, Authorizer, DataSource, Delivery
from .desk import Desk
from .errors import (
    AlreadyTaken,
    Blocked,
    CallbackError,
    ConfigurationFailure,
    Conflict,
    DataFailure,
    Error,
    Failure,
    Forbidden,
    InternalError,
    Invalid,
    LanguageError,
    NotFound,
    PermanentFailure,
    ReportError,
    StoreError,
    TransientFailure,
)
from .due import DueRuns
from .files import SourceFile
from .kit import CaseKit, Polling, Subscription, connect, in_memory
from .kit import open as open
from .language import Language
from .live import Live
from .pages import AsyncPage, Page
from .tables import CaseTable
from .types import *  # noqa: F403

if TYPE_CHECKING:
    from .asynchronous import AsyncCaseKit, AsyncDesk, connect_async, in_memory_async, open_async
    from .live_async import AsyncLive

__version__ = str(_raw.library_version())

# Without `open`, so that `from casekit import *` does not replace Python's own `open`.
__all__: list[str] = [
    "AlreadyTaken",
    "AsyncAuthorizer",
    "AsyncCaseKit",
    "AsyncDesk",
    "AsyncLive",
    "AsyncPage",
    "Authorizer",
    "Blocked",
    "CallbackError",
    "CaseKit",
    "CaseTable",
    "ConfigurationFailure",
    "Conflict",
    "DataFailure",
    "DataSource",
    "Delivery",
    "Desk",
    "DueRuns",
    "Error",
    "Failure",
    "Forbidden",
    "InternalError",
    "Invalid",
    "Language",
    "LanguageError",
    "Live",
    "NotFound",
    "Page",
    "PermanentFailure",
    "Polling",
    "ReportError",
    "SourceFile",
    "StoreError",
    "Subscription",
    "TransientFailure",
    "__version__",
    "connect",
    "connect_async",
    "in_memory",
    "in_memory_async",
    "open_async",
]
__all__ += types.__all__

_ASKED_FOR = {
    "AsyncCaseKit": "asynchronous",
    "AsyncDesk": "asynchronous",
    "AsyncLive": "live_async",
    "connect_async": "asynchronous",
    "in_memory_async": "asynchronous",
    "open_async": "asynchronous",
}
"""Names that need `asyncio`, which takes as long to import as everything else: imported when they are first used."""


def __getattr__(name: str) -> Any:
    module = _ASKED_FOR.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f".{module}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_ASKED_FOR})
