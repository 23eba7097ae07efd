//! Everything that can happen, once.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use casekit::casekit_core::command::{
    BankAccountEdit, CaseTypeEdit, ImportCase, ImportChange, ImportCustomer, ImportItem, ImportedChange,
    NewBankAccount, NewDefaultRedaction, NewIdentification, NewMessage, NewMethod, NewNextOfKin,
    NewResolution, NextOfKinEdit, WorkflowEdit,
};
use casekit::casekit_core::commit::Commit;
use casekit::casekit_core::model::{CustomerField, Lineage, StepKind};
use casekit::casekit_core::store::LoadPlan;
use casekit::{
    Assurance, AuditHead, CaseEdit, CaseKit, ColumnKind, CustomerEdit, CustomerId, DataColumn, DataSource,
    DataTable, DataValue, DeadlineGoal, DeadlineLength, Delivered, Delivery, Desk, Durability, Fault,
    FieldKind, Migration, NewCase, NewCaseType, NewCustomer, NewDeadlinePolicy, NewDeadlineStart, NewDenial,
    NewExtension, NewField, NewNote, NewPause, NewRedaction, NewRequest, NewResumption, NewStage, NewStep,
    NewTeam, NewTimedMove, NewWorkflow, OpenOptions, Outgoing, PackageBuilder, PackageContent, PageRequest,
    PersonName, Priority, RequestEdit, ResolvedBy, Restored, Role, SettingsEdit, SourceQuestion,
    StageCategory, TagsEdit, TeamEdit, Visibility, WebformTarget,
};

use crate::build::{Ticking, actor, at, open_store};

/// Writes a file in which everything happened, and gives the head that a host would have kept before it was restored.
pub(crate) fn write(path: &Path) -> AuditHead {
    let clock = Ticking::default();
    let host = Host::default();
    let kit = open(path, &clock, &host, None);
    settings(&kit);
    definitions(&kit);
    let ada = customers(&kit);
    customer_cases(&kit, ada);
    data_requests(&kit, &host);
    tried_again_by_itself(&kit, &host, &clock);
    approval_without_release(&kit);
    imports(&kit);
    what_comes_first_and_how_it_ends(&kit);
    deadlines(&kit, &clock);
    fields(&kit);
    fields_of_customers(&kit);
    people(&kit);
    let root = desk(&kit, "root", Role::Administrator);
    let export = root.begin_export("overview", "pdf").unwrap();
    root.end_export(&export, 7).unwrap();
    let export = root.begin_export("case", "pdf").unwrap();
    root.fail_export(&export).unwrap();
    let head = root.audit_head().unwrap();
    clock.pass(400 * 24 * 60 * 60);
    kit.purge_expired().unwrap();
    kit.close().unwrap();
    another_server_took_over(path);

    let kit = open(path, &clock, &host, Some(Restored { number_floor: Some(100) }));
    desk(&kit, "amara", Role::Agent).raise_case(NewCase::new("Support", "After the backup")).unwrap();
    desk(&kit, "root", Role::Administrator).audit_head().unwrap();
    kit.close().unwrap();
    head
}

fn open(path: &Path, clock: &Ticking, host: &Host, restored: Option<Restored>) -> CaseKit {
    let options = OpenOptions::new()
        .durability(Durability::Normal)
        .env(clock.clone())
        .source("shop", Shop(host.shop.clone()))
        .delivery("webform", Webform(host.webform.clone()))
        .delivery("portal", Webform(host.webform.clone()))
        .package_builder(Press(host.press.clone()));
    match restored {
        Some(restored) => options.restored(restored).open(path).unwrap(),
        None => options.open(path).unwrap(),
    }
}

/// What only a store on a database server writes; a file has it once such a store was copied into it.
fn another_server_took_over(path: &Path) {
    let store = open_store(path);
    let ledger = store.load(&LoadPlan { ledger: true, ..LoadPlan::default() }).unwrap().ledger;
    let lineage = Lineage("7b0ee0de-0c9c-4d0e-8a5d-2f7f5d6a1c11".parse().unwrap());
    let taken = Commit::taken_over(ledger, store.newest().unwrap().position, lineage, &[]);
    store.commit(vec![taken]).unwrap().remove(0).unwrap();
    store.close().unwrap();
}

