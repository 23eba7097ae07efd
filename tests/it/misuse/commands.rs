//! Every command of a desk: under a request id that was spent on another, with an authorizer that fails, and by an actor who
//! takes the library's id.

use std::ops::ControlFlow;

use casekit::casekit_core::model::{BlobId, Case, StageId};
use casekit::casekit_core::rejection::FieldError;
use casekit::{
    Actor, Authorizer, AuthorizerFailed, BankAccountEdit, BankAccountId, CaseEdit, CaseId, CaseTypeEdit,
    CaseTypeId, CustomerEdit, CustomerId, Desk, Error, ExportHead, FieldRule, FormOf, GivenField, ImportCase,
    ImportChange, ImportCustomer, ImportItem, ImportOptions, ImportedChange, Migration, NewBankAccount,
    NewCase, NewCaseType, NewCustomer, NewDenial, NewExtension, NewIdentification, NewMessage, NewNextOfKin,
    NewPause, NewRequest, NewResumption, NewStep, NewTeam, NewWorkflow, NextOfKinEdit, NextOfKinId, NoteId,
    PageRequest, PersonName, Rejection, RequestEdit, Role, Scope, SettingsEdit, StepKind, StreamId, TagId,
    TagsEdit, TeamEdit, TeamId, Timestamp, Visibility, WorkflowEdit, WorkflowId,
};

use crate::build::{Office, actor, at, on_every_store};
use crate::look::COMMANDS;

on_every_store!(
    an_id_that_was_spent_on_a_command_is_refused_by_every_other,
    an_authorizer_that_fails_refuses_every_command,
    the_id_of_the_library_is_nobodys,
);

/// What the commands are about.
struct Scene {
    case: CaseId,
    note: NoteId,
    customer: CustomerId,
    account: BankAccountId,
    person: NextOfKinId,
    case_type: CaseTypeId,
    team: TeamId,
    tags: [TagId; 2],
    workflow: WorkflowId,
    export: ExportHead,
}

fn scene(office: &Office) -> Scene {
    let root = office.administrator();
    let case = root.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap().id.unwrap();
    let customer = root.create_customer(NewCustomer::named("Ada")).unwrap().id;
    Scene {
        case,
        note: root.add_note(case, "Called.").unwrap().id,
        customer,
        account: root.add_bank_account(customer, NewBankAccount::numbered("1")).unwrap().id,
        person: root.add_next_of_kin(customer, NewNextOfKin::named("Bo")).unwrap().id,
        case_type: root.case_type("Support").unwrap().id,
        team: root.create_team(NewTeam::new("Billing")).unwrap().id,
        tags: {
            root.tag_case(case, TagsEdit::new().with("Cellar").with("Roof")).unwrap();
            let tags = root.tags().unwrap();
            [tags[0].id, tags[1].id]
        },
        workflow: root.workflow("Data request").unwrap().id,
        export: root.begin_export("case", "pdf").unwrap(),
    }
}

