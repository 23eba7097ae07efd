"""A kit as one actor sees it."""

from __future__ import annotations

from ..copies import Shared
from ..language import Language, handle_of, language_of
from ..types import Actor
from .audit import Audit
from .configure import Configure
from .imports import Imports
from .lists import Lists
from .live import LiveReads
from .passing import Passing
from .requests import Requests


class Desk(Lists, Requests, Configure, Audit, Imports, LiveReads, Passing, Shared):
    """A kit as one actor sees it: every command and every read goes through a desk.

    `CaseKit.desk` makes one. A desk is cheap to make, can be used from many threads, and checks the actor's permissions
    first. A method that fails raises `casekit.Error`; after it nothing was changed. Where a case, a customer or a note is
    asked for, its id does, the text of its id, and anything that has an `id`: what raised, created or showed it.

    A copy of a desk is the desk itself.
    """

    _pickle_instead = "it belongs to an open file: send its actor, and ask a kit there for a desk"

    @property
    def actor(self) -> Actor:
        """Whose desk it is."""
        actor: Actor = self._handle.actor()
        return actor

    def request(self, id: str) -> Desk:
        """The same desk for one request with an id of the caller's: carried out at most once.

        The command that is called next claims the id, scoped to this actor. Called again with the same id it answers with
        the first receipt and changes nothing; another command under the same id is a `Conflict` with the code
        `request_id_reused`.
        """
        return Desk(self._handle.request(id), self._bell, self._language)

    @property
    def language(self) -> Language:
        """The language in which it speaks."""
        return self._language

    def in_language(self, language: Language | str) -> Desk:
        """The same desk in another language: what people read, errors too, and the names by which they may mean a case
        type, a stage or a workflow. A text is the tag of a language that ships (`en`, `de`). Codes and ids are the same in
        every language."""
        chosen = language_of(language)
        return Desk(self._handle.in_language(handle_of(chosen)), self._bell, chosen)