fn desk(kit: &CaseKit, id: &str, role: Role) -> Desk {
    kit.desk(actor(id, role))
}

fn people(kit: &CaseKit) {
    let names = |ada: &str| vec![PersonName::new("u-17", ada), PersonName::new("amara", "Amara Okafor")];
    desk(kit, "mona", Role::Manager).name_people(names("Ada Obi")).unwrap();
    desk(kit, "mona", Role::Manager).name_people(names("Ada Lund")).unwrap();
}

fn settings(kit: &CaseKit) {
    let edit = SettingsEdit {
        webform: Some(WebformTarget::Host { name: "webform".into() }),
        organisation: Some("Lampenhaus".into()),
        support_email: Some("help@lampenhaus.example".into()),
        ..SettingsEdit::default()
    };
    desk(kit, "ivo", Role::ItAdministrator).change_settings(edit).unwrap();
}

fn definitions(kit: &CaseKit) {
    let mona = desk(kit, "mona", Role::Manager);
    let steps = |people| {
        let first = NewStep::new("board", "Board", StepKind::Approval).by_anyone().with_quorum(people);
        vec![first.not_by_raiser().deniable(["other"])]
    };
    let workflow = NewWorkflow { name: "Grants".into(), steps: steps(1), ..NewWorkflow::default() };
    let workflow = mona.create_workflow(workflow).unwrap();
    let edit = WorkflowEdit { steps: Some(steps(2)), ..WorkflowEdit::default() };
    mona.edit_workflow(workflow.id, edit).unwrap();
    let edit = WorkflowEdit { name: Some("Grant".into()), ..WorkflowEdit::default() };
    mona.edit_workflow(workflow.id, edit).unwrap();
    mona.deactivate_workflow(workflow.id).unwrap();
    mona.activate_workflow(workflow.id).unwrap();

    let stages = || {
        vec![
            NewStage::new("Asked", StageCategory::Open).shown_as("Received"),
            NewStage::new("Decided", StageCategory::Resolved),
        ]
    };
    let new = NewCaseType::new("Grants").described("Money for clubs").with_stages(stages());
    let grants = mona.create_case_type(new.with_moves([("asked", "decided")])).unwrap();
    let edits = [
        CaseTypeEdit { name: Some("Grant".into()), ..CaseTypeEdit::default() },
        CaseTypeEdit { description: Some("Money for clubs and choirs".into()), ..CaseTypeEdit::default() },
        CaseTypeEdit { workflow: Some("Grant".into()), any_move: true, ..CaseTypeEdit::default() },
        CaseTypeEdit {
            stages: Some({
                let mut stages = stages();
                stages[0] = NewStage::new("Applied", StageCategory::Open).with_id("asked");
                stages
            }),
            ..CaseTypeEdit::default()
        },
    ];
    for edit in edits {
        mona.edit_case_type(grants.id, edit).unwrap();
    }
    let billing = mona.create_team(NewTeam::new("Billing").described("Invoices")).unwrap();
    mona.create_team(NewTeam::new("Front office")).unwrap();
    mona.edit_team(billing.id, TeamEdit::new().name("Accounts").description("Invoices and refunds")).unwrap();
    mona.deactivate_team(billing.id).unwrap();
    mona.activate_team(billing.id).unwrap();
    mona.deactivate_case_type(grants.id).unwrap();
    mona.activate_case_type(grants.id).unwrap();
}

