"""What an application brings: sources, deliveries, an authorizer, a clock, fonts, secrets, listeners."""

from __future__ import annotations

import gc
import hashlib
import threading
import weakref
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import casekit
from casekit import (
    Actor,
    Authorizer,
    CaseHead,
    CaseKit,
    CaseView,
    ColumnKind,
    ConfigurationFailure,
    DataColumn,
    DataFailure,
    DataTable,
    Delivered,
    Desk,
    FailureClass,
    FailureView,
    ImportCase,
    ImportChange,
    ImportCustomer,
    ImportedChange,
    ImportProgress,
    NewCase,
    NewCustomer,
    Outgoing,
    PermanentFailure,
    Responsible,
    Role,
    Scope,
    ScopeCases,
    SourceQuestion,
    StreamId,
    TransientFailure,
    Visibility,
    WebformTarget,
)
from casekit.callbacks import Found, Source

PATIENCE = 30.0


def collecting(kit: CaseKit) -> tuple[Desk, casekit.CaseView]:
    """A case whose data can be collected."""
    desk = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
    if not any(row.name == "Ada Obi" for row in desk.customers()):
        desk.create_customer("Ada Obi", external_reference="CRM-77")
    received = desk.receive_request(f"WEB-{len(desk.cases()) + 1}", "Ada Obi", customer_ref="CRM-77")
    case = desk.case(received)
    desk.take_case(case)
    desk.approve_identification(case, "video call")
    return desk, case


def failure_of(source: Source) -> FailureView:
    with casekit.in_memory(sources={"crm": source}) as kit:
        desk, case = collecting(kit)
        failure = desk.prepare_data(case).failure
        assert failure is not None
        return failure


def test_a_source_is_a_function_that_gives_rows_as_dicts() -> None:
    asked: list[SourceQuestion] = []
    since = datetime(2026, 1, 2, 3, 4, 5, 678901, timezone(timedelta(hours=1)))

    def orders(question: SourceQuestion) -> Found:
        asked.append(question)
        found: Found = {
            "orders": [
                {"number": 4711, "article": "Lamp 灯", "price": 19.5, "paid": True, "at": since, "remark": None},
                {"number": 4712, "article": "", "price": 7, "paid": False},
            ],
            "nothing": [],
        }
        return found

    with casekit.in_memory(sources={"shop": orders}) as kit:
        desk, case = collecting(kit)
        found = {table.name: table for table in desk.prepare_data(case).tables if table.source == "shop"}
        assert asked == [SourceQuestion(case.number, "CRM-77", "Ada Obi")]
        assert [(column.name, column.kind) for column in found["orders"].columns] == [
            ("number", ColumnKind.INTEGER),
            ("article", ColumnKind.TEXT),
            ("price", ColumnKind.REAL),
            ("paid", ColumnKind.BOOLEAN),
            ("at", ColumnKind.TIMESTAMP),
            ("remark", ColumnKind.TEXT),
        ]
        assert found["nothing"].rows == 0
        assert desk.preview_data(case, "shop", "orders").rows == [
            [4711, "Lamp 灯", 19.5, True, "2026-01-02T02:04:05.678901Z", None],
            [4712, "", 7.0, False, None, None],
        ]


def test_a_source_is_an_object_that_gives_tables() -> None:
    class Crm:
        def collect(self, question: SourceQuestion) -> Found:
            return [DataTable("calls", [DataColumn("about", ColumnKind.TEXT)], [["a lamp"], [None]])]

    with casekit.in_memory(sources={"crm": Crm()}) as kit:
        desk, case = collecting(kit)
        desk.prepare_data(case)
        assert desk.preview_data(case, "crm", "calls").rows == [["a lamp"], [None]]


