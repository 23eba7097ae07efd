"""The settings of a file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .base import Word, word_of


@dataclass(frozen=True, slots=True)
class SettingsEdit:
    """Changes to the settings; what is `None` stays as it is, and blank text takes an optional setting away.

    Attributes:
        number_prefix: The prefix of numbers from now on: 1 to 12 letters, digits or inner hyphens.
        organisation: What the organisation is called on reports.
        support_email: Where users turn for help.
        webform: Where answers are sent.
        without_webform: Whether answers are sent nowhere from now on.
        sources: All sources from now on, up to 100.
        retention_days: Days for which snapshots and packages are kept after delivery, 0 to 3,650.
        seen: The revision that the caller saw.
    """

    number_prefix: str | None = None
    organisation: str | None = None
    support_email: str | None = None
    webform: WebformTarget | None = None
    without_webform: bool = False
    sources: Sequence[SourceSetting] | None = None
    retention_days: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class WebformTarget:
    """Where answers are sent: `WebformTarget.directory(path)`, `.http(url)` or `.host(name)`.

    Attributes:
        kind: `directory`, `http` or `host`.
        path: The folder.
        url: The address of the web server.
        secret: The name of the secret that signs what is sent; the host keeps the secret itself.
        name: The name under which the host gave its own delivery.
    """

    kind: str
    path: str | None = None
    url: str | None = None
    secret: str | None = None
    name: str | None = None

    @classmethod
    def directory(cls, path: str | os.PathLike[str]) -> WebformTarget:
        """Into a folder, as one file a package."""
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
    def _lift(cls, raw: Any) -> WebformTarget:
        return cls(word_of(raw), **vars(raw))

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.kind.upper())
        if self.kind == "directory":
            return variant(self.path)
        return variant(self.url, self.secret) if self.kind == "http" else variant(self.name)


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """A source of data.

    Attributes:
        name: Its name: lower-case letters, digits, `_` and `-`, 1 to 50.
        kind: What it is.
    """

    name: str
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class SourceKind:
    """What a source is: `SourceKind.sqlite(path, queries)` or `SourceKind.csv(path, key_column)`.

    Attributes:
        kind: `sqlite` or `csv`.
        path: The file.
        queries: One query for each table, with `:customer_ref`, `:requester`, `:case_number` where they are needed.
        key_column: The column of a CSV file in which the customer's external reference stands.
    """

    kind: str
    path: str
    queries: Sequence[SourceQuery] = ()
    key_column: str | None = None

    @classmethod
    def sqlite(cls, path: str | os.PathLike[str], queries: Mapping[str, str]) -> SourceKind:
        """Another SQLite file, read only: for each table one `SELECT`."""
        return cls("sqlite", os.fspath(path), [SourceQuery(table, sql) for table, sql in queries.items()])

    @classmethod
    def csv(cls, path: str | os.PathLike[str], key_column: str) -> SourceKind:
        """A CSV file with a heading line."""
        return cls("csv", os.fspath(path), key_column=key_column)

    @classmethod
    def _lift(cls, raw: Any) -> SourceKind:
        return cls(word_of(raw), **vars(raw))

    def _lower(self, variants: Any) -> Any:
        variant = getattr(variants, self.kind.upper())
        return variant(self.path, self.queries) if self.kind == "sqlite" else variant(self.path, self.key_column)


@dataclass(frozen=True, slots=True)
class SourceQuery:
    """A named query of a SQLite source.

    Attributes:
        table: What its table is called.
        sql: One `SELECT`.
    """

    table: str
    sql: str


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The settings.

    Attributes:
        revision: Their revision.
        number_prefix: The prefix of new case numbers.
        organisation: What the organisation is called on reports.
        support_email: Where users turn for help.
        webform: Where answers are sent.
        sources: The sources.
        retention_days: Days for which snapshots and packages are kept after delivery.
    """

    revision: int
    number_prefix: str
    organisation: str | None
    support_email: str | None
    webform: WebformTarget | None
    sources: list[SourceSetting]
    retention_days: int


@dataclass(frozen=True, slots=True)
class SettingFinding:
    """One thing that a check of the settings found.

    Attributes:
        setting: The setting: `webform`, `sources.crm`.
        problem: The stable word for what is wrong; `None` if it works.
        mend: What to do.
    """

    setting: str
    problem: str | None
    mend: str | None


class Reach(Word):
    """How far a check of the settings goes."""

    HERE = "here"
    """Looks at this machine only."""

    THERE = "there"
    """Asks the webform's server whether it is there."""
