//! The fingerprint of every command. Fingerprints never change, so that a request that was made under an earlier
//! version is recognised when it is repeated.
//!
//! `fingerprints.txt` has a line for each: the command's name, its action, its fingerprint under a salt of sixteen
//! sevens, and the JSON over which it is computed. A line is never altered; a new command adds one.

use uuid::Uuid;

use super::*;
use crate::command::{
    BankAccountEdit, CaseEdit, CaseTypeEdit, CustomerEdit, ExistingItems, GivenValue, ImportCase,
    ImportChange, ImportCustomer, ImportItem, ImportRequest, ImportWorkflow, ImportedChange, NewBankAccount,
    NewCase, NewCaseType, NewCustomer, NewDenial, NewExtension, NewField, NewIdentification, NewMessage,
    NewNextOfKin, NewNote, NewPause, NewRedaction, NewRequest, NewResolution, NewResumption, NewStage,
    NewStep, NewTeam, NewWorkflow, NextOfKinEdit, PersonName, RequestEdit, SettingsEdit, TagsEdit, TeamEdit,
    WorkflowEdit,
};
use crate::commit::{fingerprint, form, hex};
use crate::model::{
    BankAccountId, CaseId, CustomerField, CustomerId, EmploymentStatus, Gender, NextOfKinId, NoteId,
    OutcomeKind, Priority, ResolvedBy, SourceKind, SourceQuery, SourceSetting, StageCategory, StepKind,
    TagId, TeamId, Visibility, WebformTarget, WorkflowId,
};

const KEPT: &str = include_str!("fingerprints.txt");

/// Commands of the library itself. They have no request id, because no caller sends them.
const OF_THE_LIBRARY: [&str; 10] = [
    "ClaimCollection",
    "DestroyData",
    "KeepClock",
    "LeaveToPerson",
    "RecordCollection",
    "RecordMessage",
    "RecordMilestone",
    "RecordRecount",
    "RecordRestore",
    "SetUp",
];

const ID: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);

fn line<C: Command>(name: &str, command: &C) -> String {
    let salt = *b"7777777777777777";
    let digest = hex(&fingerprint(&salt, command.action(), command).unwrap());
    format!("{name} {} {digest} {}", command.action(), form(command).unwrap())
}