def test_what_a_source_raises_on_purpose_reaches_who_must_fix_it() -> None:
    def raising(error: Exception) -> Callable[[SourceQuestion], Found]:
        def source(question: SourceQuestion) -> Found:
            raise error

        return source

    found = failure_of(raising(ConfigurationFailure("no_password", "sources.crm", "give it a password")))
    assert (found.code, found.setting, found.hint) == ("no_password", "sources.crm", "give it a password")
    assert (found.class_, found.responsible) == (FailureClass.CONFIGURATION, Responsible.IT_ADMINISTRATOR)
    assert failure_of(raising(TransientFailure("down", "try later"))).class_ == FailureClass.TRANSIENT
    assert failure_of(raising(PermanentFailure("gone", "ask support"))).class_ == FailureClass.PERMANENT
    assert failure_of(raising(DataFailure("two_people", "look at the case"))).class_ == FailureClass.DATA


@pytest.mark.parametrize("answer", [5, [5], {"orders": 5}])
def test_an_answer_of_the_wrong_type_is_a_failure(answer: Any) -> None:
    assert failure_of(lambda _: answer).code == "callback_failed"


def test_what_a_source_raises_by_accident_is_logged_and_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    def broken(question: SourceQuestion) -> Found:
        raise RuntimeError("no such account: GB33BUKB20201555555555")

    failure = failure_of(broken)
    assert failure.code == "callback_failed" and "GB33" not in failure.hint
    [record] = caplog.records
    assert record.name == "casekit" and record.exc_info is not None and isinstance(record.exc_info[1], RuntimeError)


def test_a_source_may_call_back_into_the_kit() -> None:
    desks: list[Desk] = []

    def reentrant(question: SourceQuestion) -> Found:
        [desk] = desks
        desk.add_note(desk.find_case(question.case_number), "Asked the CRM.")
        return {"cases": [{"number": row.number} for row in desk.cases()]}

    with casekit.in_memory(sources={"crm": reentrant}) as kit:
        desk, case = collecting(kit)
        desks.append(desk)
        assert desk.prepare_data(case).failure is None
        assert [note.text for note in desk.thread(case)] == ["Asked the CRM."]


def test_a_source_that_hangs_holds_nobody_else_up() -> None:
    entered, proceed = threading.Event(), threading.Event()

    def hangs(question: SourceQuestion) -> Found:
        entered.set()
        assert proceed.wait(PATIENCE)
        return []

    with casekit.in_memory(sources={"crm": hangs}) as kit:
        desk, case = collecting(kit)
        answers: list[casekit.SnapshotView] = []
        waiting = threading.Thread(target=lambda: answers.append(desk.prepare_data(case)))
        waiting.start()
        assert entered.wait(PATIENCE)
        other = desk.raise_case("Support", "Meanwhile")
        assert desk.case(other).title == "Meanwhile" and desk.find_case(case.number).id == case.id
        proceed.set()
        waiting.join(PATIENCE)
        assert answers[0].failure is None


def test_a_source_that_only_the_kit_holds_lives_as_long_as_the_kit() -> None:
    class Crm:
        def collect(self, question: SourceQuestion) -> Found:
            return {"calls": [{"about": "a lamp"}]}

    source = Crm()
    alive = weakref.ref(source)
    kit = casekit.in_memory(sources={"crm": source})
    del source
    gc.collect()
    desk, case = collecting(kit)
    assert desk.prepare_data(case).failure is None
    kit.close()
    del desk, kit
    gc.collect()
    assert alive() is None


