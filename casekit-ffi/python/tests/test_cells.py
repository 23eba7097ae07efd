"""Which values of Python become cells, and what is said of those that cannot."""

from __future__ import annotations

import enum
import hashlib
import sqlite3
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import numpy
import pandas
import polars
import pytest

import casekit
from casekit import ColumnKind, DataColumn, DataTable, FailureView, Outgoing, Responsible, Role, SourceQuestion
from casekit.callbacks import Found

from .test_callbacks import collecting, failure_of

ID = UUID("01a2137c-6dcc-7000-8000-000000000001")
AT = datetime(2026, 4, 1, 10, 30, tzinfo=timezone(timedelta(hours=2)))


def found(rows: Any) -> tuple[list[ColumnKind], list[list[Any]]]:
    """The kinds of the columns of a table with these rows, and the rows, as they are previewed."""
    return read({"t": rows})


def read(answer: Found) -> tuple[list[ColumnKind], list[list[Any]]]:
    def source(question: SourceQuestion) -> Found:
        return answer

    with casekit.in_memory(sources={"crm": source}) as kit:
        desk, case = collecting(kit)
        report = desk.prepare_data(case)
        assert report.failure is None, report.failure
        table = next(table for table in report.tables if table.source == "crm")
        return [column.kind for column in table.columns], desk.preview_data(case, "crm", "t").rows


class Size(enum.Enum):
    SMALL = "S"


class Colour(str, enum.Enum):
    RED = "red"


class Order(NamedTuple):
    id: int
    item: str


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    [
        ("text", ColumnKind.TEXT, "text"),
        (Size.SMALL, ColumnKind.TEXT, "S"),
        (Colour.RED, ColumnKind.TEXT, "red"),
        (True, ColumnKind.BOOLEAN, True),
        (-(2**63), ColumnKind.INTEGER, -(2**63)),
        (2**63, ColumnKind.DECIMAL, "9223372036854775808"),
        (0.1, ColumnKind.REAL, 0.1),
        (Decimal("-12.50"), ColumnKind.DECIMAL, "-12.50"),
        (Decimal("1E+3"), ColumnKind.DECIMAL, "1000"),
        (AT, ColumnKind.TIMESTAMP, "2026-04-01T08:30:00Z"),
        (datetime(2026, 4, 1, 8, 30), ColumnKind.DATE_TIME, "2026-04-01T08:30:00"),
        (date(1970, 1, 31), ColumnKind.DATE, "1970-01-31"),
        (time(8, 30, 0, 5), ColumnKind.TIME, "08:30:00.000005"),
        (ID, ColumnKind.UUID, str(ID)),
        (b"\x00\xff", ColumnKind.BYTES, "00ff"),
        (memoryview(b"\x01"), ColumnKind.BYTES, "01"),
        (
            casekit.SourceFile("Brief für Ada.pdf", "application/pdf", b"%PDF-"),
            ColumnKind.FILE,
            "data:application/pdf;name=Brief%20f%C3%BCr%20Ada.pdf;base64,JVBERi0=",
        ),
        ({"a": [1, None], "ü": 1.5}, ColumnKind.JSON, '{"a": [1, null], "ü": 1.5}'),
        ([1, "x"], ColumnKind.JSON, '[1, "x"]'),
        (numpy.int32(7), ColumnKind.INTEGER, 7),
        (numpy.uint64(2**64 - 1), ColumnKind.DECIMAL, "18446744073709551615"),
        (numpy.float32(0.5), ColumnKind.REAL, 0.5),
        (numpy.bool_(True), ColumnKind.BOOLEAN, True),
        (numpy.str_("x"), ColumnKind.TEXT, "x"),
        (numpy.datetime64("2026-04-01T08:30:00.123456789"), ColumnKind.DATE_TIME, "2026-04-01T08:30:00.123456"),
        (numpy.datetime64("2026-04-01"), ColumnKind.DATE, "2026-04-01"),
        (pandas.Timestamp("2026-04-01T08:30:00Z"), ColumnKind.TIMESTAMP, "2026-04-01T08:30:00Z"),
    ],
)
def test_a_value_becomes_a_cell_of_its_kind(value: object, kind: ColumnKind, cell: object) -> None:
    assert found([{"a": value}]) == ([kind], [[cell]])


@pytest.mark.parametrize(
    "nothing",
    [None, float("nan"), Decimal("NaN"), pandas.NaT, pandas.NA, numpy.float64("nan"), numpy.datetime64("NaT")],
)
def test_what_is_missing_is_no_value(nothing: object) -> None:
    assert found([{"a": nothing}, {"a": date(2026, 1, 1)}]) == ([ColumnKind.DATE], [[None], ["2026-01-01"]])