/// A line for each command, and for each kind of value that it may contain.
fn lines() -> Vec<String> {
    let (case, note) = (CaseId(ID), NoteId(ID));
    let (customer, case_type, workflow) = (CustomerId(ID), CaseTypeId(ID), WorkflowId(ID));
    let team = TeamId(ID);
    let text = |text: &str| Some(text.to_owned());
    let mut lines = vec![
        line("RaiseCase", &RaiseCase(NewCase::new("Support", "Cannot log in"))),
        line(
            "RaiseCase",
            &RaiseCase(NewCase::new("Support", "\u{201c}x\u{201d}\n").described("").for_customer(customer)),
        ),
        line("EditCase", &EditCase { case, edit: CaseEdit::new() }),
        line(
            "EditCase",
            &EditCase { case, edit: CaseEdit::new().stage("Resolved").without_customer().seen(0) },
        ),
        line("EditCase", &EditCase { case, edit: CaseEdit::new().team("Billing").without_team() }),
        line("RaiseCase", &RaiseCase(NewCase::new("Support", "x").with_team("Billing"))),
        line("RaiseCase", &RaiseCase(NewCase::new("Support", "x").with_priority(Priority::Urgent))),
        line("EditCase", &EditCase { case, edit: CaseEdit::new().priority(Priority::Low) }),
        line(
            "EditCase",
            &EditCase {
                case,
                edit: CaseEdit::new().stage("Closed").resolution("done").because("x").telling("y"),
            },
        ),
        line(
            "RaiseCase",
            &RaiseCase(
                NewCase::new("Support", "x")
                    .in_stage("Closed")
                    .with_resolution("done")
                    .because("x")
                    .telling("y"),
            ),
        ),
        line("CreateTeam", &CreateTeam(NewTeam::new("Billing").described("Invoices"))),
        line("EditTeam", &EditTeam { team, edit: TeamEdit::new().name("Accounts").description("").seen(1) }),
        line("SetTeamActive", &SetTeamActive { team, active: false }),
        line("TagCase", &TagCase { case, edit: TagsEdit::new().with("Roof").without("Cellar") }),
        line("RaiseCase", &RaiseCase(NewCase::new("Support", "x").with_tag("Roof"))),
        line("RenameTag", &RenameTag { tag: TagId(ID), name: "Roofs".into() }),
        line("MergeTags", &MergeTags { tag: TagId(ID), into: TagId(ID) }),
        line("MigrateCase", &MigrateCase { case, give_up: Vec::new() }),
        line("TakeCase", &TakeCase { case }),
        line("ReturnCase", &ReturnCase { case, reason: None }),
        line("AssignCase", &AssignCase { case, to: "ben".into(), reason: text("holiday") }),
        line("TakeOverCase", &TakeOverCase { case, reason: text("ill") }),
        line("AddNote", &AddNote { to: NotePlace::Case(case), note: NewNote::from("Called.") }),
        line("AddNote", &AddNote { to: NotePlace::Below(note), note: NewNote::for_customer("Sent.") }),
        line("EditNote", &EditNote { note, text: "Called twice.".into() }),
        line("RetractNote", &RetractNote { note, reason: None }),
        line("ShowNote", &ShowNote { note, to: Visibility::Customer }),
        line("CreateCustomer", &CreateCustomer(NewCustomer::named("Ada Obi"))),
        line("UpdateCustomer", &UpdateCustomer { customer, edit: CustomerEdit::default() }),
        line("NamePeople", &NamePeople(vec![PersonName::new("u-17", "Ada Obi")])),
    ];
    let ada = NewCustomer {
        gender: Some(Gender::Female),
        email: text("ada@example.org"),
        ..NewCustomer::named("Ada")
    };
    lines.push(line("CreateCustomer", &CreateCustomer(ada.clone())));
    let edit = CustomerEdit {
        employment_status: Some(EmploymentStatus::Retired),
        clear: vec![CustomerField::Phone],
        ..CustomerEdit::default()
    };
    lines.push(line("UpdateCustomer", &UpdateCustomer { customer, edit }));
    let with_field = NewCustomer::named("Ada").with_field("Channel", "Web");
    lines.push(line("CreateCustomer", &CreateCustomer(with_field)));
    lines.push(line("MigrateCustomer", &MigrateCustomer { customer, give_up: vec!["colour".into()] }));
    let (account, person) = (BankAccountId(ID), NextOfKinId(ID));
    lines.extend([
        line("AddBankAccount", &AddBankAccount { customer, new: NewBankAccount::numbered("1") }),
        line(
            "EditBankAccount",
            &EditBankAccount { customer, account, edit: BankAccountEdit::new().bank("").number("1") },
        ),
        line("RemoveBankAccount", &RemoveBankAccount { customer, account, seen: None }),
        line("AddNextOfKin", &AddNextOfKin { customer, new: NewNextOfKin::named("Chidi Obi") }),
        line(
            "EditNextOfKin",
            &EditNextOfKin { customer, person, edit: NextOfKinEdit::new().phone("").seen(0) },
        ),
        line("RemoveNextOfKin", &RemoveNextOfKin { customer, person, seen: Some(2) }),
    ]);
    let stages = vec![
        NewStage::new("New", StageCategory::Open),
        NewStage::new("Paid", StageCategory::Resolved).with_id("paid"),
    ];
    lines.extend([
        line("CreateCaseType", &CreateCaseType(NewCaseType::new("Refunds"))),
        line(
            "CreateCaseType",
            &CreateCaseType(NewCaseType::new("Refunds").with_stages(stages).with_moves([("New", "Paid")])),
        ),
        line("EditCaseType", &EditCaseType { case_type, edit: CaseTypeEdit::default() }),
        line(
            "EditCaseType",
            &EditCaseType {
                case_type,
                edit: CaseTypeEdit { any_move: true, seen: Some(3), ..CaseTypeEdit::default() },
            },
        ),
        line(
            "CreateCaseType",
            &CreateCaseType(NewCaseType::new("Outage").with_default_priority(Priority::Urgent)),
        ),
        line(
            "EditCaseType",
            &EditCaseType { case_type, edit: CaseTypeEdit::new().default_priority(Priority::High) },
        ),
        line(
            "CreateCaseType",
            &CreateCaseType(
                NewCaseType::new("Loan")
                    .with_stages(vec![NewStage::new("Closed", StageCategory::Closed).needing_resolution()])
                    .with_resolutions(vec![
                        NewResolution::new("lost", "Lost")
                            .shown_as("Gone")
                            .by(ResolvedBy::Staff)
                            .needing_reason(),
                    ]),
            ),
        ),
        line(
            "EditCaseType",
            &EditCaseType {
                case_type,
                edit: CaseTypeEdit::new()
                    .resolutions(vec![NewResolution::new("given_up", "Given up").by(ResolvedBy::Person)]),
            },
        ),
        line("SetCaseTypeActive", &SetCaseTypeActive { case_type, active: true }),
        line("SetCaseTypeActive", &SetCaseTypeActive { case_type, active: false }),
        line(
            "CreateWorkflow",
            &CreateWorkflow(NewWorkflow {
                name: "Sign-off".into(),
                steps: vec![
                    NewStep::new("lead", "Team lead", StepKind::Approval)
                        .with_quorum(2)
                        .deniable(["too_dear"]),
                ],
                ..NewWorkflow::default()
            }),
        ),
        line("EditWorkflow", &EditWorkflow { workflow, edit: WorkflowEdit::default() }),
        line("SetWorkflowActive", &SetWorkflowActive { workflow, active: true }),
        line("SetWorkflowActive", &SetWorkflowActive { workflow, active: false }),
        line("ChangeSettings", &ChangeSettings(SettingsEdit::default())),
        line(
            "ChangeSettings",
            &ChangeSettings(SettingsEdit {
                webform: Some(WebformTarget::Directory { path: "/srv/webform".into() }),
                sources: Some(vec![SourceSetting {
                    name: "crm".into(),
                    kind: SourceKind::Sqlite {
                        path: "/srv/crm.db".into(),
                        queries: vec![SourceQuery { table: "orders".into(), sql: "SELECT 1".into() }],
                    },
                }]),
                retention_days: Some(0),
                ..SettingsEdit::default()
            }),
        ),
        line("ReceiveRequest", &received(NewRequest::new("WEB-1", "Ada Obi"))),
        line(
            "ReceiveRequest",
            &received(
                NewRequest::new("WEB-1", "Ada Obi")
                    .with_credential("birthday", "1990-02-03")
                    .about_customer("CRM-1"),
            ),
        ),
        line(
            "ReceiveRequest",
            &received(NewRequest::new("WEB-1", "Ada Obi").with_tag("web").with_field("meter", 4711)),
        ),
        line("MayPrepare", &MayPrepare { case, retry: false, source: None }),
        line("MayPrepare", &MayPrepare { case, retry: true, source: None }),
        line("MayPrepare", &MayPrepare { case, retry: false, source: text("shop") }),
        line("SendMessage", &SendMessage { case, message: NewMessage::question("Which year?") }),
        line("StopMessage", &StopMessage { note: NoteId(ID), reason: text("she rang") }),
        line("ReceiveAnswer", &ReceiveAnswer { answer_ref: "ab".into(), text: "This one.".into() }),
        line("LeaveOutSource", &LeaveOutSource { case, source: "shop".into(), reason: "it is down".into() }),
        line("RetryAll", &RetryAll { code: "source_missing".into(), setting: text("sources.crm") }),
        line("RequestRelease", &RequestRelease { case }),
        line("SendAgain", &SendAgain { case, reason: "lost".into() }),
        line("AnswerAnew", &AnswerAnew { case, reason: "again".into() }),
        line("EditRequest", &EditRequest { case, edit: RequestEdit::default() }),
        line(
            "EditRequest",
            &EditRequest {
                case,
                edit: RequestEdit::new().reply_to("ada@example.org").with_credential("passport", "7"),
            },
        ),
        line("ConfirmTarget", &ConfirmTarget { case, place: "https://forms.example.org".into() }),
        line("RevokeApproval", &RevokeApproval { case, step: "identification".into(), reason: None }),
        line("Withdraw", &Withdraw { case, reason: None }),
        line(
            "DenyRequest",
            &DenyRequest {
                case,
                denial: NewDenial {
                    step: None,
                    code: "excessive".into(),
                    internal_reason: "x".into(),
                    customer_reason: "y".into(),
                },
            },
        ),
    ]);
    let approve = |with| ApproveStep { case, step: None, with };
    let hidden = vec![NewRedaction::new("shop", "orders", "remark", "opinions")];
    lines.extend([
        line(
            "ApproveStep",
            &approve(Approving::Identification(NewIdentification::by("video").checking("passport"))),
        ),
        line("ApproveStep", &approve(Approving::NoData { reason: None })),
        line("ApproveStep", &approve(Approving::NoData { reason: Some("not about you".into()) })),
        line("ApproveStep", &approve(Approving::Data { snapshot: BlobId(ID), redactions: hidden })),
        line("ApproveStep", &ApproveStep { step: text("lead"), ..approve(Approving::Step { reason: None }) }),
        line("BeginExport", &BeginExport { what: "overview".into(), format: "csv".into() }),
        line(
            "EndExport",
            &EndExport { begun: 2, what: "overview".into(), format: "csv".into(), rows: Some(7) },
        ),
        line("RecordImport", &RecordImport { items: 3, refused: 1, events: 2 }),
        line("TakeCheckpoint", &checkpoint()),
    ]);
    lines.extend(about_time());
    let imported = |item, existing| line("ImportEntry", &ImportEntry { item, existing, past: Past::none() });
    let items = imports();
    lines.extend(items.iter().map(|item| imported(item, ExistingItems::Refuse)));
    lines.extend([ExistingItems::Skip, ExistingItems::Update].map(|existing| imported(&items[0], existing)));
    lines.extend(of_fields());
    lines
}

