//! One call asks the host for its scope once, and for its word on a case once; and it reads what it shows.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Action, Actor, Authorizer, AuthorizerFailed, CaseId, CasesQuery, CountBy, CustomerId, Desk, Moment,
    NewCase, NewRequest, NoteId, OpenOptions, PageRequest, Reach, Role, Scope, StatisticsQuery, StreamId,
    StuckBy,
};

use crate::build::{Office, actor, on_every_store};
use crate::meddled::Meddled;

on_every_store!(
    every_read_asks_for_the_scope_once_and_for_a_case_once,
    a_host_that_cannot_tell_fails_every_read,
    a_summary_asks_the_store_twice_however_long_the_thread_is,
    a_history_asks_no_more_than_it_shows,
);

/// Counts how often it is asked.
#[derive(Default)]
struct Questions {
    scope: AtomicU64,
    forbids: AtomicU64,
    fails: bool,
}

struct Host(Arc<Questions>);

impl Authorizer for Host {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        self.0.scope.fetch_add(1, Ordering::Relaxed);
        if self.0.fails { Err(AuthorizerFailed) } else { Ok(Scope { internal_notes: false, ..Scope::all() }) }
    }

    fn forbids(
        &self,
        _actor: &Actor,
        action: &str,
        _case: &Case,
        _: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        // Of what is listed as an action it is asked too, once for each command.
        self.0.forbids.fetch_add(u64::from(action.starts_with("read_")), Ordering::Relaxed);
        Ok(false)
    }
}

/// What the reads are about.
#[derive(Clone, Copy)]
struct Scene {
    case: CaseId,
    customer: CustomerId,
    note: NoteId,
    case_type: casekit::CaseTypeId,
}

fn scene(office: &Office) -> Scene {
    let desk = office.administrator();
    desk.name_people(vec![casekit::PersonName::new("u-1", "Ada Obi")]).unwrap();
    desk.create_team(casekit::NewTeam::new("Billing")).unwrap();
    let customer =
        desk.create_customer(casekit::NewCustomer::named("Ada").with_reference("CRM-1")).unwrap().id;
    desk.raise_case(NewCase::new("Support", "another").for_customer(customer)).unwrap();
    let request = NewRequest::new("WEB-1", "Ada").about_customer("CRM-1");
    let case = desk.receive_request(request).unwrap().id.unwrap();
    let note = desk.add_note(case, casekit::NewNote::for_customer("x")).unwrap().id;
    desk.add_note(case, "internal").unwrap();
    let case_type = desk.case_type("Support").unwrap().id;
    Scene { case, customer, note, case_type }
}

/// A read: what it is called, whether it opens one case, and how many questions it asks the store.
struct Read {
    name: &'static str,
    cases: u64,
    questions: u64,
    read: Reading,
}

type Reading = Box<dyn Fn(&Desk, Scene) -> Result<(), casekit::Error>>;

macro_rules! reads {
    ($($name:ident $cases:literal $questions:literal |$desk:ident, $scene:ident| $call:expr;)*) => {
        vec![$(Read {
            name: stringify!($name),
            cases: $cases,
            questions: $questions,
            read: Box::new(|$desk: &Desk, $scene: Scene| $call.map(drop)),
        }),*]
    };
}

