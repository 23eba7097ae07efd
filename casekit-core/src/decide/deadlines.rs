//! What people do about the deadlines of a case, and what the library does when their time comes.

use serde::Serialize;

use super::action::Action;
use super::clock::{count, moved};
use super::ledger::in_ledger;
use super::policies::{clock_of, dates, extendable, pause_reasons};
use super::{Command, Context, Decision, Subject};
use crate::command::{NewExtension, NewPause, NewResumption};
use crate::deadline::may_extend;
use crate::event::{CaseFact, Fact, LedgerFact, Personal};
use crate::model::{
    ActorId, Case, CaseId, DateCode, DeadlinePolicy, NotExtendable, PauseReason, Permission, Recount,
    ShortText, Timestamp, kept_instant, limits,
};
use crate::rejection::{Blocker, FieldError, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;
use crate::time::is_over;

/// Pauses the deadlines of a case that may be paused for a reason.
#[derive(Serialize)]
pub(crate) struct PauseDeadlines {
    pub(crate) case: CaseId,
    pub(crate) pause: NewPause,
}

impl Command for PauseDeadlines {
    fn action(&self) -> &'static str {
        Action::PauseDeadlines.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = timed_case(context, Action::PauseDeadlines, self.case)?;
        let mut fields = Fields::default();
        let reasons = pause_reasons(case, &context.loaded.catalog);
        let reason = reasons.iter().find(|reason| reason.as_str() == self.pause.reason.trim()).cloned();
        if reason.is_none() {
            let known = reasons.iter().map(PauseReason::as_str);
            fields.add("reason", FieldRule::unknown(&self.pause.reason, known));
        }
        let since = past(&mut fields, "since", self.pause.since, case.received_at(), context);
        let remark = fields.take(ShortText::parse_optional("remark", self.pause.remark.as_deref()));
        let ((reason, since), remark) = fields.finish(reason.zip(since).zip(remark))?;
        if case.clock.is_paused_for(&reason) {
            let reason = reason.into();
            return Err(Rejection::blocked(self.action(), Blocker::AlreadyPaused { reason }));
        }
        if case.clock.pauses.len() >= limits::PAUSES {
            let limit = limits::PAUSES as u64;
            return Err(Rejection::blocked(self.action(), Blocker::LimitReached { limit }));
        }
        changes(case, context, CaseFact::DeadlinesPaused { reason, since }, remark)
    }
}

/// Ends pauses of a case's deadlines.
#[derive(Serialize)]
pub(crate) struct ResumeDeadlines {
    pub(crate) case: CaseId,
    pub(crate) resumption: NewResumption,
}

impl Command for ResumeDeadlines {
    fn action(&self) -> &'static str {
        Action::ResumeDeadlines.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = timed_case(context, Action::ResumeDeadlines, self.case)?;
        let lasting = || case.clock.pauses.iter().filter(|pause| pause.until.is_none());
        let mut fields = Fields::default();
        let given = self.resumption.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let reason = given.map(|text| {
            let found = lasting().find(|pause| pause.reason.as_str() == text);
            if found.is_none() {
                let known = lasting().map(|pause| pause.reason.as_str());
                fields.add("reason", FieldRule::unknown(text, known));
            }
            found.map(|pause| pause.reason.clone())
        });
        let of = |reason: &PauseReason| reason_fits(reason, given);
        let least = lasting().filter(|pause| of(&pause.reason)).map(|pause| pause.from).max();
        let until = past(&mut fields, "at", self.resumption.at, least.unwrap_or(context.now), context);
        let remark = fields.take(ShortText::parse_optional("remark", self.resumption.remark.as_deref()));
        let (until, remark) = fields.finish(until.zip(remark))?;
        let fact = CaseFact::DeadlinesResumed { reason: reason.flatten(), until };
        changes(case, context, fact, remark)
    }
}

fn reason_fits(reason: &PauseReason, given: Option<&str>) -> bool {
    given.is_none_or(|given| reason.as_str() == given)
}

/// Extends a deadline, once.
#[derive(Serialize)]
pub(crate) struct ExtendDeadline {
    pub(crate) case: CaseId,
    pub(crate) extension: NewExtension,
}