fn call(command: &str, desk: &Desk, on: &Scene) -> Result<(), Error> {
    let Scene { case, note, customer, account, person, case_type, team, tags, workflow, ref export } = *on;
    let blob = BlobId(case.0);
    let steps = || vec![NewStep::new("lead", "Team lead", StepKind::Approval)];
    let signed = || NewWorkflow { name: "Sign-off".into(), steps: steps(), ..NewWorkflow::default() };
    match command {
        "raise_case" => desk.raise_case(NewCase::new("Support", "x")).map(drop),
        "edit_case" => desk.edit_case(case, CaseEdit::new().title("x")).map(drop),
        "migrate_case" => desk.migrate_case(case).map(drop),
        "pause_deadlines" => desk.pause_deadlines(case, NewPause::new("clarification")).map(drop),
        "resume_deadlines" => desk.resume_deadlines(case, NewResumption::new()).map(drop),
        "extend_deadline" => desk.extend_deadline(case, NewExtension::because("x")).map(drop),
        "give_date" => desk.give_date(case, "fee_paid", Some(Timestamp::UNIX_EPOCH)).map(drop),
        "follow_up" => desk.follow_up(case, "2126-01-01T00:00:00Z".parse().ok(), None).map(drop),
        "take_case" => desk.take_case(case).map(drop),
        "return_case" => desk.return_case(case, None).map(drop),
        "assign_case" => desk.assign_case(case, "ben", None).map(drop),
        "take_over_case" => desk.take_over_case(case, None).map(drop),
        "add_note" => desk.add_note(case, "x").map(drop),
        "reply" => desk.reply(note, "x").map(drop),
        "edit_note" => desk.edit_note(note, "x").map(drop),
        "retract_note" => desk.retract_note(note, None).map(drop),
        "set_note_visibility" => desk.set_note_visibility(note, Visibility::Customer).map(drop),
        "create_customer" => desk.create_customer(NewCustomer::named("Bo")).map(drop),
        "update_customer" => {
            let edit = CustomerEdit { phone: Some("1".into()), ..CustomerEdit::default() };
            desk.update_customer(customer, edit).map(drop)
        }
        "name_people" => desk.name_people(vec![PersonName::new("u-17", "Bo")]).map(drop),
        "add_bank_account" => desk.add_bank_account(customer, NewBankAccount::numbered("1")).map(drop),
        "edit_bank_account" => {
            desk.edit_bank_account(customer, account, BankAccountEdit::new().bank("x")).map(drop)
        }
        "remove_bank_account" => desk.remove_bank_account(customer, account, None).map(drop),
        "add_next_of_kin" => desk.add_next_of_kin(customer, NewNextOfKin::named("Bo")).map(drop),
        "edit_next_of_kin" => {
            desk.edit_next_of_kin(customer, person, NextOfKinEdit::new().phone("1")).map(drop)
        }
        "remove_next_of_kin" => desk.remove_next_of_kin(customer, person, None).map(drop),
        "create_case_type" => desk.create_case_type(NewCaseType::new("New")).map(drop),
        "migrate_case_type" => {
            let page = PageRequest::first();
            desk.migrate_case_type(case_type, &Migration::new(), page).map(drop)
        }
        "migrate_customers" => desk.migrate_customers(&Migration::new(), PageRequest::first()).map(drop),
        "edit_case_type" => {
            let edit = CaseTypeEdit { name: Some("Other".into()), ..CaseTypeEdit::default() };
            desk.edit_case_type(case_type, edit).map(drop)
        }
        "activate_case_type" => desk.activate_case_type(case_type).map(drop),
        "deactivate_case_type" => desk.deactivate_case_type(case_type).map(drop),
        "create_team" => desk.create_team(NewTeam::new("New")).map(drop),
        "edit_team" => desk.edit_team(team, TeamEdit::new().name("Other")).map(drop),
        "activate_team" => desk.activate_team(team).map(drop),
        "deactivate_team" => desk.deactivate_team(team).map(drop),
        "tag_case" => desk.tag_case(case, TagsEdit::new().with("New")).map(drop),
        "rename_tag" => desk.rename_tag(tags[0], "Other".into()).map(drop),
        "merge_tags" => desk.merge_tags(tags[0], tags[1]).map(drop),
        "create_workflow" => desk.create_workflow(signed()).map(drop),
        "edit_workflow" => {
            let edit = WorkflowEdit { name: Some("Other".into()), ..WorkflowEdit::default() };
            desk.edit_workflow(workflow, edit).map(drop)
        }
        "activate_workflow" => desk.activate_workflow(workflow).map(drop),
        "deactivate_workflow" => desk.deactivate_workflow(workflow).map(drop),
        "change_settings" => {
            let edit = SettingsEdit { organisation: Some("x".into()), ..SettingsEdit::default() };
            desk.change_settings(edit).map(drop)
        }
        // It arrived before: that is answered only under an id that is free.
        "receive_request" => desk.receive_request(NewRequest::new("WEB-1", "Ada Obi")).map(drop),
        "approve_identification" => desk.approve_identification(case, "video call", &[]).map(drop),
        "approve_identification_with" => {
            desk.approve_identification_with(case, NewIdentification::by("video call").noted("x")).map(drop)
        }
        "prepare_data" => desk.prepare_data(case).map(drop),
        "send_message" => desk.send_message(case, NewMessage::question("Which year?")).map(drop),
        "stop_message" => desk.stop_message(note, None).map(drop),
        "receive_answer" => desk.receive_answer("0123456789abcdef0123456789abcdef", "x").map(drop),
        "prepare_source" => desk.prepare_source(case, "casekit").map(drop),
        "leave_out_source" => desk.leave_out_source(case, "shop", "it is down").map(drop),
        "approve_no_data" => desk.approve_no_data(case, Some("x")).map(drop),
        "approve_data" => desk.approve_data(case, blob, Vec::new()).map(drop),
        "approve_step" => desk.approve_step(case, "lead", None).map(drop),
        "deny" => desk.deny(case, NewDenial::new("excessive", "x", "y")).map(drop),
        "revoke" => desk.revoke(case, "identification", None).map(drop),
        "release" => desk.release(case).map(drop),
        "send_again" => desk.send_again(case, "lost").map(drop),
        "answer_anew" => desk.answer_anew(case, "again").map(drop),
        "edit_request" => desk.edit_request(case, RequestEdit::new().requester("Eve")).map(drop),
        "retry" => desk.retry(case).map(drop),
        "withdraw" => desk.withdraw(case, None).map(drop),
        "retry_all" => desk.retry_all("webform_not_set", None).map(drop),
        "retry_page" => desk.retry_page("webform_not_set", None, PageRequest::first()).map(drop),
        "submit" => desk.submit(&FormOf::Case { case }, &[GivenField::new("title", "x")]).map(drop),
        "released_package" => desk.released_package(case).map(drop),
        "import" => desk.import(&[]).map(drop),
        "import_with" => {
            desk.import_with(&[], &ImportOptions::default(), &mut |_| ControlFlow::Continue(())).map(drop)
        }
        "confirm_target" => desk.confirm_target(case, "x").map(drop),
        "begin_export" => desk.begin_export("case", "pdf").map(drop),
        "end_export" => desk.end_export(export, 1),
        "fail_export" => desk.fail_export(export),
        "audit_head" => desk.audit_head().map(drop),
        other => panic!("nobody calls the command `{other}`: add it here"),
    }
}

