"""Reports that are followed and ended."""

from __future__ import annotations

import asyncio
import signal
import zipfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

import casekit
from casekit import (
    CaseKit,
    CsvForm,
    CsvReaders,
    Desk,
    Paper,
    ReportError,
    ReportProgress,
    Role,
    StoreError,
    StreamId,
)

Made = Callable[[Callable[[ReportProgress], object]], object]


@pytest.fixture
def printer(kit: CaseKit, agent: Desk) -> Desk:
    """A manager's desk at a kit with three cases."""
    for n in range(3):
        agent.raise_case("Support", f"Case {n}")
    return kit.desk("mona", roles=Role.MANAGER)


def made(printer: Desk, path: Path) -> list[Made]:
    """Each report, into a file and in bytes."""
    case = printer.find_case("1")
    return [
        lambda progress: printer.overview_csv_to(path, progress=progress),
        lambda progress: printer.overview_pdf_to(path, progress=progress),
        lambda progress: printer.overview_xlsx_to(path, progress=progress),
        lambda progress: printer.case_pdf_to(case, path, progress=progress),
        lambda progress: printer.customer_copy_pdf_to(case, path, progress=progress),
        lambda progress: printer.overview_csv(progress=progress),
        lambda progress: printer.overview_pdf(progress=progress),
        lambda progress: printer.overview_xlsx(progress=progress),
        lambda progress: printer.case_pdf(case, progress=progress),
        lambda progress: printer.customer_copy_pdf(case, progress=progress),
    ]


def test_a_report_tells_how_far_it_has_come(printer: Desk, tmp_path: Path) -> None:
    told: list[ReportProgress] = []
    assert printer.overview_csv_to(tmp_path / "overview.csv", progress=told.append, stages=["Open"]) == 3
    assert told == [ReportProgress(0, 3), ReportProgress(3, 3)]
    for make in made(printer, tmp_path / "report"):
        told.clear()
        make(told.append)
        assert told[0].rows == 0 and told[-1].rows > 0 and told[-1].of >= told[-1].rows


def test_the_overview_is_csv_for_people_or_for_programs(agent: Desk, printer: Desk, tmp_path: Path) -> None:
    agent.raise_case("Support", "=1+1;@SUM(1)")
    people = printer.overview_csv(form=CsvForm("people", "semicolon", byte_order_mark=True)).decode()
    assert people.startswith("\ufeffnumber;title;") and '"\'=1+1;\'@SUM(1)"' in people
    assert ",'=1+1;'@SUM(1)," in printer.overview_csv().decode()
    programs = printer.overview_csv(form=CsvForm(CsvReaders.PROGRAMS)).decode()
    (tmp_path / "programs.csv").write_text(programs, newline="")
    read = f"SELECT title, customer FROM read_csv('{tmp_path / 'programs.csv'}', allow_quoted_nulls = false)"
    assert duckdb.connect().execute(read).fetchall()[0] == ("=1+1;@SUM(1)", None)
    assert programs.startswith("number,title,type,status,created,") and ",=1+1;@SUM(1)," in programs
    with pytest.raises(ValueError, match="comma"):
        printer.overview_csv(form=CsvForm(separator=";"))  # type: ignore[arg-type]


def test_the_overview_is_a_workbook_in_which_text_is_text(agent: Desk, printer: Desk, tmp_path: Path) -> None:
    agent.raise_case("Support", "=1+1")
    assert printer.overview_xlsx_to(tmp_path / "overview.xlsx") == 4
    assert printer.overview_xlsx() == printer.overview_xlsx()
    with zipfile.ZipFile(tmp_path / "overview.xlsx") as workbook:
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in sheet and "<f>" not in sheet
    assert 'state="frozen"' in sheet and '<autoFilter ref="A1:N5"/>' in sheet