/// Every method of `Desk` that reads. One question is enough for what is loaded, and for a list, whose rows come with the
/// definitions by which they are shown; one more tells what the people on it are called, if there are any; what belongs to a case is asked for once the case may be looked into;
/// changes are read behind the place where they are known to end.
#[rustfmt::skip]
fn reads() -> Vec<Read> {
    reads! {
        validate_case 0 1 |desk, _s| desk.validate_case(&NewCase::new("Support", "x"));
        case 1 2 |desk, s| desk.case(s.case);
        find_case 1 2 |desk, _s| desk.find_case("C-1");
        find_summary 1 3 |desk, _s| desk.find_summary("C-2");
        edit_form 1 1 |desk, s| desk.edit_form(s.case);
        form 1 4 |desk, s| desk.form(&casekit::FormOf::Case { case: s.case }, &[]);
        find_cases 1 2 |desk, _s| desk.find_cases("C-1");
        find_by_reference 1 3 |desk, _s| desk.find_by_reference("WEB-1");
        customer_copy 1 2 |desk, s| desk.customer_copy(s.case);
        thread 1 3 |desk, s| desk.thread(s.case, PageRequest::first());
        notes 1 3 |desk, s| desk.notes(s.case, None, PageRequest::first());
        note_revisions 1 3 |desk, s| desk.note_revisions(s.note);
        customer 0 1 |desk, s| desk.customer(s.customer);
        find_customer 0 1 |desk, _s| desk.find_customer("CRM-1");
        customers 0 1 |desk, _s| desk.customers(None, PageRequest::first());
        customer_fields 0 1 |desk, _s| desk.customer_fields();
        customers_by_fields 0 1 |desk, _s| desk.customers_by_fields(&[], None, PageRequest::first());
        people 0 1 |desk, _s| desk.people(PageRequest::first());
        person 0 1 |desk, _s| desk.person("u-1");
        explain_deadlines 1 1 |desk, s| desk.explain_deadlines(s.case);
        fields_on_paper 0 1 |desk, s| desk.fields_on_paper([s.case]);
        people_on_paper 0 1 |desk, _s| desk.people_on_paper(["u-1".to_owned()]);
        case_types 0 1 |desk, _s| desk.case_types();
        case_type 0 1 |desk, _s| desk.case_type("Support");
        tags 0 1 |desk, _s| desk.tags();
        teams 0 1 |desk, _s| desk.teams();
        team 0 1 |desk, _s| desk.team("Billing");
        workflows 0 1 |desk, _s| desk.workflows();
        workflow 0 1 |desk, _s| desk.workflow("Data request");
        settings 0 1 |desk, _s| desk.settings();
        cases 0 1 |desk, _s| desk.cases(&CasesQuery::default(), PageRequest::first());
        interactions 0 1 |desk, s| desk.interactions(s.customer, PageRequest::first());
        counts 0 1 |desk, _s| desk.counts(CountBy::Stage, &CasesQuery::default());
        due_counts 0 2 |desk, _s| desk.due_counts(&CasesQuery::default());
        statistics 0 1 |desk, _s| desk.statistics(&StatisticsQuery::default());
        stuck_cases 0 2 |desk, _s| desk.stuck_cases(StuckBy::Quiet { days: 1 }, &CasesQuery::default(), PageRequest::first());
        count_stuck_cases 0 2 |desk, _s| desk.count_stuck_cases(StuckBy::Quiet { days: 1 }, &CasesQuery::default());
        search 0 1 |desk, _s| desk.search("another", PageRequest::first());
        my_pending_cases 0 1 |desk, _s| desk.my_pending_cases(PageRequest::first());
        my_held_cases 0 1 |desk, _s| desk.my_held_cases(PageRequest::first());
        my_pending_count 0 1 |desk, _s| desk.my_pending_count();
        my_raised_cases 0 1 |desk, _s| desk.my_raised_cases(PageRequest::first());
        my_work 0 1 |desk, _s| desk.my_work(PageRequest::first());
        my_work_counts 0 4 |desk, _s| desk.my_work_counts();
        summary 1 3 |desk, s| desk.summary(s.case);
        available_actions 1 1 |desk, s| desk.available_actions(s.case);
        note_actions 1 2 |desk, s| desk.note_actions(s.note);
        raise_blockers 0 1 |desk, _s| desk.raise_blockers("Support", None);
        desk_actions 0 1 |desk, _s| desk.desk_actions();
        customer_actions 0 1 |desk, s| desk.customer_actions(s.customer);
        case_type_actions 0 1 |desk, s| desk.case_type_actions(s.case_type);
        blockers 1 1 |desk, s| desk.blockers(s.case, Action::Release, None);
        snapshot 1 1 |desk, s| none_yet(desk.snapshot(s.case).map(drop));
        preview_data 1 1 |desk, s| none_yet(desk.preview_data(s.case, "a", "b", 0, 1).map(drop));
        cases_with_errors 0 1 |desk, _s| desk.cases_with_errors(None, None, PageRequest::first());
        failure_overview 0 1 |desk, _s| desk.failure_overview();
        check_settings 0 1 |desk, _s| desk.check_settings(Reach::Here);
        history 1 2 |desk, s| desk.history(StreamId::Case(s.case), PageRequest::first());
        case_at 1 6 |desk, s| desk.case_at(s.case, Moment::Revision(1));
        thread_at 1 4 |desk, s| desk.thread_at(s.case, Moment::Revision(5), PageRequest::first());
        changes_since 0 2 |desk, _s| desk.changes_since(None, 10);
        verify_stream 0 4 |desk, s| desk.verify_stream(StreamId::Case(s.case));
        verify_stream_with 0 4 |desk, s| desk.verify_stream_with(StreamId::Case(s.case), |_| ControlFlow::Continue(()));
        verify 0 6 |desk, _s| desk.verify(None);
        verify_with 0 6 |desk, _s| desk.verify_with(None, |_| ControlFlow::Continue(()));
    }
}

