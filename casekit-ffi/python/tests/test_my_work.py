"""My work, and what lists are chosen by: each test is named as the point that it shows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from casekit import (
    Action,
    Blocked,
    CaseKit,
    CountBy,
    CsvForm,
    CsvReaders,
    Desk,
    DeskAction,
    FailingFor,
    Forbidden,
    HeldBy,
    ImportCase,
    ImportChange,
    ImportedChange,
    Invalid,
    Measure,
    NewCase,
    NewResolution,
    NewStage,
    OutcomeKind,
    Priority,
    RaisedBy,
    ReportProgress,
    ResolvedBy,
    Role,
    StageCategory,
    StoreError,
    StreamId,
    StuckBy,
    WorkCounts,
)

PATIENCE = 10


def test_my_work_is_what_i_hold_what_is_pending_for_me_and_what_i_raised(kit: CaseKit, agent: Desk) -> None:
    petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
    held = agent.raise_case("Support", "Held")
    petra.take_case(held)
    pending = agent.raise_case("Data request", "Pending")
    raised = petra.raise_case("Support", "Raised")
    closed = petra.raise_case("Support", "Closed", stage="Closed")
    work = [(row.case.id, row.held, row.pending, row.raised) for row in petra.my_work(size=2).all()]
    assert work == [(held.id, True, False, False), (pending.id, False, True, False), (raised.id, False, False, True)]
    assert [row.id for row in petra.my_held_cases()] == [held.id]
    assert [row.id for row in petra.my_pending_cases()] == [pending.id]
    assert [row.id for row in petra.my_raised_cases()] == [raised.id]
    counts = petra.my_work_counts()
    assert (counts.held, counts.pending, counts.raised, counts.all) == (1, 1, 1, 3)
    assert petra.case(closed).closed_at is not None and petra.case(raised).closed_at is None


def test_a_case_has_a_priority_by_which_lists_and_counts_are_chosen(agent: Desk, manager: Desk) -> None:
    manager.create_case_type("Outage", default_priority=Priority.URGENT)
    outage = agent.raise_case("Outage", "Everything is down")
    lamp = agent.raise_case("Support", "A lamp", priority="low")
    assert (agent.case(outage).priority, agent.case(lamp).priority) == (Priority.URGENT, Priority.LOW)
    assert [row.id for row in agent.cases(priorities=["urgent"])] == [outage.id]
    agent.edit_case(lamp, priority=Priority.HIGH)
    assert [row.priority_code for row in agent.cases()] == ["high", "urgent"]
    counts = agent.counts(CountBy.PRIORITY)
    assert [(row.priority, row.count) for row in counts] == [
        (Priority.LOW, 0),
        (Priority.NORMAL, 0),
        (Priority.HIGH, 1),
        (Priority.URGENT, 1),
    ]


def test_a_case_ends_in_a_way_of_its_type_and_says_why(agent: Desk, manager: Desk) -> None:
    manager.create_case_type(
        "Loan",
        stages=[
            NewStage("Lent", StageCategory.OPEN),
            NewStage("Closed", StageCategory.CLOSED, needs_resolution=True),
        ],
        resolutions=[
            NewResolution("returned", "Returned"),
            NewResolution("written_off", "Written off", by=ResolvedBy.STAFF, needs_reason=True),
        ],
    )
    loan = agent.raise_case("Loan", "Atlas")
    with pytest.raises(Blocked) as refused:
        agent.edit_case(loan, stage="Closed")
    assert [blocker.code for blocker in refused.value.blockers] == ["resolution_needed"]
    with pytest.raises(Invalid):
        agent.edit_case(loan, stage="Closed", resolution="written_off")
    agent.edit_case(loan, stage="Closed", resolution="written_off", reason="Burnt", customer_reason="We are sorry")
    ended = agent.case(loan).resolution
    assert ended is not None and (ended.code, ended.reason) == ("written_off", "Burnt")
    assert [row.resolution for row in agent.cases(resolutions=["written_off"])] == ["Written off"]
    counts = agent.counts(CountBy.RESOLUTION, case_types=["Loan"])
    assert [(row.resolution_code, row.count) for row in counts] == [(None, 0), ("returned", 0), ("written_off", 1)]


def test_an_import_brings_in_priorities_and_how_cases_ended(manager: Desk) -> None:
    at = datetime(2025, 1, 2, tzinfo=timezone.utc)
    changes = [
        ImportChange(at, "u-9", ImportedChange.prioritised("urgent")),
        ImportChange(at, "u-9", ImportedChange.ended("Closed", "cancelled", "out of stock", "We are sorry")),
    ]
    case = ImportCase(NewCase("Support", "Old"), at=at, by="u-9", reference="OLD-1", changes=changes)
    (result,) = manager.import_items([case]).results
    shown = manager.case(result.case or "")
    assert shown.priority == Priority.URGENT and shown.resolution is not None
    ended = shown.resolution
    assert (ended.code, ended.reason, ended.customer_reason) == ("cancelled", "out of stock", "We are sorry")


def test_tags_are_given_by_name_listed_renamed_and_merged(agent: Desk, manager: Desk) -> None:
    leak = agent.raise_case("Support", "It rains in", tags=["Roof"])
    tile = agent.raise_case("Support", "A tile is loose")
    assert agent.tag_case(tile, add=["roofing", "ROOF"]).events == 2
    assert agent.tag_case(tile, add=["roof"]).events == 0
    assert agent.case(tile).tags == ["Roof", "roofing"]
    assert [(row.id, row.tags) for row in agent.cases(tags=["roofing"])] == [(tile.id, '["Roof","roofing"]')]
    roof, roofing = agent.tags()
    assert [(tag.name, tag.count) for tag in (roof, roofing)] == [("Roof", 2), ("roofing", 1)]
    manager.merge_tags(roofing.id, roof.id)
    manager.rename_tag(roof.id, "Roofs")
    assert [(tag.name, tag.count) for tag in agent.tags()] == [("Roofs", 2)]
    assert [row.id for row in agent.cases(tags=["Roofing"])] == [tile.id, leak.id]
    counts = agent.counts(CountBy.TAG)
    assert [(row.tag, row.tag_id, row.count) for row in counts] == [("Roofs", roof.id, 2)]
    agent.tag_case(leak, remove=["roofs"])
    assert agent.case(leak).tags == []
    told = [entry.code for entry in manager.history(StreamId.tag(roof.id))]
    assert told == ["tag_created", "tag_renamed"]
    with pytest.raises(Invalid):
        agent.tag_case(leak, add=[" "], remove=["Cellar"])


def test_my_work_is_followed_live(kit: CaseKit, agent: Desk) -> None:
    counted, listed = agent.live_work_counts(), agent.live_my_work(size=1)
    assert counted.wait(PATIENCE) == WorkCounts(0, 0, 0, 0)
    assert list(listed.wait(PATIENCE) or []) == []
    agent.raise_case("Support", "First")
    agent.raise_case("Support", "Second")
    page = listed.wait(PATIENCE)
    assert page is not None and [row.case.title for row in page.all()] == ["First", "Second"]
    assert counted.wait(PATIENCE) == WorkCounts(0, 0, 2, 2)


def test_a_list_takes_several_types_stages_and_categories_and_what_else_people_choose_by(
    kit: CaseKit, agent: Desk, manager: Desk
) -> None:
    first = agent.raise_case("Support", "First")
    agent.raise_case("Enquiries", "Second", stage="Closed")
    manager.raise_case("Bug report", "Third", stage="In Progress")

    def titles(**query: object) -> list[str]:
        return [row.title for row in agent.cases(**query)]  # type: ignore[arg-type]

    assert titles(case_types=["Support", "enquiries"]) == ["Second", "First"]
    assert titles(stages=("closed", "In Progress")) == ["Third", "Second"]
    assert titles(categories=["closed", StageCategory.ACTIVE]) == ["Third", "Second"]
    assert titles(raised_by="me", holder=HeldBy.nobody(), categories=["open"], case_types=["Support"]) == ["First"]
    assert titles(raised_by=RaisedBy.actor("mona")) == ["Third"]
    closed_at = next(row.closed_at for row in agent.cases(stages=["Closed"]))
    assert closed_at is not None
    assert titles(closed_from=closed_at) == ["Second"]
    assert titles(closed_before=closed_at) == titles(resolved_from=closed_at) == []
    request = agent.raise_case("Data request", "Fourth")
    manager.take_case(request)
    manager.withdraw(request)
    assert titles(outcome="withdrawn") == titles(workflow="Data request") == ["Fourth"]
    assert titles(outcome=OutcomeKind.DENIED) == titles(failing="anything") == []
    assert titles(failing=FailingFor.cause("source_missing")) == []
    with pytest.raises(Invalid, match="did you mean .Support"):
        titles(case_types=["Enquiries", "Suport"])
    with pytest.raises(Invalid, match="categories"):
        titles(closed_from=closed_at, categories=["open"])
    with pytest.raises(TypeError, match="give a list"):
        titles(stages="Open")
    assert agent.cases_columns(stages=["open", "closed"], case_types=["Support"])["title"] == ["First"]
    assert agent.case(first).resolved_at is None


def test_counts_take_the_query_of_a_list_and_name_empty_groups(agent: Desk) -> None:
    agent.raise_case("Support", "A lamp")
    agent.raise_case("Enquiries", "A lamp")
    groups = agent.counts(CountBy.STAGE, case_types=["Support"], text="lamp", raised_by="me")
    assert [(row.stage_id, row.count) for row in groups] == [
        ("open", 1),
        ("in_progress", 0),
        ("resolved", 0),
        ("closed", 0),
    ]
    assert {row.case_type_id for row in groups} == {agent.case_type("Support").id}
    assert [row.count for row in agent.counts("category", text="nowhere")] == [0] * 5


def test_how_long_things_take_and_what_is_stuck(agent: Desk, manager: Desk) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)

    def case(days: list[int]) -> ImportCase:
        stages = ["In Progress", "Closed"]
        changes = [
            ImportChange(at + timedelta(days=day), "u-9", ImportedChange.stage(stage))
            for day, stage in zip(days, stages, strict=False)
        ]
        return ImportCase(case=NewCase("Support", "From before"), at=at, by="u-9", changes=changes)

    report = manager.import_items([case([day, day + 40]) for day in range(1, 11)] + [case([])])
    waits = report.results[10].case
    rows = {(row.measure, row.stage): row for row in agent.statistics(case_types=["Support"])}
    opened = rows[Measure.TIME_IN_STAGE, "Open"]
    assert (opened.count, opened.total_seconds, opened.mean_seconds) == (10, 55 * 86_400, 55 * 8_640)
    assert abs(opened.p90_seconds - 9 * 86_400) <= 9 * 86_400 / 16
    assert rows[Measure.TIME_TO_RESOLVE, None].count == 10
    months = agent.statistics(from_month="2026-03", to_month="2026-03", by_month=True)
    assert {(row.month, row.measure) for row in months} == {("2026-03", Measure.TIME_IN_STAGE)}
    with pytest.raises(Invalid, match="2026-11"):
        agent.statistics(from_month="March")
    with pytest.raises(Invalid, match="days"):
        agent.count_stuck_cases(StuckBy.quiet(days=0))
    [row] = agent.stuck_cases(StuckBy.quiet(days=7)).rows
    assert row.case.id == waits and row.stage_since == at
    assert agent.count_stuck_cases(StuckBy.quiet(days=7), case_types=["Enquiries"]) == 0
    assert [one.id for one in agent.cases(sort="stage_since", updated_before=at + timedelta(days=1))] == [waits]
    files_have_it(manager, waits)


def test_a_row_says_how_far_each_step_is(kit: CaseKit, agent: Desk) -> None:
    petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
    case = agent.raise_case("Data request", "What do you know of me?").id
    plain = agent.raise_case("Support", "Plain").id
    rows = {row.id: row for row in agent.cases()}
    assert (rows[plain].steps, rows[plain].failure_code) == (None, None)
    steps = json.loads(rows[case].steps or "[]")
    expected = [(step.id, step.label, step.kind, step.state) for step in petra.summary(case).steps]
    assert [(one["id"], one["label"], one["kind"], one["state"]) for one in steps] == expected


def test_a_menu_asks_what_can_be_done_at_the_desk(kit: CaseKit, agent: Desk) -> None:
    possible = {one.action for one in agent.desk_actions() if not one.blockers}
    assert DeskAction.READ_CASES in possible and DeskAction.READ_SETTINGS not in possible
    ivo = kit.desk("ivo", "Ivo Marin", roles=Role.IT_ADMINISTRATOR)
    [reads] = [one for one in ivo.desk_actions() if one.action == DeskAction.READ_CASES]
    assert [blocker.code for blocker in reads.blockers] == ["permission_missing"]

    ada = agent.create_customer("Ada Obi").id
    of_customer = {one.action for one in agent.customer_actions(ada) if not one.blockers}
    assert {DeskAction.UPDATE_CUSTOMER, DeskAction.RAISE_CASE} <= of_customer
    support = agent.case_type("Support").id
    assert [one.action for one in agent.case_type_actions(support) if not one.blockers] == [DeskAction.RAISE_CASE]


def test_a_screen_is_told_which_streams_changed(kit: CaseKit, agent: Desk) -> None:
    begin = kit.changed_streams()
    assert begin.streams is None
    case = agent.raise_case("Support", "Changes").id
    changed = kit.changed_streams(begin.cursor)
    assert changed.streams is not None and StreamId.case(case) in changed.streams
    assert kit.changed_streams(changed.cursor).streams == []


def files_have_it(manager: Desk, waits: UUID | None) -> None:
    """Statistics and stuck cases leave as CSV and as workbooks."""
    programs = CsvForm(CsvReaders.PROGRAMS)
    lines = manager.statistics_csv(case_types=["Support"], form=programs).decode().splitlines()
    assert lines[0].startswith("measure,type_id,type,stage_id,stage,month,count,total_seconds")
    assert lines[1].startswith("time_in_stage,") and f",10,{55 * 86_400}," in lines[1]
    assert "1320:00:00" in manager.statistics_csv().decode()
    assert manager.statistics_xlsx(by_month=True, from_month="2026-03").startswith(b"PK")
    seen: list[ReportProgress] = []
    by = StuckBy.quiet(days=7)
    stuck = manager.stuck_cases_csv(by, form=programs, progress=seen.append).decode().splitlines()
    [row] = manager.stuck_cases(by).rows
    assert row.case.id == waits and len(stuck) == 2 and stuck[1].startswith(f"{row.case.number},")
    assert stuck[0].endswith(",tags,updated,stage_since,seconds_in_stage,usual_seconds")
    assert [(one.rows, one.of) for one in seen] == [(0, 1), (1, 1)]
    assert manager.stuck_cases_xlsx(by, case_types=["Support"]).startswith(b"PK")
    with pytest.raises(StoreError, match="cancelled"):
        manager.stuck_cases_xlsx(by, progress=lambda so_far: False)


def test_statistics_go_to_files_and_need_the_permission(agent: Desk, manager: Desk, tmp_path: Path) -> None:
    agent.raise_case("Support", "Open")
    assert manager.statistics_csv_to(tmp_path / "statistics.csv") == 0
    assert manager.statistics_xlsx_to(tmp_path / "statistics.xlsx") == 0
    assert manager.stuck_cases_csv_to(tmp_path / "stuck.csv", StuckBy.in_stage()) == 0
    assert manager.stuck_cases_xlsx_to(tmp_path / "stuck.xlsx", StuckBy.in_stage()) == 0
    assert len(list(tmp_path.glob("st*"))) == 4
    with pytest.raises(Forbidden):
        agent.statistics_csv()
    with pytest.raises(Forbidden):
        agent.stuck_cases_xlsx(StuckBy.in_stage())


def test_tags_and_the_priority_are_offered_and_due_cases_are_counted(agent: Desk) -> None:
    case = agent.raise_case("Support", "Open")
    offered = {one.action for one in agent.available_actions(case) if not one.blockers}
    assert {Action.TAG_CASE, Action.CHANGE_PRIORITY} <= offered and Action.EDIT_FIELDS not in offered
    counts = agent.due_counts(case_types=["Support"])
    assert (counts.overdue.count, counts.overdue.or_more, counts.due_soon.count) == (0, False, 0)
