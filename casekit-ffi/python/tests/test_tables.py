"""Lists as Arrow tables: what pandas, polars, DuckDB and pyarrow make of them."""

from __future__ import annotations

import asyncio
import gc
import importlib
import subprocess
import sys
from typing import Any

import duckdb
import pandas
import polars
import pytest

import casekit
from casekit import CaseKit, CaseSummary, CaseTable, Desk, Role

# They say nothing of their types, or not of this one.
pyarrow: Any = importlib.import_module("pyarrow")
Frame: Any = pandas.DataFrame

# A field that is added to the record is a column more.
COLUMNS = len(CaseSummary.__dataclass_fields__)


@pytest.fixture
def desk(kit: CaseKit) -> Desk:
    desk = kit.desk("amara", roles=Role.MANAGER)
    ada = desk.create_customer("Ada Obi").id
    for place in range(1, 1204):
        case = desk.raise_case("Support", f"Grüße {place}", customer=ada if place % 2 else None)
        if place == 7:
            desk.take_case(case)
    return desk


def test_every_reader_sees_the_rows_of_the_list(desk: Desk) -> None:
    rows = list(desk.cases(size=500).all())
    table_of_cases = table = desk.cases_table()
    polar = polars.DataFrame(table)
    assert polar.columns == list(CaseSummary.__dataclass_fields__)
    assert polar["id"].to_list() == [str(row.id) for row in rows]
    assert polar["title"].to_list() == [row.title for row in rows]
    assert polar["customer"].to_list() == [row.customer for row in rows]
    assert polar["holder"].drop_nulls().to_list() == ["amara"]
    assert polar.schema["raised_at"] == polars.Datetime("us", "UTC")
    assert polar["updated_at"].to_list() == [row.updated_at for row in rows]

    # Each reader gets the list anew.
    frame = Frame.from_arrow(table)
    assert frame.shape == (1203, COLUMNS) and frame["status"].tolist() == [row.status for row in rows]
    assert frame["raised_at"][0].to_pydatetime() == rows[0].raised_at
    assert pyarrow.table(table).num_rows == 1203
    # DuckDB knows it by the name of the variable.
    counted = duckdb.sql("select stage, count(*) from table_of_cases group by all order by all")
    assert counted is not None and counted.fetchall() == [("In Progress", 1), ("Open", 1202)]
    del table_of_cases


def test_a_filter_a_limit_and_an_empty_list(desk: Desk) -> None:
    assert polars.DataFrame(desk.cases_table(limit=700)).height == 700
    assert polars.DataFrame(desk.cases_table(stages=["In Progress"]))["title"].to_list() == ["Grüße 7"]
    assert polars.DataFrame(desk.cases_table(stages=["Closed"])).shape == (0, COLUMNS)
    assert polars.DataFrame(desk.my_pending_cases_table()).shape == (0, COLUMNS)


def test_a_wrong_question_is_said_when_it_is_asked(desk: Desk) -> None:
    with pytest.raises(casekit.Invalid, match="stage"):
        desk.cases_table(stages=["No such stage"])
    with pytest.raises((TypeError, ValueError)):
        desk.cases_table(limit=-1)
    with pytest.raises(TypeError, match="stages"):
        desk.cases_table(stage="Open")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


def test_what_fails_while_it_is_read_is_an_error_of_the_reader(kit: CaseKit, desk: Desk) -> None:
    reader = pyarrow.RecordBatchReader.from_stream(desk.cases_table())
    assert reader.read_next_batch().num_rows == 500
    kit.close()
    with pytest.raises(pyarrow.ArrowInvalid, match="closed"):
        reader.read_next_batch()


def test_tables_that_nobody_reads_leave_nothing(desk: Desk) -> None:
    for _ in range(300):
        table = desk.cases_table(limit=1)
        table.__arrow_c_stream__()
        repr(table)
    gc.collect()
    assert polars.DataFrame(desk.cases_table()).height == 1203


def test_a_table_of_an_asyncio_desk() -> None:
    async def read() -> int:
        async with casekit.in_memory_async() as kit:
            desk = kit.desk("amara", roles=Role.AGENT)
            await desk.raise_case("Support", "Cannot log in")
            table = await desk.cases_table()
            assert isinstance(table, CaseTable)
            return polars.DataFrame(table).height

    assert asyncio.run(read()) == 1


def test_a_table_may_outlive_its_kit_and_the_interpreter() -> None:
    program = (
        "import casekit, pyarrow\n"
        "kit = casekit.in_memory()\n"
        "desk = kit.desk('amara', roles=casekit.Role.AGENT)\n"
        "desk.raise_case('Support', 'Cannot log in')\n"
        "table = desk.cases_table()\n"
        "reader = pyarrow.RecordBatchReader.from_stream(desk.cases_table())\n"
        "capsule = desk.cases_table().__arrow_c_stream__()\n"
        "del kit, desk\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
