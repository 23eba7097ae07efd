"""What an application can provide: sources, deliveries, an authorizer, fonts, a clock, secrets and observers.

All of these are called without a lock or a transaction, on the thread of the call that needs them (observers on a
thread of their own), and may call back into the kit. They have to end their own waiting: the library sets no time-out.
An exception becomes a failure or an error whose text does not repeat it. It goes to the log `casekit`, and is the
`__cause__` of the error.

With `open_async` they may also be coroutine functions (`async def`). These run in the event loop in which the kit was
opened, while a thread of the kit waits for the answer. `open` refuses them.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from . import _cells, errors
from ._coroutines import plain
from ._options import Options
from .language import Language, handle_of
from .types import (
    Actor,
    BackupProgress,
    CaseHead,
    CheckProgress,
    DataTable,
    Delivered,
    Font,
    HeadSignature,
    ImportProgress,
    ImportReport,
    Outgoing,
    ReportProgress,
    Scope,
    SearchProgress,
    SourceQuestion,
    VerifyProgress,
)

Answer = TypeVar("Answer")

Found: TypeAlias = "Sequence[DataTable] | Mapping[str, Iterable[Any]]"
"""What a source finds: tables, or a mapping from the name of a table to its rows. A row is a `dict`, a row of `sqlite3`
(`sqlite3.Row`) or of SQLAlchemy, or a named tuple; a data frame of pandas or polars is rows too.

A cell is `None`, `str`, `bool`, `int`, `float`, `Decimal`, `date`, `time`, `datetime`, `UUID`, `bytes`, a `SourceFile`, or a `dict` or
`list` that is JSON; numpy's scalars are taken as what they stand for, `NaN`, `NaT` and `NA` as no value. A column has one kind. Anything else
is a failure of the source that names the table, the row, the column and the type."""


Receipt: TypeAlias = "Delivered | str | None"
"""What a delivery answers: the receiver's reference, if it gave one."""


class DataSource(Protocol):
    """A source of data about customers. A function with the same argument and result can be used instead."""

    def collect(self, question: SourceQuestion) -> Found | Awaitable[Found]:
        """Finds the data about a person. If there is none, it returns an empty list, or tables without rows."""
        ...


class Delivery(Protocol):
    """Sends answers to the people who asked. A function with the same argument and result can be used instead."""

    def deliver(self, outgoing: Outgoing) -> Receipt | Awaitable[Receipt]:
        """Sends an answer, and returns once it has arrived.

        It may be called again for the same sending. The key and the content of a sending never change, so a receiver
        that checks the key sees one effect. A delivery that does not support a `kind` raises a `ConfigurationFailure`
        with the code `kind_not_supported`; later versions may add kinds.

        Returns:
            The receiver's reference, if it gave one.
        """
        ...


class Authorizer:
    """Narrows what permissions allow; it can never widen them. If it raises, the action is forbidden. Derive your own
    class from it."""

    def scope(self, actor: Actor) -> Scope:
        """What an actor may see. It applies to lists, counts, search and exports."""
        return Scope()

    def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
        """Whether an actor is forbidden this action on this case. It is asked when one case is opened (`read_case`,
        `read_thread`, `read_history`) or changed (the name of the command, such as `edit_case`)."""
        return False


class AsyncAuthorizer:
    """An authorizer whose questions are coroutine functions, for `open_async`. Derive your own class from it."""

    async def scope(self, actor: Actor) -> Scope:
        """What an actor may see. See `Authorizer.scope`."""
        return Scope()

    async def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
        """Whether an actor is forbidden this action on this case. See `Authorizer.forbids`."""
        return False


Source: TypeAlias = "DataSource | Callable[[SourceQuestion], Found | Awaitable[Found]]"
Sender: TypeAlias = "Delivery | Callable[[Outgoing], Receipt | Awaitable[Receipt]]"
Clock: TypeAlias = Callable[[], datetime]
Secrets: TypeAlias = "Mapping[str, str] | Callable[[str], str | None | Awaitable[str | None]]"
FontFiles: TypeAlias = "Iterable[Font | str | os.PathLike[str]]"
Fonts: TypeAlias = "FontFiles | Callable[[], FontFiles | Awaitable[FontFiles]]"


def options(
    *,
    sources: Mapping[str, Source] | None,
    deliveries: Mapping[str, Sender] | None,
    authorizer: Authorizer | AsyncAuthorizer | None,
    secrets: Secrets | None,
    fonts: Fonts | None,
    clock: Clock | None,
    language: Language | None,
    **others: Any,
) -> Any:
    """The options for the library, with each callback wrapped in the class that the library calls."""
    if authorizer is not None and not isinstance(authorizer, (Authorizer, AsyncAuthorizer)):
        raise TypeError(f"an authorizer is made from casekit.Authorizer, not from {type(authorizer).__name__}")
    return Options(
        sources={name: _Source(_callable(source, "collect")) for name, source in _named("sources", sources)},
        deliveries={name: _Sender(_callable(sender, "deliver")) for name, sender in _named("deliveries", deliveries)},
        authorizer=None if authorizer is None else _Authorizer(authorizer),
        secrets=None if secrets is None else _Secrets(_callable(secrets, "get", "secrets")),
        fonts=None if fonts is None else _Fonts(fonts),
        clock=None if clock is None else _Clock(_callable(clock, "now")),
        language=None if language is None else handle_of(language),
        **others,
    )


