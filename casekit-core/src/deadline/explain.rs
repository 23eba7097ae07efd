//! Tells in words how a deadline was counted: messages, for a language to render.
//!
//! Days and times are those of the calendar's zone, so they come as days and minutes that are laid out already, and not as
//! instants, which a language shows in UTC.

use chrono::{Datelike, NaiveDate, Timelike};

use super::days::Days;
use crate::language::{Argument, Message};
use crate::model::{
    Calendar, Computed, DayOff, DeadlineLength, DeadlinePolicy, DeadlineStart, NotExtendable, PauseCause,
    Segment, Timestamp,
};

/// How a deadline was counted, in words: the policy with its version and its source, and then every segment.
///
/// # Cost
/// Nothing is read or written.
#[must_use]
pub fn explained(policy: &DeadlinePolicy, calendar: &Calendar, computed: &Computed) -> Vec<Message> {
    let code = if policy.source.is_some() { "deadline.policy.source" } else { "deadline.policy" };
    let first = Message::new(code)
        .with("policy", policy.label.argument())
        .with("version", policy.version)
        .with_word("goal", "deadline_goal", policy.goal.code())
        .with("length", policy.length.message());
    let first = match &policy.source {
        Some(source) => first.with("source", source.as_str()),
        None => first,
    };
    let second = Message::new("deadline.calendar")
        .with("calendar", calendar.label.argument())
        .with("version", calendar.version)
        .with("zone", calendar.time_zone.as_str());
    let segments = computed.segments.iter().map(|segment| segment.message(policy, calendar));
    [first, second].into_iter().chain(segments).collect()
}

impl DeadlineLength {
    /// The length as a message, for a language to render: `1 month`.
    #[must_use]
    pub fn message(self) -> Message {
        let counted = |code: &'static str, count: u32| Message::new(code).with("count", count);
        match self {
            Self::Months(count) => counted("deadline_length.months", count),
            Self::Days(count) => counted("deadline_length.days", count),
            Self::WorkingDays(count) => counted("deadline_length.working_days", count),
            Self::WorkingMinutes(count) if count > 0 && count.is_multiple_of(60) => {
                counted("deadline_length.working_hours", count / 60)
            }
            Self::WorkingMinutes(count) => counted("deadline_length.working_minutes", count),
        }
    }
}

impl DeadlineStart {
    /// What starts a deadline as a message, for a language to render.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Receipt => Message::new("deadline_start.receipt"),
            Self::Identification => Message::new("deadline_start.identification"),
            Self::Date(code) => {
                Message::new("deadline_start.date").with_word("date", "deadline_date", code.as_str())
            }
            Self::Stage(stage) => {
                Message::new("deadline_start.stage").with_word("stage", "stage", stage.as_str())
            }
        }
    }
}

impl PauseCause {
    /// Why a deadline is paused as a message, for a language to render.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Reason(reason) => {
                Message::new("deadline_pause.reason").with_word("reason", "pause_reason", reason.as_str())
            }
            Self::Category(category) => {
                Message::new("deadline_pause.category").with_word("category", "category", category.code())
            }
        }
    }
}

impl DayOff {
    fn argument(&self) -> Argument {
        match self {
            Self::Weekday(weekday) => Argument::word("weekday", weekday.code()),
            Self::Holiday(name) => name.argument(),
        }
    }
}

