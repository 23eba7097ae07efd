"""The library in use: `python quickstart.py [DIR]` goes through two working days in `DIR/cases.db`.

Read it from top to bottom. It leaves `cases.db`, `overview.pdf`, `overview.csv`, `case.pdf` and the released package in
`webform/`. A second run continues with these files.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import casekit
from casekit import (
    Action,
    CaseKit,
    CountBy,
    EmploymentStatus,
    Gender,
    NewBankAccount,
    NewNextOfKin,
    NewRedaction,
    NewStage,
    ReceivedRequest,
    Role,
    SourceKind,
    SourceSetting,
    StageCategory,
    StreamId,
    Visibility,
    WebformTarget,
)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "quickstart").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # Settings need absolute paths, and may name only folders that the application allows.
    with casekit.open(folder / "cases.db", allow_folders=[folder]) as kit:
        first_day(kit)
        second_day(kit, folder)
    print(f"\nall of it is in {folder}: run this again, and it goes on there")


def first_day(kit: CaseKit) -> None:
    """Customer cases: configure, raise, work on, read."""
    part("Sit down at a desk: every call is somebody's")
    amara = kit.desk("amara", "Amara Okafor", roles=Role.AGENT)
    ben = kit.desk("ben", "Ben Adler", roles=Role.AGENT)
    mona = kit.desk("mona", "Mona Haddad", roles=Role.MANAGER)
    ines = kit.desk("ines", "Inês Prata", roles=Role.AUDITOR)

    part("Configure what cases are about")
    tell(", ".join(one.name for one in amara.case_types()))
    try:
        mona.case_type("Refunds")
        tell("Refunds is there from an earlier run")
    except casekit.NotFound:
        stages = [
            NewStage("New", StageCategory.OPEN),
            NewStage("With accounting", StageCategory.ACTIVE, customer_label="In progress"),
            NewStage("With the bank", StageCategory.WAITING, customer_label="In progress"),
            NewStage("Paid", StageCategory.RESOLVED),
        ]
        refunds = mona.create_case_type("Refunds", stages=stages)
        tell("Refunds, with four stages; the customer reads In progress for two of them")
        try:
            amara.deactivate_case_type(refunds)
        except casekit.Forbidden as refused:
            tell(refused)

    part("Enter a customer")
    try:
        ada = amara.find_customer("CRM-77").id
        tell("Ada Obi is there from an earlier run")
    except casekit.NotFound:
        ada = amara.create_customer(
            "Ada Obi",
            gender=Gender.FEMALE,
            next_of_kin=[NewNextOfKin("Chidi Obi", relationship="husband")],
            bank_accounts=[NewBankAccount("GB33BUKB20201555555555", bank="First Bank", account_name="Ada Obi")],
            external_reference="CRM-77",
        ).id
        amara.update_customer(ada, employment_status=EmploymentStatus.SELF_EMPLOYED, phone="+234 1 555 0100")
        tell("Ada Obi: only what was given is stored")
    for desk in (amara, mona):
        account = desk.customer(ada).bank_accounts[0]
        tell(f"{desk.actor.name} sees the account {account.number or account.hint}")

    part("Raise a case")
    for wrong in amara.validate_case("Enquiry", " ", stage="Somewhere"):
        tell(wrong)
    tell("every field at once, for a form; nothing was written")
    case = amara.raise_case(
        "Enquiries", "Where is my refund?", customer=ada, description="Ordered in May, returned in June."
    )
    tell(f"raised {case.number}")

    part("Work on it")
    amara.take_case(case)
    try:
        ben.take_case(case)
    except casekit.AlreadyTaken as refused:
        tell(f"{refused} (by {refused.by})")
    note = amara.add_note(case, "Called, no answer.")
    ben.reply(note, "Reached her at 14:10, sending the form.")
    amara.add_note(case, "We have sent you the form.", visibility=Visibility.CUSTOMER)
    for one in amara.thread(case):
        tell(f"{'   ' * one.depth}{one.author}: {one.text or '(retracted)'}")
    amara.edit_case(case, case_type="Refunds", stage="With the bank")
    amara.edit_case(case, title="Refund of order 4711", stage="Paid")
    try:
        amara.edit_case(case, stage="New")
    except casekit.Blocked as refused:
        tell(refused)
    amara.edit_case(case, stage="New", reason="The bank sent it back.")
    seen = amara.case(case)
    tell(f"{seen.number} is {seen.stage} again, at revision {seen.revision}")

    part("Find things again")
    for row in amara.interactions(ada):
        tell(f"{row.number}  {row.case_type:<12} {row.stage:<8} {row.title}")
    for count in amara.counts(CountBy.STAGE, case_types=["Refunds"]):
        tell(f"{count.case_type} {count.stage}: {count.count}")
    hits = amara.search("reached 14")
    tell(f"found {len(hits)}, the newest on {hits[0].case.number}")
    tell(f"{amara.find_case('c-1').number} by its number")
    tell(f"{sum(1 for _ in amara.cases(size=20).all())} cases in all, read 20 at a time")

    part("See who did what, and prove it")
    for entry in ines.history(StreamId.case(case)):
        tell(f"{entry.revision:>2} {entry.actor} {entry.text}")
    head = ines.audit_head()
    report = ines.verify(head)
    tell(f"{head.digest[:16]}…: keep it elsewhere")
    tell(f"{report.events} events in {report.streams} streams, {report.broken or 'every one as it was written'}")


def second_day(kit: CaseKit, folder: Path) -> None:
    """Data requests: from the webform to the receipt, with what can go wrong."""
    petra = kit.desk("petra", "Petra Lind", roles=Role.APPROVER)
    ivo = kit.desk("ivo", "Ivo Marek", roles=Role.IT_ADMINISTRATOR)
    mona = kit.desk("mona", "Mona Haddad", roles=Role.MANAGER)
    ines = kit.desk("ines", "Inês Prata", roles=Role.AUDITOR)
    shop, webform = folder / "shop.db", folder / "webform"
    # As on the first morning: the shop's file is not where the settings say.
    shop.unlink(missing_ok=True)
    webform.mkdir(exist_ok=True)

    part("Set up where data comes from and where answers go")
    orders = "SELECT number, article, remark FROM orders WHERE customer = :customer_ref ORDER BY number"
    ivo.change_settings(
        organisation="Lampenhaus Lind",
        support_email="help@lampenhaus.example",
        webform=WebformTarget.directory(webform),
        sources=[SourceSetting("shop", SourceKind.sqlite(shop, {"orders": orders}))],
    )
    tell("the webform is a folder, and the shop's database a source; both lie where the application allows it")

    part("A request arrives at the webform")
    case = receive(petra)
    tell(f"{case.number}; {petra.my_pending_count()} pending")
    for row in petra.my_pending_cases():
        tell(f"{row.number} {row.title} | {row.status} | {row.workflow}")

    part("Take the case, and make sure who is asking")
    for blocker in petra.blockers(case, Action.RELEASE):
        tell(f"not yet: {blocker}")
    petra.take_case(case)
    for credential in petra.summary(case).credentials:
        tell(f"{credential.kind}: {credential.value or credential.hint}")
    petra.approve_identification(case, "video call", checked=["passport", "date of birth"])
    tell(" | ".join(f"{step.label}: {step.state}" for step in petra.summary(case).steps))

    part("Collect the data: a source fails, is fixed, and the retry goes on")
    failure = petra.prepare_data(case).failure
    if failure is not None:
        tell(f"failed: {failure.code} because of {failure.setting}")
        tell(f"to be fixed by {failure.responsible}: {failure.hint}")
    overview = ivo.failure_overview()
    for group in overview.groups:
        tell(f"{group.count} x {group.code} ({group.setting})")
    tell(f"help: {overview.support_email}")
    for finding in ivo.check_settings():
        tell(f"{finding.setting}: {finding.fix or 'works'}")
    put_shop_in_place(shop)
    for retried in ivo.retry_all("source_missing", setting="sources.shop"):
        works = retried.report is not None and retried.report.state == "recovered"
        tell(f"{retried.number}: {'goes on' if works else 'fails still'}")
    snapshot = petra.snapshot(case)
    for table in snapshot.tables:
        tell(f"{table.source}.{table.name}, {table.rows} rows: {', '.join(one.name for one in table.columns)}")

    part("Hide a column, approve exactly this, and release it")
    hide = NewRedaction("shop", "orders", "remark", "opinions of our staff, not data about you")
    petra.approve_data(case, snapshot, redactions=[hide])
    report = petra.release(case)
    tell(f"{report.state}, receipt {report.receipt}")
    done = petra.case(case)
    tell(f"{done.number} is {done.stage}; {petra.my_pending_count()} pending")

    part("Leave something to look at")
    mona.overview_pdf_to(folder / "overview.pdf")
    mona.overview_csv_to(folder / "overview.csv")
    mona.case_pdf_to(case, folder / "case.pdf")
    verified = ines.verify()
    sound = "nothing was altered" if verified.broken is None else "something was altered"
    tell(f"{verified.events} events in {verified.streams} streams: {sound}")


def receive(petra: casekit.Desk) -> ReceivedRequest:
    """A repeated request gives the same case again, so the first new case is the one of this run."""
    number = 0
    while True:
        number += 1
        case = petra.receive_request(
            f"WEB-{number}",
            "Ada Obi",
            customer_ref="CRM-77",
            reply_to="ada@example.org",
            credentials={"customer number": "CRM-77-2291-0042", "date of birth": "1990-02-03"},
        )
        if not case.replayed:
            return case


def put_shop_in_place(path: Path) -> None:
    """The shop's own database, which casekit only reads."""
    shop = sqlite3.connect(path)
    shop.executescript(
        """
        CREATE TABLE orders (customer TEXT, number INTEGER, article TEXT, remark TEXT);
        INSERT INTO orders VALUES ('CRM-77', 4711, 'Reading lamp', 'asks a lot'), ('CRM-77', 4802, 'Oak chair', NULL),
            ('CRM-12', 4713, 'Rug', NULL);
        """
    )
    shop.close()


def part(title: str) -> None:
    """Prints the heading of a part."""
    print(f"\n{title}")


def tell(what: object) -> None:
    """Shows the result of a call, or what it means."""
    print(f"     {what}")


if __name__ == "__main__":
    main()