@pytest.mark.parametrize(
    ("values", "kind", "cells"),
    [
        ([1, 0.5], ColumnKind.REAL, [1, 0.5]),
        ([1, Decimal("0.50"), 0.1], ColumnKind.DECIMAL, ["1", "0.50", "0.1"]),
        ([1, 2**64], ColumnKind.DECIMAL, ["1", str(2**64)]),
        ([{"a": 1}, "x", 2, True, None], ColumnKind.JSON, ['{"a": 1}', '"x"', "2", "true", None]),
    ],
)
def test_a_column_has_one_kind_that_all_of_its_values_have(values: list[Any], kind: ColumnKind, cells: list[Any]) -> None:
    assert found([{"a": value} for value in values]) == ([kind], [[cell] for cell in cells])


def test_rows_are_taken_as_a_database_or_a_data_frame_gives_them() -> None:
    expected = ([ColumnKind.INTEGER, ColumnKind.TEXT], [[7, "lamp"]])
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    assert found(database.execute("SELECT 7 AS id, 'lamp' AS item")) == expected
    # A row of SQLAlchemy is a tuple that has its mapping beside it.
    assert found([SimpleNamespace(_mapping={"id": 7, "item": "lamp"})]) == expected
    assert found([Order(7, "lamp")]) == expected
    assert found(pandas.DataFrame({"id": [7], "item": ["lamp"]})) == expected
    assert found(polars.DataFrame({"id": [7], "item": ["lamp"]})) == expected


def test_a_table_of_ones_own_is_converted_as_well() -> None:
    columns = [DataColumn("price", ColumnKind.DECIMAL), DataColumn("born", ColumnKind.DATE)]
    table = DataTable("t", columns, [[Decimal("1.50"), date(1990, 2, 3)], [2, "1990-02-04"], [float("nan"), None]])  # type: ignore[list-item]
    assert read([table]) == (
        [ColumnKind.DECIMAL, ColumnKind.DATE],
        [["1.50", "1990-02-03"], ["2", "1990-02-04"], [None, None]],
    )


def unfit(value: object) -> FailureView:
    return failure_of(lambda _: {"people": [{"born": date(1990, 2, 3)}, {"born": value}]})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "`object`"),
        (timedelta(1), "`datetime.timedelta`"),
        (1 + 2j, "`complex`"),
        ({1, 2}, "`set`"),
        (Decimal("Infinity"), "`Decimal that is infinite`"),
        (time(8, tzinfo=timezone.utc), "`time with a time zone`"),
        ({"a": ID}, "`dict that holds a uuid.UUID`"),
        ([float("nan")], "`list that is no JSON`"),
        (numpy.timedelta64(1, "s"), "`datetime.timedelta`"),
        (numpy.array([1, 2]), "`numpy.ndarray`"),
    ],
)
def test_a_value_that_no_cell_can_be_is_named_with_its_source_its_column_and_its_type(value: object, said: str) -> None:
    failure = unfit(value)
    assert (failure.code, failure.setting, failure.responsible) == ("source_malformed", "sources.crm", Responsible.SUPPORT)
    for part in ("row `2`", "table `people`", "column `born`", said, "have the application's source"):
        assert part in failure.hint, failure.hint


def test_values_of_different_types_in_a_column_are_named_with_both() -> None:
    failure = unfit("1990")
    assert failure.code == "source_malformed"
    assert "row `2`" in failure.hint and "`str`" in failure.hint and "`datetime.date`" in failure.hint, failure.hint
    assert "datetime without a time zone" in unfit(datetime(1990, 2, 3)).hint


@pytest.mark.parametrize("rows", [[(7, "lamp")], [7]])
def test_a_row_that_names_no_columns_is_told_what_a_row_is(rows: Any) -> None:
    failure = failure_of(lambda _: {"orders": rows})
    assert failure.code == "source_malformed" and "mapping" in failure.hint, failure.hint


def test_the_failure_is_told_in_the_language_of_the_desk() -> None:
    def people(question: SourceQuestion) -> Found:
        return {"people": [{"born": object()}]}

    with casekit.in_memory(sources={"crm": people}, language="de") as kit:
        desk, case = collecting_in(kit.desk("petra", roles=Role.APPROVER))
        failure = desk.prepare_data(case).failure
        assert failure is not None and "Spalte „born“ einen Wert vom Typ object" in failure.hint, failure


def collecting_in(desk: casekit.Desk) -> tuple[casekit.Desk, casekit.CaseView]:
    case = desk.case(desk.receive_request("WEB-1", "Ada Obi"))
    desk.take_case(case)
    desk.approve_identification(case, "video call")
    return desk, case


def test_a_long_receipt_is_kept_so_that_it_can_be_compared() -> None:
    long = "x" * 300

    def deliver(outgoing: Outgoing) -> str:
        return long

    with casekit.in_memory(deliveries={"portal": deliver}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=casekit.WebformTarget.host("portal"))
        desk, case = collecting(kit)
        desk.approve_no_data(case, reason="nothing is kept")
        report = desk.release(case)
        assert report.receipt == "x" * 120 + "… sha256:" + hashlib.sha256(long.encode()).hexdigest()