/// Nothing was collected: that is an answer too.
fn none_yet(answer: Result<(), casekit::Error>) -> Result<(), casekit::Error> {
    match answer {
        Err(error) if error.code() == "blocked" => Ok(()),
        other => other,
    }
}

/// Methods of `Desk` that read nothing of the file.
const OTHERS: [&str; 6] = ["request", "seen", "in_language", "language", "actor", "live"];

/// Methods of `Desk` that ask for a change.
pub(crate) const COMMANDS: &[&str] = &[
    "raise_case",
    "edit_case",
    "migrate_case",
    "take_case",
    "return_case",
    "assign_case",
    "take_over_case",
    "add_note",
    "reply",
    "edit_note",
    "retract_note",
    "set_note_visibility",
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
    "tag_case",
    "rename_tag",
    "merge_tags",
    "create_workflow",
    "edit_workflow",
    "activate_workflow",
    "deactivate_workflow",
    "change_settings",
    "receive_request",
    "approve_identification",
    "approve_identification_with",
    "prepare_data",
    "send_message",
    "pause_deadlines",
    "resume_deadlines",
    "extend_deadline",
    "give_date",
    "follow_up",
    "stop_message",
    "receive_answer",
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
    "confirm_target",
    "retry",
    "withdraw",
    "retry_all",
    "retry_page",
    "submit",
    "released_package",
    "import",
    "import_with",
    "begin_export",
    "end_export",
    "fail_export",
    "audit_head",
];

fn every_read_asks_for_the_scope_once_and_for_a_case_once(office: &Office) {
    let scene = scene(office);
    let asked = Arc::new(Questions::default());
    let desk = office.narrowed_by(Host(Arc::clone(&asked))).desk(actor("mona", Role::Administrator));
    for Read { name, cases, questions: _, read } in reads() {
        asked.scope.store(0, Ordering::Relaxed);
        asked.forbids.store(0, Ordering::Relaxed);
        read(&desk, scene).unwrap_or_else(|error| panic!("{name}: {error}"));
        let counted = (asked.scope.load(Ordering::Relaxed), asked.forbids.load(Ordering::Relaxed));
        // Who wrote a note is asked of the host too: here it is one person.
        let scopes = if name == "customer_copy" { 2 } else { 1 };
        assert_eq!(counted, (scopes, cases), "{name} asks so often for the scope, and for a case");
    }
}

fn a_host_that_cannot_tell_fails_every_read(office: &Office) {
    let scene = scene(office);
    let asked = Arc::new(Questions { fails: true, ..Questions::default() });
    let desk = office.narrowed_by(Host(asked)).desk(actor("mona", Role::Administrator));
    for Read { name, read, .. } in reads() {
        assert_eq!(read(&desk, scene).map_err(|error| error.code()), Err("not_allowed_here"), "{name}");
    }
}

