"""The languages of what people read."""

from __future__ import annotations

import os
from typing import Any

from . import _forks
from ._raw import raw
from ._record import Record
from .types import Blocker, FieldError


class Language(Record):
    """A language: the texts that people read. Codes and ids are the same in every language.

    `Language("de")` is one that ships with casekit (`en`, `de`; `de-AT` is `de`). `Language.from_file` reads one of the
    application's own: one JSON object from key to template. Texts that it lacks are shown in English.

    It is plain data: it can be copied and pickled, and used on both sides of a fork.

    Attributes:
        tag: The tag of the language, such as `de` or `pt-BR`.
        text: The text of the language file; `None` for a language that ships.
    """

    __slots__ = __match_args__ = ("tag", "text")
    _hidden = ("text",)

    tag: str
    text: str | None

    def __init__(self, tag: str, text: str | None = None) -> None:
        self._put(tag, text)

    @staticmethod
    def from_file(path: str | os.PathLike[str]) -> Language:
        """Reads a language from a UTF-8 file.

        Raises:
            LanguageError: If the text cannot be used; it names the line or the key.
        """
        with open(path, encoding="utf-8") as file:
            return Language.parse(file.read())

    @staticmethod
    def parse(text: str) -> Language:
        """Reads a language from the text of a language file.

        Raises:
            LanguageError: If the text cannot be used; it names the line or the key.
        """
        return Language(str(raw.Language.parse(text).tag()), text)

    @staticmethod
    def keys() -> list[str]:
        """Every key that a language can have, sorted: the list of what a translator has to translate."""
        return list(raw.language_keys())

    def missing_labels(self) -> list[str]:
        """The keys for which this language has no template, sorted. Their texts are shown in English."""
        return list(handle_of(self).missing_labels())

    def word(self, group: str, code: str) -> str:
        """The text for a code in a group, for the application's own screens: `word("step_state", "locked")`,
        `word("role", "manager")`."""
        return str(handle_of(self).word(group, code))

    def say(self, what: Blocker | FieldError) -> str:
        """A blocker, or what is wrong with a field, as a sentence for a screen."""
        if isinstance(what, Blocker):
            return str(handle_of(self).blocker_text(what))
        return str(handle_of(self).field_error_text(what))


def language_of(given: Language | str) -> Language:
    """The language that a caller named. A text is the tag of one that ships."""
    if isinstance(given, Language):
        return given
    if isinstance(given, str):
        return Language(given)
    raise TypeError(f"a Language, or the tag of one that ships, is needed here, not {type(given).__name__}")


def handle_of(language: Language) -> Any:
    """The library's handle for a language. It is kept, because a screen may ask for it with every request."""
    made = _made.get(language)
    if made is None:
        made = raw.Language.shipped(language.tag) if language.text is None else raw.Language.parse(language.text)
        _made[language] = made
    return made


_made: dict[Language, Any] = {}
# The parent's handles cannot be used in a forked child.
_forks.in_child(_made.clear)