fn about_time() -> Vec<String> {
    let (case, at) = (CaseId(ID), Timestamp::UNIX_EPOCH);
    let pause = NewPause::new("clarification").since(at).remark("which account?");
    let resumption = NewResumption::new().of("clarification").at(at).remark("answered");
    let extension = NewExtension::because("boxes").of("eu_gdpr").told_at(at);
    let remark = Some("call".to_owned());
    vec![
        line("PauseDeadlines", &PauseDeadlines { case, pause }),
        line("ResumeDeadlines", &ResumeDeadlines { case, resumption }),
        line("ExtendDeadline", &ExtendDeadline { case, extension }),
        line("GiveDate", &GiveDate { case, code: "fee_paid".into(), at: Some(at) }),
        line("FollowUpCase", &FollowUpCase { case, at: Some(at), remark }),
    ]
}

/// Commands with fields of an organisation's own, and with a value of each form.
fn of_fields() -> Vec<String> {
    let (case, case_type, customer) = (CaseId(ID), CaseTypeId(ID), CustomerId(ID));
    let value = |value: GivenValue| {
        line("RaiseCase", &RaiseCase(NewCase::new("Support", "x").with_field("f", value)))
    };
    let field =
        NewField::choice("Channel", ["Phone", "Web"]).labelled("de", "Kanal").required().with_id("channel");
    let shown =
        NewField::decimal("Weight", 2).required_at("Resolved").shown_when("Channel", ["Web"]).indexed();
    let types = NewCaseType::new("Refunds").with_fields(vec![field, shown.with_help("In kilograms")]);
    vec![
        value("12.50".into()),
        value(GivenValue::Number(0)),
        value(GivenValue::Decimal { unscaled: -1250, places: 2 }),
        value(GivenValue::Money { amount: 0, currency: "EUR".into() }),
        value(GivenValue::YesNo(false)),
        value(GivenValue::Instant(Timestamp::UNIX_EPOCH)),
        value(GivenValue::Choices(vec!["Web".into()])),
        value(GivenValue::Customer(customer)),
        value(GivenValue::Case(case)),
        line("EditCase", &EditCase { case, edit: CaseEdit::new().field("f", GivenValue::Nothing) }),
        line("MigrateCase", &MigrateCase { case, give_up: vec!["colour".into()] }),
        line(
            "MigrateAll",
            &MigrateAll {
                case_type: Some(case_type),
                give_up: vec!["colour".into()],
                after: Some("migration.n.7".into()),
            },
        ),
        line("CreateCaseType", &CreateCaseType(types)),
        line("EditCaseType", &EditCaseType { case_type, edit: CaseTypeEdit::new().fields(Vec::new()) }),
    ]
}

