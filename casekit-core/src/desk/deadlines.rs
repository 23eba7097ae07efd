//! The deadlines of a case: pause, resume, extend, explain; dates and reminders.

use super::deadline_view::{DeadlineChange, DeadlineExplanation, DeadlineStep, is_overdue};
use super::{Changed, Desk};
use crate::command::{NewExtension, NewPause, NewResumption};
use crate::deadline::{computed, explained, may_extend, time_zone_version};
use crate::decide::policies::{clock_of, policies_of};
use crate::decide::{ExtendDeadline, FollowUpCase, GiveDate, PauseDeadlines, ResumeDeadlines};
use crate::error::Error;
use crate::event::{CaseFact, Event};
use crate::history::{self, About, Names, Phrases};
use crate::model::{
    Calendar, Case, CaseDeadline, CaseId, Catalog, DayOff, DeadlineLength, DeadlinePolicy, DeadlineStart,
    DeadlineState, PauseCause, Permission, Segment, StreamId, Timestamp,
};
use crate::store::LoadPlan;
use crate::zone::Zone;

impl Desk {
    /// Pauses the deadlines of a case that may be paused for a reason, such as while the person has to make clear what they
    /// ask for. A paused deadline has no end; once it is resumed, the time between is added. What the law does not let
    /// anybody pause runs on.
    ///
    /// Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `pause`: the reason, and since when.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; for a reason that none of the case's deadlines knows, with those that they know.
    /// - `Blocked`: if none of them can be paused, or they are paused for this reason already.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of two events.
    ///
    /// A remark has up to 1,000 characters: `Invalid` with `too_long` beyond. A case has up to 1,000 pauses: `Blocked` with
    /// `limit_reached` beyond.
    pub fn pause_deadlines(&self, case: CaseId, pause: NewPause) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &PauseDeadlines { case, pause })?.changed())
    }

    /// Ends pauses of a case's deadlines, so that they run again.
    ///
    /// Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `resumption`: which pauses, and when they ended.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid.
    /// - `Blocked`: if nobody paused them.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of two events.
    ///
    /// A remark has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn resume_deadlines(&self, case: CaseId, resumption: NewResumption) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &ResumeDeadlines { case, resumption })?.changed())
    }

    /// Extends a deadline of a case, once, to the length that its policy has for that, counted from the original start. The
    /// person has to be told within the first period: what is recorded is when that was.
    ///
    /// Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `extension`: why, which deadline, and when the person was told.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; for a deadline that cannot be extended, with those that can.
    /// - `Blocked`: if it was extended already, has not started, was met, or the person had to be told earlier.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of two events.
    ///
    /// A reason has 1 to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn extend_deadline(&self, case: CaseId, extension: NewExtension) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &ExtendDeadline { case, extension })?.changed())
    }

    /// Gives a case a date from which deadlines can start, such as when a fee was paid, or takes it away.
    ///
    /// Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `code`: the code of the date, as policies name it: lower-case letters, digits and `_`.
    /// - `at`: the date; `None` takes it away.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid, or if the deadlines of the case start with dates, and with none of this code.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of up to two events.
    ///
    /// A code has 1 to 100 characters: `Invalid` with `too_long` beyond. A case has up to 1,000 dates: `Blocked` with
    /// `limit_reached` beyond.
    pub fn give_date(&self, case: CaseId, code: &str, at: Option<Timestamp>) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &GiveDate { case, code: code.to_owned(), at })?.changed())
    }

    /// Asks to be reminded of a case at a later date, or not any more. The case tells when the date has come, by an event,
    /// once somebody calls `run_due`. Deadlines run on meanwhile.
    ///
    /// Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `at`: when; `None` for not any more.
    /// - `remark`: what for; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the date is not to come, or the remark is too long.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event.
    ///
    /// A remark has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn follow_up(
        &self,
        case: CaseId,
        at: Option<Timestamp>,
        remark: Option<&str>,
    ) -> Result<Changed, Error> {
        let command = FollowUpCase { case, at, remark: remark.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Explains every deadline of a case: by which version of which policy it is counted, each step of counting it, in words
    /// and as data, and what changed it.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases). It is not for a customer.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case by an index, and its history, which grows with what happened to it.
    pub fn explain_deadlines(&self, case: CaseId) -> Result<Vec<DeadlineExplanation>, Error> {
        const ACTION: &str = "explain_deadlines";
        let look = self.look(Permission::ReadCases, ACTION)?.of_the_office(ACTION)?;
        let (loaded, case) = look.case(LoadPlan::case(case), "read_case", case)?;
        let now = self.engine.now()?;
        let explain = Explaining { desk: self, case: &case, catalog: &loaded.catalog, now };
        let policies = policies_of(&case, &loaded.catalog);
        let mut all: Vec<_> =
            policies.iter().map(|(policy, calendar)| explain.one(policy, calendar)).collect();
        if !all.is_empty() {
            explain.add_changes(&mut all)?;
        }
        Ok(all)
    }
}

/// Explaining the deadlines of one case.
struct Explaining<'a> {
    desk: &'a Desk,
    case: &'a Case,
    catalog: &'a Catalog,
    now: Timestamp,
}