def test_a_paper_has_a_time_zone_a_size_and_says_what_no_font_has(printer: Desk, agent: Desk) -> None:
    case = agent.raise_case("Support", "שלום").id
    letter = Paper(zone="Europe/Berlin", size="letter")
    made = printer.case_pdf(case, paper=letter)
    assert made.printed.rows == 1 and made.bytes[:5] == b"%PDF-"
    assert [(one.script, one.characters, one.sample) for one in made.printed.missing] == [("Hebrew", 4, "שלום")]
    assert printer.overview_pdf(paper=letter).bytes != printer.overview_pdf().bytes
    with pytest.raises(ReportError, match="`Europe/Berlin`") as refused:
        printer.overview_pdf(paper=Paper(zone="Europe/Berln"))
    assert refused.value.code == "zone_unknown"


def test_texts_and_papers_tell_instants_by_the_clocks_of_the_kit() -> None:
    with casekit.in_memory(time_zone="Europe/Berlin", language="de") as kit:
        mona = kit.desk("mona", roles=Role.MANAGER)
        case = mona.raise_case("Support", "Lampe")
        mona.follow_up(case, at=datetime(2036, 7, 1, 22, 15, tzinfo=timezone.utc))
        assert "02.07.2036 00:15" in mona.history(StreamId.case(case.id))[-1].text
        assert "2036-07-02 00:15" in mona.in_language("en").history(StreamId.case(case.id))[-1].text
    with pytest.raises(ReportError, match="`Europe/Berlin`"):
        casekit.in_memory(time_zone="Europe/Berln")


def test_a_report_that_is_ended_leaves_no_file_and_what_was_there_is_there_still(printer: Desk, tmp_path: Path) -> None:
    class OfTheApplication(BaseException):
        """Such as `KeyboardInterrupt`."""

    def raises(so_far: ReportProgress) -> None:
        raise OfTheApplication

    folder = tmp_path / "reports"
    folder.mkdir()
    for before in (None, b"yesterday's"):
        for make in made(printer, folder / "report"):
            if before is not None:
                (folder / "report").write_bytes(before)
            with pytest.raises(StoreError) as ended:
                make(lambda so_far: False)
            assert ended.value.code == "cancelled"
            with pytest.raises(OfTheApplication):
                make(raises)
            assert [file.read_bytes() for file in folder.iterdir()] == ([] if before is None else [before])


def test_a_report_that_is_ended_says_so_in_the_language_of_the_desk(printer: Desk) -> None:
    with pytest.raises(StoreError, match="Es wurde abgebrochen"):
        printer.in_language("de").overview_csv(progress=lambda so_far: False)


def test_ctrl_c_ends_a_report_that_is_followed(printer: Desk, tmp_path: Path) -> None:
    # Whoever starts the tests in the background of a shell starts them with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    def interrupts(so_far: ReportProgress) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        printer.overview_csv_to(tmp_path / "overview.csv", progress=interrupts)
    signal.signal(signal.SIGINT, before)
    assert not (tmp_path / "overview.csv").exists()
    assert printer.overview_csv_to(tmp_path / "overview.csv") == 3


def test_conditions_that_there_are_none_of_are_named(printer: Desk) -> None:
    wrong: dict[str, Any] = {"stagse": ["Open"]}
    with pytest.raises(TypeError, match="`stages`"):
        printer.overview_csv(**wrong)
    with pytest.raises(casekit.Invalid):
        printer.overview_csv(sort="updated")


def test_an_awaited_report_is_followed_and_ended(tmp_path: Path) -> None:
    async def main() -> None:
        async with casekit.open_async(tmp_path / "cases.db") as kit:
            await kit.desk("amara", roles=Role.AGENT).raise_case("Support", "Cannot log in")
            printer = kit.desk("mona", roles=Role.MANAGER)
            told: list[ReportProgress] = []
            assert await printer.overview_csv(progress=told.append) != b""
            assert told[-1] == ReportProgress(1, 1)
            with pytest.raises(StoreError) as ended:
                await printer.overview_pdf_to(tmp_path / "overview.pdf", progress=lambda so_far: False)
            assert ended.value.code == "cancelled" and not (tmp_path / "overview.pdf").exists()

    asyncio.run(main())