fn customers(kit: &CaseKit) -> CustomerId {
    let amara = desk(kit, "amara", Role::Agent);
    let new = NewCustomer {
        email: Some("ada@example.org".into()),
        phone: Some("+234 1 555".into()),
        address: Some("1 Marina\nLagos".into()),
        external_reference: Some("CRM-1".into()),
        next_of_kin: vec![NewNextOfKin { name: "Chidi Obi".into(), ..NewNextOfKin::default() }],
        bank_accounts: vec![NewBankAccount {
            number: "DE02120300000000202051".into(),
            ..NewBankAccount::default()
        }],
        ..NewCustomer::named("Ada Obi")
    };
    let ada = amara.create_customer(new).unwrap();
    let edit = CustomerEdit {
        name: Some("Ada Obi-Straße".into()),
        clear: vec![CustomerField::Address],
        ..CustomerEdit::default()
    };
    amara.update_customer(ada.id, edit).unwrap();
    let known = amara.customer(ada.id).unwrap();
    let (account, person) = (known.bank_accounts[0].id, known.next_of_kin[0].id);
    amara.edit_bank_account(ada.id, account, BankAccountEdit::new().bank("Bank of Marina")).unwrap();
    let old = amara.add_bank_account(ada.id, NewBankAccount::numbered("0532 013")).unwrap();
    amara.remove_bank_account(ada.id, old.id, None).unwrap();
    amara.edit_next_of_kin(ada.id, person, NextOfKinEdit::new().phone("+234 1 777")).unwrap();
    let aunt = amara.add_next_of_kin(ada.id, NewNextOfKin::named("Ngozi Obi")).unwrap();
    amara.remove_next_of_kin(ada.id, aunt.id, None).unwrap();
    ada.id
}

fn customer_cases(kit: &CaseKit, ada: CustomerId) {
    let (amara, ben) = (desk(kit, "amara", Role::Agent), desk(kit, "ben", Role::Agent));
    let mona = desk(kit, "mona", Role::Manager);
    let new = NewCase::new("Support", "Lamp flickers").for_customer(ada).described("Since Monday.\n返金?");
    let case = amara.raise_case(new).unwrap();
    amara.edit_case(case.id, CaseEdit::new().title("Lamp is dark").description("Since Sunday.")).unwrap();
    amara.edit_case(case.id, CaseEdit::new().case_type("Bug report")).unwrap();
    amara.edit_case(case.id, CaseEdit::new().without_customer()).unwrap();
    amara.take_case(case.id).unwrap();
    amara.return_case(case.id, Some("not mine")).unwrap();
    mona.assign_case(case.id, "ben", Some("knows lamps")).unwrap();
    mona.take_over_case(case.id, None).unwrap();
    let note = amara.add_note(case.id, "Asked for a picture").unwrap();
    let reply = ben.reply(note.id, NewNote::for_customer("Here it is")).unwrap();
    amara.edit_note(note.id, "Asked for two pictures").unwrap();
    ben.set_note_visibility(reply.id, Visibility::Internal).unwrap();
    ben.retract_note(reply.id, Some("wrong case")).unwrap();
    mona.edit_case(case.id, CaseEdit::new().team("Accounts")).unwrap();
    amara.tag_case(case.id, TagsEdit::new().with("Lamps").with("lighting").with("Cellar")).unwrap();
    amara.tag_case(case.id, TagsEdit::new().with("Stairs").without("cellar")).unwrap();
    let tags = mona.tags().unwrap();
    let tag = |name: &str| tags.iter().find(|tag| tag.name == name).unwrap().id;
    mona.rename_tag(tag("Lamps"), "Light".to_owned()).unwrap();
    mona.merge_tags(tag("lighting"), tag("Lamps")).unwrap();
    mona.edit_case(case.id, CaseEdit::new().stage("Resolved")).unwrap();
    mona.edit_case(case.id, CaseEdit::new().stage("In Progress").because("dark again")).unwrap();
}

fn tried_again_by_itself(kit: &CaseKit, host: &Host, clock: &Ticking) {
    let petra = desk(kit, "petra", Role::Approver);
    let case = petra.receive_request(NewRequest::new("WEB-12", "Cy Uzor")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "Video call", &[]).unwrap();
    host.shop.next("shop_closed");
    petra.prepare_data(case).unwrap();
    clock.pass(600);
    host.shop.next("shop_closed");
    assert_eq!(kit.run_due().unwrap().failed, 1);
    clock.pass(3_600);
    assert_eq!(kit.run_due().unwrap().collected, 1);
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    host.webform.next("webform_unreachable");
    petra.release(case).unwrap();
    clock.pass(600);
    assert_eq!(kit.run_due().unwrap().delivered, 1);
}

