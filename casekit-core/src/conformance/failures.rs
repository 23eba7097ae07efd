//! Cases that fail, by cause.

use super::backlog::{Backlog, backlog, is_own};
use super::build::actor;
use super::lists::{assert_lists_in_every_order, list};
use crate::model::{Case, Failure};
use crate::store::{CaseFilter, Direction, Failing, FailureCount, Sort, Store, Within};

pub fn failing_cases_are_listed_by_code_and_setting(store: &dyn Store) {
    let backlog = backlog(store);
    let wanted = [
        (None, None),
        (Some("source_missing"), None),
        (Some("delivery_refused"), None),
        (None, Some("sources.crm")),
        (Some("delivery_refused"), Some("webform")),
    ];
    for (code, setting) in wanted {
        let fitting = backlog.fitting(|case| {
            let failure = failure_of(case);
            failure.is_some_and(|failure| {
                code.is_none_or(|code| failure.code == code)
                    && setting.is_none_or(|setting| failure.setting.as_deref() == Some(setting))
            })
        });
        assert_lists_in_every_order(
            store,
            &format!("{code:?} {setting:?}"),
            &failing(code, setting),
            &fitting,
        );
    }
    for (code, setting) in
        [(Some("source_missing"), Some("webform")), (Some("Source_missing"), None), (None, Some(""))]
    {
        assert_lists_in_every_order(store, &format!("{code:?} {setting:?}"), &failing(code, setting), &[]);
    }
}

pub fn failures_are_counted_by_cause_in_order(store: &dyn Store) {
    let Backlog { types, cases, .. } = backlog(store);
    let count = |code: &str, setting: Option<&str>, count| FailureCount {
        code: code.to_owned(),
        setting: setting.map(str::to_owned),
        count,
    };
    let all = vec![
        count("delivery_refused", None, 3),
        count("delivery_refused", Some("webform"), 3),
        count("source_missing", Some("sources.crm"), 3),
        count("source_missing", Some("sources.erp"), 3),
    ];
    assert_eq!(store.count_failures(&Within::default()).unwrap().answer, all);
    let of_types = |types: Vec<_>| Within { types: Some(types), ..Within::default() };
    let both = of_types(vec![types[0].id, types[1].id]);
    assert_eq!(store.count_failures(&both).unwrap().answer, all);
    assert_eq!(store.count_failures(&of_types(Vec::new())).unwrap().answer, []);
    let of_nobody = Within { own: Some(actor("nobody")), ..Within::default() };
    assert_eq!(store.count_failures(&of_nobody).unwrap().answer, []);
    for types in [None, Some(vec![types[1].id])] {
        for own in [None, Some(actor("bea")), Some(actor("cy"))] {
            let in_scope = |case: &&Case| {
                types.as_ref().is_none_or(|types| types.contains(&case.case_type))
                    && own.as_ref().is_none_or(|own| is_own(case, own))
            };
            let within = Within { types: types.clone(), own: own.clone(), ..Within::default() };
            let failures: Vec<&Failure> = cases.iter().filter(in_scope).filter_map(failure_of).collect();
            let of = |cause: &FailureCount| {
                let same =
                    |failure: &&&Failure| failure.code == cause.code && failure.setting == cause.setting;
                FailureCount { count: failures.iter().filter(same).count() as u64, ..cause.clone() }
            };
            let expected: Vec<FailureCount> = all.iter().map(of).filter(|cause| cause.count > 0).collect();
            assert_eq!(store.count_failures(&within).unwrap().answer, expected, "{within:?}");
        }
    }
}

pub fn failures_are_counted_anew_when_one_is_fixed_or_another_comes(store: &dyn Store) {
    let Backlog { clerk, cases, .. } = backlog(store);
    let case = cases.iter().find(|case| failure_of(case).is_some()).unwrap().id;
    let counts = || {
        let counts = store.count_failures(&Within::default()).unwrap().answer;
        let listed = list(store, failing(None, None), Sort::Number, Direction::Ascending, 500);
        assert_eq!(counts.iter().map(|cause| cause.count).sum::<u64>(), listed.len() as u64);
        store.check().unwrap();
        counts.into_iter().map(|cause| cause.count).collect::<Vec<u64>>()
    };
    assert_eq!(counts(), [3, 3, 3, 3]);
    clerk.write_drafts(vec![clerk.fails(case, "data_approval", "source_missing", Some("sources.erp"))]);
    assert_eq!(counts(), [3, 3, 2, 4]);
    clerk.write_drafts(vec![clerk.fails(case, "data_approval", "a_new_one", None)]);
    assert_eq!(counts(), [1, 3, 3, 2, 3]);
    clerk.write_drafts(vec![clerk.withdraws(case)]);
    assert_eq!(counts(), [3, 3, 2, 3]);
}

fn failing(code: Option<&str>, setting: Option<&str>) -> CaseFilter {
    let failing = Failing { code: code.map(str::to_owned), setting: setting.map(str::to_owned) };
    CaseFilter { failing: Some(failing), ..CaseFilter::default() }
}

fn failure_of(case: &Case) -> Option<&Failure> {
    case.progress.as_deref()?.present_failure()
}
