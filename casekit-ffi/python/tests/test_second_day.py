"""Data requests: from the webform to the receipt, with what goes wrong on the way."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import casekit
from casekit import (
    Action,
    FailureClass,
    NewRedaction,
    Responsible,
    Role,
    SourceKind,
    SourceSetting,
    StepState,
    WebformTarget,
)


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