fn data_requests(kit: &CaseKit, host: &Host) {
    let petra = desk(kit, "petra", Role::Approver);
    let identified = |reference: &str| {
        let request = NewRequest::new(reference, "Ada Obi")
            .about_customer("CRM-1")
            .reply_to("ada@example.org")
            .with_credential("date of birth", "1990-02-03");
        let case = petra.receive_request(request).unwrap().id.unwrap();
        petra.take_case(case).unwrap();
        petra.approve_identification(case, "video call", &["passport"]).unwrap();
        case
    };
    let case = identified("WEB-1");
    // Somebody else hands in a request with the same reference.
    petra.receive_request(NewRequest::new("WEB-1", "Bob Eze")).unwrap();
    host.shop.next("shop_closed");
    petra.prepare_data(case).unwrap();
    let snapshot = petra.prepare_data(case).unwrap();
    let hide = || vec![NewRedaction::new("shop", "orders", "remark", "opinions of our staff")];
    petra.approve_data(case, snapshot.id.unwrap(), hide()).unwrap();
    petra.revoke(case, "data_approval", Some("one more look")).unwrap();
    petra.approve_data(case, snapshot.id.unwrap(), hide()).unwrap();
    let snapshot = petra.prepare_data(case);
    assert!(snapshot.is_err(), "what is approved is not collected again");
    host.press.next("paper_jam");
    petra.release(case).unwrap();
    host.webform.next("webform_unreachable");
    petra.retry(case).unwrap();
    petra.retry(case).unwrap();
    petra.send_again(case, "it was lost").unwrap();
    host.webform.next("webform_unreachable");
    petra.send_again(case, "lost again").unwrap();
    petra.withdraw(case, Some("she has it now")).unwrap();

    let case = identified("WEB-2");
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    // Another customer is another request: what was approved lapses.
    petra.edit_case(case, CaseEdit::new().without_customer()).unwrap();
    petra.approve_identification(case, "letter", &[]).unwrap();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    host.webform.next("webform_unreachable");
    petra.release(case).unwrap();
    let ivo = desk(kit, "ivo", Role::ItAdministrator);
    let answers_go_to = |name: &str| {
        let target = WebformTarget::Host { name: name.into() };
        ivo.change_settings(SettingsEdit::new().webform(target)).unwrap();
    };
    answers_go_to("portal");
    petra.retry(case).unwrap();
    petra.confirm_target(case, "portal").unwrap();
    answers_go_to("webform");

    let case = identified("WEB-3");
    let denial = NewDenial {
        step: None,
        code: "excessive".into(),
        internal_reason: "the tenth this month".into(),
        customer_reason: "We answered this last week.".into(),
    };
    petra.deny(case, denial).unwrap();

    // The answer goes to the wrong place; what comes later proves more; and then it is answered anew.
    let case = identified("WEB-5");
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    host.webform.next("no_such_address");
    petra.release(case).unwrap();
    let edit = RequestEdit::new().requester("Ada Obi-Straße").reply_to("ada@example.com").received_at(at(0));
    let edit = edit.with_credential("passport", "C01X00T47").because("she wrote a letter");
    petra.edit_request(case, edit).unwrap();
    petra.approve_identification(case, "letter", &[]).unwrap();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    petra.release(case).unwrap();
    petra.answer_anew(case, "she says that there must be something").unwrap();

    // The worker asks back, the requester answers twice; one question cannot be sent and is given up.
    let case = identified("WEB-11");
    host.webform.next("webform_unreachable");
    let asked =
        petra.send_message(case, NewMessage::question("Which of the two accounts do you mean?")).unwrap();
    petra.retry(case).unwrap();
    let webform = desk(kit, "webform", Role::Agent);
    for answer in ["The one that ends in 13.", "Or the other one."] {
        webform.receive_answer(asked.answer_ref.as_deref().unwrap(), answer).unwrap();
    }
    petra.send_message(case, NewMessage::notice("Thank you, we look into it.")).unwrap();
    host.webform.next("webform_unreachable");
    let lost = petra.send_message(case, NewMessage::question("And which year?")).unwrap();
    petra.stop_message(lost.note, Some("she rang")).unwrap();

    // What one source has is not known, and the answer says so.
    let case = identified("WEB-10");
    host.shop.next("shop_closed");
    petra.prepare_data(case).unwrap();
    petra.leave_out_source(case, "shop", "the shop is being rebuilt").unwrap();
    let without = petra.snapshot(case).unwrap().id.unwrap();
    petra.approve_data(case, without, Vec::new()).unwrap();
    petra.release(case).unwrap();

    let case = identified("WEB-4");
    host.shop.next("shop_closed");
    petra.prepare_data(case).unwrap();
    petra.leave_out_source(case, "shop", "it is closed").unwrap();
    petra.prepare_source(case, "shop").unwrap();
    petra.withdraw(case, Some("she rang")).unwrap();

    // Looked into once more, with a method of the list, and as somebody whom the file knows.
    let mona = desk(kit, "mona", Role::Manager);
    let shipped = mona.workflow("Data request").unwrap();
    let mut steps = shipped.steps;
    steps[0].methods = vec![
        NewMethod::new("e_id", "Electronic identity card").assured(Assurance::High),
        NewMethod::new("video_call", "Video call"),
    ];
    let remarks = NewDefaultRedaction::new("shop", "remark", "opinions of our staff").of_table("orders");
    let numbers = NewDefaultRedaction::new("shop", "number", "ours alone");
    let edit = WorkflowEdit::new().steps(steps).redactions(vec![remarks, numbers]);
    mona.edit_workflow(shipped.id, edit).unwrap();
    let request = NewRequest::new("WEB-6", "Ada Obi").with_credential("date of birth", "1990-02-03");
    let case = petra.receive_request(request).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    let ada = petra.find_customer("CRM-1").unwrap().id;
    let known =
        NewIdentification::by("e_id").with_credential(0).noted("as on the photograph").of_customer(ada);
    petra.approve_identification_with(case, known).unwrap();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    let parts = vec![
        NewRedaction::row("shop", "orders", 1, "a neighbour's"),
        NewRedaction::show("shop", "orders", "number", "she asks for it"),
    ];
    petra.approve_data(case, snapshot, parts).unwrap();
}