impl Explaining<'_> {
    fn one(&self, policy: &DeadlinePolicy, calendar: &Calendar) -> DeadlineExplanation {
        let language = self.desk.language();
        let clock = clock_of(self.case, policy);
        let answer = computed(policy, calendar, &clock, self.now.max(self.case.updated_at));
        let texts = explained(policy, calendar, &answer);
        let kinds = ["policy", "calendar"].map(|kind| DeadlineStep { kind: kind.into(), ..empty_step() });
        let steps = kinds.into_iter().chain(answer.segments.iter().map(step));
        let runs = matches!(answer.state, DeadlineState::Running);
        DeadlineExplanation {
            code: policy.code.to_string(),
            label: policy.label.said(language).into_owned(),
            goal: policy.goal.code().to_owned(),
            version: policy.version,
            source: policy.source.as_ref().map(ToString::to_string),
            calendar: calendar.code.to_string(),
            calendar_version: calendar.version,
            time_zone: calendar.time_zone.clone(),
            time_zone_version: time_zone_version().to_owned(),
            state: answer.state.code().to_owned(),
            due_at: answer.due_at,
            last_day: answer.last_day.map(|day| day.to_string()),
            warn_at: answer.warn_at,
            overdue: is_overdue(answer.due_at.filter(|_| runs), self.now),
            late: matches!(answer.state, DeadlineState::Met { late: true, .. }),
            extendable: may_extend(policy, calendar, &clock, self.now).is_ok(),
            steps: steps
                .zip(texts)
                .map(|(step, text)| DeadlineStep { text: language.render(&text), ..step })
                .collect(),
            changes: Vec::new(),
        }
    }

    /// Adds what changed each of the deadlines, from the history of the case.
    fn add_changes(&self, all: &mut [DeadlineExplanation]) -> Result<(), Error> {
        let (mut before, mut last): (Vec<CaseDeadline>, Option<Event>) = (Vec::new(), None);
        self.desk.each_event(StreamId::Case(self.case.id), |event| {
            if let Some(CaseFact::DeadlinesCounted { deadlines, why, .. }) = event.fact.of_case() {
                for one in all.iter_mut() {
                    let of = |among: &[CaseDeadline]| {
                        among.iter().find(|each| each.policy.as_str() == one.code).cloned()
                    };
                    let (was, is) = (of(&before), of(deadlines));
                    let end =
                        |deadline: &Option<CaseDeadline>| deadline.as_ref().and_then(|each| each.due_at);
                    let Some(now) = is.as_ref().filter(|_| end(&was) != end(&is)) else { continue };
                    // What changed it was recorded just before, unless the rules did.
                    let cause = match (why, &last) {
                        (None, Some(cause)) => cause.clone(),
                        (Some(_), _) | (None, None) => event.clone(),
                    };
                    one.changes.push(DeadlineChange {
                        at: event.header.at,
                        by: event.header.actor.to_string(),
                        because: self.said(cause, &one.time_zone),
                        from: end(&was),
                        to: end(&is),
                        version: now.version,
                    });
                }
                before.clone_from(deadlines);
            }
            last = Some(event);
        })
    }

    /// What an event was, with every instant by the clocks of the deadline, as in its steps.
    fn said(&self, event: Event, time_zone: &str) -> String {
        let language = self.desk.language().in_zone(Zone::named(time_zone).unwrap_or_default());
        let steps = self.case.progress.as_ref().map(|progress| progress.steps.as_slice());
        let about = About {
            catalog: self.catalog,
            language: &language,
            access: self.desk.access(),
            for_customer: false,
            case_type: Some(self.case.case_type),
            settings: None,
            steps: steps.unwrap_or_default(),
            names: &Names::default(),
        };
        history::describe(event, about, &language, &mut Phrases::default()).text
    }
}

