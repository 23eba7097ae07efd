"""What a call raises when it did not do what was asked. Nothing was changed then, unless the code is `uncertain`."""

from __future__ import annotations

import threading
from typing import Any

from .types.refusal import Blocker, FieldError


class Error(Exception):
    """Why a call did not do what was asked. `str(error)` is a sentence that says what to do and holds no personal data.

    Attributes:
        code: The stable word to act on; match on it, never on the sentence.
        fields: Each bad field, for `Invalid`; empty otherwise.
        blockers: Every reason, for `Blocked`; empty otherwise.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.fields: list[FieldError] = []
        self.blockers: list[Blocker] = []

    def __reduce__(self) -> Any:
        return _again, (type(self), self.args, self.__dict__)


class Forbidden(Error):
    """The actor may not do that: `forbidden`, or `not_allowed_here` if the application's own authorizer said no."""


class Invalid(Error):
    """Values that cannot be: `invalid`. `fields` has each with its rule."""

    def __init__(self, code: str, message: str, fields: list[FieldError]) -> None:
        super().__init__(code, message)
        self.fields = fields


class Blocked(Error):
    """It cannot be done as things stand: `blocked`. `blockers` has every reason why."""

    def __init__(self, code: str, message: str, blockers: list[Blocker]) -> None:
        super().__init__(code, message)
        self.blockers = blockers


class AlreadyTaken(Error):
    """Somebody else was first: `already_taken`.

    Attributes:
        by: The id of who holds the case.
    """

    def __init__(self, code: str, message: str, by: str) -> None:
        super().__init__(code, message)
        self.by = by


class NotFound(Error):
    """There is no such thing, or not for this actor: `not_found`."""


class Conflict(Error):
    """It changed since the caller saw it: `conflict`, `request_id_reused` or `contended`; or a cursor is of another store,
    or of what a restored backup took back: `cursor_not_of_this_store`, after which all is read anew."""


class StoreError(Error):
    """The store failed: `busy`, `full`, `corrupt`, `too_new`, `not_casekit`, `foreign`, `missing`, `read_only`,
    `denied`, `unavailable`, `uncertain`, `suspended`, `closed`, `interrupted`, `moved`, `forked`,
    `network_file_system`, `exists`, `misplaced`, `incomplete`, `cancelled`, `unsupported` or `io`.

    After `uncertain` the call may have been carried out: the same call under the same request id settles it."""


class ReportError(Error):
    """A report could not be made: `pdf`, `csv`, `file` or `not_built`."""


class CallbackError(Error):
    """The application's own code failed when it was called back: `callback_failed`. What it raised is in the log
    `casekit`, and not repeated here."""


class InternalError(Error):
    """The library itself failed: `internal`. The sentence has an id for a report of it, and nothing else."""


class LanguageError(Error):
    """A language was not taken: `not_shipped`, `unreadable`, `not_a_table`, `no_tag`, `bad_tag`, `twice`, `unknown_key`,
    `unknown_argument`, `missing_argument`, `malformed` or `no_such_plural`.

    Attributes:
        line: The line, if it is about one.
        key: The key, if it is about one.
    """

    def __init__(self, code: str, message: str, line: int | None, key: str | None) -> None:
        super().__init__(code, message)
        self.line = line
        self.key = key


class Failure(Exception):
    """What an application's source or delivery raises so that the right person fixes it: one of its subclasses.

    Anything else that it raises makes the case fail for good, for support to look at.
    """

    def __init__(self, code: str, hint: str) -> None:
        super().__init__(hint)
        self.code = code
        self.hint = hint


class ConfigurationFailure(Failure):
    """A setting is wrong: an administrator fixes it, and a retry works then.

    `code` is a stable word (lower-case letters and `_`), `setting` the setting (`webform`, `sources.crm`), `hint` what
    to do: one lower-case sentence without personal data.
    """

    def __init__(self, code: str, setting: str, hint: str) -> None:
        super().__init__(code, hint)
        self.setting = setting


class TransientFailure(Failure):
    """It may work later by itself."""


class PermanentFailure(Failure):
    """It will not work this way."""


class DataFailure(Failure):
    """The data is not as it must be: the case worker looks at the case."""


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
"""By the words of the library."""


class Unexpected(InternalError):
    """What the generated code raises where there is no better word. Its text may quote anything, and goes nowhere."""

    def __init__(self, _text: object = None) -> None:
        super().__init__("internal", "something failed inside casekit: report what was done")


def lift(word: str, fields: dict[str, Any]) -> Error:
    """The error that the library answered."""
    return KINDS[word](**fields)


def told(error: BaseException) -> tuple[str, tuple[str, ...]]:
    """What the library is told of what a callback raised. The text of anything but a failure stays here."""
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
    """Writes down what a callback raised: in the application's own log, and never on standard error."""
    import logging

    logger = logging.getLogger("casekit")
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())
    logger.error("the application's `%s` failed", name, exc_info=error)


interrupted: dict[int, BaseException] = {}
"""What interrupted a callback (Ctrl-C, an exit) on which thread, to be raised again when its call has come back."""


def interrupt(error: BaseException) -> None:
    """Keeps what interrupted a callback on this thread."""
    interrupted[threading.get_ident()] = error


def interruption() -> BaseException | None:
    """What interrupted a callback on this thread, if anything did."""
    return interrupted.pop(threading.get_ident(), None)


def _again(kind: type[Error], args: tuple[Any, ...], state: dict[str, Any]) -> Error:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