fn approval_without_release(kit: &CaseKit) {
    let case = desk(kit, "amara", Role::Agent)
        .raise_case(NewCase::new("Grant", "A choir").with_team("Front office").with_tag("Culture"))
        .unwrap();
    for who in ["petra", "paul"] {
        desk(kit, who, Role::Approver).approve_step(case.id, "board", Some("they sing well")).unwrap();
    }
}

/// Priorities, and cases that end in every way in which one is told.
fn what_comes_first_and_how_it_ends(kit: &CaseKit) {
    let (amara, mona) = (desk(kit, "amara", Role::Agent), desk(kit, "mona", Role::Manager));
    let stages = vec![
        NewStage::new("Lent", StageCategory::Open),
        NewStage::new("Back", StageCategory::Resolved).needing_resolution(),
        NewStage::new("Closed", StageCategory::Closed).needing_resolution(),
    ];
    let ends = vec![
        NewResolution::new("returned", "Returned").shown_as("Thank you"),
        NewResolution::new("given_up", "Given up by the reader").by(ResolvedBy::Person),
        NewResolution::new("written_off", "Written off").by(ResolvedBy::Staff).needing_reason(),
    ];
    let loan = NewCaseType::new("Loan").with_stages(stages).with_resolutions(ends);
    let loan = mona.create_case_type(loan.with_default_priority(Priority::Low)).unwrap();
    mona.edit_case_type(loan.id, CaseTypeEdit::new().default_priority(Priority::High)).unwrap();
    let case = amara.raise_case(NewCase::new("Loan", "Atlas")).unwrap().id;
    amara.edit_case(case, CaseEdit::new().priority(Priority::Urgent)).unwrap();
    let lost =
        CaseEdit::new().stage("Closed").resolution("written_off").because("burnt").telling("We are sorry");
    amara.edit_case(case, lost).unwrap();
    amara.edit_case(case, CaseEdit::new().resolution("returned").because("it was another one")).unwrap();
    amara
        .edit_case(case, CaseEdit::new().case_type("Support").stage("Closed").resolution("duplicate"))
        .unwrap();
    let done = NewCase::new("Support", "Asked for the way").in_stage("Closed").with_resolution("done");
    amara.raise_case(done.with_priority(Priority::Low)).unwrap();
}

