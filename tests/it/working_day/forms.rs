//! Forms that know: what is possible for this actor, and why not.

mod drawn;
mod law;
mod small_changes;

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Action, Actor, Authorizer, AuthorizerFailed, AvailableAction, Blocker, CaseEdit, CaseTypeEdit, Desk,
    Direction, Fault, NewBankAccount, NewCase, NewCaseType, NewCustomer, NewNextOfKin, NewNote, NewStage,
    PageRequest, Permission, Rejection, Role, Scope, StageCategory, StepState,
};

use crate::build::{Office, actor, nothing, on_every_store, rejection};
use crate::second_day::host::{Answer, Bureau};

on_every_store!(
    each_stage_and_each_type_is_an_action_with_its_blockers,
    the_stages_are_those_of_the_version_that_the_case_keeps,
    a_note_says_what_can_be_done_with_it,
    raising_is_asked_of_a_type_and_a_customer,
    what_the_application_forbids_is_a_blocker,
    an_edit_form_has_everything_that_it_shows,
    an_edit_form_says_which_types_do_not_fit_and_why,
    whoever_saw_an_older_revision_is_refused,
    a_refusal_and_a_blocker_say_who_by_name,
    a_case_is_summed_up_by_what_a_person_types,
    wrong_fields_come_in_the_order_of_the_form,
    a_thread_is_read_from_the_newest_and_from_the_oldest,
);

/// A host that forbids what it is told to forbid: commands, or bringing a case to a stage.
struct Forbids(&'static [&'static str], &'static [&'static str]);

impl Authorizer for Forbids {
    fn scope(&self, _: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(Scope::all())
    }

    fn forbids(
        &self,
        _: &Actor,
        action: &str,
        _: &Case,
        to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(self.0.contains(&action) || to.is_some_and(|to| self.1.contains(&to.as_str())))
    }
}

/// The blockers of one action in a list, by its action and what its target is called.
fn listed(all: &[AvailableAction], action: Action, label: Option<&str>) -> Option<Vec<Blocker>> {
    let found = all.iter().find(|one| one.action == action && one.label.as_deref() == label);
    found.map(|one| one.blockers.clone())
}

fn each_stage_and_each_type_is_an_action_with_its_blockers(office: &Office) {
    let manager = office.manager();
    let stages = || {
        vec![
            NewStage::new("New", StageCategory::Open),
            NewStage::new("Assess", StageCategory::Active),
            NewStage::new("Paid", StageCategory::Resolved),
            NewStage::new("Old", StageCategory::Waiting).disabled(),
        ]
    };
    let refunds = NewCaseType::new("Refunds").with_stages(stages());
    manager.create_case_type(refunds.with_moves([("New", "Assess"), ("Paid", "Assess")])).unwrap();
    let agent = office.agent();
    let case = agent.raise_case(NewCase::new("Refunds", "Two lamps")).unwrap().id;
    let all = agent.available_actions(case).unwrap();
    assert_eq!(listed(&all, Action::EditCase, None), Some(Vec::new()));
    assert_eq!(listed(&all, Action::AddNote, None), Some(Vec::new()));
    assert_eq!(listed(&all, Action::MoveCase, Some("Assess")), Some(Vec::new()));
    let not_allowed = Blocker::MoveNotAllowed { from: "New".into(), to: "Paid".into() };
    assert_eq!(listed(&all, Action::MoveCase, Some("Paid")), Some(vec![not_allowed]));
    assert_eq!(listed(&all, Action::MoveCase, Some("Old")), None, "it is out of use");
    assert_eq!(listed(&all, Action::MoveCase, Some("New")), None, "it is there");
    let unfit = Blocker::StageDoesNotFit { case_type: "Support".into(), stage: "New".into() };
    assert_eq!(listed(&all, Action::ChangeType, Some("Support")), Some(vec![unfit]));

    let paid = agent.raise_case(NewCase::new("Refunds", "Paid").in_stage("Paid")).unwrap().id;
    let all = agent.available_actions(paid).unwrap();
    assert_eq!(listed(&all, Action::ReopenCase, Some("Assess")), Some(Vec::new()));
    assert_eq!(listed(&all, Action::MoveCase, Some("Assess")), None, "it is a reopening, and needs a reason");
    let without_reason = agent.blockers(paid, Action::MoveCase, Some("Assess")).unwrap();
    assert_eq!(without_reason, [Blocker::ReasonNeeded { stage: "Paid".into() }]);
    let reopened = agent.blockers(case, Action::ReopenCase, Some("Assess")).unwrap();
    assert_eq!(reopened, [Blocker::NothingToReopen]);

    let auditor = office.auditor().available_actions(case).unwrap();
    let missing = Blocker::PermissionMissing { permission: Permission::EditCases };
    assert_eq!(listed(&auditor, Action::MoveCase, Some("Assess")), Some(vec![missing]));
    let missing = Blocker::PermissionMissing { permission: Permission::WriteNotes };
    assert_eq!(listed(&auditor, Action::AddNote, None), Some(vec![missing]));
    let refused = |target| rejection(agent.blockers(case, Action::MoveCase, target));
    assert!(refused(Some("Asess")).to_string().contains("did you mean `Assess`?"));
    assert_eq!(refused(None).fields()[0].rule.code(), "required");
}

