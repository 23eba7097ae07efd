//! The deadlines of a case, counted anew after everything that happens to it.

use super::case_edit::{is_reopened, stage_blockers};
use super::import::folded;
use super::policies::{clock_of, policies_of};
use super::resolution::needed_at;
use super::{Context, Decision};
use crate::deadline::computed;
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    Calendar, Case, CaseDeadline, CaseId, Catalog, Clock, DeadlinePhase, DeadlinePolicy, DeadlineStart,
    DeadlineState, State, StreamId, Timestamp,
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
            // A clock that is behind must not undo what has begun: what happens is never earlier than the newest event either.
            let newest = before.map_or(case.updated_at, |before| before.updated_at.max(case.updated_at));
            count(decision, &case, None, context.now.max(newest), context)?;
        }
    }
    Ok(())
}

/// Adds an event if the deadlines of a case come to something else at an instant than before.
pub(super) fn count(
    decision: &mut Decision,
    case: &Case,
    why: Option<&str>,
    now: Timestamp,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let catalog = &context.loaded.catalog;
    let deadlines = match why {
        Some(_) if is_settled(case) => case.clock.deadlines.clone(),
        Some(_) | None => deadlines(case, catalog, now),
    };
    let moves_at = moves_at(case, now, context)?;
    if deadlines == case.clock.deadlines && moves_at == case.clock.moves_at {
        return Ok(());
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
    Ok(())
}

/// Whether a case has ended with its deadlines: other rules do not change afterwards how that went.
fn is_settled(case: &Case) -> bool {
    let goes_on = |one: &CaseDeadline| matches!(one.phase, DeadlinePhase::Running | DeadlinePhase::Paused);
    case.category.is_ended() && !case.clock.deadlines.iter().any(goes_on)
}

/// The deadlines of a case, as they are counted now.
fn deadlines(case: &Case, catalog: &Catalog, now: Timestamp) -> Vec<CaseDeadline> {
    policies_of(case, catalog)
        .into_iter()
        .map(|(policy, calendar)| counted(case, policy, calendar, now))
        .collect()
}

fn counted(case: &Case, policy: &DeadlinePolicy, calendar: &Calendar, now: Timestamp) -> CaseDeadline {
    let clock = clock_of(case, policy);
    let computed = computed(policy, calendar, &clock, now);
    let starts_at = match &computed.state {
        DeadlineState::NotStarted { awaits } => starts_at(awaits, &clock),
        DeadlineState::Running | DeadlineState::Paused { .. } | DeadlineState::Met { .. } => None,
    };
    let (phase, late) = match computed.state {
        DeadlineState::NotStarted { .. } => (DeadlinePhase::NotStarted, false),
        DeadlineState::Running => (DeadlinePhase::Running, false),
        DeadlineState::Paused { .. } => (DeadlinePhase::Paused, false),
        DeadlineState::Met { at: _, late } => (DeadlinePhase::Met, late),
    };
    // What was told about the same end is not told again, whatever it came to in between.
    let told = case.clock.told(&policy.code);
    let is_same = |of: Option<Timestamp>| of.is_some() && of == computed.due_at;
    CaseDeadline {
        policy: policy.code.clone(),
        version: policy.version,
        calendar: calendar.version,
        phase,
        starts_at,
        due_at: computed.due_at,
        warn_at: computed.warn_at,
        late,
        warned: told.is_some_and(|told| is_same(told.warned)),
        breached: told.is_some_and(|told| is_same(told.missed)),
    }
}

/// When all has happened for which a deadline waits, if these are dates that are known.
fn starts_at(awaits: &[DeadlineStart], clock: &Clock) -> Option<Timestamp> {
    let known = |start: &DeadlineStart| match start {
        DeadlineStart::Date(code) => clock.dates.iter().find(|date| date.code == *code).map(|date| date.at),
        DeadlineStart::Receipt | DeadlineStart::Identification | DeadlineStart::Stage(_) => None,
    };
    awaits.iter().map(known).try_fold(Timestamp::MIN_UTC, |latest, at| Some(latest.max(at?)))
}

/// When the library moves a case by itself; `None` if its type has no such move from its stage, or if the time has come and
/// something is in the way: it would be looked at again and again, before all others. What takes that out of the way counts
/// anew.
fn moves_at(case: &Case, now: Timestamp, context: &Context<'_>) -> Result<Option<Timestamp>, Rejection> {
    let Some(case_type) = context.loaded.catalog.case_types.get(&case.case_type) else { return Ok(None) };
    let Some(timed) = case_type.timed_moves.iter().find(|timed| timed.from == case.stage) else {
        return Ok(None);
    };
    let at = time::after(case.stage_since, chrono::TimeDelta::days(timed.after_days.into()));
    if at <= now && moved(case, context)?.is_none() {
        return Ok(None);
    }
    Ok(Some(at))
}

/// The move that the library makes of a case once its time in its stage is over; `None` if something is in its way.
pub(super) fn moved(case: &Case, context: &Context<'_>) -> Result<Option<CaseFact>, Rejection> {
    let case_type = context.case_type(case.case_type)?;
    let timed = case_type.timed_moves.iter().find(|timed| timed.from == case.stage);
    let version = case_type.version(case.type_version);
    let stage = timed.zip(version).and_then(|(timed, version)| version.stage(&timed.to));
    let Some(stage) = stage.filter(|stage| stage.enabled) else { return Ok(None) };
    // The administrator's word is the reason for reopening.
    let needs_resolution = version.and_then(|version| needed_at(case, (case_type, version), stage, context));
    if needs_resolution.is_some() || !stage_blockers(case, context, stage, true)?.is_empty() {
        return Ok(None);
    }
    Ok(Some(CaseFact::StageChanged {
        from: case.stage.clone(),
        to: stage.id.clone(),
        category: stage.category,
        reopened: is_reopened(case, stage),
        resolution: None,
    }))
}