/// Deadlines of a type and of a workflow: everything that is done about them, and what they lead to by themselves.
fn deadlines(kit: &CaseKit, clock: &Ticking) {
    let (amara, mona) = (desk(kit, "amara", Role::Agent), desk(kit, "mona", Role::Manager));
    let ivo = desk(kit, "ivo", Role::ItAdministrator);
    let settings = ivo.settings().unwrap();
    let mut policies: Vec<_> = settings.deadlines.into_iter().map(|one| one.policy).collect();
    let paid = NewDeadlinePolicy::new("paid", "Paid", DeadlineGoal::Resolve, DeadlineLength::WorkingDays(3))
        .starts_with(NewDeadlineStart::date("fee_paid"))
        .starts_with(NewDeadlineStart::stage("in_progress"))
        .pauses_in(StageCategory::Waiting)
        .rolling();
    policies.push(paid);
    ivo.change_settings(SettingsEdit::new().deadlines(policies)).unwrap();
    let support = mona.case_type("Support").unwrap().id;
    let timed = vec![NewTimedMove::new("Resolved", "Closed", 14)];
    mona.edit_case_type(support, CaseTypeEdit::new().deadlines(["uk_gdpr", "paid"]).timed_moves(timed))
        .unwrap();
    let workflow = mona.workflow("Data request").unwrap().id;
    mona.edit_workflow(workflow, WorkflowEdit::new().deadlines(["us_ccpa_acknowledge"])).unwrap();
    let received = "2026-08-31T09:00:00Z".parse().unwrap();
    let case = amara.raise_case(NewCase::new("Support", "A letter").received_at(received)).unwrap().id;
    let received = "2026-09-02T09:00:00Z".parse().unwrap();
    amara.edit_case(case, CaseEdit::new().received_at(received)).unwrap();
    amara.take_case(case).unwrap();
    amara.give_date(case, "fee_paid", Some(received)).unwrap();
    amara.give_date(case, "fee_paid", None).unwrap();
    amara.pause_deadlines(case, NewPause::new("clarification").remark("which account?")).unwrap();
    clock.pass(3 * 24 * 60 * 60);
    amara.resume_deadlines(case, NewResumption::new()).unwrap();
    amara.extend_deadline(case, NewExtension::because("boxes").of("uk_gdpr")).unwrap();
    amara.follow_up(case, Some("2126-01-01T00:00:00Z".parse().unwrap()), Some("call")).unwrap();
    amara.follow_up(case, None, None).unwrap();
    amara.follow_up(case, Some("2026-11-20T00:00:00Z".parse().unwrap()), None).unwrap();
    let done = amara.raise_case(NewCase::new("Support", "Done").in_stage("Resolved")).unwrap().id;
    for _ in 0..12 {
        clock.pass(10 * 24 * 60 * 60);
        while kit.run_due().unwrap().next.is_some_and(|next| next <= kit.run_due().unwrap().at) {}
    }
    assert_eq!(amara.case(done).unwrap().stage_id, "closed");
}

/// Fields of the organisation's own.
fn fields(kit: &CaseKit) {
    let (amara, mona) = (desk(kit, "amara", Role::Agent), desk(kit, "mona", Role::Manager));
    let order = NewField::new("Order", FieldKind::Text).labelled("de", "Bestellung").required().indexed();
    let amount = NewField::new("Amount", FieldKind::Money).in_rows().required_at("Resolved");
    mona.create_case_type(NewCaseType::new("Refunds").with_fields(vec![order, amount])).unwrap();
    let refund =
        NewCase::new("Refunds", "Lamp").with_field("Order", "A-17").with_field("Amount", "12.50 EUR");
    let case = amara.raise_case(refund).unwrap().id;
    amara.edit_case(case, CaseEdit::new().field("Order", "A-18")).unwrap();
}

