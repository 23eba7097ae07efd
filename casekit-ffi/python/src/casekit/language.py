"""In which language people read what casekit tells."""

from __future__ import annotations

import os
from typing import Any

from . import _forks
from ._raw import raw
from ._record import Record
from .types import Blocker, FieldError


class Language(Record):
    """A language: the words for what people read. Codes and ids are the same in every language.

    `Language("de")` is one that casekit brings (`en`, `de`; `de-AT` is `de`); `Language.from_file` reads one of the
    application's own: one JSON object from key to template. What it lacks is said in English.

    It is plain data: it can be copied, pickled, and used on both sides of a fork.

    Attributes:
        tag: Its tag, such as `de` or `pt-BR`.
        text: The text of its file, for one of the application's own.
    """

    __slots__ = __match_args__ = ("tag", "text")
    _hidden = ("text",)

    tag: str
    text: str | None

    def __init__(self, tag: str, text: str | None = None) -> None:
        self._put(tag, text)

    @staticmethod
    def from_file(path: str | os.PathLike[str]) -> Language:
        """Reads a language from a file in UTF-8. `LanguageError` with the line or the key if it cannot be read."""
        with open(path, encoding="utf-8") as file:
            return Language.parse(file.read())

    @staticmethod
    def parse(text: str) -> Language:
        """Reads a language from the text of its file. `LanguageError` with the line or the key if it cannot be read."""
        return Language(str(raw.Language.parse(text).tag()), text)

    @staticmethod
    def keys() -> list[str]:
        """Every key that a language can have, in order: what a translator goes through."""
        return list(raw.language_keys())

    def missing_labels(self) -> list[str]:
        """The keys that it lacks, and that are said in English."""
        return list(handle_of(self).missing_labels())

    def word(self, group: str, code: str) -> str:
        """The word for a code of a group, for what a screen shows of its own: `word("step_state", "locked")`,
        `word("role", "manager")`."""
        return str(handle_of(self).word(group, code))

    def say(self, what: Blocker | FieldError) -> str:
        """A reason, or what is wrong with a field, as a sentence for a screen."""
        if isinstance(what, Blocker):
            return str(handle_of(self).blocker_text(what))
        return str(handle_of(self).field_error_text(what))


def language_of(given: Language | str) -> Language:
    """The language that is meant: a text is the tag of one that ships."""
    if isinstance(given, Language):
        return given
    if isinstance(given, str):
        return Language(given)
    raise TypeError(f"a Language, or the tag of one that ships, is needed here, not {type(given).__name__}")


def handle_of(language: Language) -> Any:
    """The library's own; read once, since a screen may ask for it with every request."""
    made = _made.get(language)
    if made is None:
        made = raw.Language.shipped(language.tag) if language.text is None else raw.Language.parse(language.text)
        _made[language] = made
    return made


_made: dict[Language, Any] = {}
# What the parent holds is of no use in a child.
_forks.in_child(_made.clear)
