//! A small office, with cases that differ in everything by which a list can filter or sort.

use super::build::{Clerk, RawCase, at_time, instant};
use crate::model::{Case, CaseType, Customer, Priority, StageCategory, TeamId, WorkflowId};
use crate::store::Store;

pub(super) struct Office<'a> {
    pub(super) clerk: Clerk<'a>,
    pub(super) types: Vec<CaseType>,
    pub(super) customers: Vec<Customer>,
    /// A team that has some cases, and one that some cases left.
    pub(super) teams: [TeamId; 2],
    /// A workflow that some cases are in.
    pub(super) workflow: WorkflowId,
    /// The cases, in the order of their numbers.
    pub(super) cases: Vec<Case>,
}

/// Sixteen cases: three types, two customers, two teams, three raisers, three holders, every category and priority,
/// two resolutions, two workflows, and instants
/// that are out of order and partly equal.
pub(super) fn office(store: &dyn Store) -> Office<'_> {
    let clerk = Clerk::new(store);
    let types = ["Support", "Bug report", "Enquiries"].map(|name| clerk.case_type(name)).to_vec();
    let customers = ["Jo Straßer", "Ada Obi"].map(|name| clerk.customer(name)).to_vec();
    let teams = ["Front office", "Back office"].map(|name| clerk.team(name));
    let titles = ["Roof leaks", "Roof", "Lamp broken", "Leaf on the roof"];
    let new = (0..16).map(|place: usize| RawCase {
        title: titles[place % 4].to_owned(),
        description: place.is_multiple_of(5).then(|| "Seen from the attic".to_owned()),
        customer: customers.get(place % 3).map(|customer| customer.id),
        category: StageCategory::ALL[place % 5],
        team: [None, Some(teams[0]), Some(teams[1]), None][place / 2 % 4],
        priority: Priority::ALL[place / 3 % 4],
        by: ["ada", "cy", "dan"][place % 3].to_owned(),
        // Two cases share each instant, and later pairs have earlier instants.
        at: Some(instant(5_000 - (place / 2) as i64 * 100)),
        ..RawCase::of(&types[place % 3], "")
    });
    let raised = clerk.raise_all(new.collect());
    for (place, case) in raised.iter().enumerate() {
        let at = instant(10_000 + (place % 6) as i64);
        let drafts = match place % 4 {
            0 => vec![clerk.takes(case.id, "bea")],
            1 => vec![clerk.takes(case.id, "ada"), clerk.moves(case, StageCategory::Waiting)],
            2 => vec![clerk.takes(case.id, "bea"), clerk.returns(case.id, "bea")],
            _ => vec![clerk.takes(case.id, "eve"), clerk.moves(case, StageCategory::Active)],
        };
        clerk.write_drafts(drafts.into_iter().map(|draft| at_time(at, draft)).collect());
    }
    let workflow = WorkflowId(clerk.uuid());
    for (place, case) in raised.iter().enumerate() {
        let at = instant(11_000 + (place % 5) as i64);
        let drafts = match place % 7 {
            0 => vec![clerk.starts_workflow(case.id, workflow), clerk.withdraws(case.id)],
            1 => vec![clerk.starts_workflow(case.id, workflow)],
            2 => vec![
                clerk.starts_workflow(case.id, WorkflowId(clerk.uuid())),
                clerk.denies(case.id, "identification"),
            ],
            3 => vec![clerk.ends(&clerk.case_now(case.id), StageCategory::Closed, "duplicate", "See C-1")],
            4 => vec![clerk.ends(&clerk.case_now(case.id), StageCategory::Resolved, "done", "Paid")],
            _ => continue,
        };
        clerk.write_drafts(drafts.into_iter().map(|draft| at_time(at, draft)).collect());
    }
    for case in raised.iter().filter(|case| case.team == Some(teams[1])).take(2) {
        let given = clerk.gives(&clerk.case_now(case.id), Some(teams[0]));
        clerk.write_drafts(vec![at_time(instant(12_000), given)]);
    }
    for case in raised.iter().filter(|case| case.priority == Priority::Low).take(2) {
        let risen = clerk.prioritises(&clerk.case_now(case.id), Priority::Urgent);
        clerk.write_drafts(vec![at_time(instant(13_000), risen)]);
    }
    let cases = raised.into_iter().map(|case| clerk.case_now(case.id)).collect();
    Office { clerk, types, customers, teams, workflow, cases }
}