fn an_id_that_was_spent_on_a_command_is_refused_by_every_other(office: &Office) {
    let scene = scene(office);
    let root = office.administrator();
    root.request("raised").raise_case(NewCase::new("Support", "another")).unwrap();
    // A command that found nothing to do has spent its id as well.
    root.request("nothing").edit_case(scene.case, CaseEdit::new()).unwrap();
    root.request("again").receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap();
    root.request("retried").retry_all("source_missing", None).unwrap();
    // What ends an export uses no id: that belongs to its beginning. Of a package that has not arrived none begins.
    let uses_an_id = |command: &str| !["end_export", "fail_export", "released_package"].contains(&command);
    for id in ["raised", "nothing", "again", "retried"] {
        let other = |command: &str| uses_an_id(command) && !(id == "again" && command == "receive_request");
        for command in COMMANDS.iter().filter(|command| other(command)) {
            let desk = root.request(id);
            let refused = office.refused(|| call(command, &desk, &scene));
            assert_eq!(refused, Rejection::RequestIdReused, "{command} under `{id}`");
        }
    }
}

/// Cannot tell what an actor may see, or whether they may do something to a case.
struct Failing {
    scope: bool,
}

impl Authorizer for Failing {
    fn scope(&self, _: &Actor) -> Result<Scope, AuthorizerFailed> {
        if self.scope { Err(AuthorizerFailed) } else { Ok(Scope::all()) }
    }