impl Segment {
    /// The segment as a message, for a language to render. Days and times are those of the calendar's time zone.
    #[must_use]
    pub fn message(&self, policy: &DeadlinePolicy, calendar: &Calendar) -> Message {
        let told = Told { days: Days::of(calendar), policy };
        match self {
            Self::UnknownTimeZone { name } => {
                Message::new("deadline.unknown_time_zone").with("zone", name.as_str())
            }
            Self::NotStarted { awaits } => {
                Message::new("deadline.not_started").with("awaits", starts(awaits))
            }
            Self::Started { at, day: _, by } => {
                Message::new("deadline.started").with("by", by.message()).with("at", told.minute(*at))
            }
            Self::Length { length, day, until } => Message::new("deadline.length")
                .with("length", length.message())
                .with("end", told.end(*day, *until)),
            Self::Extended { at, length, day, until } => Message::new("deadline.extended")
                .with("at", told.minute(*at))
                .with("length", length.message())
                .with("end", told.end(*day, *until)),
            Self::NotExtended { at, day, until } => Message::new("deadline.not_extended")
                .with("at", told.minute(*at))
                .with("end", told.end(*day, *until)),
            Self::Paused { cause, from, until, added, day, end } => {
                told.paused(cause, *from, *until, *added, day.zip(*end))
            }
            Self::PausedSince { cause, from } => Message::new("deadline.paused_since")
                .with("from", told.minute(*from))
                .with("cause", cause.message()),
            Self::Rolled { from, because, to } => Message::new("deadline.rolled")
                .with("from", day(*from))
                .with("because", because.iter().map(DayOff::argument).collect::<Vec<_>>())
                .with("to", day(*to)),
            Self::Due { day, at } => Message::new("deadline.due").with("end", told.end(*day, *at)),
            Self::Met { at, late } => {
                let code = if *late { "deadline.met_late" } else { "deadline.met" };
                Message::new(code).with("at", told.minute(*at))
            }
        }
    }
}

impl NotExtendable {
    /// The stable word for it in hosts, such as `notice_over`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoExtension => "no_extension",
            Self::NotStarted { .. } => "not_started",
            Self::ExtendedAlready { .. } => "extended_already",
            Self::MetAlready { .. } => "met_already",
            Self::NoticeOver { .. } => "notice_over",
        }
    }

    /// The reason as a message, for a language to render. Days and times are those of the calendar's time zone.
    #[must_use]
    pub fn message(&self, policy: &DeadlinePolicy, calendar: &Calendar) -> Message {
        let told = Told { days: Days::of(calendar), policy };
        let said = Message::new(format!("not_extendable.{}", self.code()));
        match self {
            Self::NoExtension => said.with("policy", policy.label.argument()),
            Self::NotStarted { awaits } => said.with("awaits", starts(awaits)),
            Self::ExtendedAlready { at } | Self::MetAlready { at } => said.with("at", told.minute(*at)),
            Self::NoticeOver { day, at } => said.with("end", told.end(*day, *at)),
        }
    }
}

/// Days and times of a zone, laid out as the policy counts.
#[derive(Clone, Copy)]
struct Told<'a> {
    days: Days<'a>,
    policy: &'a DeadlinePolicy,
}

impl Told<'_> {
    /// An end: a day, or a minute for a length in working time.
    fn end(self, last: NaiveDate, at: Timestamp) -> Message {
        match self.policy.length {
            DeadlineLength::Months(_) | DeadlineLength::Days(_) | DeadlineLength::WorkingDays(_) => {
                Message::new("deadline.on_day").with("day", day(last))
            }
            DeadlineLength::WorkingMinutes(_) => {
                Message::new("deadline.at_minute").with("at", self.minute(at))
            }
        }
    }

    fn paused(
        self,
        cause: &PauseCause,
        from: Timestamp,
        until: Option<Timestamp>,
        added: DeadlineLength,
        end: Option<(NaiveDate, Timestamp)>,
    ) -> Message {
        let said = |code: &'static str| {
            Message::new(code).with("from", self.minute(from)).with("cause", cause.message())
        };
        match (until, end) {
            (None, _) => said("deadline.paused_after_end"),
            (Some(until), Some((day, at))) if added.count() > 0 => said("deadline.paused")
                .with("until", self.minute(until))
                .with("added", added.message())
                .with("end", self.end(day, at)),
            (Some(until), _) => said("deadline.paused_for_nothing").with("until", self.minute(until)),
        }
    }

    fn minute(self, at: Timestamp) -> Message {
        let local = self.days.zone.local(at);
        in_order("format.minute", local.date())
            .with("hour", format!("{:02}", local.hour()))
            .with("minute", format!("{:02}", local.minute()))
    }
}

fn day(day: NaiveDate) -> Message {
    // Every language lays out a day by the same parts as a minute.
    in_order("format.day", day)
}

fn in_order(code: &'static str, day: NaiveDate) -> Message {
    Message::new(code)
        .with("year", format!("{:04}", day.year()))
        .with("month", format!("{:02}", day.month()))
        .with("day", format!("{:02}", day.day()))
}

fn starts(all: &[DeadlineStart]) -> Vec<Message> {
    all.iter().map(DeadlineStart::message).collect()
}