impl Command for ExtendDeadline {
    fn action(&self) -> &'static str {
        Action::ExtendDeadline.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = timed_case(context, Action::ExtendDeadline, self.case)?;
        let mut fields = Fields::default();
        let extendable = extendable(case, &context.loaded.catalog);
        let given = self.extension.deadline.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let named = |text: &str| extendable.iter().find(|(policy, _)| policy.code.as_str() == text);
        let codes = || extendable.iter().map(|(policy, _)| policy.code.as_str());
        let found = match (given, extendable.as_slice()) {
            (Some(text), _) => {
                let found = named(text);
                if found.is_none() {
                    fields.add("deadline", FieldRule::unknown(text, codes()));
                }
                found
            }
            (None, [one]) => Some(one),
            (None, []) => None,
            (None, _) => {
                fields.add("deadline", FieldRule::unknown("", codes()));
                None
            }
        };
        let told_at = past(&mut fields, "told_at", self.extension.told_at, case.received_at(), context);
        let reason = fields.take(ShortText::parse("reason", &self.extension.reason));
        let ((found, told_at), reason) = fields.finish(found.zip(told_at).zip(reason))?;
        let (policy, calendar) = found;
        let clock = clock_of(case, policy);
        may_extend(policy, calendar, &clock, told_at)
            .map_err(|why| Rejection::blocked(self.action(), not_extendable(policy, why, context)))?;
        let fact = CaseFact::DeadlineExtended { policy: policy.code.clone(), told_at };
        changes(case, context, fact, Some(reason))
    }
}

fn not_extendable(policy: &DeadlinePolicy, why: NotExtendable, context: &Context<'_>) -> Blocker {
    let deadline = policy.label.said(context.language).into_owned();
    match why {
        NotExtendable::NoExtension => Blocker::NothingToExtend,
        NotExtendable::NotStarted { awaits: _ } => Blocker::DeadlineNotStarted { deadline },
        NotExtendable::ExtendedAlready { at: _ } => Blocker::ExtendedAlready { deadline },
        NotExtendable::MetAlready { at: _ } => Blocker::DeadlineMet { deadline },
        NotExtendable::NoticeOver { day, at: _ } => Blocker::NoticeOver { deadline, day: day.to_string() },
    }
}

/// Gives a case a date from which deadlines can start, or takes one away.
#[derive(Serialize)]
pub(crate) struct GiveDate {
    pub(crate) case: CaseId,
    pub(crate) code: String,
    pub(crate) at: Option<Timestamp>,
}

impl Command for GiveDate {
    fn action(&self) -> &'static str {
        Action::GiveDate.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = timed_case(context, Action::GiveDate, self.case)?;
        let mut fields = Fields::default();
        let code = fields.take(DateCode::parse("code", &self.code));
        let known = dates(case, &context.loaded.catalog);
        // Without any to wait for, it is kept for a policy to come.
        if let Some(code) = &code
            && !known.is_empty()
            && !known.contains(&code)
            && case.clock.dates.iter().all(|date| date.code != *code)
        {
            fields.add("code", FieldRule::unknown(&self.code, known.iter().map(|code| code.as_str())));
        }
        let to = self.at.map(kept_instant).transpose();
        let to = fields.take(to.map_err(|rule| FieldError::new("at", rule)));
        let (code, to) = fields.finish(code.zip(to))?;
        let from = case.clock.dates.iter().find(|date| date.code == code).map(|date| date.at);
        if from == to {
            return unchanged(case, context);
        }
        if from.is_none() && case.clock.dates.len() >= limits::PAUSES {
            let limit = limits::PAUSES as u64;
            return Err(Rejection::blocked(self.action(), Blocker::LimitReached { limit }));
        }
        changes(case, context, CaseFact::DateGiven { code, from, to }, None)
    }
}

/// Asks to be reminded of a case, or not any more.
#[derive(Serialize)]
pub(crate) struct FollowUpCase {
    pub(crate) case: CaseId,
    pub(crate) at: Option<Timestamp>,
    pub(crate) remark: Option<String>,
}

impl Command for FollowUpCase {
    fn action(&self) -> &'static str {
        Action::FollowUp.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = timed_case(context, Action::FollowUp, self.case)?;
        let mut fields = Fields::default();
        let to = self.at.map(kept_instant).transpose();
        let to = fields.take(to.map_err(|rule| FieldError::new("at", rule)));
        if to.flatten().is_some_and(|at| at <= context.now) {
            fields.add("at", FieldRule::DoesNotFit { why: "not_in_future".into() });
        }
        let remark = fields.take(ShortText::parse_optional("remark", self.remark.as_deref()));
        let (to, remark) = fields.finish(to.zip(remark))?;
        let from = case.clock.follow_up.as_ref().map(|follow_up| follow_up.at);
        if from == to && remark.is_none() {
            return unchanged(case, context);
        }
        changes(case, context, CaseFact::FollowUpSet { from, to }, remark)
    }
}