fn received(new: NewRequest) -> ReceiveRequest {
    let mark = Mark::fresh(&new, &[7; 16]);
    ReceiveRequest { new, mark }
}

/// Results that are computed while the command runs are not part of what the caller asked for.
fn checkpoint() -> TakeCheckpoint {
    TakeCheckpoint { number: 7, covers: 99, events: 99, digest: "ab".into(), ledger: 8 }
}

fn imports() -> [ImportItem; 6] {
    let at = Timestamp::UNIX_EPOCH;
    let change = |what| ImportChange { at, by: "amara".into(), what };
    let changes = vec![
        change(ImportedChange::Stage { to: "Closed".into(), reason: None }),
        change(ImportedChange::Taken),
        change(ImportedChange::Note {
            text: "x".into(),
            visibility: Visibility::Internal,
            reply_to: Some(0),
        }),
    ];
    let customer = NewCustomer::named("Ada").with_reference("CRM-1");
    let case = ImportCase {
        reference: Some("log 1".into()),
        case: NewCase::new("Support", "x"),
        customer_reference: None,
        at,
        by: "amara".into(),
        request: None,
        changes,
    };
    let risen = ImportCase {
        case: NewCase::new("Support", "x").with_priority(Priority::Low),
        changes: vec![change(ImportedChange::Prioritised { priority: Priority::Urgent })],
        ..case.clone()
    };
    let ended = ImportCase {
        changes: vec![change(ImportedChange::Ended {
            to: "Closed".into(),
            resolution: "done".into(),
            reason: Some("x".into()),
            customer_reason: None,
        })],
        ..case.clone()
    };
    let denial_code = Some("no_match".to_owned());
    let request = ImportRequest::new("WEB-1", "Ada").with_credential("born", "1990-02-03");
    let answered = ImportCase {
        request: Some(request.received_at(at).reply_to("ada@example.org")),
        changes: vec![change(ImportedChange::Answered { outcome: OutcomeKind::Denied, denial_code })],
        ..case.clone()
    };
    let workflow = NewWorkflow::named("Own").with_step(NewStep::new("lead", "Lead", StepKind::Approval));
    [
        ImportItem::Customer(ImportCustomer { customer, at, by: "amara".into() }),
        ImportItem::Case(case),
        ImportItem::Case(answered),
        ImportItem::Case(risen),
        ImportItem::Case(ended),
        ImportItem::Workflow(ImportWorkflow { workflow, at, by: "amara".into() }),
    ]
}