/// How many questions a read asks the store.
fn questions<T>(office: &Office, read: impl Fn(&Desk) -> Result<T, casekit::Error>) -> u64 {
    let asked = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&asked);
    let store = Meddled::new(Arc::clone(&office.store), move || {
        counting.fetch_add(1, Ordering::Relaxed);
    });
    let kit = OpenOptions::new().with_store(Arc::new(store)).unwrap();
    let desk = kit.desk(actor("mona", Role::Administrator));
    asked.store(0, Ordering::Relaxed);
    read(&desk).unwrap();
    asked.load(Ordering::Relaxed)
}

#[test]
fn every_read_asks_the_store_so_often_and_no_more() {
    for office in [Office::in_memory(), Office::on_file()] {
        let scene = scene(&office);
        for Read { name, questions: asked, read, .. } in reads() {
            assert_eq!(questions(&office, |desk| read(desk, scene)), asked, "{name}");
        }
    }
}

fn a_summary_asks_the_store_twice_however_long_the_thread_is(office: &Office) {
    let scene = scene(office);
    assert_eq!(
        questions(office, |desk| desk.summary(scene.case)),
        3,
        "the case with the definitions, its notes, and the names of who works on it"
    );
    let desk = office.administrator();
    for n in 0..600 {
        desk.add_note(scene.case, format!("note {n}")).unwrap();
    }
    assert_eq!(questions(office, |desk| desk.summary(scene.case)), 3);
    let last: Vec<_> =
        desk.summary(scene.case).unwrap().last_notes.into_iter().map(|note| note.text.unwrap()).collect();
    assert_eq!(last, ["note 595", "note 596", "note 597", "note 598", "note 599"]);
}

fn a_history_asks_no_more_than_it_shows(office: &Office) {
    let scene = scene(office);
    let desk = office.administrator();
    for n in 0..600 {
        desk.add_note(scene.case, format!("note {n}")).unwrap();
    }
    let first = |desk: &Desk| desk.history(StreamId::Case(scene.case), PageRequest::first());
    assert_eq!(questions(office, first), 2, "a page of events with the case and the definitions, and names");
    let next =
        desk.history(StreamId::Case(scene.case), PageRequest::first()).unwrap().next_request().unwrap();
    let second = |desk: &Desk| desk.history(StreamId::Case(scene.case), next.clone());
    assert_eq!(
        questions(office, second),
        2,
        "and the events behind it are not read for what stages were called"
    );
}

/// The methods of `Desk`, as its source has them.
pub(crate) fn methods_of_the_desk() -> BTreeSet<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("casekit-core/src");
    let mut files: Vec<_> =
        std::fs::read_dir(folder.join("desk")).unwrap().map(|file| file.unwrap().path()).collect();
    files.push(folder.join("desk.rs"));
    files.retain(|path| path.is_file());
    let mut methods = BTreeSet::new();
    for text in files.iter().map(|file| std::fs::read_to_string(file).unwrap()) {
        // Methods of the desk stand in `impl Desk {`, up to the brace that ends it.
        for part in text.split("\nimpl Desk {\n").skip(1) {
            let part = part.split("\n}\n").next().unwrap();
            let named = part.lines().filter_map(|line| line.strip_prefix("    pub fn "));
            methods.extend(named.map(|line| line.split(['(', '<']).next().unwrap().to_owned()));
        }
    }
    assert!(methods.len() > 70, "the sources are not where they were");
    methods
}

#[test]
fn no_method_of_a_desk_is_left_out() {
    let methods = methods_of_the_desk();
    let walked: BTreeSet<String> = reads().iter().map(|read| read.name.to_owned()).collect();
    let others: BTreeSet<String> = OTHERS.iter().chain(COMMANDS).map(|name| (*name).to_owned()).collect();
    let all: BTreeSet<String> = walked.union(&others).cloned().collect();
    assert_eq!(methods.difference(&all).collect::<Vec<_>>(), [""; 0], "neither walked nor a command");
    assert_eq!(all.difference(&methods).collect::<Vec<_>>(), [""; 0], "no longer there");
}