/// Fields of the organisation's own on customers, in two versions.
fn fields_of_customers(kit: &CaseKit) {
    let root = desk(kit, "root", Role::Administrator);
    let vat = || NewField::new("VAT number", FieldKind::Text).labelled("de", "USt-Nummer").unique().indexed();
    let passport = NewField::new("Passport", FieldKind::Text).sensitive();
    root.change_settings(SettingsEdit::new().customer_fields(vec![vat(), passport])).unwrap();
    let cy = NewCustomer::named("Cy Ltd").with_field("VAT number", "DE 1").with_field("Passport", "X-1");
    let cy = root.create_customer(cy).unwrap().id;
    root.update_customer(cy, CustomerEdit::new().field("VAT number", "DE 2")).unwrap();
    root.change_settings(SettingsEdit::new().customer_fields(vec![vat().for_customer()])).unwrap();
    root.migrate_customers(&Migration::new(), PageRequest::first()).unwrap();
}

fn imports(kit: &CaseKit) {
    let customer = NewCustomer::named("Bo Li").with_reference("OLD-7");
    let change = |second, what| ImportChange { at: at(second), by: "kim".into(), what };
    let case = ImportCase {
        reference: Some("T-1".into()),
        case: NewCase::new("Enquiries", "Where is my chair?"),
        customer_reference: Some("OLD-7".into()),
        at: at(1),
        by: "kim".into(),
        request: None,
        changes: vec![
            change(2, ImportedChange::Taken),
            change(
                3,
                ImportedChange::Note {
                    text: "On its way".into(),
                    visibility: Visibility::Customer,
                    reply_to: None,
                },
            ),
            change(4, ImportedChange::Returned),
            change(5, ImportedChange::Stage { to: "Closed".into(), reason: None }),
        ],
    };
    let items = [
        ImportItem::Customer(ImportCustomer { customer, at: at(0), by: "kim".into() }),
        ImportItem::Case(case),
        ImportItem::Case(ImportCase {
            reference: None,
            case: NewCase::new("No such type", "?"),
            customer_reference: None,
            at: at(6),
            by: "kim".into(),
            request: None,
            changes: Vec::new(),
        }),
    ];
    let report = desk(kit, "mona", Role::Manager).import(&items).unwrap();
    assert_eq!(report.refused().count(), 1);
}

/// What the host's own code does: as it should, but first it fails as it is told.
#[derive(Clone, Default)]
struct Host {
    shop: Faults,
    press: Faults,
    webform: Faults,
}

#[derive(Clone, Default)]
struct Faults(Arc<Mutex<VecDeque<Fault>>>);

impl Faults {
    fn next(&self, code: &str) {
        self.0.lock().unwrap().push_back(Fault::transient(code, "try again later"));
    }

    fn pass(&self) -> Result<(), Fault> {
        self.0.lock().unwrap().pop_front().map_or(Ok(()), Err)
    }
}

struct Shop(Faults);

impl DataSource for Shop {
    fn collect(&self, _: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        self.0.pass()?;
        let column = |name: &str, kind| DataColumn { name: name.into(), kind };
        let row = |number, article: &str| {
            let (price, paid) = (DataValue::Real(19.5), DataValue::Boolean(true));
            vec![DataValue::Integer(number), DataValue::Text(article.into()), price, paid, DataValue::Null]
        };
        Ok(vec![DataTable {
            name: "orders".into(),
            columns: vec![
                column("number", ColumnKind::Integer),
                column("article", ColumnKind::Text),
                column("price", ColumnKind::Real),
                column("paid", ColumnKind::Boolean),
                column("remark", ColumnKind::Text),
            ],
            rows: vec![row(4711, "Lamp"), row(4712, "Chair")],
        }])
    }
}

struct Press(Faults);

impl PackageBuilder for Press {
    fn build(&self, content: &PackageContent, _: u64) -> Result<Vec<u8>, Fault> {
        self.0.pass()?;
        Ok(content.key.clone().into_bytes())
    }
}

struct Webform(Faults);

impl Delivery for Webform {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        self.0.pass()?;
        Ok(Delivered { receipt: Some(format!("receipt of {}", outgoing.case_number)) })
    }
}