fn the_stages_are_those_of_the_version_that_the_case_keeps(office: &Office) {
    let manager = office.manager();
    let first =
        vec![NewStage::new("New", StageCategory::Open), NewStage::new("Wait", StageCategory::Waiting)];
    let id = manager.create_case_type(NewCaseType::new("Refunds").with_stages(first)).unwrap().id;
    let agent = office.agent();
    let case = agent.raise_case(NewCase::new("Refunds", "Two lamps")).unwrap().id;
    let second =
        vec![NewStage::new("New", StageCategory::Open), NewStage::new("Assess", StageCategory::Active)];
    manager.edit_case_type(id, CaseTypeEdit { stages: Some(second), ..CaseTypeEdit::default() }).unwrap();
    let all = agent.available_actions(case).unwrap();
    assert_eq!(listed(&all, Action::MoveCase, Some("Wait")), Some(Vec::new()));
    assert_eq!(listed(&all, Action::MoveCase, Some("Assess")), None);
    assert_eq!(listed(&all, Action::MigrateCase, None), Some(Vec::new()));
    agent.edit_case(case, CaseEdit::new().stage("Wait")).unwrap();
    let unfit = Blocker::StageDoesNotFit { case_type: "Refunds".into(), stage: "Wait".into() };
    let all = agent.available_actions(case).unwrap();
    assert_eq!(listed(&all, Action::MigrateCase, None), Some(vec![unfit]));
    let newest = agent.raise_case(NewCase::new("Refunds", "A chair")).unwrap().id;
    let all = agent.available_actions(newest).unwrap();
    assert_eq!(listed(&all, Action::MigrateCase, None), None, "it is there");
}

fn a_note_says_what_can_be_done_with_it(office: &Office) {
    let case = office.case("Cannot log in").id;
    let note = office.agent().add_note(case, "Called.").unwrap().id;
    let blockers = |desk: &Desk| -> Vec<(Action, Vec<Blocker>)> {
        desk.note_actions(note).unwrap().into_iter().map(|one| (one.action, one.blockers)).collect()
    };
    let actions = [Action::Reply, Action::EditNote, Action::RetractNote, Action::SetNoteVisibility];
    assert_eq!(blockers(&office.agent()), actions.map(|action| (action, Vec::new())));
    let of_other = blockers(&office.other_agent());
    assert_eq!(of_other[0], (Action::Reply, Vec::new()));
    assert!(matches!(of_other[1].1[..], [Blocker::NotTheAuthor { .. }]));
    office.agent().retract_note(note, None).unwrap();
    assert_eq!(blockers(&office.agent())[1], (Action::EditNote, vec![Blocker::Retracted]));
    let target = note.to_string();
    let asked = office.agent().blockers(case, Action::EditNote, Some(&target)).unwrap();
    assert_eq!(asked, [Blocker::Retracted]);
    let other = office.case("Another").id;
    let elsewhere = rejection(office.agent().blockers(other, Action::EditNote, Some(&target)));
    assert_eq!(elsewhere.code(), "not_found");
    assert_eq!(rejection(office.agent().note_actions(nothing())).code(), "not_found");
}

