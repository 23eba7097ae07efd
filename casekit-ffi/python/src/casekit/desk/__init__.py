"""A kit as one actor sees it."""

from __future__ import annotations

from .._called import called
from ..copies import Shared
from ..language import Language, handle_of, language_of
from ..types import Actor
from .audit import Audit
from .configure import Configure
from .imports import Imports
from .lists import Lists
from .live import LiveReads
from .passing import Passing
from .reports import Reports
from .requests import Requests


class Desk(Lists, Requests, Configure, Audit, Imports, Reports, LiveReads, Passing, Shared):
    """A kit as one actor sees it: every command and every read goes through a desk.

    `CaseKit.desk` makes one. A desk is cheap to make, can be used from many threads, and checks the actor's permissions
    first. A method that fails raises `casekit.Error`; nothing was changed then, unless the code is `uncertain`.
    Arguments that name a case, a customer or a note can be its id, the text of its id, or any object with an `id`, such
    as the answer that created or showed it.

    A copy of a desk is the desk itself.
    """

    _pickle_instead = "it belongs to an open file: send its actor, and ask a kit there for a desk"

    @property
    def actor(self) -> Actor:
        """The actor to whom the desk belongs."""
        actor: Actor = self._handle.actor()
        return actor

    def request(self, id: str) -> Desk:
        """The same desk with a request id of the caller's, under which a command is carried out at most once.

        The command that is called next claims the id, for this actor. Called again with the same id, it returns the
        first receipt and changes nothing. Another command under the same id raises `Conflict` with the code
        `request_id_reused`.
        """
        return Desk(self._handle.request(id), self._bell, self._language)

    def seen(self, revision: int) -> Desk:
        """The same desk, whose next command is carried out only if the case or customer that it changes still has the
        revision that the caller saw.

        Otherwise the command raises `Conflict` with the code `conflict`. A command that changes neither a case, nor a
        note, nor a customer raises `Invalid`.
        """
        return Desk(self._handle.seen(revision), self._bell, self._language)

    @property
    def language(self) -> Language:
        """The language of the desk's names, statuses and messages."""
        return self._language

    def in_language(self, language: Language | str) -> Desk:
        """The same desk in another language. It applies to what people read, errors included, and to the names of case
        types, stages and workflows that callers give. A text is the tag of a language that ships (`en`, `de`). Codes
        and ids are the same in every language."""
        chosen = language_of(language)
        return Desk(self._handle.in_language(handle_of(chosen)), self._bell, chosen)


# Python names a method in its errors by the class in which it was written.
called("Desk", Desk)
