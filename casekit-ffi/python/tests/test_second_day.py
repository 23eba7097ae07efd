"""Data requests: from the webform to the receipt, with what goes wrong on the way."""

from __future__ import annotations

import sqlite3
import zipfile
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

import casekit
from casekit import (
    Action,
    Assurance,
    FailureClass,
    LetterBlock,
    MaterialField,
    NewDefaultRedaction,
    NewMethod,
    NewRedaction,
    NewStep,
    Outgoing,
    Paper,
    Responsible,
    Role,
    SnapshotView,
    SourceFile,
    SourceKind,
    SourceQuestion,
    SourceSetting,
    SourceState,
    StepDoer,
    StepKind,
    StepState,
    TransientFailure,
    WebformTarget,
)
from casekit.callbacks import Found


def test_the_second_working_day(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    webform, shop = folder / "webform", folder / "shop.db"
    webform.mkdir()
    with casekit.open(folder / "cases.db", allow_folders=[folder]) as kit:
        petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
        ivo = kit.desk("ivo", "Ivo Marek", roles=Role.IT_ADMINISTRATOR)
        mona = kit.desk("mona", "Mona Haddad", roles=Role.MANAGER)
        petra.create_customer("Ada Obi", external_reference="CRM-77")
        query = "SELECT number, article, remark FROM orders WHERE customer = :customer_ref ORDER BY number"
        ivo.change_settings(
            organisation="Lampenhaus Lind",
            support_email="help@lampenhaus.example",
            webform=WebformTarget.directory(webform),
            sources=[SourceSetting("shop", SourceKind.sqlite(shop, {"orders": query}))],
        )
        settings = ivo.settings()
        assert settings.webform == WebformTarget.directory(webform)
        assert settings.sources[0].kind.queries[0].sql == query

        def receive() -> casekit.ReceivedRequest:
            return petra.receive_request(
                "WEB-1", "Ada Obi", credentials={"date of birth": "1990-02-03"}, customer_ref="CRM-77", reply_to="ada@x"
            )

        case = receive()
        assert (case.replayed, receive().replayed, case.reference_shared) == (False, True, False)
        assert (petra.my_pending_count(), [row.number for row in petra.my_pending_cases()]) == (1, [case.number])
        assert petra.my_pending_cases_columns()["workflow"] == ["Data request"]

        codes = [blocker.code for blocker in petra.blockers(case, Action.RELEASE)]
        assert "not_taken" in codes and "step_locked" in codes
        petra.take_case(case)
        assert petra.summary(case).credentials[0].value == "1990-02-03"
        petra.approve_identification(case, "video call", checked=["passport"])
        states = [step.state for step in petra.summary(case).steps]
        assert states == [StepState.DONE, StepState.READY, StepState.LOCKED]

        failure = petra.prepare_data(case).failure
        assert failure is not None
        assert (failure.code, failure.setting) == ("source_missing", "sources.shop")
        assert (failure.class_, failure.responsible) == (FailureClass.CONFIGURATION, Responsible.IT_ADMINISTRATOR)
        overview = ivo.failure_overview()
        assert overview.count == 1 and overview.support_email == "help@lampenhaus.example"
        assert [row.failure.code for row in ivo.cases_with_errors(setting="sources.shop")] == ["source_missing"]
        problems = {finding.setting: finding.problem for finding in ivo.check_settings()}
        assert problems["webform"] is None and problems["sources.shop"] == "source_missing"
        with sqlite3.connect(shop) as orders:
            orders.execute("CREATE TABLE orders (customer TEXT, number INTEGER, article TEXT, remark TEXT)")
            orders.execute("INSERT INTO orders VALUES ('CRM-77', 4711, 'Reading lamp', 'asks a lot')")
        orders.close()
        retried = ivo.retry_all("source_missing", setting="sources.shop")
        assert [one.report.state for one in retried if one.report] == ["recovered"]

        found = petra.snapshot(case)
        assert ("shop", "orders", 1) in [(table.source, table.name, table.rows) for table in found.tables]
        preview = petra.preview_data(case, "shop", "orders")
        assert (preview.columns, preview.rows) == (["number", "article", "remark"], [[4711, "Reading lamp", "asks a lot"]])
        petra.approve_data(case, found, redactions=[NewRedaction("shop", "orders", "remark", "opinions of our staff")])
        assert petra.blockers(case, Action.RELEASE) == []
        report = petra.release(case)
        assert report.delivered and report.receipt
        assert petra.case(case).stage == "Resolved" and petra.my_pending_count() == 0

        [package] = webform.glob("*.zip")
        with zipfile.ZipFile(package) as files:
            everything = b"".join(files.read(name) for name in files.namelist())
        assert b"Reading lamp" in everything and b"asks a lot" not in everything

        assert mona.overview_pdf_to(folder / "overview.pdf").rows == 1
        assert mona.overview_csv_to(folder / "overview.csv", case_types=["Data request"]) == 1
        mona.case_pdf_to(case, folder / "case.pdf")
        for made in (mona.overview_pdf(), mona.case_pdf(case), mona.customer_copy_pdf(case)):
            assert (folder / "overview.pdf").read_bytes()[:5] == made.bytes[:5] == b"%PDF-"
        assert (folder / "overview.csv").read_bytes() == mona.overview_csv()
        assert kit.resume_deliveries().delivered == kit.purge_expired() == 0
        assert kit.check().blobs > 0
        assert kit.repair_derived() == 0


def test_the_requester_is_asked_back() -> None:
    sent: list[Outgoing] = []

    def post(outgoing: Outgoing) -> str:
        sent.append(outgoing)
        return "R-1"

    with casekit.in_memory(deliveries={"post": post}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
        case = petra.receive_request("WEB-1", "Ada Obi", reply_to="ada@example.org")
        petra.take_case(case)
        asked = petra.send_message(case, "Which account?")
        assert asked.report.delivered and asked.answer_ref is not None
        assert (sent[0].kind, sent[0].text, sent[0].answer_ref) == ("message", "Which account?", asked.answer_ref)
        webform = kit.desk("webform", roles=Role.AGENT)
        answer = webform.receive_answer(asked.answer_ref, "The first one.")
        assert webform.receive_answer(asked.answer_ref, "The first one.").replayed
        question, reply = petra.thread(case)
        assert question.message is not None and reply.message is not None
        assert (question.message.state, reply.message.state) == ("arrived", "received")
        assert (reply.id, reply.parent, reply.text) == (answer.note, asked.note, "The first one.")
        with pytest.raises(casekit.NotFound):
            webform.receive_answer("unknown", "x")
        with pytest.raises(casekit.Blocked):
            petra.edit_note(asked.note, "x")
        assert petra.send_message(case, "We look into it.", wants_answer=False).answer_ref is None


def test_sources_are_taken_one_by_one() -> None:
    open_ = {"crm": False}

    def crm(_: SourceQuestion) -> Found:
        if not open_["crm"]:
            raise TransientFailure("crm_closed", "try again tomorrow")
        return {"calls": [{"day": "2026-03-01"}]}

    def shop(_: SourceQuestion) -> Found:
        return {"orders": [{"article": "Lamp"}, {"article": "Chair"}]}

    sent: list[Outgoing] = []

    def post(outgoing: Outgoing) -> str:
        sent.append(outgoing)
        return "R-1"

    with casekit.in_memory(sources={"crm": crm, "shop": shop}, deliveries={"post": post}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
        case = petra.receive_request("WEB-1", "Ada Obi")
        petra.take_case(case)
        petra.approve_identification(case, "video call")

        def states(found: SnapshotView) -> dict[str, tuple[SourceState, int | None]]:
            return {one.name: (one.state, one.rows) for one in found.sources}

        found = petra.prepare_data(case)
        expected = {
            "casekit": (SourceState.NOT_ASKED, None),
            "crm": (SourceState.FAILED, None),
            "shop": (SourceState.FOUND, 2),
        }
        assert states(found) == expected and found.id is None
        assert found.failure is not None and found.failure.setting == "sources.crm"
        assert petra.preview_data(case, "shop", "orders").rows == [["Lamp"], ["Chair"]]
        with pytest.raises(casekit.Invalid) as wrong:
            petra.leave_out_source(case, "shop", "it is fine")
        assert "crm" in str(wrong.value)

        petra.leave_out_source(case, "crm", "the system is being replaced")
        now = petra.snapshot(case)
        crm_now = next(one for one in now.sources if one.name == "crm")
        assert (crm_now.state, crm_now.by_name) == (SourceState.LEFT_OUT, "Petra Lind")
        assert crm_now.reason == "the system is being replaced"
        open_["crm"] = True
        assert states(petra.prepare_data(case))["crm"] == (SourceState.LEFT_OUT, None)
        assert states(petra.prepare_source(case, "crm"))["crm"] == (SourceState.FOUND, 1)
        open_["crm"] = False
        petra.prepare_source(case, "crm")
        petra.leave_out_source(case, "crm", "the system is being replaced")
        petra.approve_data(case, petra.snapshot(case))
        assert petra.release(case).delivered
        assert petra.summary(case).outcome_code == "partly_released"
        assert [one.outcome for one in sent] == ["partly_released"]


def test_a_package_has_the_words_of_the_organisation_and_files_of_the_application(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    letter = SourceFile("../Antwort.pdf", "application/pdf", b"%PDF-1")

    def post(question: casekit.SourceQuestion) -> dict[str, list[dict[str, object]]]:
        return {"letters": [{"letter": letter}]}

    with pytest.raises(casekit.ReportError) as refused:
        casekit.in_memory(package_paper=Paper("Europe/Berln"))
    assert refused.value.code == "zone_unknown" and "`Europe/Berlin`" in str(refused.value)
    paper = Paper("Europe/Berlin", "letter")
    with casekit.open(folder / "cases.db", allow_folders=[folder], sources={"post": post}, package_paper=paper) as kit:
        ivo = kit.desk("ivo", roles=Role.IT_ADMINISTRATOR)
        with pytest.raises(casekit.Invalid) as invalid:
            ivo.change_settings(letter=[LetterBlock("remedy", "en", "Go to court.", outcome="withdrawn")])
        assert [error.field for error in invalid.value.fields] == ["letter[0].outcome"]
        words = [
            LetterBlock("rights", "en", "You can ask for correction.", heading="Yours"),
            LetterBlock("remedy", "en", "You can go to court.", outcome="denied"),
        ]
        ivo.change_settings(webform=WebformTarget.directory(folder), letter=words)
        assert ivo.settings().letter == words
        petra = kit.desk("petra", roles=Role.APPROVER)
        case = petra.receive_request("WEB-1", "Ada Obi", description="Everything, please.")
        petra.take_case(case)
        petra.approve_identification(case, "passport")
        failure = petra.prepare_data(case).failure
        assert failure is not None and failure.code == "source_malformed", "a name with a path in it"
        letter = SourceFile("Antwort.pdf", "application/pdf", b"%PDF-1")
        petra.approve_data(case, petra.prepare_data(case))
        petra.release(case)
    [package] = folder.glob("*.zip")
    with zipfile.ZipFile(package) as files:
        assert files.read("files/1-antwort.pdf") == b"%PDF-1"
        page = files.read("index.html").decode()
    for part in ("Everything, please.", "Yours", "You can ask for correction.", "time zone Europe/Berlin", "files/1-antwort.pdf"):
        assert part in page, part
    assert "go to court" not in page


def test_a_request_can_be_denied_withdrawn_or_taken_back(tmp_path: Path) -> None:
    with casekit.in_memory(deliveries={"post": lambda outgoing: f"got {outgoing.outcome}"}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        petra = kit.desk("petra", roles=Role.APPROVER)
        first, second = (petra.receive_request(f"WEB-{n}", "Ada Obi") for n in (1, 2))
        petra.take_case(first)
        petra.approve_identification(first, "video call")
        petra.revoke(first, "identification", reason="wrong person")
        codes = petra.summary(first).steps[0].denial_codes
        denied = petra.deny(first, codes[0], internal_reason="not them", customer_reason="we could not identify you")
        assert denied.receipt == "got denied"
        again = petra.send_again(first, "the letter came back")
        assert (again.delivered, again.outcome) == (True, None)
        release = petra.summary(first).release
        assert release is not None and release.receipt == "got denied"
        one, two = release.sendings
        assert (two.key, two.state, two.reason) == (f"{one.key}-2", "arrived", "the letter came back")
        petra.take_case(second)
        petra.withdraw(second, reason="asked in error")
        assert petra.summary(second).outcome == "withdrawn"


def test_a_request_is_corrected_and_answered_anew() -> None:
    sent: list[casekit.Outgoing] = []

    def post(outgoing: casekit.Outgoing) -> str:
        sent.append(outgoing)
        return f"R-{len(sent)}"

    with casekit.in_memory(deliveries={"post": post}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        petra = kit.desk("petra", roles=Role.APPROVER)
        received_at = datetime(2026, 1, 7, 9, 30, tzinfo=timezone.utc)
        case = petra.receive_request("POST-1", "Ada Obi", reply_to="ada@x", received_at=received_at)
        request = petra.summary(case).request
        assert request is not None and request.received_at == received_at
        petra.take_case(case)
        petra.approve_identification(case, "video call")
        petra.edit_request(case, credentials={"passport": "C01X00T47"}, reason="came by post")
        assert [one.kind for one in petra.summary(case).credentials] == ["passport"]
        petra.approve_no_data(case, reason="not a customer")
        assert petra.release(case).delivered

        petra.edit_request(case, reply_to="ada@y")
        assert petra.send_again(case, "it never came").delivered
        assert [one.reply_to for one in sent] == ["ada@x", "ada@y"]
        petra.answer_anew(case, "she says that there must be something")
        summary = petra.summary(case)
        assert (summary.round, [one.outcome_code for one in summary.earlier_rounds]) == (2, ["no_data"])
        first = summary.earlier_rounds[0].release
        assert first is not None and [one.receipt for one in first.sendings] == ["R-1", "R-2"]
        petra.edit_request(case, requester="Ada Obi-Meyer")
        with pytest.raises(casekit.Invalid) as wrong:
            petra.edit_request(case, requester=" ", received_at=datetime(2999, 1, 1, tzinfo=timezone.utc))
        assert [field.field for field in wrong.value.fields] == ["requester", "received_at"]


def test_a_vote_is_for_what_the_case_said() -> None:
    with casekit.in_memory() as kit:
        mona = kit.desk("mona", roles=Role.MANAGER)
        mona.create_workflow("Spending", [NewStep("signed", "Signed", StepKind.APPROVAL, StepDoer.ANYONE, quorum=2)])
        assert mona.workflow("Spending").steps[0].material == [MaterialField.TITLE, MaterialField.DESCRIPTION]
        mona.create_case_type("Spending", workflow="Spending")
        case = mona.raise_case("Spending", "100 EUR")
        kit.desk("petra", roles=Role.APPROVER).approve_step(case, "signed")
        mona.edit_case(case, title="100000 EUR")
        assert mona.summary(case).steps[0].approvals == []


def test_a_requester_is_identified_as_a_customer_and_parts_of_the_data_are_hidden() -> None:
    table = {"orders": [{"number": 1, "remark": "rude"}, {"number": 2, "remark": "a neighbour's"}]}
    with casekit.in_memory(sources={"shop": lambda question: table}, deliveries={"post": lambda outgoing: "R"}) as kit:
        kit.desk("ivo", roles=Role.IT_ADMINISTRATOR).change_settings(webform=WebformTarget.host("post"))
        mona, petra = kit.desk("mona", roles=Role.MANAGER), kit.desk("petra", roles=Role.APPROVER)
        workflow = mona.workflow("Data request")
        steps = workflow.steps
        steps[0] = replace(steps[0], methods=[NewMethod("e_id", "Identity card", assurance=Assurance.HIGH)])
        remarks = NewDefaultRedaction("shop", "Remark", "opinions of our staff")
        mona.edit_workflow(workflow, steps=steps, redactions=[remarks])
        ada = petra.create_customer("Ada Obi")
        case = petra.receive_request("WEB-1", "Ada Obi", credentials={"date of birth": "1990-02-03"})
        petra.take_case(case)
        with pytest.raises(casekit.Invalid, match="Identity card"):
            petra.approve_identification(case, "carrier pigeon")
        petra.approve_identification_with(case, "e_id", credentials=[0], note="as on the photograph", customer=ada)
        summary = petra.summary(case)
        approval = summary.steps[0].approvals[0]
        assert (summary.case.customer, approval.method, approval.assurance) == (ada.id, "Identity card", Assurance.HIGH)
        assert (summary.credentials[0].checked, approval.note) == (True, "as on the photograph")

        found = petra.prepare_data(case)
        [orders] = [one for one in found.tables if one.name == "orders"]
        assert [column.hidden_because for column in orders.columns] == [None, "opinions of our staff"]
        second = NewRedaction("shop", "orders", None, "it is a neighbour's", row=2)
        petra.approve_data(case, found, redactions=[second])
        hidden = petra.summary(case).steps[1].approvals[0].hidden
        assert [(part.place, part.reason) for part in hidden] == [
            ("shop.orders[2]", "it is a neighbour's"),
            ("shop.orders.remark", "opinions of our staff"),
        ]
        assert petra.release(case).delivered