def observer(changed: Callable[[str], object]) -> Any:
    """An observer that calls a function with the new cursor."""
    return _Observer(_callable(changed, "changed"))


def importing(
    progress: Callable[[ImportProgress], object], call: Callable[[Any], ImportReport]
) -> ImportReport:
    """Makes an import that tells a function how far it has come. What the function raises is raised to the caller, from the
    error that says how much was written."""
    listener = _ImportListener(_callable(progress, "progress"))
    try:
        return call(listener)
    except errors.CallbackError as so_far:
        if listener.error is not None:
            raise listener.error from so_far
        raise


def followed(
    progress: Callable[[BackupProgress], object]
    | Callable[[CheckProgress], object]
    | Callable[[ReportProgress], object]
    | Callable[[SearchProgress], object]
    | Callable[[VerifyProgress], object]
    | None,
    call: Callable[[Any], Answer],
) -> Answer:
    """Makes a call that tells a function how far it has come, which the function can end. What the function raises is raised
    to the caller. `call` is given the listener, or `None`."""
    if progress is None:
        return call(None)
    listener = _EndingListener(_callable(progress, "progress"))
    try:
        answer = call(listener)
    except errors.StoreError:
        if listener.error is not None:
            raise listener.error from None
        raise
    if listener.error is not None:
        # It was told of the end, when nothing was left to be cancelled.
        raise listener.error
    return answer


def head_signer(sign: Callable[[bytes], HeadSignature]) -> Any:
    """A signer that calls a function with the bytes to sign. If the function raises, its `error` keeps that."""
    return _Signer(_callable(sign, "sign"))


def _named(what: str, given: Mapping[str, Any] | None) -> Iterable[tuple[str, Any]]:
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f"`{what}` gives each a name: it is a dict, such as {{'shop': find_orders}}")
    return given.items() if given else ()


def _callable(what: Any, method: str, name: str | None = None) -> Callable[..., Any]:
    found = getattr(what, method, what)
    if not callable(found):
        raise TypeError(f"a function, or an object with the method {method}, is needed, not {type(what).__name__}")
    return plain(found, name or method)


class _Source:
    def __init__(self, collect: Callable[[SourceQuestion], Found]) -> None:
        self._collect = collect

    def collect(self, question: SourceQuestion) -> list[DataTable]:
        found = self._collect(question)
        if isinstance(found, Mapping):
            return [_cells.table(name, rows) for name, rows in found.items()]
        return [_cells.fitted(table) if isinstance(table, DataTable) else table for table in found]


class _Sender:
    def __init__(self, deliver: Callable[[Outgoing], Delivered | str | None]) -> None:
        self._deliver = deliver

    def deliver(self, outgoing: Outgoing) -> Delivered:
        answer = self._deliver(outgoing)
        return answer if isinstance(answer, Delivered) else Delivered(answer)


class _Authorizer:
    def __init__(self, authorizer: Authorizer | AsyncAuthorizer) -> None:
        self.scope = plain(authorizer.scope, "scope")
        self._forbids = plain(authorizer.forbids, "forbids")

    def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
        answer = self._forbids(actor, action, case)
        # `None` must not pass for `False`: a method that forgets its `return` would allow everything.
        if not isinstance(answer, bool):
            raise TypeError("`forbids` must answer True or False")
        return answer


class _Secrets:
    def __init__(self, secret: Callable[[str], str | None]) -> None:
        self.secret = secret


class _Fonts:
    def __init__(self, fonts: Fonts) -> None:
        self._fonts = _callable(fonts, "fonts") if callable(fonts) else lambda: fonts

    def fonts(self) -> list[Font]:
        return [font if isinstance(font, Font) else _font(font) for font in self._fonts()]


def _font(path: str | os.PathLike[str]) -> Font:
    with open(path, "rb") as file:
        return Font(file.read())


class _Clock:
    def __init__(self, now: Clock) -> None:
        self.now = now


class _Observer:
    def __init__(self, changed: Callable[[str], object]) -> None:
        self._changed = changed

    def changed(self, cursor: str) -> None:
        self._changed(cursor)


class _Signer:
    def __init__(self, sign: Callable[[bytes], HeadSignature]) -> None:
        self._sign = sign
        self.error: BaseException | None = None

    def sign(self, statement: bytes) -> HeadSignature:
        try:
            return self._sign(bytes(statement))
        except BaseException as error:
            self.error = error
            raise


class _ImportListener:
    def __init__(self, progress: Callable[[ImportProgress], object]) -> None:
        self._progress = progress
        self.error: BaseException | None = None

    def progress(self, progress: ImportProgress) -> bool:
        try:
            # `None` continues, so that a function that only shows progress needs no `return`.
            return self._progress(progress) is not False
        except BaseException as error:
            self.error = error
            # The library's own error says how much was written.
            raise


class _EndingListener:
    def __init__(self, progress: Callable[[Any], object]) -> None:
        self._progress = progress
        self.error: BaseException | None = None

    def progress(self, progress: object) -> bool:
        try:
            # `None` continues, so that a function that only shows progress needs no `return`.
            return self._progress(progress) is not False
        except BaseException as error:
            self.error = error
            return False

