//! Cases that are pending for an actor: with a step that they could decide, or could once they have taken the case.

use super::backlog::{Backlog, backlog, is_own, whole_course};
use super::build::{Clerk, RawCase, actor, query};
use super::counts::{assert_counted, under};
use super::lists::{assert_lists_in_every_order, list};
use crate::decide::action::Action;
use crate::decide::blockers::{Who, blockers};
use crate::language::Language;
use crate::model::{Actor, ActorId, Case, Catalog, Permission, Progress, StageCategory, Step, StepState};
use crate::rejection::Blocker;
use crate::store::{CaseFilter, CountBy, Direction, Failing, HolderFilter, Pending, Sort, Store, Within};

/// Actors and their permissions. `cy` holds no case.
const ACTORS: [(&str, &[Permission]); 6] = [
    ("ada", &[Permission::DecideSteps]),
    ("ada", &[Permission::ReleaseCases, Permission::ReadSensitive]),
    ("bea", &[Permission::DecideSteps, Permission::ReleaseCases, Permission::RetryFailures]),
    ("cy", &[Permission::DecideSteps, Permission::ReadCases]),
    ("cy", &[Permission::ReleaseCases]),
    ("cy", &[Permission::RetryFailures]),
];

pub(super) const GROUPINGS: [CountBy; 8] = CountBy::ALL;

pub fn what_is_pending_is_what_no_blocker_keeps_one_from(store: &dyn Store) {
    let backlog = backlog(store);
    for (who, may) in ACTORS {
        let fitting = backlog.fitting(|case| is_pending(case, &actor(who), may));
        assert_lists_in_every_order(store, &format!("{who} {may:?}"), &filter(who, may), &fitting);
    }
}

pub fn nothing_is_pending_for_a_permission_that_no_step_asks_for(store: &dyn Store) {
    backlog(store);
    for may in [&[][..], &[Permission::ReadCases, Permission::ReadSensitive]] {
        assert_lists_in_every_order(store, &format!("{may:?}"), &filter("ada", may), &[]);
        let query = under(CountBy::Category, filter("ada", may));
        assert_eq!(store.count_cases(&query).unwrap().answer, []);
    }
}

