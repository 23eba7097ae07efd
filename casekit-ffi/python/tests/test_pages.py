"""Pages as sequences, all pages as one, rows as dicts, and columns for data frames."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pandas
import polars
import pytest

import casekit
from casekit import CaseKit, CaseSummary, CasesQuery, Desk, Direction, Page, Sort
from casekit.columns import Unpacking
from casekit.pages import PageRequest


# A field that is added to the record is a column more.
COLUMNS = len(CaseSummary.__dataclass_fields__)


@pytest.fixture
def seven(agent: Desk) -> Desk:
    ada = agent.create_customer("Ada Obi")
    for place in range(7):
        agent.raise_case("Support", f"Case {place}", customer=ada if place % 2 else None)
    return agent


def test_a_page_is_a_sequence_of_its_rows(seven: Desk) -> None:
    page = seven.cases(size=3)
    assert isinstance(page, Sequence) and len(page) == 3
    assert [row.title for row in page] == ["Case 6", "Case 5", "Case 4"]
    assert page[0] == list(page)[0] and page[-1].title == "Case 4" and [row.title for row in page[1:]] == ["Case 5", "Case 4"]
    assert page[0] in page and page.index(page[2]) == 2
    assert repr(page) == "<Page of 3 rows, and more after them>"


def test_a_page_leads_to_the_next(seven: Desk) -> None:
    page: Page[CaseSummary] | None = seven.cases(size=3, sort=Sort.NUMBER, direction=Direction.ASCENDING)
    sizes: list[int] = []
    while page is not None:
        sizes.append(len(page))
        page = page.next_page()
    assert sizes == [3, 3, 1]
    first = seven.cases(size=5)
    assert first.next is not None
    assert [row.title for row in seven.cases(size=5, after=first.next)] == ["Case 1", "Case 0"]


def test_all_goes_on_lazily(seven: Desk) -> None:
    titles = [row.title for row in seven.cases(size=2).all()]
    assert titles == [f"Case {place}" for place in range(6, -1, -1)]
    rows = seven.cases(size=2).all()
    assert [row.title for row in itertools.islice(rows, 3)] == ["Case 6", "Case 5", "Case 4"]
    customers = [f"Customer {place}" for place in range(5)]
    for name in customers:
        seven.create_customer(name)
    assert [row.name for row in seven.customers("customer", size=2).all()] == customers


def test_a_page_that_cannot_be_is_refused(seven: Desk) -> None:
    for size in (0, 501):
        with pytest.raises(casekit.Invalid) as caught:
            seven.cases(size=size)
        assert [error.code for error in caught.value.fields] == ["out_of_range"]
    with pytest.raises(casekit.Invalid):
        seven.cases(after="not a place")
    with pytest.raises(TypeError, match="stages"):
        seven.cases(stage="Open")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


def test_rows_are_the_same_packed_or_not(seven: Desk, kit: CaseKit) -> None:
    seven.take_case(seven.find_case("3"))
    packed = seven.cases()
    rows, _ = seven._handle.cases(CasesQuery(), PageRequest())  # pyright: ignore[reportPrivateUsage]
    assert list(packed) == rows
    assert repr(list(packed)) == repr(rows) and {hash(row) for row in packed} == {hash(row) for row in rows}
    assert {row.holder for row in packed} == {None, "amara"} and {row.customer for row in packed} == {None, "Ada Obi"}


def test_rows_as_dicts(seven: Desk) -> None:
    row = seven.cases().to_dicts()[0]
    assert list(row) == [field for field in CaseSummary.__dataclass_fields__]
    assert (row["title"], row["customer"], row["holder"]) == ("Case 6", None, None)
    hit = seven.search("case 6").to_dicts()[0]
    assert hit["case"]["title"] == "Case 6" and hit["note"] is None


def test_columns_go_into_data_frames_as_they_are(seven: Desk) -> None:
    columns = seven.cases_columns()
    assert list(columns) == [field for field in CaseSummary.__dataclass_fields__]
    assert {len(values) for values in columns.values()} == {7} and columns.next is None

    frame = pandas.DataFrame(columns)
    assert frame.shape == (7, COLUMNS)
    assert str(frame["raised_at"].dtype).startswith("datetime64") and str(frame["raised_at"].dt.tz) == "UTC"
    assert frame["customer"].isna().sum() == 4
    assert frame["raised_at"][0].to_pydatetime() == seven.cases()[0].raised_at

    table = polars.DataFrame(columns)
    assert table.shape == (7, COLUMNS)
    assert table.schema["raised_at"] == polars.Datetime("us", "UTC")
    assert table["customer"].null_count() == 4
    assert table["raised_at"].to_list() == [row.raised_at for row in seven.cases()]
    assert table["id"].to_list() == [str(row.id) for row in seven.cases()]


def test_columns_go_on_where_they_ended(seven: Desk) -> None:
    first = seven.cases_columns(limit=4)
    rest = seven.cases_columns(limit=4, after=first.next)
    assert first["title"] + rest["title"] == [row.title for row in seven.cases()]
    assert rest.next is None


def test_rows_and_columns_of_a_long_list_are_what_the_cases_are(agent: Desk) -> None:
    for place in range(40):
        case = agent.raise_case("Support" if place % 3 else "Bug report", f"Größe {place} 👩🏽‍🚀")
        if place % 2:
            agent.take_case(case)
    rows, columns = agent.cases(), agent.cases_columns()
    views = [agent.case(row.id) for row in rows]
    assert [row.id for row in rows] == [view.id for view in views]
    assert [row.title for row in rows] == [view.title for view in views] == columns["title"]
    assert [row.case_type for row in rows] == [view.case_type for view in views] == columns["case_type"]
    assert [row.stage for row in rows] == [view.stage for view in views] == columns["stage"]
    assert [row.holder for row in rows] == [view.holder and view.holder.by for view in views] == columns["holder"]
    assert [row.updated_at for row in rows] == [view.updated_at for view in views] == columns["updated_at"]


def test_kinds_of_columns_that_no_list_has_yet_are_unpacked() -> None:
    at = datetime(1969, 12, 31, 23, 59, 59, 999999, timezone.utc)
    state = bytes((0x07, 0xB1, 12, 31, 23, 59, 59, 0x0F, 0x42, 0x3F))
    fixed = bytes((1, 0)) + state + bytes(10) + (2**40).to_bytes(8, "little") + bytes(8)
    packed = (2).to_bytes(4, "little") + len(fixed).to_bytes(4, "little") + fixed + b"C-1\x1f"
    unpacking = Unpacking(packed)
    assert unpacking.flags() == [True, False]
    assert unpacking.optional_instants() == [at, None]
    assert unpacking.numbers() == [2**40, 0]
    assert unpacking.next == "C-1"


def test_instants_are_exact_to_the_microsecond() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc)
    with casekit.in_memory(clock=lambda: now) as kit:
        desk = kit.desk("mona", roles=casekit.Role.MANAGER)
        case = desk.raise_case("Support", "Cannot log in")
        assert desk.case(case).raised_at == desk.cases()[0].raised_at == desk.cases_columns()["raised_at"][0] == now
        elsewhere = now.astimezone(timezone(timedelta(hours=5, minutes=30)))
        assert len(desk.cases(raised_from=elsewhere)) == 1
        assert len(desk.cases(raised_before=elsewhere)) == 0
        assert len(desk.cases(raised_from=now + timedelta(microseconds=1))) == 0
        naive = datetime(2026, 1, 2, 3, 4, 5)
        with pytest.raises(TypeError, match="aware"):
            desk.cases(raised_from=naive)
        with pytest.raises(TypeError, match="datetime"):
            desk.cases(raised_from="yesterday")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("year", [1970, 1955, 2200])
def test_instants_before_1970_and_far_ahead(year: int) -> None:
    at = datetime(year, 6, 1, 12, 0, 0, 1, timezone.utc)
    with casekit.in_memory() as kit:
        desk = kit.desk("mona", roles=casekit.Role.MANAGER)
        item = casekit.ImportCase(case=casekit.NewCase("Support", "Long ago"), at=at, by="u-9")
        report = desk.import_items([item])
        assert report.results[0].refusal is None
        assert desk.cases()[0].raised_at == desk.case(desk.cases()[0]).raised_at == at
