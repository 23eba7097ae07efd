"""How long things take, as a chart: `python statistics_chart.py [DB] [PICTURE]`, with matplotlib.

Without a file it makes up a year of a small shop's cases. The figures are kept with every change, so the chart costs the same
however many cases there are.
"""

from __future__ import annotations

import random
import sys
from datetime import datetime, timedelta, timezone

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

import casekit
from casekit import (
    Desk,
    ImportCase,
    ImportChange,
    ImportedChange,
    Measure,
    NewCase,
    Role,
    StatisticsRow,
)

COLOURS = ["#3f6fa8", "#c9803c", "#5b9b77", "#8d6aa8", "#7f8fb0"]
INK, FAINT = "#2b2f36", "#e4e6ea"
DAY = 86_400
MONTHS = 12


def main() -> None:
    database = sys.argv[1] if len(sys.argv) > 1 else None
    picture = sys.argv[2] if len(sys.argv) > 2 else "statistics.png"
    with casekit.open(database) if database else casekit.in_memory() as kit:
        desk = kit.desk("mona", "Mona Haddad", roles=Role.MANAGER)
        if database is None:
            make_up(desk)
        first = months_before(MONTHS)
        by_month = desk.statistics(from_month=first, by_month=True)
        whole = desk.statistics(from_month=first)
        draw(by_month, whole, picture)
    print(picture)


def draw(by_month: list[StatisticsRow], whole: list[StatisticsRow], picture: str) -> None:
    """Two panels: how long it took to resolve a case, month by month, and how long cases were in each stage."""
    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "axes.edgecolor": FAINT})
    figure, (months, stages) = plt.subplots(
        1, 2, figsize=(12, 5.2), width_ratios=[3, 2], constrained_layout={"w_pad": 0.15, "h_pad": 0.1}
    )
    resolved = [row for row in by_month if row.measure is Measure.TIME_TO_RESOLVE]
    to_resolve(months, resolved)
    in_stages(stages, [row for row in whole if row.measure is Measure.TIME_IN_STAGE])
    count = sum(row.count for row in resolved)
    figure.suptitle(f"{count:,} cases resolved in a year", x=0.012, ha="left", fontsize=16, fontweight="bold")
    figure.savefig(picture, dpi=150, facecolor="white")
    plt.close(figure)


def to_resolve(axes: Axes, rows: list[StatisticsRow]) -> None:
    """A line for each type: the median, and dashed what nine of ten did not exceed."""
    months = sorted({row.month or "" for row in rows})
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.case_type] = totals.get(row.case_type, 0) + row.count
    types = sorted(totals, key=lambda name: -totals[name])[: len(COLOURS)]
    for name, colour in zip(types, COLOURS, strict=False):
        of_type = {row.month: row for row in rows if row.case_type == name}
        places = [place for place, month in enumerate(months) if month in of_type]
        found = [of_type[months[place]] for place in places]
        axes.plot(places, [row.median_seconds / DAY for row in found], color=colour, linewidth=2, label=name)
        axes.plot(places, [row.p90_seconds / DAY for row in found], color=colour, linewidth=1.2, linestyle="--")
    # One entry for what every dashed line means.
    axes.plot([], [], color=INK, linewidth=2, label="median")
    axes.plot([], [], color=INK, linewidth=1.2, linestyle="--", label="nine of ten")
    step = max(1, len(months) // 6)
    shown = range(0, len(months), step)
    axes.set_xticks(shown, [f"{datetime.strptime(months[place], '%Y-%m'):%b %Y}" for place in shown])
    # Room for the legend above the lines.
    axes.set_ylim(0, 1.3 * max((row.p90_seconds / DAY for row in rows), default=1))
    axes.set_xlim(-0.6, max(len(months), 2) - 0.4)
    axes.set_xlabel("month in which the case was resolved", color=INK)
    axes.set_ylabel("days from receipt to resolution", color=INK)
    axes.yaxis.grid(visible=True, color=FAINT)
    axes.legend(frameon=False, fontsize=9, ncols=3, loc="upper left")
    plain(axes, "Time to resolve")


def in_stages(axes: Axes, rows: list[StatisticsRow]) -> None:
    """A bar for each stage of a type: the median, and a mark for what nine of ten did not exceed."""
    longest = sorted(rows, key=lambda row: -row.median_seconds)[:12]
    longest.sort(key=lambda row: (row.case_type, -row.median_seconds), reverse=True)
    names = [f"{row.case_type}: {row.stage}" for row in longest]
    medians = [row.median_seconds / DAY for row in longest]
    tails = [row.p90_seconds / DAY for row in longest]
    axes.barh(names, medians, height=0.6, color=COLOURS[0], label="median")
    axes.plot(tails, names, linestyle="", marker="|", markersize=14, markeredgewidth=2, color=COLOURS[1], label="nine of ten")
    for name, row, tail in zip(names, longest, tails, strict=True):
        axes.annotate(f"{row.count:,}×", (tail, name), xytext=(8, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xlim(0, max(tails, default=1) * 1.2)
    axes.set_xlabel("days in the stage, and how many times it was left", color=INK)
    axes.xaxis.grid(visible=True, color=FAINT)
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    plain(axes, "Time in stage")


def plain(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", color=INK, fontsize=11, pad=10)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def months_before(count: int) -> str:
    """The month so many months ago, as statistics take it."""
    now = datetime.now(timezone.utc)
    months = now.year * 12 + now.month - 1 - count
    return f"{months // 12:04}-{months % 12 + 1:02}"


def make_up(desk: Desk) -> None:
    """A year of cases of three types, which are resolved faster as time goes by."""
    chance = random.Random(7)
    # How many, and how many days they are open and in progress, on the average.
    types = {"Enquiries": (420, 0.5, 1.5), "Support": (300, 1.0, 6.0), "Bug report": (160, 3.0, 14.0)}
    now = datetime.now(timezone.utc)
    items: list[ImportCase] = []
    for case_type, (count, opened, worked) in types.items():
        for place in range(count):
            age = chance.random() * 365
            at = now - timedelta(days=age)
            faster = 0.55 + 0.45 * age / 365
            ends = [
                ("In Progress", chance.lognormvariate(0, 0.7) * opened * faster),
                ("Resolved", chance.lognormvariate(0, 0.8) * worked * faster),
            ]
            changes: list[ImportChange] = []
            then = at
            for stage, days in ends:
                then += timedelta(days=days)
                if then < now:
                    changes.append(ImportChange(then, "u-9", ImportedChange.stage(stage)))
            case = NewCase(case_type, f"Case {place}")
            items.append(ImportCase(case=case, at=at, by="u-9", changes=changes))
    report = desk.import_items(items)
    assert not any(result.refusal for result in report.results)


if __name__ == "__main__":
    main()
