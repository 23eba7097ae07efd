//! The policies under which a case is, and what they have to know of it.

use crate::model::{
    Calendar, Case, Catalog, Clock, DateCode, DeadlinePolicy, DeadlineStart, Identification, PastStay,
    PauseReason, PolicyCode, Progress, Stay,
};

/// The policies under which a case is, each with its calendar: those of its type, then those of its workflow.
pub(crate) fn policies_of<'a>(case: &Case, catalog: &'a Catalog) -> Vec<(&'a DeadlinePolicy, &'a Calendar)> {
    let Some(settings) = &catalog.settings else { return Vec::new() };
    let of_type = catalog.case_types.get(&case.case_type).map(|found| found.deadlines.as_slice());
    let workflow = case.progress.as_ref().and_then(|progress| catalog.workflows.get(&progress.workflow));
    let of_workflow = workflow.map(|found| found.deadlines.as_slice());
    let mut codes: Vec<&PolicyCode> = Vec::new();
    for code in of_type.into_iter().chain(of_workflow).flatten() {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let policy = |code: &PolicyCode| {
        let policy = settings.deadlines.iter().find(|policy| policy.code == *code)?;
        let calendar = settings.calendars.iter().find(|calendar| calendar.code == policy.calendar)?;
        Some((policy, calendar))
    };
    codes.into_iter().filter_map(policy).collect()
}

/// What a policy has to know of a case.
pub(crate) fn clock_of(case: &Case, policy: &DeadlinePolicy) -> Clock {
    let clock = &case.clock;
    let present = Stay { stage: case.stage.clone(), category: case.category, from: case.stage_since };
    Clock {
        received_at: case.received_at(),
        identification: identification(case),
        dates: clock.dates.clone(),
        stays: clock.stays.iter().map(PastStay::stay).chain(std::iter::once(present)).collect(),
        pauses: clock.pauses.clone(),
        extensions: clock.extensions.clone(),
        met: case.met(policy.goal),
    }
}

fn identification(case: &Case) -> Identification {
    match case.progress.as_deref().and_then(Progress::identification) {
        None => Identification::NotNeeded,
        Some(_) => case.clock.identified_at.map_or(Identification::Awaited, Identification::Done),
    }
}

/// The deadlines of a case that can be extended by their policies, whether now or not.
pub(crate) fn extendable<'a>(case: &Case, catalog: &'a Catalog) -> Vec<(&'a DeadlinePolicy, &'a Calendar)> {
    let all = policies_of(case, catalog);
    all.into_iter().filter(|(policy, _)| policy.extension.is_some()).collect()
}

/// The reasons for which deadlines of a case can be paused, each once.
pub(crate) fn pause_reasons(case: &Case, catalog: &Catalog) -> Vec<PauseReason> {
    let mut all: Vec<PauseReason> = Vec::new();
    for reason in policies_of(case, catalog).into_iter().flat_map(|(policy, _)| &policy.pauses_for) {
        if !all.contains(reason) {
            all.push(reason.clone());
        }
    }
    all
}

/// The dates with which deadlines of a case start, each once.
pub(crate) fn dates<'a>(case: &Case, catalog: &'a Catalog) -> Vec<&'a DateCode> {
    let mut all: Vec<&DateCode> = Vec::new();
    for start in policies_of(case, catalog).into_iter().flat_map(|(policy, _)| &policy.starts) {
        if let DeadlineStart::Date(code) = start
            && !all.contains(&code)
        {
            all.push(code);
        }
    }
    all
}
