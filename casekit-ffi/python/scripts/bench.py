"""How long the commonest calls take from Python: the median of many, in microseconds."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pandas

import casekit
from casekit import Durability, ImportCase, ImportChange, ImportedChange, NewCase, Role, Sort


def bench(path: str) -> None:
    with casekit.open(path, durability=Durability.NORMAL) as kit:
        desk = kit.desk("bench", "Bench", roles=Role.MANAGER)
        id = desk.cases(size=1)[0].id
        page = lambda: list(desk.cases(size=50, sort=Sort.NUMBER))  # noqa: E731
        assert len(page()) == 50
        frame = lambda: pandas.DataFrame.from_arrow(desk.cases_table(limit=5000))  # noqa: E731
        assert frame().shape[0] == 5000
        report("one_case", lambda: desk.case(id), 1000)
        report("page_of_50", page, 500)
        report("columns_5000", frame, 20)
        report("raise", lambda: desk.raise_case("Support", "Cannot log in"), 300)


def report(name: str, call: Callable[[], object], times: int) -> None:
    for _ in range(max(3, times // 10)):
        call()
    taken: list[int] = []
    for _ in range(times):
        start = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - start)
    print(f"{name}\t{statistics.median(taken) / 1000:.1f}", flush=True)


def make(path: str) -> None:
    with casekit.open(path, durability=Durability.NORMAL) as kit:
        desk = kit.desk("bench", "Bench", roles=Role.MANAGER)
        ada = desk.create_customer("Ada Obi").id
        at = datetime(2025, 1, 1, tzinfo=timezone.utc)
        items: list[ImportCase] = []
        for place in range(10_000):
            at += timedelta(seconds=1)
            case = NewCase("Support", f"Cannot log in, number {place}", customer=ada)
            changes = [ImportChange(at, "u-9", ImportedChange.taken())] if place % 2 else []
            items.append(ImportCase(case=case, at=at, by="u-9", changes=changes))
        assert not any(result.refusal for result in desk.import_items(items).results)


if sys.argv[1] == "--make":
    make(sys.argv[2])
else:
    bench(sys.argv[1])