    fn forbids(&self, _: &Actor, _: &str, _: &Case, _: Option<&StageId>) -> Result<bool, AuthorizerFailed> {
        Err(AuthorizerFailed)
    }
}

fn an_authorizer_that_fails_refuses_every_command(office: &Office) {
    let scene = scene(office);
    let desk = |scope| office.narrowed_by(Failing { scope }).desk(actor("root", Role::Administrator));
    let without_scope = desk(true);
    for command in COMMANDS {
        let refused = office.refused(|| call(command, &without_scope, &scene));
        assert_eq!(refused, Rejection::NotAllowedHere { action: "scope".into() }, "{command}");
    }
    // Only those that are about no case, and so ask nothing, go on.
    let about_no_case = [
        "create_customer",
        "update_customer",
        "name_people",
        "add_bank_account",
        "edit_bank_account",
        "remove_bank_account",
        "add_next_of_kin",
        "edit_next_of_kin",
        "remove_next_of_kin",
        "create_case_type",
        "migrate_case_type",
        "migrate_customers",
        "edit_case_type",
        "activate_case_type",
        "deactivate_case_type",
        "create_team",
        "edit_team",
        "activate_team",
        "deactivate_team",
        "rename_tag",
        "merge_tags",
        "create_workflow",
        "edit_workflow",
        "activate_workflow",
        "deactivate_workflow",
        "change_settings",
        "retry_all",
        "retry_page",
        "import",
        "import_with",
        "begin_export",
        "end_export",
        "fail_export",
        "audit_head",
        // Whoever hands in what came back sees no cases.
        "receive_answer",
    ];
    let about_a_case = desk(false);
    for command in COMMANDS.iter().filter(|command| !about_no_case.contains(command)) {
        let refused = office.refused(|| call(command, &about_a_case, &scene));
        assert_eq!(refused.code(), "not_allowed_here", "{command}");
    }
}

fn the_id_of_the_library_is_nobodys(office: &Office) {
    let scene = scene(office);
    let reserved = |field: &str| Rejection::field(field, FieldRule::Reserved);
    let impostor = office.desk(" casekit ", Role::Administrator);
    for command in COMMANDS {
        assert_eq!(office.refused(|| call(command, &impostor, &scene)), reserved("actor"), "{command}");
    }
    let history = office.refused(|| impostor.history(StreamId::Settings, PageRequest::first()));
    assert_eq!(history, reserved("actor"), "reads too");
    let mut for_it = actor("root", Role::Administrator);
    for_it.on_behalf_of = Some("casekit".into());
    let behalf = office.refused(|| office.kit.desk(for_it).take_case(scene.case));
    assert_eq!(behalf, reserved("on_behalf_of"));
    let given = office.refused(|| office.administrator().assign_case(scene.case, "casekit", None));
    assert_eq!(given, reserved("to"));
    assert_eq!(
        given.to_string(),
        "`to` is the id `casekit`, under which the library records what it does by itself: choose another"
    );
    let case = |by: &str, taken_by: &str| {
        let mut case = ImportCase::new(NewCase::new("Support", "x"), at(0), by);
        case.changes.push(ImportChange::new(at(1), taken_by, ImportedChange::Taken));
        ImportItem::Case(case)
    };
    let customer = ImportCustomer::new(NewCustomer::named("Ada Obi"), at(0), "casekit");
    let items = [ImportItem::Customer(customer), case("casekit", "ben"), case("ben", "casekit")];
    let report = office.administrator().import(&items).unwrap();
    let fields: Vec<_> = report.refused().map(|(_, refused)| refused.fields().to_vec()).collect();
    let reserved = |field: &str| vec![FieldError::new(field, FieldRule::Reserved)];
    assert_eq!(
        fields,
        [reserved("by"), reserved("by"), reserved("changes[0].by")],
        "nor of what is imported"
    );
    office.desk("Casekit", Role::Administrator).take_case(scene.case).unwrap();
}
