//! Every method of a desk, within the scope that the application leaves somebody and outside it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use casekit::casekit_core::model::{Case, StageId};
use casekit::casekit_core::{Engine, Services};
use casekit::{
    Action, Actor, Authorizer, AuthorizerFailed, BankAccountEdit, BankAccountId, CaseEdit, CaseTypeEdit,
    CaseTypeId, CasesQuery, CountBy, CustomerEdit, CustomerId, Desk, Error, ExportHead, FormOf, GivenField,
    ImportCase, ImportItem, ImportOptions, Migration, Moment, NewBankAccount, NewCase, NewCaseType,
    NewCustomer, NewDenial, NewExtension, NewIdentification, NewMessage, NewNextOfKin, NewNote, NewPause,
    NewRequest, NewResumption, NewStep, NewTeam, NewWorkflow, NextOfKinEdit, NextOfKinId, NoteId,
    PageRequest, PersonName, Reach, Rejection, RequestEdit, Role, Scope, ScopeCases, SettingsEdit,
    StatisticsQuery, StepKind, StreamId, StuckBy, TagId, TagsEdit, TeamEdit, TeamId, Timestamp, Visibility,
    WorkflowEdit, WorkflowId,
};

use super::answers::{Answer, actor_of, columns, line};
use super::states::{Scene, state};
use crate::build::{actor, at, nothing};

/// What there is besides the case.
struct Things {
    customer: CustomerId,
    account: BankAccountId,
    person: NextOfKinId,
    /// A note for the customer by the worker.
    note: NoteId,
    case_type: CaseTypeId,
    workflow: WorkflowId,
    team: TeamId,
    tags: [TagId; 2],
}

/// A method, the class of state in which a worker with the permission can do it, and its call. A call says whether it
/// did, or showed, what it was asked for about the case.
struct Method {
    name: &'static str,
    state: &'static str,
    call: fn(&Desk, &Scene, &Things) -> Result<bool, Error>,
}

macro_rules! methods {
    ($($name:ident $state:literal |$desk:ident, $s:ident, $on:ident| $call:expr;)*) => {
        &[$(Method {
            name: stringify!($name),
            state: $state,
            call: |$desk: &Desk, $s: &Scene, $on: &Things| $call,
        }),*]
    };
}

fn done<T>(answer: Result<T, Error>) -> Result<bool, Error> {
    answer.map(|_| true)
}

fn page() -> PageRequest {
    PageRequest::first()
}

/// Right after everything that happened.
fn now(scene: &Scene) -> Moment {
    Moment::Position(scene.bureau.engine.store().last_position().unwrap())
}

/// A workflow of one step.
fn workflow(name: &str) -> NewWorkflow {
    NewWorkflow::named(name).with_step(NewStep::new("seen", "Seen", StepKind::Approval))
}

