//! Messages for what happens to the deadlines of a case.

use super::{About, Said, change, only};
use crate::event::CaseFact;
use crate::language::{Argument, Message};
use crate::model::{CaseDeadline, DeadlinePhase, PolicyCode};

/// The message for a fact about deadlines; for any other, the empty one of a case that was counted.
pub(super) fn describe(fact: &CaseFact, about: About<'_>) -> Said {
    let said = |code: &'static str| Message::new(code);
    match fact {
        CaseFact::DateGiven { code, from, to } => {
            let given = said(if to.is_some() { "fact.date_given" } else { "fact.date_given.none" });
            let dated = change("date", from.map(Into::into), to.map(Into::into));
            (given.with("date", code.as_str()), vec![dated])
        }
        CaseFact::DeadlinesPaused { reason, since } => {
            only(said("fact.deadlines_paused").with("reason", reason.as_str()).with("since", *since))
        }
        CaseFact::DeadlinesResumed { reason, until } => match reason {
            Some(reason) => only(
                said("fact.deadlines_resumed.reason").with("reason", reason.as_str()).with("until", *until),
            ),
            None => only(said("fact.deadlines_resumed").with("until", *until)),
        },
        CaseFact::DeadlineExtended { policy, told_at } => {
            let extended = said("fact.deadline_extended").with("deadline", about.deadline(policy));
            (extended, vec![change("told_at", None, Some((*told_at).into()))])
        }
        CaseFact::DeadlineWarned { policy, due_at } => only(
            said("fact.deadline_warned").with("deadline", about.deadline(policy)).with("due_at", *due_at),
        ),
        CaseFact::DeadlineMissed { policy, due_at } => only(
            said("fact.deadline_missed").with("deadline", about.deadline(policy)).with("due_at", *due_at),
        ),
        CaseFact::FollowUpSet { from, to } => {
            let set = match to {
                Some(at) => said("fact.follow_up_set").with("at", *at),
                None => said("fact.follow_up_set.none"),
            };
            (set, vec![change("follow_up", from.map(Into::into), to.map(Into::into))])
        }
        CaseFact::FollowUpDue { at } => only(said("fact.follow_up_due").with("at", *at)),
        CaseFact::DeadlinesCounted { deadlines, moves_at: _, why } => {
            let all: Vec<Argument> = deadlines.iter().map(|one| counted(one, about).into()).collect();
            let counted = match (why.as_deref(), all.is_empty()) {
                (_, true) => said("fact.deadlines_counted.none"),
                (None | Some("time_passed"), false) => said("fact.deadlines_counted"),
                (Some(_), false) => said("fact.deadlines_counted.rules"),
            };
            only(counted.with("deadlines", all))
        }
        _ => only(said("fact.deadlines_counted.none")),
    }
}

/// What a deadline came to.
fn counted(one: &CaseDeadline, about: About<'_>) -> Message {
    let code = match (one.phase, one.late) {
        (DeadlinePhase::NotStarted, _) => "value.deadline.not_started",
        (DeadlinePhase::Running, _) => "value.deadline.running",
        (DeadlinePhase::Paused, _) => "value.deadline.paused",
        (DeadlinePhase::Met, false) => "value.deadline.met",
        (DeadlinePhase::Met, true) => "value.deadline.met_late",
    };
    let said = Message::new(code).with("deadline", about.deadline(&one.policy));
    match one.due_at {
        Some(at) => said.with("due_at", at),
        None => said,
    }
}

impl About<'_> {
    /// What a deadline is called; its code if the settings have it no more.
    fn deadline(&self, code: &PolicyCode) -> Argument {
        let policies = self.catalog.settings.as_ref().map(|settings| settings.deadlines.as_slice());
        let found = policies.unwrap_or_default().iter().find(|policy| policy.code == *code);
        found.map_or_else(|| code.as_str().into(), |policy| policy.label.argument())
    }
}
