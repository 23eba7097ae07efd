"""Where answers are sent, and where data comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from .._record import Record
from .parts import SourceQuery
from .words import (
    CsvEncoding,
    CsvEncodingCode,
    CsvLineBreaks,
    CsvLineBreaksCode,
    CsvSeparator,
    CsvSeparatorCode,
)


class WebformTarget(Record):
    """Where answers are sent: `WebformTarget.directory(path)`, `.http(url)` or `.host(name)`.

    Attributes:
        kind: `directory`, `http` or `host`.
        path: For `directory`: the path of the folder.
        url: For `http`: the address on the web server.
        secret: For `http`: the name of the secret that signs what is sent. The host keeps the secret itself.
        name: For `host`: the name under which the host gave its own delivery.
    """

    __slots__ = __match_args__ = ("kind", "path", "url", "secret", "name")

    kind: str
    path: str | None
    url: str | None
    secret: str | None
    name: str | None

    def __init__(
        self,
        kind: str,
        path: str | None = None,
        url: str | None = None,
        secret: str | None = None,
        name: str | None = None,
    ) -> None:
        self._put(kind, path, url, secret, name)

    @classmethod
    def directory(cls, path: str | os.PathLike[str]) -> WebformTarget:
        """Into a folder, as one file for each package."""
        return cls("directory", path=os.fspath(path))

    @classmethod
    def http(cls, url: str, secret: str | None = None) -> WebformTarget:
        """To a web server, by HTTPS POST."""
        return cls("http", url=url, secret=secret)

    @classmethod
    def host(cls, name: str) -> WebformTarget:
        """Through the application's own code: one of the `deliveries` given to `open`."""
        return cls("host", name=name)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> WebformTarget:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        if self.kind == "directory":
            return self.kind, (self.path,)
        return self.kind, ((self.url, self.secret) if self.kind == "http" else (self.name,))


class SourceKind(Record):
    """The kind of a source: `SourceKind.sqlite(path, queries)` or `SourceKind.csv(path, key_column)`.

    Attributes:
        kind: `sqlite` or `csv`.
        path: The path of the file.
        queries: For `sqlite`: one query for each table, with the parameters `:customer_ref`, `:requester` and
            `:case_number` where it needs them.
        key_column: For `csv`: the name of the column with the customer's external reference.
        encoding: For `csv`: what its bytes mean.
        separator: For `csv`: what stands between two of its cells; `None` for a comma, or a semicolon if the heading line
            has more of those.
        line_breaks: For `csv`: whether line breaks within its cells are believed.
    """

    __slots__ = __match_args__ = ("kind", "path", "queries", "key_column", "encoding", "separator", "line_breaks")

    kind: str
    path: str
    queries: Sequence[SourceQuery]
    key_column: str | None
    encoding: CsvEncoding
    separator: CsvSeparator | None
    line_breaks: CsvLineBreaks

    def __init__(
        self,
        kind: str,
        path: str,
        queries: Sequence[SourceQuery] = (),
        key_column: str | None = None,
        encoding: CsvEncoding | CsvEncodingCode = CsvEncoding.UTF8,
        separator: CsvSeparator | CsvSeparatorCode | None = None,
        line_breaks: CsvLineBreaks | CsvLineBreaksCode = CsvLineBreaks.DOUBTED,
    ) -> None:
        between = None if separator is None else CsvSeparator(separator)
        self._put(kind, path, queries, key_column, CsvEncoding(encoding), between, CsvLineBreaks(line_breaks))

    @classmethod
    def sqlite(cls, path: str | os.PathLike[str], queries: Mapping[str, str]) -> SourceKind:
        """Another SQLite file, which is only read: one `SELECT` for each table."""
        return cls("sqlite", os.fspath(path), [SourceQuery(table, sql) for table, sql in queries.items()])

    @classmethod
    def csv(
        cls,
        path: str | os.PathLike[str],
        key_column: str,
        *,
        encoding: CsvEncoding | CsvEncodingCode = CsvEncoding.UTF8,
        separator: CsvSeparator | CsvSeparatorCode | None = None,
        line_breaks: CsvLineBreaks | CsvLineBreaksCode = CsvLineBreaks.DOUBTED,
    ) -> SourceKind:
        """A CSV file whose first line names the columns.

        Args:
            path: Where the file is.
            key_column: The name of the column with the customer's external reference.
            encoding: What its bytes mean: `utf8`, `utf16` or `windows1252`.
            separator: What stands between two of its cells: `comma`, `semicolon`, `tab` or `bar`; found from the heading line
                unless given, if it is a comma or a semicolon.
            line_breaks: Whether line breaks within its cells are believed: `doubted` or `trusted`.
        """
        path = os.fspath(path)
        return cls("csv", path, (), key_column, encoding, separator, line_breaks)

    @classmethod
    def _lift(cls, word: str, fields: dict[str, Any]) -> SourceKind:
        return cls(word, **fields)

    def _lower(self) -> tuple[str, tuple[Any, ...]]:
        if self.kind == "sqlite":
            return self.kind, (self.path, self.queries)
        return self.kind, (self.path, self.key_column, self.encoding, self.separator, self.line_breaks)
