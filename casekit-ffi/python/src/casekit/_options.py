"""The options of a kit, as the library takes them. `casekit.open` describes each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from .types import CsvForm, Durability, Paper, Restored, Sharing


class DatabaseOptions:
    """How a database is used. `casekit.connect` describes each."""

    def __init__(
        self,
        schema: str | None,
        connections: int | None,
        root_certificates: bytes | None,
        password_secret: str | None,
    ) -> None:
        self.schema = schema
        self.connections = connections
        self.root_certificates = root_certificates
        self.password_secret = password_secret


class Options:
    """Every option, with its default."""

    durability: Durability | None = None
    busy_timeout: timedelta | None = None
    untrusted: bool = False
    read_only: bool = False
    create: bool = True
    restored: Restored | None = None
    allow_network_file_system: bool = False
    sharing: Sharing | None = None
    language: Any = None
    allow_folders: Sequence[str] = ()
    allow_hosts: Sequence[str] = ()
    sources: Mapping[str, object]
    deliveries: Mapping[str, object]
    authorizer: object = None
    secrets: object = None
    fonts: object = None
    package_csv: CsvForm | None = None
    time_zone: str | None = None
    package_paper: Paper | None = None
    clock: object = None
    search_progress: object = None

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)
