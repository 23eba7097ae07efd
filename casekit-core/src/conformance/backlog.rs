//! Cases at every point of a workflow: untaken, and held by each of two actors.

use chrono::TimeDelta;

use super::build::{Clerk, RawCase, at_time, instant};
use crate::event::Draft;
use crate::model::{
    ActorId, BlobId, Case, CaseId, CaseType, Customer, Priority, StageCategory, TeamId, Timestamp, WorkflowId,
};
use crate::store::Store;

pub(super) struct Backlog<'a> {
    pub(super) clerk: Clerk<'a>,
    pub(super) types: Vec<CaseType>,
    pub(super) customers: Vec<Customer>,
    /// Two that have cases, and one that has none.
    pub(super) teams: [TeamId; 3],
    /// The cases, course by course.
    pub(super) cases: Vec<Case>,
}

/// Every course of a case three times: untaken, held by `ada`, and held by `bea`. Types, customers, teams, priorities, raisers,
/// stages and instants are mixed, and some instants are equal.
pub(super) fn backlog(store: &dyn Store) -> Backlog<'_> {
    let clerk = Clerk::new(store);
    let types = ["Data request", "Deletion"].map(|name| clerk.case_type(name)).to_vec();
    let customers = ["Jo Straßer", "Ada Obi"].map(|name| clerk.customer(name)).to_vec();
    let teams = ["Front office", "Back office", "Idle"].map(|name| clerk.team(name));
    let with = |place: usize| [Some(teams[0]), None, Some(teams[1]), None, Some(teams[0])][place / 3 % 5];
    let new = (0..COURSES * 3).map(|place| RawCase {
        customer: customers.get(place / 3 % 3).map(|customer| customer.id),
        category: StageCategory::ALL[place % 5],
        team: with(place),
        priority: Priority::ALL[place % 4],
        by: ["ada", "cy"][place / 2 % 2].to_owned(),
        at: Some(instant(5_000 - (place / 2) as i64 * 100)),
        ..RawCase::of(&types[place % 2], "Asks for their data")
    });
    let raised = clerk.raise_all(new.collect());
    let work = raised.iter().enumerate().map(|(place, case)| {
        let at = instant(10_000 + (place % 6) as i64);
        let taken = [None, Some("ada"), Some("bea")][place % 3].map(|by| clerk.takes(case.id, by));
        // Some are given to another team, in whichever state they are then.
        let given = place.is_multiple_of(7).then(|| clerk.gives(case, with(place + 6)));
        let drafts = taken.into_iter().chain(course(&clerk, case.id, place / 3, at)).chain(given);
        clerk.commit(drafts.map(|draft| at_time(at, draft)).collect())
    });
    let answers = store.commit(work.collect()).unwrap();
    assert!(answers.iter().all(Result::is_ok), "work goes on as it began: {answers:?}");
    let cases = raised.into_iter().map(|case| clerk.case_now(case.id)).collect();
    Backlog { clerk, types, customers, teams, cases }
}

impl Backlog<'_> {
    /// The cases that a filter should match.
    pub(super) fn fitting(&self, fits: impl Fn(&Case) -> bool) -> Vec<Case> {
        let fitting: Vec<Case> = self.cases.iter().filter(|case| fits(case)).cloned().collect();
        assert!(!fitting.is_empty() && fitting.len() < self.cases.len(), "it tells cases apart");
        fitting
    }
}

/// Every kind of event that advances a case in its workflow, in a possible order.
pub(super) fn whole_course(clerk: &Clerk<'_>, case: CaseId) -> Vec<Draft> {
    let [snapshot, package] = [(); 2].map(|()| BlobId(clerk.uuid()));
    vec![
        clerk.receives_request(case, "W-1"),
        clerk.starts_workflow(case, WorkflowId(clerk.uuid())),
        clerk.takes(case, "ada"),
        clerk.approves(case, "identification"),
        clerk.fails(case, "data_approval", "source_missing", Some("sources.crm")),
        clerk.retitles(case, "Asks again"),
        clerk.collects(case, snapshot),
        clerk.approves(case, "data_approval"),
        clerk.returns(case, "ada"),
        clerk.requests_release(case),
        clerk.takes(case, "bea"),
        clerk.fails_to_build(case, "press_jammed"),
        clerk.builds_package(case, package),
        clerk.starts_delivery(case, instant(5_000_000)),
        clerk.fails_to_deliver(case, "delivery_refused", None),
        clerk.starts_delivery(case, instant(6_000_000)),
        clerk.delivers(case),
        clerk.sends_again(case),
        clerk.fails_to_deliver_again(case, "delivery_refused"),
        clerk.stops_sending(case),
        clerk.destroys_data(case),
    ]
}

/// Whether an actor holds or raised the case.
pub(super) fn is_own(case: &Case, who: &ActorId) -> bool {
    case.raised_by == *who || case.holder_id() == Some(who)
}

/// The lease of each delivery in the backlog.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);

const COURSES: usize = 14;

fn course(clerk: &Clerk<'_>, case: CaseId, which: usize, at: Timestamp) -> Vec<Draft> {
    let start = || clerk.starts_workflow(case, WorkflowId(clerk.uuid()));
    let [identified, approved] = ["identification", "data_approval"].map(|step| clerk.approves(case, step));
    let fails = |step: &str, code: &str, setting: Option<&str>| clerk.fails(case, step, code, setting);
    let released = || vec![start(), identified.clone(), approved.clone(), clerk.requests_release(case)];
    let sent = || {
        let built = clerk.builds_package(case, BlobId(clerk.uuid()));
        [released(), vec![built, clerk.starts_delivery(case, at + LEASE)]].concat()
    };
    match which {
        0 => Vec::new(),
        1 => vec![start()],
        2 => vec![start(), identified],
        3 => vec![start(), identified, approved],
        4 => vec![start(), identified, fails("data_approval", "source_missing", Some("sources.crm"))],
        5 => vec![start(), identified, fails("data_approval", "source_missing", Some("sources.erp"))],
        6 => [sent(), vec![clerk.fails_to_deliver(case, "delivery_refused", Some("webform"))]].concat(),
        7 => [released(), vec![clerk.fails_to_build(case, "delivery_refused")]].concat(),
        8 => released(),
        9 => sent(),
        10 => [sent(), vec![clerk.delivers(case)]].concat(),
        11 => [sent(), vec![clerk.delivers(case), clerk.destroys_data(case)]].concat(),
        12 => vec![start(), fails("identification", "source_missing", None), clerk.withdraws(case)],
        _ => vec![start(), identified, clerk.denies(case, "data_approval")],
    }
}