#[rustfmt::skip]
const METHODS: &[Method] = methods! {
    case "new.mine" |desk, s, _on| done(desk.case(s.case));
    find_case "new.mine" |desk, s, _on| done(desk.find_case(&s.case.to_string()));
    find_summary "new.mine" |desk, s, _on| done(desk.find_summary(&s.case.to_string()));
    edit_form "new.mine" |desk, s, _on| done(desk.edit_form(s.case));
    form "new.mine" |desk, s, _on| done(desk.form(&FormOf::Case { case: s.case }, &[]));
    submit "new.mine" |desk, s, _on| done(desk.submit(&FormOf::Case { case: s.case }, &[GivenField::new("title", "x")]));
    find_cases "new.mine" |desk, s, _on| Ok(!desk.find_cases(&s.case.to_string())?.is_empty());
    find_by_reference "new.mine" |desk, _s, _on| done(desk.find_by_reference("WEB-1"));
    summary "new.mine" |desk, s, _on| done(desk.summary(s.case));
    fields_on_paper "new.mine" |desk, s, _on| done(desk.fields_on_paper([s.case]));
    people_on_paper "new.mine" |desk, _s, _on| done(desk.people_on_paper(["somebody".to_owned()]));
    explain_deadlines "timed.mine" |desk, s, _on| Ok(!desk.explain_deadlines(s.case)?.is_empty());
    pause_deadlines "timed.mine" |desk, s, _on| done(desk.pause_deadlines(s.case, NewPause::new("clarification")));
    resume_deadlines "timed.paused" |desk, s, _on| done(desk.resume_deadlines(s.case, NewResumption::new()));
    extend_deadline "timed.mine" |desk, s, _on| done(desk.extend_deadline(s.case, NewExtension::because("boxes")));
    give_date "new.mine" |desk, s, _on| done(desk.give_date(s.case, "fee_paid", Some(Timestamp::UNIX_EPOCH)));
    follow_up "new.mine" |desk, s, _on| done(desk.follow_up(s.case, "2126-01-01T00:00:00Z".parse().ok(), None));
    customer_copy "new.mine" |desk, s, _on| done(desk.customer_copy(s.case));
    thread "new.mine" |desk, s, on| Ok(desk.thread(s.case, page())?.rows.iter().any(|one| one.id == on.note));
    notes "new.mine" |desk, s, on| Ok(desk.notes(s.case, None, page())?.rows.iter().any(|one| one.id == on.note));
    note_revisions "new.mine" |desk, _s, on| done(desk.note_revisions(on.note));
    available_actions "new.mine" |desk, s, _on| done(desk.available_actions(s.case));
    note_actions "new.mine" |desk, _s, on| done(desk.note_actions(on.note));
    raise_blockers "new.mine" |desk, _s, _on| Ok(desk.raise_blockers("Data request", None)?.is_empty());
    desk_actions "new.mine" |desk, _s, _on| done(desk.desk_actions());
    customer_actions "new.mine" |desk, _s, on| done(desk.customer_actions(on.customer));
    case_type_actions "new.mine" |desk, _s, on| done(desk.case_type_actions(on.case_type));
    blockers "new.mine" |desk, s, _on| done(desk.blockers(s.case, Action::TakeCase, None));
    history "new.mine" |desk, s, _on| done(desk.history(StreamId::Case(s.case), page()));
    case_at "new.mine" |desk, s, _on| done(desk.case_at(s.case, Moment::Revision(1)));
    thread_at "new.mine" |desk, s, on| Ok(desk.thread_at(s.case, now(s), page())?.rows.iter().any(|one| one.id == on.note));
    snapshot "data.mine" |desk, s, _on| done(desk.snapshot(s.case));
    preview_data "data.mine" |desk, s, _on| done(desk.preview_data(s.case, "shop", "orders", 0, 1));
    cases "new.mine" |desk, s, _on| Ok(desk.cases(&CasesQuery::default(), page())?.rows.iter().any(|row| row.id == s.case));
    my_pending_cases "new.mine" |desk, s, _on| Ok(desk.my_pending_cases(page())?.rows.iter().any(|row| row.id == s.case));
    my_held_cases "new.mine" |desk, s, _on| Ok(desk.my_held_cases(page())?.rows.iter().any(|row| row.id == s.case));
    my_pending_count "new.mine" |desk, _s, _on| Ok(desk.my_pending_count()? > 0);
    my_raised_cases "new.mine" |desk, s, _on| Ok(desk.my_raised_cases(page())?.rows.iter().any(|row| row.id == s.case));
    my_work "new.mine" |desk, s, _on| Ok(desk.my_work(page())?.rows.iter().any(|row| row.case.id == s.case));
    my_work_counts "new.mine" |desk, _s, _on| Ok(desk.my_work_counts()?.all > 0);
    interactions "new.mine" |desk, s, on| Ok(desk.interactions(on.customer, page())?.rows.iter().any(|row| row.id == s.case));
    counts "new.mine" |desk, _s, _on| Ok(desk.counts(CountBy::Stage, &CasesQuery::default())?.iter().any(|row| row.count > 0));
    due_counts "new.mine" |desk, _s, _on| done(desk.due_counts(&CasesQuery::default()));
    statistics "plain.closed.mine" |desk, _s, _on| Ok(!desk.statistics(&StatisticsQuery::default())?.is_empty());
    stuck_cases "new.mine" |desk, _s, _on| done(desk.stuck_cases(StuckBy::InStage, &CasesQuery::default(), page()));
    count_stuck_cases "new.mine" |desk, _s, _on| done(desk.count_stuck_cases(StuckBy::InStage, &CasesQuery::default()));
    search "new.mine" |desk, s, _on| Ok(desk.search("remembered", page())?.rows.iter().any(|hit| hit.case.id == s.case));
    changes_since "new.mine" |desk, s, _on| Ok(desk.changes_since(None, 500)?.changes.iter().any(|one| one.stream.case() == Some(s.case)));
    cases_with_errors "source.mine" |desk, s, _on| Ok(desk.cases_with_errors(None, None, page())?.rows.iter().any(|row| row.id == s.case));
    failure_overview "source.mine" |desk, _s, _on| Ok(desk.failure_overview()?.count > 0);
    take_case "new.free" |desk, s, _on| done(desk.take_case(s.case));
    return_case "new.mine" |desk, s, _on| done(desk.return_case(s.case, None));
    assign_case "new.mine" |desk, s, _on| done(desk.assign_case(s.case, "third", None));
    take_over_case "new.theirs" |desk, s, _on| done(desk.take_over_case(s.case, None));
    approve_identification "new.mine" |desk, s, _on| done(desk.approve_identification(s.case, "known", &[]));
    approve_identification_with "new.mine" |desk, s, _on| done(desk.approve_identification_with(s.case, NewIdentification::by("known")));
    prepare_data "ident.mine" |desk, s, _on| done(desk.prepare_data(s.case));
    send_message "new.mine" |desk, s, _on| done(desk.send_message(s.case, NewMessage::question("Which year?")));
    stop_message "asked.mine" |desk, s, _on| done(desk.stop_message(s.message(), None));
    receive_answer "asked.mine" |desk, s, _on| done(desk.receive_answer(&s.answer_ref(), "This one."));
    prepare_source "ident.mine" |desk, s, _on| done(desk.prepare_source(s.case, "casekit"));
    leave_out_source "source.mine" |desk, s, _on| done(desk.leave_out_source(s.case, "shop", "it is being replaced"));
    approve_no_data "ident.mine" |desk, s, _on| done(desk.approve_no_data(s.case, Some("not about you")));
    approve_data "data.mine" |desk, s, _on| done(desk.approve_data(s.case, s.snapshot(), Vec::new()));
    approve_step "sign.others" |desk, s, _on| done(desk.approve_step(s.case, s.step, None));
    deny "new.mine" |desk, s, _on| done(desk.deny(s.case, NewDenial::new("other", "internal", "sorry")));
    revoke "ready.by_me" |desk, s, _on| done(desk.revoke(s.case, s.step, None));
    release "ready.mine" |desk, s, _on| done(desk.release(s.case));
    send_again "sent.mine" |desk, s, _on| done(desk.send_again(s.case, "lost"));
    answer_anew "sent.mine" |desk, s, _on| done(desk.answer_anew(s.case, "again"));
    edit_request "new.mine" |desk, s, _on| done(desk.edit_request(s.case, RequestEdit::new().requester("Eve")));
    confirm_target "moved.mine" |desk, s, _on| done(desk.confirm_target(s.case, &s.place()));
    retry "source.mine" |desk, s, _on| done(desk.retry(s.case));
    retry_page "source.mine" |desk, _s, _on| Ok(!desk.retry_page("webform_unavailable", None, page())?.rows.is_empty());
    released_package "sent.mine" |desk, s, _on| done(desk.released_package(s.case));
    retry_all "source.mine" |desk, _s, _on| Ok(!desk.retry_all("webform_unavailable", None)?.is_empty());
    withdraw "new.mine" |desk, s, _on| done(desk.withdraw(s.case, None));
    edit_case "new.mine" |desk, s, _on| done(desk.edit_case(s.case, CaseEdit::new().title("x")));
    migrate_case "new.mine" |desk, s, _on| done(desk.migrate_case(s.case));
    add_note "new.mine" |desk, s, _on| done(desk.add_note(s.case, "x"));
    reply "new.mine" |desk, _s, on| done(desk.reply(on.note, "x"));
    edit_note "new.mine" |desk, _s, on| done(desk.edit_note(on.note, "x"));
    retract_note "new.mine" |desk, _s, on| done(desk.retract_note(on.note, None));
    set_note_visibility "new.mine" |desk, _s, on| done(desk.set_note_visibility(on.note, Visibility::Internal));
    raise_case "new.mine" |desk, _s, _on| done(desk.raise_case(NewCase::new("Data request", "x")));
    validate_case "new.mine" |desk, _s, _on| Ok(desk.validate_case(&NewCase::new("Data request", "x"))?.is_empty());
    receive_request "new.mine" |desk, _s, _on| done(desk.receive_request(NewRequest::new("WEB-2", "Ada Obi")));
    import_with "new.mine" |desk, _s, _on| {
        let mut quietly = |_| ControlFlow::Continue(());
        Ok(desk.import_with(&[imported()], &ImportOptions::new(), &mut quietly)?.refused().count() == 0)
    };
    import "new.mine" |desk, _s, _on| Ok(desk.import(&[imported()])?.refused().count() == 0);
    customer "new.mine" |desk, _s, on| done(desk.customer(on.customer));
    find_customer "new.mine" |desk, _s, _on| done(desk.find_customer("CRM-1"));
    customers "new.mine" |desk, _s, on| Ok(desk.customers(None, page())?.rows.iter().any(|row| row.id == on.customer));
    customer_fields "new.mine" |desk, _s, _on| done(desk.customer_fields());
    customers_by_fields "new.mine" |desk, _s, on| Ok(desk.customers_by_fields(&[], None, page())?.rows.iter().any(|row| row.id == on.customer));
    create_customer "new.mine" |desk, _s, _on| done(desk.create_customer(NewCustomer::named("Bo")));
    update_customer "new.mine" |desk, _s, on| done(desk.update_customer(on.customer, CustomerEdit { phone: Some("1".into()), ..CustomerEdit::default() }));
    name_people "new.mine" |desk, _s, _on| done(desk.name_people(vec![PersonName::new("u-17", "Bo")]));
    people "new.mine" |desk, _s, _on| Ok(!desk.people(page())?.rows.is_empty());
    person "new.mine" |desk, _s, _on| done(desk.person("u-1"));
    add_bank_account "new.mine" |desk, _s, on| done(desk.add_bank_account(on.customer, NewBankAccount::numbered("1")));
    edit_bank_account "new.mine" |desk, _s, on| done(desk.edit_bank_account(on.customer, on.account, BankAccountEdit::new().bank("x")));
    remove_bank_account "new.mine" |desk, _s, on| done(desk.remove_bank_account(on.customer, on.account, None));
    add_next_of_kin "new.mine" |desk, _s, on| done(desk.add_next_of_kin(on.customer, NewNextOfKin::named("Bo")));
    edit_next_of_kin "new.mine" |desk, _s, on| done(desk.edit_next_of_kin(on.customer, on.person, NextOfKinEdit::new().phone("1")));
    remove_next_of_kin "new.mine" |desk, _s, on| done(desk.remove_next_of_kin(on.customer, on.person, None));
    case_types "new.mine" |desk, _s, on| Ok(desk.case_types()?.iter().any(|one| one.id == on.case_type));
    case_type "new.mine" |desk, _s, _on| done(desk.case_type("Data request"));
    create_case_type "new.mine" |desk, _s, _on| done(desk.create_case_type(NewCaseType::new("New")));
    migrate_case_type "new.mine" |desk, _s, on| done(desk.migrate_case_type(on.case_type, &Migration::new(), PageRequest::first()));
    migrate_customers "new.mine" |desk, _s, _on| done(desk.migrate_customers(&Migration::new(), PageRequest::first()));
    edit_case_type "new.mine" |desk, _s, on| done(desk.edit_case_type(on.case_type, CaseTypeEdit::new().description("x")));
    activate_case_type "new.mine" |desk, _s, on| done(desk.activate_case_type(on.case_type));
    deactivate_case_type "new.mine" |desk, _s, on| done(desk.deactivate_case_type(on.case_type));
    teams "new.mine" |desk, _s, on| Ok(desk.teams()?.iter().any(|one| one.id == on.team));
    team "new.mine" |desk, _s, _on| done(desk.team("Billing"));
    create_team "new.mine" |desk, _s, _on| done(desk.create_team(NewTeam::new("New")));
    edit_team "new.mine" |desk, _s, on| done(desk.edit_team(on.team, TeamEdit::new().name("Other")));
    activate_team "new.mine" |desk, _s, on| done(desk.activate_team(on.team));
    deactivate_team "new.mine" |desk, _s, on| done(desk.deactivate_team(on.team));
    tag_case "new.mine" |desk, s, _on| done(desk.tag_case(s.case, TagsEdit::new().with("New")));
    tags "new.mine" |desk, _s, _on| Ok(desk.tags()?.iter().any(|one| one.count > 0));
    rename_tag "new.mine" |desk, _s, on| done(desk.rename_tag(on.tags[0], "Other".into()));
    merge_tags "new.mine" |desk, _s, on| done(desk.merge_tags(on.tags[0], on.tags[1]));
    workflows "new.mine" |desk, _s, on| Ok(desk.workflows()?.iter().any(|one| one.id == on.workflow));
    workflow "new.mine" |desk, _s, _on| done(desk.workflow("Data request"));
    create_workflow "new.mine" |desk, _s, _on| done(desk.create_workflow(workflow("New")));
    edit_workflow "new.mine" |desk, _s, on| done(desk.edit_workflow(on.workflow, WorkflowEdit::new().name("Other")));
    activate_workflow "new.mine" |desk, _s, on| done(desk.activate_workflow(on.workflow));
    deactivate_workflow "new.mine" |desk, _s, on| done(desk.deactivate_workflow(on.workflow));
    settings "new.mine" |desk, _s, _on| done(desk.settings());
    change_settings "new.mine" |desk, _s, _on| done(desk.change_settings(SettingsEdit { organisation: Some("x".into()), ..SettingsEdit::default() }));
    check_settings "new.mine" |desk, _s, _on| done(desk.check_settings(Reach::Here));
    begin_export "new.mine" |desk, _s, _on| done(desk.begin_export("overview", "csv"));
    end_export "new.mine" |desk, _s, _on| done(desk.end_export(&export(), 1));
    fail_export "new.mine" |desk, _s, _on| done(desk.fail_export(&export()));
    verify_stream "new.mine" |desk, s, _on| done(desk.verify_stream(StreamId::Case(s.case)));
    verify_stream_with "new.mine" |desk, s, _on| done(desk.verify_stream_with(StreamId::Case(s.case), |_| ControlFlow::Continue(())));
    verify "new.mine" |desk, _s, _on| done(desk.verify(None));
    verify_with "new.mine" |desk, _s, _on| done(desk.verify_with(None, |_| ControlFlow::Continue(())));
    audit_head "new.mine" |desk, _s, _on| done(desk.audit_head());
};