#[test]
fn every_command_has_the_fingerprint_that_it_always_had() {
    let kept: Vec<&str> = KEPT.lines().collect();
    let now = lines();
    let other: Vec<&str> = now.iter().map(String::as_str).filter(|line| !kept.contains(line)).collect();
    assert!(other.is_empty(), "altered, or not kept yet:\n{}", other.join("\n"));
    assert_eq!(now.len(), kept.len(), "a line is kept of which there is no command");
}

/// The names of all commands, as the sources declare them.
#[test]
fn no_command_is_without_a_line() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/decide");
    let texts = std::fs::read_dir(sources).unwrap().map(|file| file.unwrap().path());
    let texts = texts.filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    let mut missing = Vec::new();
    let mut found = 0;
    for text in texts.map(|path| std::fs::read_to_string(path).unwrap()) {
        for named in text.lines().filter_map(|line| line.strip_prefix("impl Command for ")) {
            let name = named.split(|c: char| !c.is_alphanumeric()).next().unwrap();
            let has_line = KEPT.lines().any(|line| line.split(' ').next() == Some(name));
            found += 1;
            if !has_line && !OF_THE_LIBRARY.contains(&name) {
                missing.push(name.to_owned());
            }
        }
    }
    assert!(found > 30, "the sources are not where they were");
    assert!(missing.is_empty(), "without a line in fingerprints.txt: {missing:?}");
}
