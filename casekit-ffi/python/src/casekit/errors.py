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


class LanguageError(Error):
    """A language was not taken: `not_shipped`, `unreadable`, `not_a_table`, `unknown_key` and their like. The sentence names
    the line or the key."""


class CallbackError(Error):
    """The application's own code failed when it was called back: `callback_failed`. What it raised is in the log
    `casekit`, and not repeated here."""


class InternalError(Error):
    """The library itself failed: `internal`. The sentence has an id for a report of it, and nothing else."""


class Failure(Exception):
    """What an application's source or delivery raises so that the right person mends it: one of its subclasses.

    Anything else that it raises makes the case fail for good, for support to look at.
    """

    def __init__(self, code: str, hint: str) -> None:
        super().__init__(hint)
        self.code = code
        self.hint = hint


class ConfigurationFailure(Failure):
    """A setting is wrong: an administrator mends it, and a retry works then.

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


KINDS: tuple[type[Error], ...] = (
    Forbidden,
    Invalid,
    Blocked,
    AlreadyTaken,
    NotFound,
    Conflict,
    StoreError,
    ReportError,
    LanguageError,
    CallbackError,
    InternalError,
)
"""In the order in which the library numbers them, from 1."""


class Unexpected(InternalError):
    """What the generated code raises where there is no better word. Its text may quote anything, and goes nowhere."""

    def __init__(self, _text: object = None) -> None:
        super().__init__("internal", "something failed inside casekit: report what was done")


interrupted = threading.local()
"""What interrupted a callback on this thread (Ctrl-C, an exit), to be raised again when its call has come back."""


def _again(kind: type[Error], args: tuple[Any, ...], state: dict[str, Any]) -> Error:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