/// Methods that ask nothing of the file: they give a desk, or say what it was made with.
const OF_THE_DESK: &[&str] = &["request", "seen", "in_language", "language", "actor", "live"];

fn export() -> ExportHead {
    let (what, format) = ("overview".into(), "csv".into());
    ExportHead { organisation: None, by: "x".into(), at: at(0), begun: 2, what, format }
}

fn imported() -> ImportItem {
    ImportItem::Case(ImportCase::new(NewCase::new("Data request", "x"), at(-1), "somebody"))
}

/// Where the case lies for who calls, as the application's authorizer says.
#[derive(Clone, Copy)]
enum Place {
    /// The application narrows nothing.
    Inside,
    /// It does not exist.
    Absent,
    /// The caller sees only cases of another type.
    OtherType,
    /// The caller sees only cases of another team.
    OtherTeam,
    /// The caller sees only their own cases, and neither raised nor holds it.
    NotOwn,
    /// The caller sees only the cases of another customer.
    OtherCustomer,
    /// The application forbids everything with this one case.
    Forbidden,
    /// The application cannot tell what the caller may see.
    Unknown,
}

const PLACES: [Place; 8] = [
    Place::Inside,
    Place::Absent,
    Place::OtherType,
    Place::OtherTeam,
    Place::NotOwn,
    Place::OtherCustomer,
    Place::Forbidden,
    Place::Unknown,
];

