//! The deadlines of a case, counted anew after everything that happens to it.

use super::import::folded;
use super::{Context, Decision};
use crate::deadline::computed;
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    ActorId, Calendar, Case, CaseDeadline, CaseId, Catalog, Clock, DeadlineGoal, DeadlinePhase,
    DeadlinePolicy, DeadlineState, Identification, PolicyCode, State, Stay, StepKind, StreamId, Timestamp,
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
        stays: clock.stays.iter().cloned().chain(std::iter::once(present)).collect(),
        pauses: clock.pauses.clone(),
        extensions: clock.extensions.clone(),
        met: met(case, policy.goal),
    }
}

fn identification(case: &Case) -> Identification {
    let Some(progress) = &case.progress else { return Identification::NotNeeded };
    let mut steps = progress.steps.iter().filter(|step| step.kind == StepKind::Identification);
    let Some(step) = steps.next() else { return Identification::NotNeeded };
    match progress.approvals_of(&step.id).last() {
        Some(approval) if progress.is_done(step) => Identification::Done(approval.at),
        Some(_) | None => Identification::Awaited,
    }
}

/// When the goal was reached; `None` if it was not. Whoever got an answer was told that the case was received, and a case
/// without a workflow is answered when it is resolved or closed.
fn met(case: &Case, goal: DeadlineGoal) -> Option<Timestamp> {
    let ended = || case.resolved_at.into_iter().chain(case.closed_at).min();
    let answered = || match &case.progress {
        Some(_) => case.clock.answered_at,
        None => ended(),
    };
    match goal {
        DeadlineGoal::Acknowledge => case.clock.acknowledged_at.into_iter().chain(answered()).min(),
        DeadlineGoal::Respond => answered(),
        DeadlineGoal::Resolve => ended(),
    }
}

/// When the library moves a case by itself; `None` if its type has no such move from its stage.
fn moves_at(case: &Case, catalog: &Catalog) -> Option<Timestamp> {
    let case_type = catalog.case_types.get(&case.case_type)?;
    let timed = case_type.timed_moves.iter().find(|timed| timed.from == case.stage)?;
    Some(time::after(case.stage_since, chrono::TimeDelta::days(timed.after_days.into())))
}

/// Whether the library did something of its own accord.
pub(super) fn is_library(by: &ActorId) -> bool {
    by.as_str() == ActorId::LIBRARY
}
