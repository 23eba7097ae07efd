//! Cases from whose steps people are excluded: pending for everybody else, and listed and counted so.

use super::build::{Clerk, RawCase, actor};
use super::counts::{assert_counted, under};
use super::lists::{assert_lists_in_every_order, list};
use super::pending::{GROUPINGS, is_unblocked};
use crate::event::Draft;
use crate::model::{
    Case, CaseId, Permission, ShortText, StageCategory, Step, StepDoer, StepId, StepKind, WorkflowId,
    shipped_workflows,
};
use crate::store::{CaseFilter, CaseRow, Direction, HolderFilter, Pending, Sort, Store};

use Permission::{DecideSteps, ReleaseCases, RetryFailures};

const PEOPLE: [&str; 5] = ["ada", "bea", "cy", "petra", "quin"];
const MAY: [&[Permission]; 3] =
    [&[DecideSteps], &[ReleaseCases], &[DecideSteps, ReleaseCases, RetryFailures]];

pub fn the_second_pair_of_eyes_is_shown_what_it_may_release(store: &dyn Store) {
    let scene = Scene::of(store, four_eyes());
    scene.follows(vec![
        scene.clerk.takes(scene.case, "petra"),
        scene.clerk.approves_as(scene.case, "identification", "petra", None),
        scene.clerk.approves_as(scene.case, "data_approval", "petra", None),
    ]);
    assert_eq!(scene.pending_for(), ["ada", "bea", "cy", "quin"]);
    scene.follows(vec![
        scene.clerk.requests_release(scene.case),
        scene.clerk.fails_to_build(scene.case, "press_jammed"),
        scene.clerk.returns(scene.case, "petra"),
    ]);
    assert_eq!(scene.pending_for(), ["ada", "bea", "cy", "quin"], "to be retried");
}

pub fn a_quorum_is_pending_for_who_has_not_approved_whoever_holds_the_case(store: &dyn Store) {
    let scene = Scene::of(store, vec![Step { quorum: 3, ..approval("signed") }]);
    scene.follows(vec![
        scene.clerk.takes(scene.case, "bea"),
        scene.clerk.approves_as(scene.case, "signed", "petra", None),
    ]);
    assert_eq!(scene.pending_for(), ["ada", "bea", "cy", "quin"]);
    scene.follows(vec![scene.clerk.approves_as(scene.case, "signed", "bea", Some("cy"))]);
    assert_eq!(
        scene.pending_for(),
        ["ada", "quin"],
        "who approved for somebody, and that person, did it both"
    );
}

pub fn a_step_that_excludes_the_raiser_is_not_pending_for_them(store: &dyn Store) {
    let scene = Scene::of(store, vec![Step { excludes_raiser: true, ..approval("signed") }]);
    assert_eq!(scene.pending_for(), ["bea", "cy", "petra", "quin"], "ada raised it");
    scene.follows(vec![scene.clerk.takes(scene.case, "ada"), scene.clerk.returns(scene.case, "ada")]);
}

pub fn two_steps_that_wait_for_one_permission_exclude_each_their_own(store: &dyn Store) {
    let not_after = |id: &str, others: &[&str]| Step {
        excludes_doers_of: others.iter().map(|other| step_id(other)).collect(),
        ..approval(id)
    };
    let steps = vec![
        approval("first"),
        approval("second"),
        Step { requires: vec![step_id("first"), step_id("second")], ..not_after("third", &["first"]) },
        Step { requires: vec![step_id("first"), step_id("second")], ..not_after("fourth", &["second"]) },
    ];
    let scene = Scene::of(store, steps);
    scene.follows(vec![
        scene.clerk.approves_as(scene.case, "first", "petra", None),
        scene.clerk.approves_as(scene.case, "second", "quin", None),
    ]);
    assert_eq!(scene.pending_for(), PEOPLE, "each of them may do one of the two");
    let (petra, quin) = (actor("petra"), actor("quin"));
    assert!(!scene.is_pending(&Pending { by: petra, on_behalf_of: Some(quin), bits: DecideSteps.bit() }));
    scene.follows(vec![scene.clerk.approves_as(scene.case, "third", "ada", None)]);
    assert_eq!(scene.pending_for(), ["ada", "bea", "cy", "petra"]);
}

pub fn an_exclusion_ends_with_the_workflow(store: &dyn Store) {
    let scene = Scene::of(store, vec![Step { excludes_raiser: true, ..approval("signed") }]);
    scene.follows(vec![scene.clerk.withdraws(scene.case)]);
    assert_eq!(scene.pending_for(), [""; 0]);
}

/// One case among others in the same workflow.
struct Scene<'a> {
    store: &'a dyn Store,
    clerk: Clerk<'a>,
    case: CaseId,
    others: Vec<CaseId>,
}