struct Host {
    place: Place,
    other_type: CaseTypeId,
    other_team: TeamId,
    other_customer: CustomerId,
}

impl Authorizer for Host {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        match self.place {
            Place::Inside | Place::Absent | Place::Forbidden => Ok(Scope::all()),
            Place::OtherType => Ok(Scope { types: Some(vec![self.other_type]), ..Scope::all() }),
            Place::OtherTeam => Ok(Scope { teams: Some(vec![self.other_team]), ..Scope::all() }),
            Place::OtherCustomer => Ok(Scope::of_customer(self.other_customer)),
            Place::NotOwn => Ok(Scope { cases: ScopeCases::Own, ..Scope::all() }),
            Place::Unknown => Err(AuthorizerFailed),
        }
    }

    fn forbids(
        &self,
        _actor: &Actor,
        _action: &str,
        _case: &Case,
        _to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(matches!(self.place, Place::Forbidden))
    }
}

/// The class of state with a customer and a note of the worker's in it, seen from a place.
fn arranged(name: &str, place: Place) -> (Scene, Things, Arc<Engine>) {
    let scene = state(name);
    let engine = Arc::clone(&scene.bureau.engine);
    let root = engine.desk(actor("root", Role::Administrator));
    let case = root.case(scene.case).unwrap();
    root.name_people(vec![PersonName::new("u-1", "Ada Obi")]).unwrap();
    let customer = root.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-2")).unwrap().id;
    let customer = case.customer.unwrap_or(customer);
    let by = if matches!(place, Place::NotOwn) { "stranger" } else { "worker" };
    let author = engine.desk(actor(by, Role::Administrator));
    let note = author.add_note(scene.case, NewNote::for_customer("remembered")).unwrap().id;
    let things = Things {
        customer,
        account: root.add_bank_account(customer, NewBankAccount::numbered("1")).unwrap().id,
        person: root.add_next_of_kin(customer, NewNextOfKin::named("Bo")).unwrap().id,
        note,
        case_type: root.case_type("Data request").unwrap().id,
        workflow: root.workflow("Data request").unwrap().id,
        team: root.create_team(NewTeam::new("Billing")).unwrap().id,
        tags: {
            root.tag_case(scene.case, TagsEdit::new().with("Cellar").with("Roof")).unwrap();
            let tags = root.tags().unwrap();
            [tags[0].id, tags[1].id]
        },
    };
    let other_type = root.case_type("Bug report").unwrap().id;
    let other_team = root.create_team(NewTeam::new("Front office")).unwrap().id;
    let other_customer = root.create_customer(NewCustomer::named("Cy")).unwrap().id;
    let host: Option<Box<dyn Authorizer>> = match place {
        Place::Inside => return (scene, things, engine),
        Place::Absent => {
            let things = Things { note: nothing(), ..things };
            return (scene.without_case(), things, engine);
        }
        Place::OtherType
        | Place::OtherTeam
        | Place::NotOwn
        | Place::OtherCustomer
        | Place::Forbidden
        | Place::Unknown => Some(Box::new(Host { place, other_type, other_team, other_customer })),
    };
    let store = Arc::clone(engine.store());
    let narrowed = Engine::new(store, Box::new(scene.bureau.clock.clone()), host, Services::default());
    (scene, things, narrowed.unwrap())
}

