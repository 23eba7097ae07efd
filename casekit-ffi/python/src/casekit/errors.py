"""What a call raises when it fails. Nothing was changed then, unless the code is `uncertain`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .types.refusal import Blocker, FieldError

if TYPE_CHECKING:
    from .types import Choices, Permission


class Error(Exception):
    """Why a call failed. `str(error)` is a sentence that says what to do and contains no personal data.

    Attributes:
        code: The stable code. Programs match on it, never on the sentence.
        fields: Every wrong field, for `Invalid`; empty otherwise.
        blockers: Every reason, for `Blocked`; empty otherwise.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.fields: list[FieldError] = []
        self.blockers: list[Blocker] = []

    def __reduce__(self) -> Any:
        return _again, (type(self), self.args, self.__dict__)


class Forbidden(Error, PermissionError):
    """The actor may not do this: `forbidden`, or `not_allowed_here` if the application's authorizer forbids it. It is
    also a `PermissionError`.

    Attributes:
        action: The name of the action, such as `take_case`.
        permission: The permission that the action needs; `None` if the application's authorizer forbids it.
    """

    def __init__(self, code: str, message: str, action: str, permission: Permission | None) -> None:
        super().__init__(code, message)
        self.action = action
        self.permission = permission


class Invalid(Error, ValueError):
    """Values that are not allowed: `invalid`. `fields` has every wrong field with the rule that it breaks. It is also a
    `ValueError`."""

    def __init__(self, code: str, message: str, fields: list[FieldError]) -> None:
        super().__init__(code, message)
        self.fields = fields


class Blocked(Error):
    """The action is not possible now: `blocked`. `blockers` has every reason.

    Attributes:
        action: The name of the action, such as `take_case`.
    """

    def __init__(self, code: str, message: str, action: str, blockers: list[Blocker]) -> None:
        super().__init__(code, message)
        self.action = action
        self.blockers = blockers


class AlreadyTaken(Error):
    """Somebody else took the case first: `already_taken`.

    Attributes:
        by: The actor id of the person who holds the case.
        by_name: What they are called, with the id where somebody else is called the same; `None` if the directory of
            people does not say, or it is not for the actor.
    """

    def __init__(self, code: str, message: str, by: str, by_name: str | None) -> None:
        super().__init__(code, message)
        self.by = by
        self.by_name = by_name


class NotFound(Error, LookupError):
    """There is no such record, or the actor may not see it: `not_found`. It is also a `LookupError`.

    Attributes:
        what: The kind of record that was looked for, such as `case`, `customer` or `note`.
        id: Its id or number; `None` if what was given is neither.
        choices: What there is to choose from, if it was looked up by a name.
    """

    def __init__(self, code: str, message: str, what: str, id: str | None, choices: Choices) -> None:
        super().__init__(code, message)
        self.what = what
        self.id = id
        self.choices = choices


class Conflict(Error):
    """The record changed after the caller read it (`conflict`), other commits came first too often (`contended`), the
    request id was used for another command (`request_id_reused`), or the cursor belongs to another store or to changes
    that were lost when a backup was restored (`cursor_not_of_this_store`; the application then has to read everything
    again).

    Attributes:
        seen: The revision that the caller saw, of a `conflict`; `None` for others.
        now: The revision that there is now, of a `conflict`; `None` for others.
    """

    def __init__(self, code: str, message: str, seen: int | None, now: int | None) -> None:
        super().__init__(code, message)
        self.seen = seen
        self.now = now


class StoreError(Error):
    """Something is wrong with the file, the disk or the system: `busy`, `full`, `corrupt`, `too_new`, `not_casekit`,
    `foreign`, `missing`, `read_only`, `denied`, `unavailable`, `uncertain`, `suspended`, `closed`, `interrupted`,
    `moved`, `forked`, `network_file_system`, `exists`, `misplaced`, `incomplete`, `cancelled`, `unsupported` or `io`.

    After `uncertain` the call may have been carried out: repeat it under the same request id to find out."""


class ReportError(Error):
    """A report could not be made: `pdf`, `csv`, `xlsx`, `file` or `not_built`."""


class CallbackError(Error):
    """A callback of the application failed: `callback_failed`. What it raised is the `__cause__`, and in the log
    `casekit`; the sentence does not repeat it."""


class InternalError(Error):
    """The library itself failed: `internal`. The sentence has an incident id to report, and nothing else."""


class LanguageError(Error):
    """A language could not be loaded: `not_shipped`, `unreadable`, `not_a_table`, `no_tag`, `bad_tag`, `twice`,
    `unknown_key`, `unknown_argument`, `missing_argument`, `malformed` or `no_such_plural`.

    Attributes:
        line: The wrong line, counted from 1; `None` if the error is not about a line.
        key: The wrong key; `None` if the error is not about a key.
    """

    def __init__(self, code: str, message: str, line: int | None, key: str | None) -> None:
        super().__init__(code, message)
        self.line = line
        self.key = key


