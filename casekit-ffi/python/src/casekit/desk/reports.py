"""Reports, in bytes or into a file, and how far they have come."""

from __future__ import annotations

import os
from collections.abc import Callable

from .. import callbacks
from ..types import CsvForm, Paper, Printed, PrintedPdf, Ref, ReportProgress, StuckBy
from ..types.base import id_of
from .part import Part, Query, Unpack, query_of


class Reports(Part):
    """Reports, in bytes or into a file, and how far they have come."""

    def overview_pdf(
        self,
        *,
        paper: Paper | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> PrintedPdf:
        """The overview (status, created and workflow of all cases under a filter) as a PDF, landscape, in memory, with how much
        it is and which scripts no font has. The conditions are those of `cases`, except the order by last change. Needs the
        permission `export`.

        Cost: reads every case of the filter, a page of 500 at a time, and typesets each: it grows with their number. It
        holds those rows, the compressed pages and the whole file. The export is recorded in the ledger. With `progress`,
        the cases are counted first.

        Args:
            paper: The time zone, the size of the pages, and whether fonts of the system are used, such as
                `Paper(zone="Europe/Berlin", size="letter")`; in the kit's time zone, on A4, unless given.
            progress: Called at the beginning, after each 500 cases, at the end of them, and for every 20 pages that are made.
                It ends the call by returning `False` or by raising; what it raises is raised to the caller.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`.
            ReportError: With `zone_unknown` if there is no such time zone; it names some that are spelled alike.
        """
        wanted = query_of(query)
        made: PrintedPdf = callbacks.followed(
            progress, lambda listener: self._handle.overview_pdf(wanted, listener, paper)
        )
        return made

    def overview_pdf_to(
        self,
        path: str | os.PathLike[str],
        *,
        paper: Paper | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> Printed:
        """Writes the overview as a PDF to the file at `path`, as `overview_pdf` makes it, and returns how much it is, and which
        scripts no font has. The file appears complete or not at all. Needs the permission `export`.

        Args:
            path: Where the file is to be. What is there is replaced.
            paper: As of `overview_pdf`.
            progress: As of `overview_pdf`.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        wanted = query_of(query)
        printed: Printed = callbacks.followed(
            progress, lambda listener: self._handle.overview_pdf_to(os.fspath(path), wanted, listener, paper)
        )
        return printed

    def overview_csv(
        self,
        *,
        form: CsvForm | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> bytes:
        """The overview as CSV in UTF-8, in bytes. For Excel, `overview_xlsx` is better: text stays text there. The conditions are those of `cases`, except the order by last change. Needs the permission `export`.

        Cost: reads every case of the filter, a page of 500 at a time: it grows with their number. It holds those rows and
        the whole file. The export is recorded in the ledger. With `progress`, the cases are counted first.

        Args:
            form: For whom the table is, with which separator, and whether a byte order mark comes first, such as
                `CsvForm("people", "semicolon", byte_order_mark=True)`; for people, with commas and without a mark, unless
                given.
            progress: Called at the beginning, after each 500 cases, and at the end. It ends the call by returning `False` or
                by raising; what it raises is raised to the caller.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`.
        """
        wanted = query_of(query)
        made: bytes = callbacks.followed(progress, lambda listener: self._handle.overview_csv(wanted, form, listener))
        return made

    def overview_csv_to(
        self,
        path: str | os.PathLike[str],
        *,
        form: CsvForm | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> int:
        """Writes the overview as CSV to the file at `path`, as `overview_csv` makes it, and returns the number of rows. The
        file appears complete or not at all. Needs the permission `export`.

        Cost: reads every case of the filter, a page of 500 at a time, and writes each page as it is read: it grows with
        their number. It holds no more than those rows. The export is recorded in the ledger. With `progress`, the cases
        are counted first.

        Args:
            path: Where the file is to be. What is there is replaced.
            form: As of `overview_csv`.
            progress: As of `overview_csv`.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        wanted = query_of(query)
        rows: int = callbacks.followed(
            progress, lambda listener: self._handle.overview_csv_to(os.fspath(path), wanted, form, listener)
        )
        return rows

    def overview_xlsx(
        self, *, progress: Callable[[ReportProgress], object] | None = None, **query: Unpack[Query]
    ) -> bytes:
        """The overview as a workbook for Excel and LibreOffice (xlsx), in bytes. Text is text and never a formula or a link,
        instants are dates in UTC, the headings stay in view and have filters. The conditions are those of `cases`, except
        the order by last change. Needs the permission `export`.

        Cost: reads every case of the filter, a page of 500 at a time: it grows with their number. It holds those rows and
        the whole workbook. The export is recorded in the ledger. With `progress`, the cases are counted first. A workbook has
        up to 1,048,575 rows.

        Args:
            progress: Called at the beginning, after each 500 cases, and at the end. It ends the call by returning `False` or
                by raising; what it raises is raised to the caller.

        Raises:
            ReportError: With `xlsx` if there are more cases than a workbook can have.
            StoreError: With `cancelled` if `progress` returned `False`.
        """
        wanted = query_of(query)
        made: bytes = callbacks.followed(progress, lambda listener: self._handle.overview_xlsx(wanted, listener))
        return made

    def overview_xlsx_to(
        self,
        path: str | os.PathLike[str],
        *,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> int:
        """Writes the overview as a workbook to the file at `path`, as `overview_xlsx` makes it, and returns the number of
        rows. The file appears complete or not at all. Needs the permission `export`.

        Cost: reads every case of the filter, a page of 500 at a time, and keeps them in a file without a name beside the
        workbook until it is written: it grows with their number, and holds a page of them. The export is recorded in the
        ledger. With `progress`, the cases are counted first. A workbook has up to 1,048,575 rows.

        Args:
            path: Where the file is to be. What is there is replaced.
            progress: As of `overview_xlsx`.

        Raises:
            ReportError: With `xlsx` if there are more cases than a workbook can have.
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        wanted = query_of(query)
        rows: int = callbacks.followed(
            progress, lambda listener: self._handle.overview_xlsx_to(os.fspath(path), wanted, listener)
        )
        return rows

    def stuck_cases_csv(
        self,
        by: StuckBy,
        *,
        form: CsvForm | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> bytes:
        """The cases that do not go on, as `stuck_cases` lists them, as CSV in UTF-8, in bytes: the columns of the overview, and
        then when each case was changed last, since when it is in its stage, for how long, and what nine of ten cases there did
        not exceed, for people as `26:05:00`, for programs in seconds. Needs the permission `export`.

        Cost: reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen
        months, and holds those rows and the whole file. The export is recorded in the ledger. With `progress`, the cases are
        counted first.

        Args:
            by: Why they count as stuck.
            form: As of `overview_csv`.
            progress: As of `overview_csv`.

        Raises:
            Forbidden: With `not_allowed_here` if the actor's scope is their own cases, or one customer.
            StoreError: With `cancelled` if `progress` returned `False`.
        """
        wanted = query_of(query)
        made: bytes = callbacks.followed(
            progress, lambda listener: self._handle.stuck_cases_csv(by, wanted, form, listener)
        )
        return made

    def stuck_cases_csv_to(
        self,
        path: str | os.PathLike[str],
        by: StuckBy,
        *,
        form: CsvForm | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> int:
        """Writes the cases that do not go on as CSV to the file at `path`, as `stuck_cases_csv` makes it, and returns the number
        of rows. The file appears complete or not at all. Needs the permission `export`.

        Cost: reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen
        months, and holds no more than a page. The export is recorded in the ledger. With `progress`, the cases are counted
        first.

        Args:
            path: Where the file is to be. What is there is replaced.
            by: Why they count as stuck.
            form: As of `overview_csv`.
            progress: As of `overview_csv`.

        Raises:
            Forbidden: With `not_allowed_here` if the actor's scope is their own cases, or one customer.
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        wanted = query_of(query)
        rows: int = callbacks.followed(
            progress, lambda listener: self._handle.stuck_cases_csv_to(os.fspath(path), by, wanted, form, listener)
        )
        return rows

    def stuck_cases_xlsx(
        self,
        by: StuckBy,
        *,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> bytes:
        """The cases that do not go on as a workbook for Excel and LibreOffice (xlsx), in bytes, with the columns of
        `stuck_cases_csv`: how long things take are lengths of time that formulas can add. Needs the permission `export`.

        Cost: reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen
        months, and holds those rows and the whole workbook. The export is recorded in the ledger. With `progress`, the cases
        are counted first. A workbook has up to 1,048,575 rows.

        Args:
            by: Why they count as stuck.
            progress: As of `overview_xlsx`.

        Raises:
            Forbidden: With `not_allowed_here` if the actor's scope is their own cases, or one customer.
            ReportError: With `xlsx` if there are more cases than a workbook can have.
            StoreError: With `cancelled` if `progress` returned `False`.
        """
        wanted = query_of(query)
        made: bytes = callbacks.followed(
            progress, lambda listener: self._handle.stuck_cases_xlsx(by, wanted, listener)
        )
        return made

    def stuck_cases_xlsx_to(
        self,
        path: str | os.PathLike[str],
        by: StuckBy,
        *,
        progress: Callable[[ReportProgress], object] | None = None,
        **query: Unpack[Query],
    ) -> int:
        """Writes the cases that do not go on as a workbook to the file at `path`, as `stuck_cases_xlsx` makes it, and returns the
        number of rows. The file appears complete or not at all. Needs the permission `export`.

        Cost: reads every stuck case under the filter, a page of 500 at a time, for each page the kept figures of thirteen
        months, and keeps the rows in a file without a name beside the workbook until it is written. It holds a page of them.
        The export is recorded in the ledger. With `progress`, the cases are counted first. A workbook has up to 1,048,575
        rows.

        Args:
            path: Where the file is to be. What is there is replaced.
            by: Why they count as stuck.
            progress: As of `overview_xlsx`.

        Raises:
            Forbidden: With `not_allowed_here` if the actor's scope is their own cases, or one customer.
            ReportError: With `xlsx` if there are more cases than a workbook can have.
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        wanted = query_of(query)
        rows: int = callbacks.followed(
            progress, lambda listener: self._handle.stuck_cases_xlsx_to(os.fspath(path), by, wanted, listener)
        )
        return rows

    def case_pdf(
        self,
        case: Ref,
        *,
        paper: Paper | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
    ) -> PrintedPdf:
        """One case as a PDF in memory: its facts, steps, thread and history with every change, as far as the actor may read
        them, and the digests of what was approved and sent. Needs the permission `export`.

        Cost: reads the whole thread and the whole history of the case, and holds both, the compressed pages and the whole
        file: it grows with the case, without a limit. The export is recorded in the ledger.

        Args:
            case: Which case.
            paper: The time zone, the size of the pages, and whether fonts of the system are used, such as
                `Paper(zone="Europe/Berlin", size="letter")`; in the kit's time zone, on A4, unless given.
            progress: Called at the beginning, after each 500 notes and entries of the history, and for every 20 pages that
                are made. It ends the call by returning `False` or by raising; what it raises is raised to the caller.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`.
            ReportError: With `zone_unknown` if there is no such time zone; it names some that are spelled alike.
        """
        made: PrintedPdf = callbacks.followed(
            progress, lambda listener: self._handle.case_pdf(id_of(case), listener, paper)
        )
        return made

    def case_pdf_to(
        self,
        case: Ref,
        path: str | os.PathLike[str],
        *,
        paper: Paper | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
    ) -> Printed:
        """Writes one case as a PDF to the file at `path`, as `case_pdf` makes it, and returns how much it is.
        The file appears complete or not at all.

        Args:
            case: Which case.
            path: Where the file is to be. What is there is replaced.
            paper: As of `case_pdf`.
            progress: As of `case_pdf`.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        printed: Printed = callbacks.followed(
            progress, lambda listener: self._handle.case_pdf_to(id_of(case), os.fspath(path), listener, paper)
        )
        return printed

    def customer_copy_pdf(
        self,
        case: Ref,
        *,
        paper: Paper | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
    ) -> PrintedPdf:
        """One case as a PDF for its customer, in memory: its facts with the labels that stages have for customers, and the
        notes that the customer can see. Nothing internal is on it: no history, no steps, no ids of staff, and their names
        only if the settings name staff to customers. Needs the permission `print` or `export`.

        Cost: reads the thread as far as the customer can see it, and holds it, the compressed pages and the whole file: it
        grows with the thread, without a limit. The export is recorded in the ledger.

        Args:
            case: Which case.
            paper: The time zone, the size of the pages, and whether fonts of the system are used, such as
                `Paper(zone="Europe/Berlin", size="letter")`; in the kit's time zone, on A4, unless given.
            progress: Called at the beginning, when the thread is read, and for every 20 pages that
                are made. It ends the call by returning `False` or by raising; what it raises is raised to the caller.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`.
            ReportError: With `zone_unknown` if there is no such time zone; it names some that are spelled alike.
        """
        made: PrintedPdf = callbacks.followed(
            progress, lambda listener: self._handle.customer_copy_pdf(id_of(case), listener, paper)
        )
        return made

    def customer_copy_pdf_to(
        self,
        case: Ref,
        path: str | os.PathLike[str],
        *,
        paper: Paper | None = None,
        progress: Callable[[ReportProgress], object] | None = None,
    ) -> Printed:
        """Writes one case as a PDF for its customer to the file at `path`, as `customer_copy_pdf` makes it, and returns how much it is.
        The file appears complete or not at all.

        Args:
            case: Which case.
            path: Where the file is to be. What is there is replaced.
            paper: As of `customer_copy_pdf`.
            progress: As of `customer_copy_pdf`.

        Raises:
            StoreError: With `cancelled` if `progress` returned `False`. Nothing of the file is left then, and what was there
                is there still.
        """
        printed: Printed = callbacks.followed(
            progress, lambda listener: self._handle.customer_copy_pdf_to(id_of(case), os.fspath(path), listener, paper)
        )
        return printed