/// A line for each method: the answers in every place.
pub(super) fn table() -> String {
    let mut text = String::new();
    for Method { name, state, call } in METHODS {
        let mut row = format!("{name:<23}");
        let mut reasons = Vec::new();
        for place in PLACES {
            let (mut scene, mut things, mut engine) = arranged(state, place);
            let mut answers = Vec::new();
            for (column, role) in columns() {
                let by = if matches!(place, Place::NotOwn) { "stranger" } else { "worker" };
                let before = engine.store().last_position().unwrap();
                let answer = Answer::of(call(&engine.desk(actor_of(by, role)), &scene, &things));
                let wrote = engine.store().last_position().unwrap() != before;
                if wrote && matches!(answer, Answer::Refused(_)) {
                    reasons.push(format!("{column} changed something although it was refused"));
                }
                if wrote {
                    (scene, things, engine) = arranged(state, place);
                }
                answers.push((column, answer));
            }
            let (letters, why) = line(&answers);
            row.push_str(&format!("  {letters}"));
            reasons.extend((!why.is_empty()).then_some(why));
        }
        reasons.dedup();
        text.push_str(format!("{row}  {}", reasons.join("; ")).trim_end());
        text.push('\n');
    }
    text
}

/// Commands on a case, a note or a customer; every other one is refused with a revision.
const WITH_A_REVISION: &[&str] = &[
    "edit_case",
    "migrate_case",
    "pause_deadlines",
    "resume_deadlines",
    "extend_deadline",
    "give_date",
    "follow_up",
    "take_case",
    "return_case",
    "assign_case",
    "take_over_case",
    "add_note",
    "reply",
    "edit_note",
    "retract_note",
    "set_note_visibility",
    "update_customer",
    "add_bank_account",
    "edit_bank_account",
    "remove_bank_account",
    "add_next_of_kin",
    "edit_next_of_kin",
    "remove_next_of_kin",
    "approve_identification",
    "approve_identification_with",
    "prepare_data",
    "send_message",
    "stop_message",
    "prepare_source",
    "leave_out_source",
    "approve_no_data",
    "approve_data",
    "approve_step",
    "deny",
    "revoke",
    "release",
    "send_again",
    "answer_anew",
    "edit_request",
    "tag_case",
    "submit",
    "edit_case_type",
    "confirm_target",
    "retry",
    "withdraw",
];

