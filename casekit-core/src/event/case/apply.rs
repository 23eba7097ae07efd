//! The state of a case after a fact.

use super::{CaseFact, clock, message, progress, release};
use crate::event::Event;
use crate::event::personal::set_values;
use crate::model::{
    ActorId, Case, CaseClock, CaseId, CaseResolution, Holder, Intake, ResolutionCode, StageCategory, StageId,
    Title,
};
use std::collections::{BTreeMap, BTreeSet};

impl CaseFact {
    /// The case after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: CaseId, before: Option<Case>, event: &Event) -> Option<Case> {
        let Some(mut case) = before else { return self.raise(id, event) };
        let personal = &event.personal;
        let held = |by: &ActorId| Some(Holder { by: by.clone(), since: event.header.at });
        match self {
            Self::CaseRaised { .. } => return None,
            Self::ReceiptDated { .. }
            | Self::DateGiven { .. }
            | Self::DeadlinesPaused { .. }
            | Self::DeadlinesResumed { .. }
            | Self::DeadlineExtended { .. }
            | Self::DeadlinesCounted { .. }
            | Self::DeadlineWarned { .. }
            | Self::DeadlineMissed { .. }
            | Self::FollowUpSet { .. }
            | Self::FollowUpDue { .. } => {}
            Self::TitleChanged => {
                let title = personal.title.as_ref().and_then(|title| title.to.clone());
                case.title = title.unwrap_or_else(Title::erased);
            }
            Self::DescriptionChanged => {
                case.description =
                    personal.description.as_ref().and_then(|description| description.to.clone());
            }
            Self::FieldsChanged { fields } => set_values(&mut case.fields, fields, &event.personal),
            Self::StageChanged { from: _, to, category, reopened, resolution } => {
                enter(&mut case, to, *category, event);
                if let Some(code) = resolution.as_ref().filter(|_| category.is_ended()) {
                    case.resolution = Some(ended_as(code, event));
                }
                case.reopened = case.reopened.saturating_add(u32::from(*reopened));
            }
            Self::TypeChanged {
                from,
                from_version: _,
                to,
                to_version,
                stage,
                category,
                reopened,
                resolution,
            } => {
                enter(&mut case, stage, *category, event);
                if from != to {
                    case.progress.as_deref_mut().into_iter().for_each(progress::changed);
                    clock::was_of(&mut case.clock, *from);
                }
                case.case_type = *to;
                case.type_version = *to_version;
                // What was said before stays said, if the new type calls it so too.
                let stays = |kept: &CaseResolution| match resolution {
                    Some(code) => kept.code == *code,
                    None => from == to,
                };
                let kept = case.resolution.take().filter(|kept| stays(kept));
                let said = resolution.as_ref().filter(|_| category.is_ended());
                case.resolution = kept.or_else(|| said.map(|code| ended_as(code, event)));
                case.reopened = case.reopened.saturating_add(u32::from(*reopened));
            }
            Self::CustomerChanged { from: _, to } => {
                case.customer = *to;
                case.progress.as_deref_mut().into_iter().for_each(progress::changed);
            }
            Self::TeamChanged { from: _, to } => case.team = *to,
            Self::PriorityChanged { from: _, to } => case.priority = *to,
            Self::TagsChanged { added, removed } => {
                case.tags.retain(|tag| !removed.contains(tag));
                case.tags.extend(added);
            }
            Self::ResolutionChanged { from: _, to } => {
                case.resolution = case.category.is_ended().then(|| ended_as(to, event));
            }
            Self::CaseTaken | Self::CaseTakenOver { from: _ } => case.holder = held(&event.header.actor),
            Self::CaseAssigned { from: _, to } => case.holder = held(to),
            Self::CaseReturned { from: _ } => case.holder = None,
            Self::NoteAdded { .. } => case.notes = case.notes.saturating_add(1),
            Self::NoteEdited { .. } | Self::NoteRetracted { .. } | Self::NoteVisibilityChanged { .. } => {}
            Self::RequestReceived { reference, number, salt, fingerprint, .. } => {
                case.request = personal.request.as_deref().cloned();
                case.intake = Some(Intake {
                    reference: reference.clone(),
                    number: *number,
                    shared: *number > 1,
                    salt: salt.clone(),
                    fingerprint: fingerprint.clone(),
                });
            }
            Self::ReferenceShared { reference: _ } => case.intake.as_mut()?.shared = true,
            Self::RequestEdited { credentials: _, received_at } => {
                // Once the request is erased there is nothing left to correct.
                if let Some(request) = &mut case.request {
                    personal.request_change.iter().for_each(|change| change.apply(request));
                    request.received_at = received_at.unwrap_or(request.received_at);
                }
            }
            Self::AnswerTakenBack { key } => release::taken_back(case.progress.as_mut()?, key)?,
            Self::SourceAsked { .. } => {}
            Self::SourceLeftOut { source } => release::left_out(case.progress.as_mut()?, source, event),
            Self::WorkflowStarted { workflow, version, steps, round } => {
                let before = case.progress.take().map(|before| *before);
                let started = progress::started(before, *workflow, *version, steps, *round, event);
                case.progress = Some(Box::new(started));
            }
            Self::StepApproved { step, digest, data, identified } => {
                let said = (data.as_ref(), identified.as_ref());
                progress::approved(case.progress.as_mut()?, step, digest, said, event);
            }
            Self::StepDenied { step, code } => progress::denied(case.progress.as_mut()?, step, code, event),
            Self::ApprovalRevoked { step, by } => progress::revoked(case.progress.as_mut()?, step, by),
            Self::ApprovalsLapsed { steps, why: _ } => progress::lapsed(case.progress.as_mut()?, steps),
            Self::SnapshotCollected { snapshot } => release::collected(case.progress.as_mut()?, snapshot),
            Self::StepFailed { failure } => release::failed(case.progress.as_mut()?, failure),
            Self::CollectionRetried { attempt, retry_at } => {
                release::collected_again(case.progress.as_mut()?, *attempt, *retry_at)?;
            }
            Self::ReleaseRequested { step, digest, key, target } => {
                release::requested(case.progress.as_mut()?, step, digest, key, target.as_ref(), event);
            }
            Self::SendingRequested { key, number, target } => {
                release::requested_again(case.progress.as_mut()?, key, *number, target.as_ref(), event)?;
            }
            Self::TargetSet { key, target } => release::bound(case.progress.as_mut()?, key, target)?,
            Self::PackageBuilt { key, attempt: _, package } => {
                release::built(case.progress.as_mut()?, key, package)?;
            }
            Self::BuildFailed { key, attempt, failure } => {
                release::not_built(case.progress.as_mut()?, key, *attempt, failure)?;
            }
            Self::DeliveryStarted { key, attempt, lease_until } => {
                release::begun(case.progress.as_mut()?, key, *attempt, *lease_until)?;
            }
            Self::DeliveryFailed { key, attempt, failure } => {
                release::not_sent(case.progress.as_mut()?, key, *attempt, failure)?;
            }
            Self::Delivered { key, attempt, outcome, receipt } => {
                let (outcome, receipt) = (outcome.as_ref(), receipt.as_ref());
                release::delivered(case.progress.as_mut()?, key, *attempt, outcome, receipt, event)?;
            }
            Self::MessageRequested { key, note, wants_answer, target } => {
                let place = case.notes;
                let of_note = (key.as_str(), *note, place);
                message::requested(case.progress.as_mut()?, of_note, *wants_answer, target.as_ref(), event);
            }
            Self::MessageStarted { key, attempt, lease_until } => {
                message::begun(case.progress.as_mut()?, key, *attempt, *lease_until)?;
            }
            Self::MessageFailed { key, attempt, failure } => {
                message::not_sent(case.progress.as_mut()?, key, *attempt, failure)?;
            }
            Self::MessageDelivered { key, attempt, receipt } => {
                message::arrived(case.progress.as_mut()?, key, *attempt, receipt.as_ref(), event)?;
            }
            Self::MessageStopped { key } => message::stopped(case.progress.as_mut()?, key)?,
            Self::AnswerReceived { key, note, fingerprint } => {
                message::answered(case.progress.as_mut()?, key, *note, fingerprint, event)?;
            }
            Self::WorkflowEnded { outcome } => release::ended(case.progress.as_mut()?, outcome),
            Self::SendingStopped { key } => release::stopped(case.progress.as_mut()?, key)?,
            Self::DataDestroyed { round } => release::destroyed(case.progress.as_mut()?, *round),
        }
        clock::apply(&mut case.clock, self, event);
        clock::identified(&mut case, self, event);
        case.revision = event.revision;
        case.updated_at = event.header.at;
        Some(case)
    }

    /// Sets what is known only when the fact is written: the number of a new case.
    pub(in crate::event) fn assign(&mut self, next: u64) {
        if let Self::CaseRaised { number, .. } = self {
            number.value = next;
        }
    }

    fn raise(&self, id: CaseId, event: &Event) -> Option<Case> {
        let Self::CaseRaised {
            number,
            case_type,
            type_version,
            stage,
            category,
            customer,
            team,
            priority,
            resolution,
            reference: _,
            received_at,
            fields,
        } = self
        else {
            return None;
        };
        let title = event.personal.title.as_ref().and_then(|title| title.to.clone());
        let mut case = Case {
            id,
            revision: event.revision,
            number: number.clone(),
            case_type: *case_type,
            type_version: *type_version,
            stage: stage.clone(),
            category: *category,
            title: title.unwrap_or_else(Title::erased),
            description: event.personal.description.as_ref().and_then(|description| description.to.clone()),
            customer: *customer,
            team: *team,
            priority: *priority,
            tags: BTreeSet::new(),
            holder: None,
            raised_by: event.header.actor.clone(),
            imported_by: event.header.imported_by.clone(),
            raised_for: event.header.on_behalf_of.clone(),
            raised_at: event.header.at,
            stage_since: event.header.at,
            updated_at: event.header.at,
            resolved_at: (*category == StageCategory::Resolved).then_some(event.header.at),
            closed_at: (*category == StageCategory::Closed).then_some(event.header.at),
            resolution: resolution.as_ref().filter(|_| category.is_ended()).map(|code| ended_as(code, event)),
            reopened: 0,
            notes: 0,
            request: None,
            intake: None,
            progress: None,
            clock: CaseClock { received_at: *received_at, ..CaseClock::default() },
            fields: BTreeMap::new(),
        };
        set_values(&mut case.fields, fields, &event.personal);
        Some(case)
    }
}