class Failure(Exception):
    """The base of what an application's source or delivery raises so that the right person fixes the cause.

    Any other exception counts as a permanent failure, for support to look at.

    Raises:
        ValueError: If `code` is not of 1 to 50 lower-case letters, digits or `_`, such as `shop_closed`.
    """

    def __init__(self, code: str, hint: str) -> None:
        if not _is_code(code):
            raise ValueError("`code` is of 1 to 50 lower-case letters, digits or `_`, such as `shop_closed`")
        super().__init__(hint)
        self.code = code
        self.hint = hint


def _is_code(code: object) -> bool:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
    return isinstance(code, str) and 1 <= len(code) <= 50 and all(letter in letters for letter in code)


class ConfigurationFailure(Failure):
    """A setting is wrong. An administrator has to fix it; after that a retry works.

    `code` is the stable code of the cause (lower-case letters and `_`), `setting` the name of the setting (`webform`,
    `sources.crm`), and `hint` says what to do, as one lower-case sentence without personal data.
    """

    def __init__(self, code: str, setting: str, hint: str) -> None:
        super().__init__(code, hint)
        self.setting = setting


class TransientFailure(Failure):
    """A failure that may go away by itself, so that a later attempt can work."""


class PermanentFailure(Failure):
    """A failure that no retry can fix."""


class CellFailure(PermanentFailure):
    """A value of a source that no cell can be, or that is of another type than the values before it in its column. casekit
    raises it for a source; the failure of the case names the source, the table, the row, the column and the type.

    Attributes:
        table: The name of the table.
        row: The number of the row, from 1.
        column: The name of the column; its number, from 1, in a table whose columns the source made itself.
        given: The type of the value.
        expected: The type of the values before it; `None` if no cell can be of the value's type.
    """

    def __init__(self, table: str, row: int, column: str, given: str, expected: str | None) -> None:
        super().__init__("source_malformed", f"row `{row}` of the table `{table}` has a `{given}` in the column `{column}`")
        self.table = table
        self.row = row
        self.column = column
        self.given = given
        self.expected = expected


class DataFailure(Failure):
    """The data is not as it must be. The case worker has to look at the case."""


KINDS: dict[str, type[Error]] = {
    "forbidden": Forbidden,
    "invalid": Invalid,
    "blocked": Blocked,
    "already_taken": AlreadyTaken,
    "not_found": NotFound,
    "conflict": Conflict,
    "store": StoreError,
    "report": ReportError,
    "language": LanguageError,
    "callback": CallbackError,
    "internal": InternalError,
}
"""The classes by the names that the library gives its errors."""


class Unexpected(InternalError):
    """Raised by generated code for what has no class of its own. Its text may quote anything, so it is dropped."""

    def __init__(self, _text: object = None) -> None:
        super().__init__("internal", "something failed inside casekit: report what was done")


def lift(word: str, fields: dict[str, Any], raised: BaseException | None = None) -> Error:
    """The error that the library returned, as an exception. `raised` is what a callback raised during the call; it is
    the cause of an error that says that a callback failed."""
    error = KINDS[word](**fields)
    if error.code in _CAUSED_BY_CALLBACKS:
        error.__cause__ = raised
    return error


# What an authorizer that fails comes to is that the action is forbidden.
_CAUSED_BY_CALLBACKS = ("callback_failed", "not_allowed_here")


def told(error: BaseException) -> tuple[str, tuple[Any, ...]]:
    """What the library learns about an exception of a callback. Only a `Failure` passes its text on."""
    if isinstance(error, CellFailure):
        return "cell", (error.table, error.row, error.column, error.given, error.expected)
    if isinstance(error, ConfigurationFailure):
        return "configuration", (error.code, error.setting, error.hint)
    if isinstance(error, TransientFailure):
        return "transient", (error.code, error.hint)
    if isinstance(error, PermanentFailure):
        return "permanent", (error.code, error.hint)
    if isinstance(error, DataFailure):
        return "data", (error.code, error.hint)
    return "unexpected", ()


def log(name: str, error: BaseException) -> None:
    """Logs what a callback raised, as an error of the logger `casekit`. A program that has configured no logging sees it
    on standard error, as it sees its other exceptions that nobody catches."""
    import logging

    logging.getLogger("casekit").error("the application's `%s` failed", name, exc_info=error)


raised: dict[int, BaseException] = {}
"""What a callback raised last, by thread, for as long as the call lasts in which it was called."""


def keep(error: BaseException) -> None:
    """Keeps what a callback raised on this thread, for the error of its call."""
    raised[threading.get_ident()] = error


def kept() -> BaseException | None:
    """What a callback raised on this thread during the call that ends now, and forgets it; `None` if nothing was."""
    return raised.pop(threading.get_ident(), None)


interrupted: dict[int, BaseException] = {}
"""What interrupted a callback (Ctrl-C, an exit), by thread. It is raised again when the call returns."""


def interrupt(error: BaseException) -> None:
    """Keeps what interrupted a callback on this thread, until its call returns."""
    interrupted[threading.get_ident()] = error


def interruption() -> BaseException | None:
    """What interrupted a callback on this thread, and forgets it; `None` if nothing did."""
    return interrupted.pop(threading.get_ident(), None)


def _again(kind: type[Error], args: tuple[Any, ...], state: dict[str, Any]) -> Error:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