fn raising_is_asked_of_a_type_and_a_customer(office: &Office) {
    let customer = office.customer("Ada Obi").id;
    let agent = office.agent();
    assert_eq!(agent.raise_blockers("Support", None).unwrap(), []);
    assert_eq!(agent.raise_blockers("support", Some(customer)).unwrap(), []);
    let missing = [Blocker::PermissionMissing { permission: Permission::RaiseCases }];
    assert_eq!(office.auditor().raise_blockers("Support", None).unwrap(), missing);
    let field = |refused: casekit::Rejection| refused.fields()[0].field.clone();
    assert_eq!(field(rejection(agent.raise_blockers("Suport", None))), "case_type");
    assert_eq!(field(rejection(agent.raise_blockers("Support", Some(nothing())))), "customer");
    let before = office.footprint();
    agent.raise_blockers("Support", None).unwrap();
    assert_eq!(office.footprint(), before, "nothing was raised");

    for forbids in [Forbids(&["raise_case"], &[]), Forbids(&[], &["open"])] {
        let desk = office.narrowed_by(forbids).desk(actor("amara", Role::Agent));
        assert_eq!(desk.raise_blockers("Support", None).unwrap(), [Blocker::NotAllowedHere]);
        assert_eq!(rejection(desk.raise_case(NewCase::new("Support", "x"))).code(), "not_allowed_here");
    }
}

fn what_the_application_forbids_is_a_blocker(office: &Office) {
    let case = office.case("Cannot log in").id;
    let kit = office.narrowed_by(Forbids(&["add_note"], &["closed", "in_progress"]));
    let desk = kit.desk(actor("amara", Role::Agent));
    let all = desk.available_actions(case).unwrap();
    let forbidden = || Some(vec![Blocker::NotAllowedHere]);
    assert_eq!(listed(&all, Action::AddNote, None), forbidden());
    assert_eq!(listed(&all, Action::MoveCase, Some("Closed")), forbidden());
    assert_eq!(listed(&all, Action::MoveCase, Some("Resolved")), Some(Vec::new()));
    assert_eq!(listed(&all, Action::TakeCase, None), forbidden(), "it would bring the case into progress");
    let auditor = kit.desk(actor("audra", Role::Auditor)).blockers(case, Action::AddNote, None).unwrap();
    let missing = Blocker::PermissionMissing { permission: Permission::WriteNotes };
    assert_eq!(auditor, [missing, Blocker::NotAllowedHere], "the refusal is the first");
}