pub fn what_is_pending_is_narrowed_by_other_filters(store: &dyn Store) {
    let backlog = backlog(store);
    let ada = actor("ada");
    let may = &[Permission::DecideSteps, Permission::ReleaseCases];
    let base = || filter("ada", may);
    let (first, case_type) = (backlog.cases[0].raised_at, backlog.types[1].id);
    let by = |who: &str| Some(HolderFilter::By(actor(who)));
    let failing = Failing { code: None, setting: Some("sources.crm".to_owned()) };
    type Fits<'a> = &'a dyn Fn(&Case) -> bool;
    let narrowed: [(CaseFilter, Fits<'_>); 9] = [
        (CaseFilter { types: Some(vec![case_type]), ..base() }, &|case| case.case_type == case_type),
        (CaseFilter { categories: Some(vec![StageCategory::Open]), ..base() }, &|case| {
            case.category == StageCategory::Open
        }),
        (CaseFilter { holder: Some(HolderFilter::Untaken), ..base() }, &|case| case.holder.is_none()),
        (CaseFilter { holder: by("ada"), ..base() }, &|case| case.holder_id() == Some(&ada)),
        (CaseFilter { holder: by("bea"), ..base() }, &|_| false),
        (CaseFilter { own: Some(ada.clone()), ..base() }, &|case| is_own(case, &ada)),
        (CaseFilter { failing: Some(failing), ..base() }, &|case| {
            let failure = case.progress.as_deref().and_then(Progress::present_failure);
            failure.is_some_and(|failure| failure.setting.as_deref() == Some("sources.crm"))
        }),
        (CaseFilter { raised_before: Some(first), ..base() }, &|case| case.raised_at < first),
        (CaseFilter { text: Some(query("asks nothing ")), ..base() }, &|_| false),
    ];
    for (filter, fits) in narrowed {
        let both = |case: &&Case| is_pending(case, &ada, may) && fits(case);
        let fitting: Vec<Case> = backlog.cases.iter().filter(both).cloned().collect();
        assert_lists_in_every_order(store, &format!("{filter:?}"), &filter, &fitting);
    }
}

pub fn what_is_pending_is_counted_as_it_is_listed(store: &dyn Store) {
    let Backlog { types, .. } = backlog(store);
    for (who, may) in ACTORS {
        for by in GROUPINGS {
            let base = || filter(who, may);
            let filters = [
                base(),
                CaseFilter { types: Some(vec![types[1].id]), ..base() },
                CaseFilter { types: Some(Vec::new()), ..base() },
                CaseFilter { categories: Some(vec![StageCategory::Waiting]), ..base() },
                CaseFilter { holder: Some(HolderFilter::Untaken), ..base() },
                CaseFilter { holder: Some(HolderFilter::By(actor("bea"))), ..base() },
                CaseFilter { own: Some(actor("ada")), ..base() },
                CaseFilter { own: Some(actor("cy")), holder: Some(HolderFilter::Untaken), ..base() },
            ];
            filters.into_iter().for_each(|filter| assert_counted(store, &under(by, filter)));
        }
    }
    let untaken = under(CountBy::CaseType, filter("cy", ACTORS[3].1));
    let counts = store.count_cases(&untaken).unwrap().answer;
    assert_eq!(counts.iter().map(|group| group.count).sum::<u64>(), 4);
}

pub fn work_is_what_is_pending_and_what_is_ones_own_and_not_closed(store: &dyn Store) {
    let Backlog { types, cases, .. } = backlog(store);
    for (who, may) in ACTORS {
        let (me, is_theirs) = (actor(who), |case: &Case| is_pending(case, &actor(who), may));
        let is_work =
            |case: &&Case| is_theirs(case) || (is_own(case, &me) && case.category != StageCategory::Closed);
        let mut fitting: Vec<Case> = cases.iter().filter(is_work).cloned().collect();
        fitting.sort_by_key(|case| case.number.value);
        let work = CaseFilter { work: Some(pending(who, may)), ..CaseFilter::default() };
        assert_lists_in_every_order(store, &format!("the work of {who} {may:?}"), &work, &fitting);
        let rows = list(store, work.clone(), Sort::Number, Direction::Ascending, 3);
        for (row, case) in rows.iter().zip(&fitting) {
            assert_eq!((row.id, row.pending), (case.id, is_theirs(case)), "{who} {may:?}");
        }
        for by in GROUPINGS {
            let base = || work.clone();
            for filter in [
                base(),
                CaseFilter { types: Some(vec![types[1].id]), ..base() },
                CaseFilter { categories: Some(vec![StageCategory::Closed, StageCategory::Open]), ..base() },
                CaseFilter { own: Some(me.clone()), ..base() },
                CaseFilter { own: Some(actor("bea")), ..base() },
                CaseFilter { raised_by: Some(actor("cy")), ..base() },
                CaseFilter { pending: Some(pending("bea", may)), ..base() },
            ] {
                assert_counted(store, &under(by, filter));
            }
        }
    }
}

pub fn what_is_pending_follows_every_event(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    for draft in whole_course(&clerk, case) {
        let what = draft.fact.code();
        clerk.write_drafts(vec![draft]);
        let now = clerk.case_now(case);
        for (who, may) in ACTORS {
            let fitting = is_pending(&now, &actor(who), may).then(|| now.clone());
            let fitting: Vec<Case> = fitting.into_iter().collect();
            assert_lists_in_every_order(
                store,
                &format!("{who} {may:?} after {what}"),
                &filter(who, may),
                &fitting,
            );
            for by in GROUPINGS {
                assert_counted(store, &under(by, filter(who, may)));
            }
        }
        store.check().unwrap_or_else(|error| panic!("after {what}: {error}"));
    }
}

pub fn an_ended_workflow_is_neither_pending_nor_failing(store: &dyn Store) {
    let Backlog { clerk, cases, .. } = backlog(store);
    for case in &cases {
        if case.live().is_some() {
            clerk.write_drafts(vec![clerk.withdraws(case.id)]);
        }
    }
    for (who, may) in ACTORS {
        assert_lists_in_every_order(store, who, &filter(who, may), &[]);
        let query = under(CountBy::Holder, filter(who, may));
        assert_eq!(store.count_cases(&query).unwrap().answer, []);
    }
    let failing = CaseFilter { failing: Some(Failing::default()), ..CaseFilter::default() };
    assert_lists_in_every_order(store, "failing", &failing, &[]);
    assert_eq!(store.count_failures(&Within::default()).unwrap().answer, []);
    store.check().unwrap();
}

fn filter(who: &str, may: &[Permission]) -> CaseFilter {
    CaseFilter { pending: Some(pending(who, may)), ..CaseFilter::default() }
}

fn pending(who: &str, may: &[Permission]) -> Pending {
    let bits = may.iter().fold(0, |bits, permission| bits | permission.bit());
    Pending { by: actor(who), on_behalf_of: None, bits }
}

/// The meaning of the filter, written a second time and independently of any store.
fn is_pending(case: &Case, who: &ActorId, may: &[Permission]) -> bool {
    is_unblocked(case, who, None, may)
}

/// Whether an actor could decide a step that is ready or failed: nothing is in the way, or only that nobody has taken
/// the case. A failed answer can be sent again by whoever may retry; it is pending for those of them whose step it is.
pub(super) fn is_unblocked(
    case: &Case,
    by: &ActorId,
    on_behalf_of: Option<&ActorId>,
    may: &[Permission],
) -> bool {
    let Some(progress) = case.live() else { return false };
    let granted = |one: Actor, permission: &Permission| one.with_permission(*permission);
    let acting = may.iter().fold(Actor::new(by.to_string(), "Acting"), granted);
    let catalog = Catalog::default();
    let who = Who { actor: &acting, by, on_behalf_of, catalog: &catalog, language: Language::english() };
    let of = |action: Action, step: Option<&Step>| blockers(case, action, step, who);
    let can = |action, step| of(action, step).iter().all(|blocker| *blocker == Blocker::NotTaken);
    let is_of_others = |blocker: Blocker| {
        matches!(
            blocker,
            Blocker::HeldBy { .. } | Blocker::RaisedByYou { .. } | Blocker::DidAnotherStep { .. }
        )
    };
    let mine = |step: &Step| {
        let actions = DECISIONS.iter().filter(|action| action.step_kind() == Some(step.kind));
        !actions.flat_map(|action| of(*action, Some(step))).any(is_of_others)
    };
    let failed = progress.failure.as_ref().filter(|_| progress.release.is_some());
    progress.steps.iter().any(|step| {
        let state = progress.state_of(step);
        let decidable = matches!(state, StepState::Ready | StepState::Failed)
            && (DECISIONS
                .iter()
                .any(|action| action.step_kind() == Some(step.kind) && can(*action, Some(step)))
                || can(Action::Deny, Some(step)));
        let is_failed = failed.is_some_and(|failure| failure.step == step.id);
        decidable || (is_failed && can(Action::Retry, None) && mine(step))
    })
}

/// The actions that decide a step of some kind.
const DECISIONS: [Action; 7] = [
    Action::ApproveIdentification,
    Action::PrepareData,
    Action::ApproveNoData,
    Action::ApproveData,
    Action::ApproveStep,
    Action::Release,
    Action::ConfirmTarget,
];
