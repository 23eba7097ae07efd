//! Scopes: what one leaves out is in no list, no count and no search.

use std::collections::BTreeMap;

use super::backlog::{Backlog, backlog, is_own};
use super::build::{actor, paged};
use super::counts::assert_counted;
use super::lists::assert_lists_in_every_order;
use super::search::ask;
use crate::model::{Case, Permission, Progress};
use crate::store::{CaseFilter, CountBy, CountQuery, FailureCount, Pending, SearchQuery, Store, Within};

pub fn a_scope_leaves_the_same_cases_in_every_answer(store: &dyn Store) {
    let backlog = backlog(store);
    let mut sizes = Vec::new();
    for within in scopes(&backlog) {
        let fits = |case: &&Case| is_within(case, &within);
        let fitting: Vec<Case> = backlog.cases.iter().filter(fits).cloned().collect();
        sizes.push(fitting.len());
        let filter = CaseFilter::from(within.clone());
        assert_lists_in_every_order(store, &format!("{within:?}"), &filter, &fitting);
        is_counted(store, &within, &fitting);
        is_found(store, &within, &fitting);
        assert_eq!(store.count_failures(&within).unwrap().answer, causes(&fitting), "{within:?}");
    }
    sizes.sort_unstable();
    sizes.dedup();
    assert!(sizes.len() > 8, "they leave different cases: {sizes:?}");
}

/// Every combination of conditions: all and some and none of what there is.
fn scopes(backlog: &Backlog<'_>) -> Vec<Within> {
    let types = [None, Some(vec![backlog.types[1].id]), Some(Vec::new())];
    // One has cases, two have those of both, the third has none.
    let [one, other, idle] = backlog.teams;
    let teams = [
        None,
        Some(vec![Some(one)]),
        Some(vec![Some(one), Some(other)]),
        Some(vec![Some(idle)]),
        Some(vec![None, Some(other)]),
        Some(Vec::new()),
    ];
    let customers = [None, Some(backlog.customers[0].id), Some(backlog.customers[1].id)];
    let own = [None, Some("ada"), Some("bea"), Some("nobody")].map(|who| who.map(actor));
    let mut scopes = Vec::new();
    for types in &types {
        for teams in &teams {
            for customer in customers {
                for own in &own {
                    let (types, teams, own) = (types.clone(), teams.clone(), own.clone());
                    scopes.push(Within { types, teams, customer, own });
                }
            }
        }
    }
    scopes
}

/// The meaning of a scope, written a second time and independently of any store.
fn is_within(case: &Case, within: &Within) -> bool {
    let Within { types, teams, customer, own } = within;
    types.as_ref().is_none_or(|types| types.contains(&case.case_type))
        && teams.as_ref().is_none_or(|teams| teams.contains(&case.team))
        && customer.is_none_or(|customer| case.customer == Some(customer))
        && own.as_ref().is_none_or(|own| is_own(case, own))
}

fn is_counted(store: &dyn Store, within: &Within, fitting: &[Case]) {
    for by in CountBy::ALL {
        let query = CountQuery { by, filter: within.clone().into() };
        // A case has as many tags as somebody gave it.
        if by != CountBy::Tag {
            let counts = store.count_cases(&query).unwrap().answer;
            assert_eq!(
                counts.iter().map(|group| group.count).sum::<u64>(),
                fitting.len() as u64,
                "{query:?}"
            );
        }
        assert_counted(store, &query);
        for who in ["ada", "cy"] {
            let bits = Permission::DecideSteps.bit() | Permission::ReleaseCases.bit();
            let pending = Some(Pending { by: actor(who), on_behalf_of: None, bits });
            assert_counted(store, &CountQuery { by, filter: CaseFilter { pending, ..query.filter.clone() } });
        }
    }
}

fn is_found(store: &dyn Store, within: &Within, fitting: &[Case]) {
    let Within { types, teams, customer, own } = within.clone();
    let query = SearchQuery { types, teams, customer, own, ..ask("asks") };
    let rows = paged(|after| store.search(&SearchQuery { after, ..query.clone() }).unwrap().answer);
    let mut found: Vec<u64> = rows.iter().map(|row| row.case.number.value).collect();
    found.sort_unstable();
    let mut expected: Vec<u64> = fitting.iter().map(|case| case.number.value).collect();
    expected.sort_unstable();
    assert_eq!(found, expected, "{query:?}");
}

fn causes(cases: &[Case]) -> Vec<FailureCount> {
    let mut causes: BTreeMap<(String, Option<String>), u64> = BTreeMap::new();
    let failure = |case: &Case| case.progress.as_deref().and_then(Progress::present_failure).cloned();
    for failure in cases.iter().filter_map(failure) {
        *causes.entry((failure.code, failure.setting)).or_default() += 1;
    }
    let count = |((code, setting), count)| FailureCount { code, setting, count };
    causes.into_iter().map(count).collect()
}
