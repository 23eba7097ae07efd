//! The deadlines of a case, counted anew after everything that happens to it.

use super::import::folded;
use super::policies::{clock_of, policies_of};
use super::{Context, Decision};
use crate::deadline::computed;
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    Calendar, Case, CaseDeadline, CaseId, Catalog, DeadlinePhase, DeadlinePolicy, DeadlineState, State,
    StreamId, Timestamp,
};
use crate::rejection::Rejection;
use crate::time;

/// Adds to a decision what it makes of the deadlines of the cases that it changes. Every command goes through here once it
/// is decided, so that no way of changing a case can forget its deadlines.
pub(crate) fn follow(decision: &mut Decision, context: &Context<'_>) -> Result<(), Rejection> {
    let mut cases: Vec<CaseId> = Vec::new();
    for draft in &decision.drafts {
        if let Fact::Case(id, _) = &draft.fact
            && !cases.contains(id)
        {
            cases.push(*id);
        }
    }
    let catalog = &context.loaded.catalog;
    let is_counted = catalog.counts_time();
    for id in cases {
        let before = decision.read_set.iter().find_map(|state| match state {
            State::Case(case) if case.id == id => Some(case.as_ref()),
            _ => None,
        });
        let had =
            before.is_some_and(|case| !case.clock.deadlines.is_empty() || case.clock.moves_at.is_some());
        if !is_counted && !had {
            continue;
        }
        let mut state = before.map(|case| State::Case(Box::new(case.clone())));
        for draft in decision.drafts.iter().filter(|draft| draft.stream() == StreamId::Case(id)) {
            state = Some(folded(state, draft)?);
        }
        if let Some(State::Case(case)) = state {
            count(decision, &case, None, context);
        }
    }
    Ok(())
}

/// Adds an event if the deadlines of a case come to something else than before.
pub(super) fn count(decision: &mut Decision, case: &Case, why: Option<&str>, context: &Context<'_>) {
    let catalog = &context.loaded.catalog;
    let deadlines = deadlines(case, catalog, context.now);
    let moves_at = moves_at(case, catalog);
    if deadlines == case.clock.deadlines && moves_at == case.clock.moves_at {
        return;
    }
    // What it was counted by must still hold when it is written. The type is relied on by whatever changes a case.
    if let Some(settings) = &catalog.settings {
        decision.relies_on(StreamId::Settings, settings.revision);
    }
    if let Some(workflow) =
        case.progress.as_ref().and_then(|progress| catalog.workflows.get(&progress.workflow))
    {
        decision.relies_on(StreamId::Workflow(workflow.id), workflow.revision);
    }
    let fact = CaseFact::DeadlinesCounted { deadlines, moves_at, why: why.map(str::to_owned) };
    decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
}

/// The deadlines of a case, as they are counted now.
fn deadlines(case: &Case, catalog: &Catalog, now: Timestamp) -> Vec<CaseDeadline> {
    policies_of(case, catalog)
        .into_iter()
        .map(|(policy, calendar)| counted(case, policy, calendar, now))
        .collect()
}

fn counted(case: &Case, policy: &DeadlinePolicy, calendar: &Calendar, now: Timestamp) -> CaseDeadline {
    let computed = computed(policy, calendar, &clock_of(case, policy), now);
    let (phase, late) = match computed.state {
        DeadlineState::NotStarted { .. } => (DeadlinePhase::NotStarted, false),
        DeadlineState::Running => (DeadlinePhase::Running, false),
        DeadlineState::Paused { .. } => (DeadlinePhase::Paused, false),
        DeadlineState::Met { at: _, late } => (DeadlinePhase::Met, late),
    };
    // What was told about the same end is not told again.
    let told = case.clock.deadline(&policy.code).filter(|before| before.due_at == computed.due_at);
    CaseDeadline {
        policy: policy.code.clone(),
        version: policy.version,
        calendar: calendar.version,
        phase,
        due_at: computed.due_at,
        warn_at: computed.warn_at,
        late,
        warned: told.is_some_and(|before| before.warned),
        breached: told.is_some_and(|before| before.breached),
    }
}

/// When the library moves a case by itself; `None` if its type has no such move from its stage.
fn moves_at(case: &Case, catalog: &Catalog) -> Option<Timestamp> {
    let case_type = catalog.case_types.get(&case.case_type)?;
    let timed = case_type.timed_moves.iter().find(|timed| timed.from == case.stage)?;
    Some(time::after(case.stage_since, chrono::TimeDelta::days(timed.after_days.into())))
}