/// What time makes of a case, by the library itself: deadlines that are counted otherwise now, warnings, misses, reminders
/// and moves.
#[derive(Serialize)]
pub(crate) struct KeepClock {
    pub(crate) case: CaseId,
}

impl Command for KeepClock {
    fn action(&self) -> &'static str {
        "keep_clock"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn records(&self) -> bool {
        true
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        if context.by.as_str() != ActorId::LIBRARY {
            return Err(Rejection::NotAllowedHere { action: self.action().into() });
        }
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let now = context.now.max(case.updated_at);
        let why =
            if case.clock.turns_at().is_some_and(|at| at <= now) { "time_passed" } else { "rules_changed" };
        count(&mut decision, case, Some(why), now, context)?;
        if !decision.drafts.is_empty() {
            // What is told follows from what it came to: at the next call.
            return Ok(decision);
        }
        let (clock, now) = (&case.clock, context.now);
        let mut facts = Vec::new();
        for deadline in clock.deadlines.iter().filter(|one| one.runs() && !one.breached) {
            let Some(due_at) = deadline.due_at else { continue };
            let policy = deadline.policy.clone();
            if is_over(due_at, now) {
                facts.push(CaseFact::DeadlineMissed { policy, due_at });
            } else if !deadline.warned && deadline.warn_at.is_some_and(|warn_at| warn_at <= now) {
                facts.push(CaseFact::DeadlineWarned { policy, due_at });
            }
        }
        let follow_up = clock.follow_up.as_ref().filter(|follow_up| follow_up.at <= now);
        facts.extend(follow_up.map(|follow_up| CaseFact::FollowUpDue { at: follow_up.at }));
        if clock.moves_at.is_some_and(|at| at <= now) {
            facts.extend(moved(case, context)?);
        }
        let draft = |fact| context.draft(Fact::Case(case.id, fact), Personal::default());
        decision.drafts = facts.into_iter().map(draft).collect();
        Ok(decision)
    }
}

/// Records how far the deadlines of all cases were counted anew.
#[derive(Serialize)]
pub(crate) struct RecordRecount {
    pub(crate) recount: Recount,
}

impl Command for RecordRecount {
    fn action(&self) -> &'static str {
        "recount"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { ledger: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        if context.loaded.ledger.recount.as_ref() == Some(&self.recount) {
            return Ok(Decision::default());
        }
        Ok(in_ledger(context, LedgerFact::DeadlinesRecounted { recount: self.recount.clone() }))
    }
}

/// A case about whose time somebody does something.
fn timed_case<'a>(context: &Context<'a>, action: Action, id: CaseId) -> Result<&'a Case, Rejection> {
    context.require(Permission::EditCases, action.code())?;
    let case = context.case(id)?;
    context.beyond_one_customer(action.code())?;
    context.unblocked(case, action, None)?;
    Ok(case)
}

/// An instant of the past, now if none is given, and not before another.
fn past(
    fields: &mut Fields,
    field: &str,
    given: Option<Timestamp>,
    least: Timestamp,
    context: &Context<'_>,
) -> Option<Timestamp> {
    // A clock that was set back must not keep anybody from acting now.
    let Some(given) = given else { return Some(context.now.max(least)) };
    let kept = fields.take(kept_instant(given).map_err(|rule| FieldError::new(field, rule)))?;
    let why = if kept > context.now {
        "in_future"
    } else if kept < least {
        "too_early"
    } else {
        return Some(kept);
    };
    fields.add(field, FieldRule::DoesNotFit { why: why.into() });
    None
}

fn unchanged(case: &Case, context: &Context<'_>) -> Result<Decision, Rejection> {
    let mut decision = Decision::default();
    decision.builds_on_case(case, context)?;
    Ok(decision)
}

fn changes(
    case: &Case,
    context: &Context<'_>,
    fact: CaseFact,
    reason: Option<ShortText>,
) -> Result<Decision, Rejection> {
    let mut decision = unchanged(case, context)?;
    decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
    Ok(decision)
}