#[test]
fn every_command_minds_the_revision_that_the_caller_saw() {
    for Method { name, state, call } in METHODS {
        if !crate::look::COMMANDS.contains(name) || ["end_export", "fail_export"].contains(name) {
            continue;
        }
        let (scene, things, engine) = arranged(state, Place::Inside);
        let desk = engine.desk(actor("worker", Role::Administrator));
        let before = engine.store().last_position().unwrap();
        let late = Answer::of(call(&desk.seen(9_999), &scene, &things));
        assert_eq!(engine.store().last_position().unwrap(), before, "{name} changed something");
        let Answer::Refused(Rejection::Conflict { seen: 9_999, now }) = late else {
            assert!(!WITH_A_REVISION.contains(name), "{name}: {late:?}");
            assert!(!late.is_given(), "{name} minds no revision, and does not say so");
            continue;
        };
        assert!(WITH_A_REVISION.contains(name), "{name}");
        let in_time = Answer::of(call(&desk.seen(now), &scene, &things));
        assert!(in_time.is_given(), "{name}: {in_time:?}");
    }
}

#[test]
fn every_method_of_a_desk_is_in_the_matrix() {
    let methods = crate::look::methods_of_the_desk();
    let named: BTreeSet<String> =
        METHODS.iter().map(|one| one.name).chain(OF_THE_DESK.iter().copied()).map(str::to_owned).collect();
    assert_eq!(methods.difference(&named).collect::<Vec<_>>(), [""; 0], "give it a line in METHODS");
    assert_eq!(named.difference(&methods).collect::<Vec<_>>(), [""; 0], "no longer there");
}
