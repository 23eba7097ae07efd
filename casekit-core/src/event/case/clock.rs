//! What the facts about its time make of a case.

use super::CaseFact;
use crate::event::Event;
use crate::model::{
    Case, CaseClock, CaseTypeId, Extension, FollowUp, GivenDate, NoteOrigin, PastStay, Pause, PolicyCode,
    StageCategory, StageId, ToldEnd, Visibility,
};

/// Applies a fact that is about nothing but the time of a case; any other changes nothing here.
pub(super) fn apply(clock: &mut CaseClock, fact: &CaseFact, event: &Event) {
    match fact {
        CaseFact::ReceiptDated { from: _, to } => clock.received_at = Some(*to),
        CaseFact::DateGiven { code, from: _, to } => {
            clock.dates.retain(|date| date.code != *code);
            clock.dates.extend(to.map(|at| GivenDate { code: code.clone(), at }));
        }
        CaseFact::DeadlinesPaused { reason, since } => {
            clock.pauses.push(Pause { reason: reason.clone(), from: *since, until: None });
        }
        CaseFact::DeadlinesResumed { reason, until } => {
            for pause in clock.pauses.iter_mut().filter(|pause| pause.until.is_none()) {
                if reason.as_ref().is_none_or(|reason| pause.reason == *reason) {
                    pause.until = Some(*until);
                }
            }
        }
        CaseFact::DeadlineExtended { policy, told_at } => {
            clock.extensions.push(Extension { policy: policy.clone(), at: *told_at });
        }
        CaseFact::DeadlinesCounted { deadlines, moves_at, why: _ } => {
            clock.deadlines.clone_from(deadlines);
            clock.moves_at = *moves_at;
        }
        CaseFact::DeadlineWarned { policy, due_at } => {
            tell(clock, policy, |told| told.warned = Some(*due_at));
            clock.deadlines.iter_mut().filter(|one| one.policy == *policy).for_each(|one| one.warned = true);
        }
        CaseFact::DeadlineMissed { policy, due_at } => {
            tell(clock, policy, |told| told.missed = Some(*due_at));
            clock
                .deadlines
                .iter_mut()
                .filter(|one| one.policy == *policy)
                .for_each(|one| one.breached = true);
        }
        CaseFact::FollowUpSet { from: _, to } => {
            clock.follow_up = to.map(|at| FollowUp { at, by: event.header.actor.clone() });
        }
        CaseFact::FollowUpDue { at: _ } => clock.follow_up = None,
        // The first word from staff that the customer sees. A message is one once it has arrived: errors stop no clock.
        CaseFact::NoteAdded { visibility: Visibility::Customer, origin: NoteOrigin::Staff, .. }
        | CaseFact::NoteVisibilityChanged { to: Visibility::Customer, .. }
        | CaseFact::MessageDelivered { .. } => {
            clock.acknowledged_at.get_or_insert(event.header.at);
        }
        CaseFact::RequestReceived { received_at, .. } => clock.received_at = *received_at,
        CaseFact::RequestEdited { received_at, .. } => clock.received_at = received_at.or(clock.received_at),
        CaseFact::WorkflowStarted { .. } => (clock.answered_at, clock.identified_at) = (None, None),
        CaseFact::Delivered { outcome: Some(_), .. } | CaseFact::WorkflowEnded { .. } => {
            clock.answered_at.get_or_insert(event.header.at);
        }
        _ => {}
    }
}

/// Keeps what was told of the deadline of a policy.
fn tell(clock: &mut CaseClock, policy: &PolicyCode, keep: impl FnOnce(&mut ToldEnd)) {
    let before = clock.told.iter().position(|one| one.policy == *policy);
    let new = || ToldEnd { policy: policy.clone(), warned: None, missed: None };
    let mut told = before.map_or_else(new, |place| clock.told.remove(place));
    keep(&mut told);
    clock.told.push(told);
}

/// Keeps when the person was first identified. A correction that lets the approval lapse does not move what started then;
/// only whoever revokes it says that the person was not identified.
pub(super) fn identified(case: &mut Case, fact: &CaseFact, event: &Event) {
    let Some((progress, step)) =
        case.progress.as_deref().and_then(|progress| Some((progress, progress.identification()?)))
    else {
        return;
    };
    let is_done = progress.is_done(step);
    match fact {
        CaseFact::StepApproved { .. } if is_done => {
            case.clock.identified_at.get_or_insert(event.header.at);
        }
        CaseFact::ApprovalRevoked { step: revoked, by: _ } if step.id == *revoked && !is_done => {
            case.clock.identified_at = None;
        }
        _ => {}
    }
}

/// A case leaves its stage for another.
pub(super) fn leaves(case: &mut Case, to: &StageId, category: StageCategory, event: &Event) {
    if (&case.stage, case.category) == (to, category) {
        return;
    }
    case.clock.stays.push(PastStay {
        stage: case.stage.clone(),
        category: case.category,
        from: case.stage_since,
        case_type: None,
        team: case.team,
    });
    case.stage_since = event.header.at;
}

/// A case had another type until now: the stages that it left are of that one.
pub(super) fn was_of(clock: &mut CaseClock, case_type: CaseTypeId) {
    for stay in &mut clock.stays {
        stay.case_type.get_or_insert(case_type);
    }
}
