"""Files that an application's own source finds: a letter, a contract, a recording."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True)
class SourceFile:
    """A file that a source found about a person, as a value of a row.

    It is approved and hidden as any other value is. The package has it in the folder `files`, under a name made of its own.

        def letters(question):
            return {"letters": [{"date": date(2026, 4, 1), "letter": SourceFile("answer.pdf", "application/pdf", pdf)}]}

    Attributes:
        name: What the file is called: 1 to 200 characters, without `/`, `\\` and control characters.
        media_type: What it is, as a media type: `application/pdf`.
        content: Its bytes.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)

    def _cell(self) -> str:
        """The file as text: a `data` URL with its name."""
        encoded = b64encode(self.content).decode("ascii")
        return f"data:{self.media_type};name={quote(self.name, safe='')};base64,{encoded}"