fn an_edit_form_has_everything_that_it_shows(office: &Office) {
    let manager = office.manager();
    let first =
        vec![NewStage::new("New", StageCategory::Open), NewStage::new("Wait", StageCategory::Waiting)];
    let id = manager.create_case_type(NewCaseType::new("Refunds").with_stages(first)).unwrap().id;
    let customer = office.customer("Ada Obi").id;
    let agent = office.agent();
    let new = NewCase::new("Refunds", "Two lamps").for_customer(customer);
    let case = agent.raise_case(new).unwrap().id;
    let second =
        vec![NewStage::new("New", StageCategory::Open), NewStage::new("Assess", StageCategory::Active)];
    manager.edit_case_type(id, CaseTypeEdit { stages: Some(second), ..CaseTypeEdit::default() }).unwrap();

    let form = agent.edit_form(case).unwrap();
    assert_eq!((form.case, form.revision, form.type_version), (case, 1, 1));
    let fields: Vec<_> = form
        .fields
        .iter()
        .map(|one| (one.field.as_str(), one.value.clone(), one.required, one.most, one.blockers.len()))
        .collect();
    assert_eq!(
        fields,
        [
            ("title", Some("Two lamps".into()), true, Some(200), 0),
            ("description", None, false, Some(100_000), 0),
            ("customer", Some(customer.to_string()), false, None, 0),
            ("priority", Some("normal".into()), true, None, 0),
            ("resolution", None, false, None, 0),
            ("reason", None, false, Some(1_000), 0),
            ("customer_reason", None, false, Some(1_000), 0),
        ]
    );
    assert_eq!(form.fields[2].value_label.as_deref(), Some("Ada Obi"));
    let stages: Vec<_> = form.stages.iter().map(|one| (one.label.as_str(), one.current)).collect();
    assert_eq!(stages, [("New", true), ("Wait", false)], "those of the version that the case keeps");
    assert!(form.stages.iter().all(|one| one.blockers.is_empty() && !one.needs_reason));
    let newest = form.newest.unwrap();
    assert_eq!((newest.version, newest.stage.as_deref(), newest.blockers.len()), (2, Some("new"), 0));
    let names: Vec<_> = form.types.iter().map(|one| one.name.as_str()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert!(names == sorted && names.contains(&"Support") && !names.contains(&"Refunds"), "{names:?}");

    // What the form offers is what an edit takes, and what it does not is refused for that reason.
    agent.seen(form.revision).edit_case(case, CaseEdit::new().stage(&form.stages[1].id)).unwrap();
    let auditor = office.auditor().edit_form(case).unwrap();
    let missing = [Blocker::PermissionMissing { permission: Permission::EditCases }];
    assert!(auditor.fields.iter().all(|one| one.blockers == missing));
    assert!(auditor.stages.iter().all(|one| one.blockers == missing));
    let newest = agent.edit_form(case).unwrap().newest.unwrap();
    let unfit = Blocker::StageDoesNotFit { case_type: "Refunds".into(), stage: "Wait".into() };
    assert_eq!((newest.stage, newest.blockers), (None, vec![unfit]));
}

fn an_edit_form_says_which_types_do_not_fit_and_why(office: &Office) {
    let agent = office.agent();
    let closed = agent.raise_case(NewCase::new("Support", "Done").in_stage("Closed")).unwrap().id;
    let form = agent.edit_form(closed).unwrap();
    let of = |label: &str| form.stages.iter().find(|one| one.label == label).unwrap();
    assert!(of("Open").needs_reason && of("Open").blockers.is_empty(), "it can be reopened");
    assert!(!of("Resolved").needs_reason && !of("Closed").needs_reason);

    let request = agent.raise_case(NewCase::new("Data request", "Copy of my data")).unwrap().id;
    let form = agent.edit_form(request).unwrap();
    let closed = form.stages.iter().find(|one| one.label == "Closed").unwrap();
    assert_eq!(closed.blockers, [Blocker::WorkflowLive]);
    let support = form.types.iter().find(|one| one.name == "Support").unwrap();
    assert_eq!(
        (support.stage.as_deref(), &support.blockers[..]),
        (Some("open"), &[Blocker::WorkflowLive][..])
    );
    for choice in &support.stages {
        let edit = CaseEdit::new().case_type("Support").stage(&choice.id);
        let refused = rejection(agent.edit_case(request, edit));
        assert_eq!(refused.blockers(), choice.blockers, "{}", choice.label);
    }
    let bug = office.case("x").id;
    let form = agent.edit_form(bug).unwrap();
    let other = form.types.iter().find(|one| one.name == "Bug report").unwrap();
    let choice = other.stages.iter().find(|one| one.blockers.is_empty() && !one.needs_reason).unwrap();
    let edit = CaseEdit::new().case_type(other.id.to_string()).stage(&choice.id);
    agent.edit_case(bug, edit).unwrap();

    let forbidden = office.narrowed_by(Forbids(&["edit_case"], &[])).desk(actor("amara", Role::Agent));
    let form = forbidden.edit_form(closed_case(office)).unwrap();
    assert!(form.fields.iter().all(|one| one.blockers == [Blocker::NotAllowedHere]));
    assert!(form.types.iter().all(|one| one.blockers.contains(&Blocker::NotAllowedHere)));
}

fn closed_case(office: &Office) -> casekit::CaseId {
    office.agent().raise_case(NewCase::new("Support", "Done").in_stage("Closed")).unwrap().id
}

fn whoever_saw_an_older_revision_is_refused(office: &Office) {
    let case = office.case("Cannot log in").id;
    let agent = office.agent();
    let seen = agent.case(case).unwrap().revision;
    office.other_agent().edit_case(case, CaseEdit::new().title("Cannot log in since Monday")).unwrap();
    let late = office.refused(|| agent.seen(seen).take_case(case));
    assert_eq!(late, Rejection::Conflict { seen: 1, now: 2 });
    // Whoever may not do it at all is told that, and what is not there stays so.
    assert_eq!(office.refused(|| office.auditor().seen(seen).take_case(case)).code(), "forbidden");
    assert_eq!(office.refused(|| agent.seen(seen).take_case(nothing())).code(), "not_found");
    // A repeated request is answered as the first time.
    let once = agent.seen(2).request("form-1");
    let first = once.take_case(case).unwrap();
    let again = once.take_case(case).unwrap();
    assert_eq!((again.revision, again.replayed), (first.revision, true));
    let raised = office.refused(|| agent.seen(1).raise_case(NewCase::new("Support", "x")));
    assert_eq!((raised.fields()[0].field.as_str(), raised.fields()[0].rule.code()), ("seen", "does_not_fit"));
    assert_eq!(agent.seen(1).case(case).unwrap().revision, first.revision, "a read changes nothing");
}

fn a_refusal_and_a_blocker_say_who_by_name(office: &Office) {
    let desk = |id: &str, name: &str| office.kit.desk(Actor::new(id, name).with_role(Role::Agent));
    let (ada, bea) = (desk("u-17", "Ada Obi"), desk("u-18", "Bea Ito"));
    let case = ada.raise_case(NewCase::new("Support", "Cannot log in")).unwrap().id;
    ada.take_case(case).unwrap();
    let by_name = || Some("Ada Obi".to_owned());
    let taken = office.refused(|| bea.take_case(case));
    assert_eq!(taken, Rejection::AlreadyTaken { by: "u-17".into(), by_name: by_name() });
    assert!(taken.to_string().starts_with("the case was already taken by Ada Obi: "), "{taken}");
    let held = Blocker::HeldBy { by: "u-17".into(), by_name: by_name() };
    assert_eq!(office.refused(|| bea.return_case(case, None)).blockers(), std::slice::from_ref(&held));
    assert_eq!(held.to_string(), "the case is held by Ada Obi");
    assert_eq!(bea.blockers(case, Action::ReturnCase, None).unwrap(), std::slice::from_ref(&held));
    let all = bea.available_actions(case).unwrap();
    assert_eq!(listed(&all, Action::TakeCase, None), Some(vec![held.clone()]));
    let summed = bea.summary(case).unwrap().actions;
    assert_eq!(listed(&summed, Action::ReturnCase, None), Some(vec![held]));

    let note = ada.add_note(case, "Called.").unwrap().id;
    let author = Blocker::NotTheAuthor { author: "u-17".into(), author_name: by_name() };
    assert_eq!(office.refused(|| bea.edit_note(note, "x")).blockers(), std::slice::from_ref(&author));
    assert_eq!(bea.note_actions(note).unwrap()[1].blockers, [author]);

    // Two people with the same name are told apart, and a customer is not told who works there.
    office.manager().name_people(vec![casekit::PersonName::new("u-19", "Ada Obi")]).unwrap();
    let taken = office.refused(|| bea.take_case(case)).to_string();
    assert!(taken.contains("by Ada Obi (u-17): "), "{taken}");
    let outside = Scope { internal_notes: false, ..Scope::all() };
    let kit = office.narrowed_by(crate::build::Scoped(outside));
    let refused = rejection(kit.desk(actor("u-20", Role::Agent)).take_case(case));
    assert_eq!(refused, Rejection::already_taken("u-17"));
}

fn a_case_is_summed_up_by_what_a_person_types(office: &Office) {
    let case = office.case("Cannot log in").id;
    let agent = office.agent();
    let due = agent.summary(case).unwrap();
    for text in ["C-000001", "1", "#1", "c1", &case.to_string()] {
        assert_eq!(agent.find_summary(text).unwrap(), due, "{text}");
    }
    assert_eq!(office.refused(|| agent.find_summary("WEB-1")).code(), "not_found", "not of this prefix");
    assert_eq!(office.refused(|| agent.find_summary("2")).code(), "not_found");
    let own = Scope { cases: casekit::ScopeCases::Own, ..Scope::all() };
    let narrowed = office.narrowed_by(crate::build::Scoped(own)).desk(actor("ben", Role::Agent));
    assert_eq!(rejection(narrowed.find_summary("1")).code(), "not_found", "out of scope");
    let kit = office.narrowed_by(Forbids(&["read_case"], &[]));
    let refused = rejection(kit.desk(actor("amara", Role::Agent)).find_summary("1"));
    assert_eq!(refused.code(), "not_allowed_here");
}

fn a_thread_is_read_from_the_newest_and_from_the_oldest(office: &Office) {
    let case = office.case("Cannot log in").id;
    let agent = office.agent();
    let add = |text: &str| agent.add_note(case, NewNote::for_customer(text)).unwrap().id;
    let first = add("1");
    for text in ["2", "3", "4"] {
        add(text);
    }
    agent.reply(first, NewNote::for_customer("5, a reply")).unwrap();
    agent.add_note(case, "6, internal").unwrap();
    let texts = |page: &casekit::Page<casekit::ThreadNote>| -> Vec<String> {
        page.rows.iter().map(|note| note.text.clone().unwrap()).collect()
    };
    let newest = agent.notes(case, None, PageRequest::first().of(3)).unwrap();
    assert_eq!(texts(&newest), ["6, internal", "5, a reply", "4"]);
    add("7");
    let older = agent.notes(case, None, newest.next_request().unwrap()).unwrap();
    assert_eq!((texts(&older), older.next.clone()), (vec!["3".into(), "2".into(), "1".into()], None));
    let oldest = agent.notes(case, Some(Direction::Ascending), PageRequest::first().of(2)).unwrap();
    assert_eq!(texts(&oldest), ["1", "2"]);
    let next = agent.notes(case, Some(Direction::Ascending), oldest.next_request().unwrap()).unwrap();
    assert_eq!(texts(&next), ["3", "4"]);
    let wrong = agent.notes(case, None, oldest.next_request().unwrap());
    assert_eq!(rejection(wrong).code(), "invalid", "a cursor of the other direction");

    let outside = office.narrowed_by(crate::build::Scoped(Scope { internal_notes: false, ..Scope::all() }));
    let customer = outside.desk(actor("amara", Role::Agent));
    let page = customer.notes(case, None, PageRequest::first().of(2)).unwrap();
    assert_eq!(texts(&page), ["7", "5, a reply"]);
}

fn wrong_fields_come_in_the_order_of_the_form(office: &Office) {
    let (agent, manager) = (office.agent(), office.manager());
    let named = |fields: &[casekit::FieldError]| -> Vec<String> {
        fields.iter().map(|error| error.field.clone()).collect()
    };
    let long = "x".repeat(1_001);
    let new = NewCase { customer: Some(nothing()), ..NewCase::new("Suport", "").described("\0") };
    let due = ["case_type", "title", "description", "customer"];
    assert_eq!(named(rejection(agent.raise_case(new.clone())).fields()), due);
    assert_eq!(named(&agent.validate_case(&new).unwrap()), due);

    let case = office.case("Cannot log in").id;
    let edit = CaseEdit::new().because(&long).customer(nothing()).title("").description("\0").stage("x");
    let due = ["case_type", "stage", "title", "description", "customer", "reason"];
    assert_eq!(named(rejection(agent.edit_case(case, edit.case_type("Suport"))).fields()), due);

    let customer = NewCustomer {
        next_of_kin: vec![
            NewNextOfKin::named("Bo"),
            NewNextOfKin { phone: Some(long.clone()), ..NewNextOfKin::named("") },
        ],
        bank_accounts: vec![NewBankAccount::numbered("")],
        email: Some("none".into()),
        ..NewCustomer::named("")
    };
    let due = ["name", "next_of_kin[1].name", "next_of_kin[1].phone", "bank_accounts[0].number", "email"];
    assert_eq!(named(rejection(agent.create_customer(customer)).fields()), due);

    let stages = vec![NewStage::new("", StageCategory::Open)];
    let new = NewCaseType::new("").described("\0").with_stages(stages).with_workflow("Nothing");
    let due = ["name", "description", "stages[0].label", "workflow"];
    assert_eq!(named(rejection(manager.create_case_type(new)).fields()), due);
}

#[test]
fn a_step_brings_its_actions_and_a_failed_release_says_that_it_failed() {
    for bureau in [Bureau::in_memory(), Bureau::in_short_pages(), Bureau::on_file()] {
        let case = bureau.identified("WEB-1").id;
        let petra = bureau.petra();
        petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
        let down = Fault::transient("webform_unavailable", "try again later");
        bureau.webform.will([Answer::Fails(down)]);
        petra.release(case).unwrap();

        let summary = petra.summary(case).unwrap();
        let [identification, _, release] = &summary.steps[..] else { panic!() };
        let at = |step: &casekit::StepView| step.actions.iter().map(|one| one.action).collect::<Vec<_>>();
        assert_eq!(at(identification), [Action::ApproveIdentification, Action::Deny, Action::Revoke]);
        assert_eq!(release.state, StepState::Failed);
        let due = [Action::Release, Action::SendAgain, Action::ConfirmTarget, Action::Retry];
        assert_eq!(at(release), due);
        assert_eq!(release.actions[0].blockers, [Blocker::ReleaseFailed], "it is not on its way");
        assert_eq!(release.actions[3].blockers, [], "and this is what to do");
        let of_steps = summary.steps.iter().flat_map(|step| &step.actions);
        assert!(of_steps.clone().all(|one| summary.actions.contains(one)));
        assert_eq!(
            petra.blockers(case, Action::Retry, Some("identification")).unwrap(),
            [Blocker::NothingToRetry]
        );
        petra.retry(case).unwrap();
        assert_eq!(petra.summary(case).unwrap().steps[2].actions.len(), 3, "nothing to retry any more");
    }
}