def test_a_delivery_gets_the_package_and_may_fail_first() -> None:
    sent: list[Outgoing] = []

    class Post:
        def deliver(self, outgoing: Outgoing) -> Delivered:
            sent.append(outgoing)
            if len(sent) == 1:
                raise TransientFailure("line_busy", "try again later")
            return Delivered("post-17")

    with casekit.in_memory(deliveries={"post": Post()}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        desk, case = collecting(kit)
        desk.prepare_data(case)
        desk.approve_no_data(case, reason="you are not a customer of ours")
        failed = desk.release(case)
        assert failed.state == "failed" and failed.failure is not None and failed.failure.code == "line_busy"
        again = desk.retry(case)
        assert (again.delivered, again.receipt) == (True, "post-17")
    first, second = sent
    assert first.kind == "package" and first.bytes is not None
    assert first.bytes == second.bytes and first.key == second.key
    assert hashlib.sha256(first.bytes).hexdigest() == first.sha256
    assert first.bytes[:2] == b"PK" and first.outcome == "no_data"
    assert (first.text, first.answer_ref, first.code, first.valid_until) == (None, None, None, None)
    assert "PK" not in repr(first), "what is sent is personal"


def test_an_authorizer_narrows_and_fails_closed() -> None:
    class Trainees(Authorizer):
        def scope(self, actor: Actor) -> Scope:
            return Scope(cases=ScopeCases.OWN) if actor.id.startswith("trainee") else Scope()

        def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
            if actor.id == "broken":
                raise RuntimeError("no such account: GB33BUKB20201555555555")
            return action == "edit_case" and case.raised_by != actor.id

    with casekit.in_memory(authorizer=Trainees()) as kit:
        agent, trainee, broken = (kit.desk(id, roles=Role.AGENT) for id in ("amara", "trainee-3", "broken"))
        case = agent.raise_case("Support", "Cannot log in")
        with pytest.raises(casekit.NotFound):
            trainee.case(case)
        assert len(trainee.cases()) == 0 and len(broken.cases()) == 1
        with pytest.raises(casekit.Forbidden) as caught:
            kit.desk("ben", roles=Role.AGENT).edit_case(case, title="Mine now")
        assert caught.value.code == "not_allowed_here"
        with pytest.raises(casekit.Forbidden) as caught:
            broken.case(case)
        assert "GB33" not in str(caught.value)
        assert isinstance(agent.case(case), CaseView)
    with pytest.raises(TypeError, match="Authorizer"):
        casekit.in_memory(authorizer=object())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_a_portal_shows_a_customer_what_is_theirs() -> None:
    customers: dict[str, UUID] = {}

    class Portal(Authorizer):
        def scope(self, actor: Actor) -> Scope:
            return Scope(customer=customers.get(actor.id))

        def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
            return False

    with casekit.in_memory(authorizer=Portal()) as kit:
        agent, ada = (kit.desk(id, roles=Role.AGENT) for id in ("amara", "k-1"))
        customers["k-1"] = agent.create_customer("Ada Obi").id
        hers = agent.raise_case("Support", "Her lamp", customer=customers["k-1"])
        other = agent.raise_case("Support", "A lamp")
        agent.add_note(hers, "Among us.")
        shown = agent.add_note(hers, "We look into it.", visibility=Visibility.CUSTOMER)
        assert [row.id for row in ada.cases()] == [hers.id]
        with pytest.raises(casekit.NotFound):
            ada.case(other)
        assert [note.id for note in ada.thread(hers)] == [shown.id]
        agent.take_case(hers)
        told = [entry.code for entry in ada.history(StreamId.case(hers.id))]
        assert told == ["case_raised", "note_added", "stage_changed"]
        assert ada.case(ada.raise_case("Support", "It is dark")).customer == customers["k-1"]


def test_a_member_of_a_team_sees_its_cases_and_hands_them_over() -> None:
    teams: dict[str, UUID] = {}

    class Offices(Authorizer):
        def scope(self, actor: Actor) -> Scope:
            return Scope(teams=[teams["Billing"]]) if actor.id == "bea" else Scope()

        def forbids(self, actor: Actor, action: str, case: CaseHead) -> bool:
            return False

    with casekit.in_memory(authorizer=Offices()) as kit:
        agent, bea = (kit.desk(id, roles=Role.AGENT) for id in ("amara", "bea"))
        mona = kit.desk("mona", roles=Role.MANAGER)
        for name in ("Front office", "Billing"):
            teams[name] = mona.create_team(name).id
        with pytest.raises(casekit.Invalid) as taken:
            mona.create_team("BILLING")
        assert [(one.field, one.rule.code) for one in taken.value.fields] == [("name", "already_in_use")]
        assert [team.name for team in bea.teams()] == ["Billing", "Front office"]

        refund = agent.raise_case("Support", "Refund", team="billing")
        other = agent.raise_case("Support", "A visitor", team=str(teams["Front office"]))
        assert [(row.id, row.team) for row in bea.cases()] == [(refund.id, "Billing")]
        with pytest.raises(casekit.NotFound):
            bea.case(other)
        own = bea.raise_case("Support", "Another refund")
        assert bea.case(own).team_id == teams["Billing"]

        bea.take_case(refund)
        assert bea.edit_case(refund, team="Front office").events == 2
        with pytest.raises(casekit.NotFound):
            bea.case(refund)
        handed = agent.case(refund)
        assert (handed.team, handed.holder) == ("Front office", None)
        with pytest.raises(casekit.Invalid, match="`Billing`"):
            agent.edit_case(refund, team="Biling")
        agent.edit_case(other, without_team=True)
        assert [row.title for row in agent.cases(without_team=True)] == ["A visitor"]
        assert [row.title for row in agent.cases(teams=["Billing"], without_team=True)] == ["Another refund", "A visitor"]
        counted = {row.team: row.count for row in agent.counts("team")}
        assert counted == {None: 1, "Billing": 1, "Front office": 1}
        mona.edit_team(teams["Billing"], name="Accounts", description="Invoices")
        mona.deactivate_team(teams["Billing"])
        team = mona.team("accounts")
        assert (team.description, team.active) == ("Invoices", False)
        assert [choice.name for choice in agent.edit_form(other).teams] == ["Front office"]
        told = [entry.code for entry in mona.history(StreamId.team(team.id))]
        assert told == ["team_created", "team_renamed", "team_described", "team_deactivated"]


def test_fonts_and_secrets(tmp_path: Path) -> None:
    font = Path(__import__("matplotlib").get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    with casekit.in_memory(fonts=[font], secrets={"webform": "s3cret"}) as kit:
        manager = kit.desk("mona", roles=Role.MANAGER)
        manager.raise_case("Support", "ꟲ needs a font that is not bundled")
        assert manager.overview_pdf().bytes[:5] == b"%PDF-"
    with casekit.in_memory(fonts=lambda: [tmp_path / "missing.ttf"]) as kit:
        with pytest.raises(casekit.CallbackError) as caught:
            kit.desk("mona", roles=Role.MANAGER).overview_pdf()
        assert "missing.ttf" not in str(caught.value)


def test_an_import_tells_how_far_it_has_come(manager: Desk) -> None:
    at = datetime(2024, 5, 1, tzinfo=timezone.utc)
    items: list[ImportCustomer | ImportCase] = [
        ImportCustomer(NewCustomer("Ada Obi", external_reference="CRM-77"), at=at, by="u-9"),
        ImportCase(
            case=NewCase("Support", "Cannot log in"),
            customer_reference="CRM-77",
            reference="OLD-1",
            at=at,
            by="u-9",
            changes=[
                ImportChange(at, "u-9", ImportedChange.taken()),
                ImportChange(at, "u-9", ImportedChange.note("Called.")),
                ImportChange(at, "u-8", ImportedChange.note("Reached her.", casekit.Visibility.CUSTOMER, reply_to=0)),
                ImportChange(at + timedelta(hours=1), "u-9", ImportedChange.stage("Resolved", "done")),
            ],
        ),
    ]
    told: list[ImportProgress] = []
    report = manager.import_items(items, told.append)
    assert [result.outcome for result in report.results] == [casekit.ImportOutcome.CREATED] * 2
    assert [result.reference for result in report.results] == ["CRM-77", "OLD-1"]
    assert report.results[0].customer is not None and report.results[1].number == "C-000001"
    assert told[-1] == ImportProgress(done=2, of=2, written=2, unchanged=0, refused=0)
    assert [(note.depth, note.text) for note in manager.thread(report.results[1].case or "")] == [
        (0, "Called."),
        (1, "Reached her."),
    ]

    again = manager.import_items(items)
    assert [result.outcome for result in again.results] == ["refused"] * 2
    refusals = [result.refusal for result in again.results if result.refusal is not None]
    assert [field.code for refusal in refusals for field in refusal.fields] == ["already_in_use"] * 2


def _old(count: int) -> list[ImportCase]:
    at = datetime(2025, 1, 2, tzinfo=timezone.utc)
    return [ImportCase(NewCase("Support", f"Old {n}"), at=at, by="u-9", reference=f"OLD-{n}") for n in range(count)]


def test_an_import_ends_cleanly_if_its_progress_raises_or_says_no(kit: CaseKit) -> None:
    manager = kit.desk("mona", roles=Role.MANAGER)

    def fails(progress: ImportProgress) -> None:
        raise RuntimeError("the disk of the screen is full")

    with pytest.raises(RuntimeError, match="the disk of the screen") as failed:
        manager.import_items(_old(1_200), fails)
    so_far = failed.value.__cause__
    assert isinstance(so_far, casekit.CallbackError) and "disk" not in str(so_far)
    assert "after 500 of 1200 items: 500 were written and stay" in str(so_far)
    with pytest.raises(casekit.StoreError, match="500 were written and stay, 500 were there already") as cancelled:
        manager.import_items(_old(1_200), lambda progress: progress.done < 1_000, existing="skip")
    assert cancelled.value.code == "cancelled"
    told: list[ImportProgress] = []
    report = manager.import_items(_old(1_200), told.append, existing="skip")
    assert [progress.done for progress in told] == [500, 1_000, 1_200]
    assert [result.outcome for result in report.results] == ["unchanged"] * 1_000 + ["created"] * 200
    # What fails at the end of a whole import fails too, and everything is there.
    with pytest.raises(RuntimeError) as at_the_end:
        manager.import_items(_old(1_201)[1_200:], fails)
    assert "after 1 of 1 items: 1 were written" in str(at_the_end.value.__cause__)
    assert manager.find_case("OLD-1200").title == "Old 1200"


def test_a_bad_item_among_good_ones_is_refused_by_its_reference_and_a_dry_run_says_so_before(kit: CaseKit) -> None:
    manager = kit.desk("mona", roles=Role.MANAGER)
    at = datetime(2025, 1, 2, tzinfo=timezone.utc)
    request = casekit.ImportRequest("WEB-1", "Ada Obi", credentials=[casekit.NewCredential("born", "1990-02-03")])
    answered = ImportChange(at + timedelta(hours=1), "u-9", ImportedChange.answered("denied", "no_match"))
    step = casekit.NewStep("lead", "Lead", "approval", "anyone")
    far = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
    items: list[casekit.ImportWorkflow | ImportCustomer | ImportCase] = [
        casekit.ImportWorkflow(casekit.NewWorkflow("Own", steps=[step]), at=at, by="u-9"),
        ImportCase(NewCase("Support", "Good"), at=at, by="u-9", reference="OLD-1"),
        ImportCase(NewCase("Support", "Bad"), at=far, by="u-9", reference="OLD-2"),
        ImportCase(NewCase("Data request", "Mine"), at=at, by="u-9", request=request, changes=[answered]),
    ]
    tried = manager.import_items(items, dry_run=True)
    assert manager.cases() == []
    report = manager.import_items(items)
    assert [(result.reference, result.outcome) for result in report.results] == [
        ("Own", "created"),
        ("OLD-1", "created"),
        ("OLD-2", "refused"),
        ("WEB-1", "created"),
    ]
    assert [(one.outcome, one.refusal) for one in tried.results] == [(one.outcome, one.refusal) for one in report.results]
    refusal = report.results[2].refusal
    assert refusal is not None and [(field.field, field.code) for field in refusal.fields] == [("at", "instant_out_of_range")]
    assert tried.results[1].case is None and report.results[0].workflow is not None
    assert [case.title for case in manager.cases(outcome="denied")] == ["Mine"]
    naive = ImportCase(NewCase("Support", "x"), at=at, by="u-9", changes=[ImportChange(datetime(2025, 1, 2), "u-9", ImportedChange.taken())])
    with pytest.raises(TypeError, match=r"items\[4\].changes\[0\].at has no time zone"):
        manager.import_items([*items, naive])
    moved = [ImportChange(at + timedelta(hours=2), "u-9", ImportedChange.stage("Closed"))]
    newer = ImportCase(NewCase("Support", "Good"), at=at, by="u-9", reference="OLD-1", changes=moved)
    (updated,) = manager.import_items([newer], existing=casekit.ExistingItems.UPDATE).results
    assert (updated.outcome, updated.updated, updated.case) == ("updated", ["stage"], report.results[1].case)