impl<'a> Scene<'a> {
    fn of(store: &'a dyn Store, steps: Vec<Step>) -> Self {
        let clerk = Clerk::new(store);
        let case_type = clerk.case_type("Data request");
        let raise = |by: &str| {
            let case = clerk.raise(RawCase { by: by.to_owned(), ..RawCase::of(&case_type, "Asks") }).id;
            clerk.write_drafts(vec![clerk.starts_steps(case, WorkflowId(clerk.uuid()), steps.clone())]);
            case
        };
        let others = ["bea", "quin"].map(raise).to_vec();
        let scene = Self { case: raise("ada"), others, store, clerk };
        scene.holds();
        scene
    }

    /// Writes one event after another, and compares after each.
    fn follows(&self, drafts: Vec<Draft>) {
        for draft in drafts {
            self.clerk.write_drafts(vec![draft]);
            self.holds();
        }
    }

    /// Lists, counts and blockers agree, for everybody with every set of permissions, alone and for somebody else.
    fn holds(&self) {
        let now: Vec<Case> =
            self.others.iter().chain([&self.case]).map(|case| self.clerk.case_now(*case)).collect();
        for by in PEOPLE.map(actor) {
            for other in std::iter::once(None).chain(PEOPLE.map(actor).map(Some)) {
                if other.as_ref() == Some(&by) {
                    continue;
                }
                for may in MAY {
                    let bits = may.iter().fold(0, |bits, permission| bits | permission.bit());
                    let pending = Pending { by: by.clone(), on_behalf_of: other.clone(), bits };
                    let fits = |case: &&Case| is_unblocked(case, &by, other.as_ref(), may);
                    let fitting: Vec<Case> = now.iter().filter(fits).cloned().collect();
                    self.is_shown(&pending, &fitting);
                }
            }
        }
        self.store.check().unwrap();
    }

    fn is_shown(&self, pending: &Pending, fitting: &[Case]) {
        let filter = CaseFilter { pending: Some(pending.clone()), ..CaseFilter::default() };
        assert_lists_in_every_order(self.store, &format!("{pending:?}"), &filter, fitting);
        let work = CaseFilter { work: Some(pending.clone()), ..CaseFilter::default() };
        for by in GROUPINGS {
            let base = || filter.clone();
            for filter in [
                base(),
                CaseFilter { types: fitting.first().map(|case| vec![case.case_type]), ..base() },
                CaseFilter { own: Some(pending.by.clone()), ..base() },
                CaseFilter { holder: Some(HolderFilter::Untaken), ..base() },
                CaseFilter { holder: Some(HolderFilter::By(actor("petra"))), ..base() },
                work.clone(),
                CaseFilter { own: Some(pending.by.clone()), ..work.clone() },
            ] {
                assert_counted(self.store, &under(by, filter));
            }
        }
        self.is_work(&work, pending, fitting);
    }

    /// What is pending for somebody is among their work whether it is their own or not, and the rows say which is.
    fn is_work(&self, work: &CaseFilter, pending: &Pending, fitting: &[Case]) {
        let rows = list(self.store, work.clone(), Sort::Number, Direction::Ascending, 2);
        let told: Vec<_> = rows.iter().filter(|row| row.pending).map(|row| row.id).collect();
        assert_eq!(told, fitting.iter().map(|case| case.id).collect::<Vec<_>>(), "{pending:?}");
        let own = |row: &CaseRow| row.raised_by == pending.by || row.holder.as_ref() == Some(&pending.by);
        let is_so = |row: &CaseRow| row.pending || (own(row) && row.category != StageCategory::Closed);
        assert!(rows.iter().all(is_so), "{pending:?}: {rows:?}");
    }

    /// For whom of the people the case is pending, whatever they may.
    fn pending_for(&self) -> Vec<&'static str> {
        let bits = MAY[2].iter().fold(0, |bits, permission| bits | permission.bit());
        let is_so = |who: &&str| self.is_pending(&Pending { by: actor(who), on_behalf_of: None, bits });
        PEOPLE.into_iter().filter(is_so).collect()
    }

    fn is_pending(&self, pending: &Pending) -> bool {
        let filter = CaseFilter { pending: Some(pending.clone()), ..CaseFilter::default() };
        let (sort, direction) = (crate::store::Sort::Number, crate::store::Direction::Ascending);
        super::lists::list(self.store, filter, sort, direction, 500).iter().any(|row| row.id == self.case)
    }
}

fn four_eyes() -> Vec<Step> {
    let (_, version) = shipped_workflows().remove(1);
    version.steps
}

fn approval(id: &str) -> Step {
    Step {
        id: step_id(id),
        label: ShortText::parse("label", id).unwrap().into(),
        kind: StepKind::Approval,
        requires: Vec::new(),
        permission: DecideSteps,
        doer: StepDoer::Anyone,
        quorum: 1,
        excludes_raiser: false,
        excludes_doers_of: Vec::new(),
        denial_codes: Vec::new(),
        material: Vec::new(),
        methods: Vec::new(),
    }
}

fn step_id(id: &str) -> StepId {
    StepId::parse("step", id).unwrap()
}
