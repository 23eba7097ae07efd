"""Reports: the overview and one case on paper."""

from __future__ import annotations

import os

from ..types import Ref
from ..types.base import id_of
from .part import Part, Query, Unpack, query_of


class Reports(Part):
    """Reports: the overview, and one case on paper."""

    def overview_pdf(self, **query: Unpack[Query]) -> bytes:
        """The overview (status, created and workflow of all cases under a filter) as the bytes of a PDF, A4 landscape.
        The conditions are those of `cases`. Needs `export`."""
        document: bytes = self._handle.overview_pdf(query_of(query))
        return document

    def overview_pdf_to(self, path: str | os.PathLike[str], **query: Unpack[Query]) -> int:
        """The overview as PDF into the file at `path`, which appears whole or not at all; says how many rows.
        Needs `export`."""
        return int(self._handle.overview_pdf_to(os.fspath(path), query_of(query)))

    def overview_csv(self, *, raw: bool = False, **query: Unpack[Query]) -> bytes:
        """The overview as the bytes of a CSV file in UTF-8. Cells that a spreadsheet would take for formulas are defused,
        unless `raw`. Needs `export`."""
        document: bytes = self._handle.overview_csv(query_of(query), raw)
        return document

    def overview_csv_to(self, path: str | os.PathLike[str], *, raw: bool = False, **query: Unpack[Query]) -> int:
        """The overview as CSV into the file at `path`, which appears whole or not at all; says how many rows.
        Needs `export`."""
        return int(self._handle.overview_csv_to(os.fspath(path), query_of(query), raw))

    def case_pdf(self, case: Ref) -> bytes:
        """One case on paper, as the bytes of a PDF: its facts, steps, thread and history, for who may read them.
        Needs `export`."""
        document: bytes = self._handle.case_pdf(id_of(case))
        return document

    def case_pdf_to(self, case: Ref, path: str | os.PathLike[str]) -> None:
        """One case on paper, as PDF into the file at `path`, which appears whole or not at all. Needs `export`."""
        self._handle.case_pdf_to(id_of(case), os.fspath(path))
