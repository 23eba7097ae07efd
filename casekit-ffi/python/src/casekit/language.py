"""Languages: the words for codes and their arguments."""

from __future__ import annotations

import os
from typing import Any

from ._library import raw
from .copies import Shared
from .types import Blocker, FieldError


class Language(Shared):
    """The words in which people read what a kit tells. English and German ship: `Language.shipped("de")`.

    Another is one JSON file, an object from key to template, as `docs/adr/0016-words-are-a-language.md` describes: `from_file`
    and `parse` read it, and raise `LanguageError` with the line or the key that is wrong. What it lacks is said in
    English, and `missing_words` lists it.
    """

    _pickle_instead = "send its tag, or its file"

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    @staticmethod
    def shipped(tag: str) -> Language:
        """A language that the library brings, by its tag: `en` or `de`."""
        return Language(raw.Language.shipped(tag))

    @staticmethod
    def parse(text: str) -> Language:
        """Reads the file of a language from its text."""
        return Language(raw.Language.parse(text))

    @staticmethod
    def from_file(path: str | os.PathLike[str]) -> Language:
        """Reads the file of a language at a path."""
        return Language(raw.Language.from_file(os.fspath(path)))

    @property
    def tag(self) -> str:
        """Its tag: `en`, `de`, `pt-BR`."""
        return str(self._handle.tag())

    def missing_words(self) -> list[str]:
        """The keys that it lacks, and that are said in English."""
        missing: list[str] = self._handle.missing_words()
        return missing

    def word(self, group: str, code: str) -> str:
        """The word for a code of a group: `word("step_state", "locked")`, `word("permission", "export")`."""
        return str(self._handle.word(group, code))

    def text(self, reason: Blocker | FieldError) -> str:
        """A reason why something is not possible now, or what is wrong with a field, as a sentence for a screen."""
        if isinstance(reason, Blocker):
            return str(self._handle.blocker_text(reason))
        return str(self._handle.field_error_text(reason))

    def __repr__(self) -> str:
        return f"<casekit.Language {self.tag}>"


def handle_of(language: str | Language | None, file: str | os.PathLike[str] | None = None) -> Any:
    """The language that a caller means, as the library wants it."""
    if file is not None:
        if language is not None:
            raise TypeError("a language and the file of one are given: give one of the two")
        return Language.from_file(file)._handle
    if isinstance(language, str):
        return Language.shipped(language)._handle
    return None if language is None else language._handle
