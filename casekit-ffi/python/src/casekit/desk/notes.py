"""Threads of notes."""

from __future__ import annotations

from ..pages import Page
from ..types import AddedNote, Changed, NoteRevision, Ref, ThreadNote, Visibility
from ..types.base import id_of
from .part import Part


class Notes(Part):
    """Threads of notes."""

    def add_note(self, case: Ref, text: str, *, visibility: Visibility = Visibility.INTERNAL) -> AddedNote:
        """Adds a note to a case, for staff only unless said otherwise. Needs `write_notes`."""
        added: AddedNote = self._handle.add_note(id_of(case), text, visibility)
        return added

    def reply(self, to: Ref, text: str, *, visibility: Visibility = Visibility.INTERNAL) -> AddedNote:
        """Answers a note. A thread goes 100 replies deep. Needs `write_notes`."""
        added: AddedNote = self._handle.reply(id_of(to), text, visibility)
        return added

    def edit_note(self, note: Ref, text: str) -> Changed:
        """Gives one's own note another text; every revision is kept."""
        changed: Changed = self._handle.edit_note(id_of(note), text)
        return changed

    def retract_note(self, note: Ref, *, reason: str | None = None) -> Changed:
        """Takes one's own note back; a tombstone stays in its place."""
        changed: Changed = self._handle.retract_note(id_of(note), reason)
        return changed

    def set_note_visibility(self, note: Ref, to: Visibility) -> Changed:
        """Changes who can see one's own note."""
        changed: Changed = self._handle.set_note_visibility(id_of(note), to)
        return changed

    def thread(self, case: Ref, *, size: int | None = None, after: str | None = None) -> Page[ThreadNote]:
        """The thread of a case in reading order: each note is followed by its replies, oldest first.
        Needs `read_cases` and `read_notes`."""
        case = id_of(case)
        return self._page(lambda page: self._handle.thread(case, page), size, after)

    def note_revisions(self, note: Ref) -> list[NoteRevision]:
        """What a note said, from the first revision to the present one. Needs `read_cases` and `read_notes`."""
        revisions: list[NoteRevision] = self._handle.note_revisions(id_of(note))
        return revisions
