"""The overview as a chart: `python overview_chart.py [DB] [PICTURE]`, with matplotlib.

Without a file it makes up half a year of a small shop's cases. One call returns all rows in columns, and the chart takes
them as they are; `pandas.DataFrame(columns)` and `polars.DataFrame(columns)` do too.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

import casekit
from casekit import Desk, ImportCase, ImportChange, ImportedChange, NewCase, Role

STAGES = {"Open": "#c44e52", "In Progress": "#dd9c4c", "Resolved": "#5b9b77", "Closed": "#b6bcc4"}
OTHER = "#7f8fb0"
INK, FAINT = "#2b2f36", "#e4e6ea"
WEEK = timedelta(days=7)


def main() -> None:
    database = sys.argv[1] if len(sys.argv) > 1 else None
    picture = sys.argv[2] if len(sys.argv) > 2 else "overview.png"
    with casekit.open(database) if database else casekit.in_memory() as kit:
        desk = kit.desk("mona", "Mona Haddad", roles=Role.MANAGER)
        if database is None:
            make_up(desk)
        draw(desk.cases_columns(), picture)
    print(picture)


def draw(columns: dict[str, list[Any]], picture: str) -> None:
    """Two panels: the cases raised in each week, and the stages of the cases of each type."""
    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "axes.edgecolor": FAINT})
    figure, (weeks, types) = plt.subplots(
        1, 2, figsize=(12, 5.2), width_ratios=[3, 2], constrained_layout={"w_pad": 0.15, "h_pad": 0.1}
    )
    stages = [stage for stage in STAGES if stage in columns["stage"]]
    stages += sorted(set(columns["stage"]) - set(stages))
    by_week(weeks, columns, stages)
    by_type(types, columns, stages)
    raised = columns["raised_at"]
    since = f", raised {min(raised):%B %Y} to {max(raised):%B %Y}" if raised else ""
    figure.suptitle(f"{len(raised):,} cases{since}", x=0.012, ha="left", fontsize=16, fontweight="bold")
    handles, labels = weeks.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(stages), frameon=False)
    figure.savefig(picture, dpi=150, facecolor="white")
    plt.close(figure)


def by_week(axes: Axes, columns: dict[str, list[Any]], stages: list[str]) -> None:
    raised: list[datetime] = columns["raised_at"]
    mondays = [monday(at) for at in raised]
    first, last = min(mondays, default=monday(now())), max(mondays, default=monday(now()))
    weeks = [first + WEEK * place for place in range((last - first) // WEEK + 1)]
    counts = Counter(zip(mondays, columns["stage"], strict=True))
    below = [0] * len(weeks)
    for stage in stages:
        values = [counts[week, stage] for week in weeks]
        axes.bar(range(len(weeks)), values, bottom=below, width=0.82, color=STAGES.get(stage, OTHER), label=stage)
        below = [one + other for one, other in zip(below, values, strict=True)]
    step = max(1, len(weeks) // 6)
    axes.set_xticks(range(0, len(weeks), step), [f"{week:%d %b}" for week in weeks[::step]])
    axes.yaxis.grid(visible=True, color=FAINT)
    plain(axes, "Raised in the week of, by the stage they are in now")


def by_type(axes: Axes, columns: dict[str, list[Any]], stages: list[str]) -> None:
    counts = Counter(zip(columns["case_type"], columns["stage"], strict=True))
    totals = Counter(columns["case_type"])
    names = [name for name, _ in reversed(totals.most_common())]
    left = [0] * len(names)
    for stage in stages:
        values = [counts[name, stage] for name in names]
        axes.barh(names, values, left=left, height=0.66, color=STAGES.get(stage, OTHER))
        left = [one + other for one, other in zip(left, values, strict=True)]
    for place, name in enumerate(names):
        axes.annotate(f"{totals[name]}", (totals[name], place), xytext=(5, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, max(totals.values(), default=1) * 1.12)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    plain(axes, "By type and stage")


def plain(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", color=INK, fontsize=11, pad=10)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def monday(at: datetime) -> datetime:
    return (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def now() -> datetime:
    return datetime.now(timezone.utc)


def make_up(desk: Desk) -> None:
    """Half a year of cases. The older they are, the more of them are resolved or closed."""
    chance = random.Random(7)
    types = {"Enquiries": 9, "Support": 7, "Bug report": 4, "Follow up": 3, "Feature requests": 2, "Process update": 1}
    start = monday(now()) - WEEK * 26
    ages = sorted(chance.random() ** 0.8 * (26 * 7 - 1) for _ in range(640))
    items: list[ImportCase] = []
    for place, age in enumerate(ages):
        at = start + timedelta(days=age)
        [case_type] = chance.choices(list(types), list(types.values()))
        done = chance.random() < 1.1 - 0.95 * (age / (26 * 7)) ** 4
        ends = [ImportedChange.stage("Resolved"), ImportedChange.stage("Closed")] if done else []
        steps = [ImportedChange.taken(), *ends[: chance.choice([1, 2, 2])]] if done or chance.random() < 0.6 else []
        changes = [ImportChange(at + timedelta(hours=5 * nth), "u-9", step) for nth, step in enumerate(steps, 1)]
        case = NewCase(case_type, f"Case {place}")
        items.append(ImportCase(case=case, reference=f"OLD-{place}", at=at, by="u-9", changes=changes))
    report = desk.import_items(items)
    assert not any(result.refusal for result in report.results)


if __name__ == "__main__":
    main()