fn empty_step() -> DeadlineStep {
    DeadlineStep {
        kind: String::new(),
        text: String::new(),
        at: None,
        until: None,
        day: None,
        cause: None,
        amount: None,
        unit: None,
    }
}

/// A segment as data, without its text.
fn step(segment: &Segment) -> DeadlineStep {
    let kind = |kind: &str| DeadlineStep { kind: kind.to_owned(), ..empty_step() };
    let measured = |step: DeadlineStep, length: DeadlineLength| DeadlineStep {
        amount: Some(length.count()),
        unit: Some(unit(length).to_owned()),
        ..step
    };
    match segment {
        Segment::UnknownTimeZone { name } => {
            DeadlineStep { cause: Some(name.clone()), ..kind("unknown_time_zone") }
        }
        Segment::NotStarted { awaits } => {
            let cause: Vec<&str> = awaits.iter().map(start).collect();
            DeadlineStep { cause: Some(cause.join(", ")), ..kind("not_started") }
        }
        Segment::Started { at, day, by } => DeadlineStep {
            at: Some(*at),
            day: Some(day.to_string()),
            cause: Some(start(by).to_owned()),
            ..kind("started")
        },
        Segment::Length { length, day, until } => measured(
            DeadlineStep { until: Some(*until), day: Some(day.to_string()), ..kind("length") },
            *length,
        ),
        Segment::Extended { at, length, day, until } => measured(
            DeadlineStep {
                at: Some(*at),
                until: Some(*until),
                day: Some(day.to_string()),
                ..kind("extended")
            },
            *length,
        ),
        Segment::NotExtended { at, day, until } => DeadlineStep {
            at: Some(*at),
            until: Some(*until),
            day: Some(day.to_string()),
            ..kind("not_extended")
        },
        Segment::Paused { cause, from, until, added, day, end: _ } => measured(
            DeadlineStep {
                at: Some(*from),
                until: *until,
                day: day.map(|day| day.to_string()),
                cause: Some(pause(cause).to_owned()),
                ..kind("paused")
            },
            *added,
        ),
        Segment::PausedSince { cause, from } => {
            DeadlineStep { at: Some(*from), cause: Some(pause(cause).to_owned()), ..kind("paused_since") }
        }
        Segment::Rolled { from: _, because, to } => {
            let cause: Vec<&str> = because.iter().map(day_off).collect();
            DeadlineStep { day: Some(to.to_string()), cause: Some(cause.join(", ")), ..kind("rolled") }
        }
        Segment::Due { day, at } => {
            DeadlineStep { until: Some(*at), day: Some(day.to_string()), ..kind("due") }
        }
        Segment::Met { at, late: _ } => DeadlineStep { at: Some(*at), ..kind("met") },
    }
}

fn unit(length: DeadlineLength) -> &'static str {
    match length {
        DeadlineLength::Months(_) => "months",
        DeadlineLength::Days(_) => "days",
        DeadlineLength::WorkingDays(_) => "working_days",
        DeadlineLength::WorkingMinutes(_) => "working_minutes",
    }
}

fn start(by: &DeadlineStart) -> &str {
    match by {
        DeadlineStart::Receipt => "receipt",
        DeadlineStart::Identification => "identification",
        DeadlineStart::Date(code) => code.as_str(),
        DeadlineStart::Stage(stage) => stage.as_str(),
    }
}

fn pause(cause: &PauseCause) -> &str {
    match cause {
        PauseCause::Reason(reason) => reason.as_str(),
        PauseCause::Category(category) => category.code(),
    }
}

fn day_off(why: &DayOff) -> &str {
    match why {
        DayOff::Weekday(weekday) => weekday.code(),
        DayOff::Holiday(_) => "holiday",
    }
}