/// How a case ended, as an event says.
fn ended_as(code: &ResolutionCode, event: &Event) -> Box<CaseResolution> {
    Box::new(CaseResolution {
        code: code.clone(),
        at: event.header.at,
        by: event.header.actor.clone(),
        reason: event.personal.reason.clone(),
        customer_reason: event.personal.customer_reason.clone(),
    })
}

/// Puts a case into a stage. The time is set only if the category changes: a move from one closed stage to another does
/// not change since when the case is closed.
fn enter(case: &mut Case, stage: &StageId, category: StageCategory, event: &Event) {
    let comes = (case.category != category).then_some(event.header.at);
    clock::leaves(case, stage, category, event);
    case.stage = stage.clone();
    case.category = category;
    match category {
        StageCategory::Open | StageCategory::Active | StageCategory::Waiting => {
            (case.resolved_at, case.closed_at) = (None, None);
            case.resolution = None;
        }
        StageCategory::Resolved => {
            (case.resolved_at, case.closed_at) = (comes.or(case.resolved_at), None);
        }
        StageCategory::Closed => case.closed_at = comes.or(case.closed_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::{Assigned, Commit, Salt, StoredEvent, seal};
    use crate::decide::testing::{REFUNDS, SUPPORT, at, case};
    use crate::event::{Draft, Fact, Header, Personal};
    use crate::evolve::evolve;
    use crate::model::{CaseNumber, State, Timestamp};

    const CLOSED: StageCategory = StageCategory::Closed;
    const RESOLVED: StageCategory = StageCategory::Resolved;
    const ACTIVE: StageCategory = StageCategory::Active;

    fn stage(id: &str) -> StageId {
        StageId::parse("stage", id).unwrap()
    }

    fn minute(minute: i64) -> Timestamp {
        at() + chrono::TimeDelta::minutes(minute)
    }

    fn raised_in(category: StageCategory) -> CaseFact {
        CaseFact::CaseRaised {
            number: CaseNumber { prefix: "C".into(), value: 0 },
            case_type: SUPPORT,
            type_version: 1,
            stage: stage("first"),
            category,
            customer: None,
            team: None,
            priority: crate::model::Priority::Normal,
            resolution: None,
            reference: None,
            received_at: None,
            fields: Vec::new(),
        }
    }

    fn moved_to(id: &str, category: StageCategory) -> CaseFact {
        CaseFact::StageChanged {
            from: stage("before"),
            to: stage(id),
            category,
            reopened: false,
            resolution: None,
        }
    }

    fn of_type(category: StageCategory) -> CaseFact {
        CaseFact::TypeChanged {
            from: SUPPORT,
            from_version: 1,
            to: REFUNDS,
            to_version: 1,
            stage: stage("of_the_type"),
            category,
            reopened: false,
            resolution: None,
        }
    }

    /// The case after these facts, one a minute. It also checks that folding the stored events gives the same case.
    fn after(facts: Vec<CaseFact>) -> Case {
        let id = case().id;
        let draft = |(fact, minutes): (CaseFact, i64)| Draft {
            header: Header::new(minute(minutes), ActorId::parse("actor", "bea").unwrap()),
            fact: Fact::Case(id, fact),
            personal: Personal::default(),
        };
        let drafts: Vec<Draft> = facts.into_iter().zip(0..).map(draft).collect();
        let commit = Commit {
            request: None,
            expect: Vec::new(),
            read_set: Vec::new(),
            read_notes: Vec::new(),
            salts: drafts.iter().map(|_| Salt::default()).collect(),
            drafts,
            keep_blobs: Vec::new(),
            drop_blobs: Vec::new(),
        };
        let sealed = seal(commit, &Assigned { position: 1, number: 1, heads: Vec::new() }).unwrap();
        let events = sealed.events.iter().map(StoredEvent::open);
        let replayed = events.fold(None, |state, event| evolve(state, &event.unwrap()));
        let state = sealed.states.into_iter().next().map(|change| change.after);
        assert_eq!(replayed, state, "the state is the fold of the events");
        state.and_then(State::into_case).unwrap()
    }

    fn ends(facts: Vec<CaseFact>) -> (Option<Timestamp>, Option<Timestamp>) {
        let case = after(facts);
        (case.resolved_at, case.closed_at)
    }

    #[test]
    fn a_case_knows_since_when_it_is_resolved_and_since_when_it_is_closed() {
        let open = || raised_in(StageCategory::Open);
        let at = |minutes| Some(minute(minutes));
        assert_eq!(ends(vec![open()]), (None, None));
        assert_eq!(ends(vec![open(), moved_to("done", RESOLVED)]), (at(1), None));
        assert_eq!(
            ends(vec![open(), moved_to("done", RESOLVED), moved_to("shut", CLOSED)]),
            (at(1), at(2)),
            "what was resolved on its way stays resolved"
        );
        assert_eq!(ends(vec![open(), moved_to("shut", CLOSED)]), (None, at(1)));
        assert_eq!(
            ends(vec![
                open(),
                moved_to("done", RESOLVED),
                moved_to("shut", CLOSED),
                moved_to("work", ACTIVE)
            ]),
            (None, None),
            "who goes on with it has neither resolved nor closed it"
        );
        assert_eq!(
            ends(vec![
                open(),
                moved_to("done", RESOLVED),
                moved_to("work", ACTIVE),
                moved_to("done", RESOLVED)
            ]),
            (at(3), None)
        );
        assert_eq!(
            ends(vec![
                open(),
                moved_to("done", RESOLVED),
                moved_to("shut", CLOSED),
                moved_to("done", RESOLVED)
            ]),
            (at(3), None),
            "out of a closed stage it is resolved anew"
        );
    }

    #[test]
    fn a_move_within_a_category_is_no_new_end() {
        let facts =
            || vec![raised_in(StageCategory::Open), moved_to("done", RESOLVED), moved_to("paid", RESOLVED)];
        assert_eq!(ends(facts()), (Some(minute(1)), None));
        let closed = [moved_to("shut", CLOSED), CaseFact::CaseTaken, moved_to("filed", CLOSED)];
        assert_eq!(ends([facts(), closed.to_vec()].concat()), (Some(minute(1)), Some(minute(3))));
    }

    #[test]
    fn a_type_that_puts_a_case_elsewhere_ends_it_or_takes_it_up_again() {
        let open = || raised_in(StageCategory::Open);
        assert_eq!(ends(vec![open(), of_type(RESOLVED)]), (Some(minute(1)), None));
        assert_eq!(ends(vec![open(), moved_to("shut", CLOSED), of_type(CLOSED)]), (None, Some(minute(1))));
        assert_eq!(ends(vec![open(), moved_to("shut", CLOSED), of_type(ACTIVE)]), (None, None));
    }

    #[test]
    fn a_case_that_is_raised_as_done_is_done_since_then() {
        assert_eq!(ends(vec![raised_in(RESOLVED), CaseFact::CaseTaken]), (Some(minute(0)), None));
        assert_eq!(ends(vec![raised_in(CLOSED), CaseFact::CaseTaken]), (None, Some(minute(0))));
    }
}
