//! Parses a caller's records into deadline policies and calendars, and reports every error at once.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::command::{NewCalendar, NewDeadlinePolicy, NewDeadlineStart, NewHoliday, NewWorkingHours};
use crate::language::Language;
use crate::model::{
    Calendar, CalendarCode, DateCode, DeadlineLength, DeadlinePolicy, DeadlineStart, Holiday, PauseReason,
    PolicyCode, ShortText, StageId, Wording, WorkingHours, limits,
};
use crate::rejection::{FieldError, FieldRule, Fields};
use crate::zone::{time_zone, time_zones_like};

/// The calendar of a policy that names none.
const OFFICE: &str = "office";

/// Minutes of a day.
const DAY: u32 = 1_440;

/// Parses a policy. `before` is the one with this code, whose next version it becomes; `None` for a new one. `calendars` are
/// all that a policy can name.
pub(crate) fn parse_policy<'a>(
    fields: &mut Fields,
    new: &NewDeadlinePolicy,
    before: Option<&DeadlinePolicy>,
    calendars: impl IntoIterator<Item = &'a CalendarCode>,
    language: &Language,
) -> Option<DeadlinePolicy> {
    let code = fields.take(PolicyCode::parse("code", &new.code));
    let label = fields.take(ShortText::parse("label", &new.label));
    let length = bounded(fields, "length", new.length);
    let starts = parse_starts(fields, &new.starts);
    let pauses_for = parse_reasons(fields, &new.pauses_for);
    let extension = parse_extension(fields, new);
    let warn_before = match new.warn_before {
        Some(warn_before) => bounded(fields, "warn_before", warn_before).map(Some),
        None => Some(None),
    };
    let calendar = parse_calendar_name(fields, &new.calendar, calendars);
    let source = fields.take(ShortText::parse_optional("source", new.source.as_deref()));
    let code = code?;
    let known = before.map(|before| &before.label);
    let label = Wording::meant(label?, known, "deadline_policy", code.as_str(), language);
    Some(DeadlinePolicy {
        code,
        version: before.map_or(1, |before| before.version.saturating_add(1)),
        label,
        goal: new.goal,
        length: length?,
        starts: starts?,
        pauses_for: pauses_for?,
        pauses_in: new.pauses_in.iter().copied().collect::<BTreeSet<_>>().into_iter().collect(),
        extension: extension?,
        rolls: new.rolls,
        calendar: calendar?,
        warn_before: warn_before?,
        source: source?,
    })
}

/// Parses a calendar. `before` is the one with this code, whose next version it becomes; `None` for a new one.
pub(crate) fn parse_calendar(
    fields: &mut Fields,
    new: &NewCalendar,
    before: Option<&Calendar>,
    language: &Language,
) -> Option<Calendar> {
    let code = fields.take(CalendarCode::parse("code", &new.code));
    let label = fields.take(ShortText::parse("label", &new.label));
    let time_zone = fields.take(parse_time_zone("time_zone", &new.time_zone));
    let working_hours = parse_hours(fields, &new.working_hours);
    let holidays = parse_holidays(fields, &new.holidays, before, language);
    let code = code?;
    let known = before.map(|before| &before.label);
    let label = Wording::meant(label?, known, "calendar", code.as_str(), language);
    Some(Calendar {
        code,
        version: before.map_or(1, |before| before.version.saturating_add(1)),
        label,
        time_zone: time_zone?,
        working_hours: working_hours?,
        holidays: holidays?,
    })
}

/// The name of a time zone as the IANA database spells it.
pub(crate) fn parse_time_zone(field: &str, text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    match time_zone(text) {
        Some(zone) => Ok(zone.name().to_owned()),
        None if text.is_empty() => Err(FieldError::new(field, FieldRule::Required)),
        None => Err(FieldError::new(field, FieldRule::unknown(text, time_zones_like(text)))),
    }
}

fn bounded(fields: &mut Fields, field: &str, length: DeadlineLength) -> Option<DeadlineLength> {
    let most = match length {
        DeadlineLength::Months(_) => limits::DEADLINE_MONTHS,
        DeadlineLength::Days(_) | DeadlineLength::WorkingDays(_) => limits::DEADLINE_LENGTH,
        DeadlineLength::WorkingMinutes(_) => limits::DEADLINE_MINUTES,
    };
    if (1..=most).contains(&length.count()) {
        return Some(length);
    }
    fields.add(field, FieldRule::OutOfRange { least: 1, most: most.into() });
    None
}

fn parse_starts(fields: &mut Fields, new: &[NewDeadlineStart]) -> Option<Vec<DeadlineStart>> {
    let new = if new.is_empty() { &[NewDeadlineStart::Receipt] } else { new };
    parse_all(fields, "starts", new, |field, start| match start {
        NewDeadlineStart::Receipt => Ok(DeadlineStart::Receipt),
        NewDeadlineStart::Identification => Ok(DeadlineStart::Identification),
        NewDeadlineStart::Date(code) => DateCode::parse(field, code).map(DeadlineStart::Date),
        NewDeadlineStart::Stage(id) => StageId::parse(field, id).map(DeadlineStart::Stage),
    })
}

fn parse_reasons(fields: &mut Fields, new: &[String]) -> Option<Vec<PauseReason>> {
    parse_all(fields, "pauses_for", new, |field, code| PauseReason::parse(field, code))
}

/// Parses each of a list, none of which can be in it twice.
fn parse_all<T, P: PartialEq>(
    fields: &mut Fields,
    list: &str,
    new: &[T],
    parse: impl Fn(&str, &T) -> Result<P, FieldError>,
) -> Option<Vec<P>> {
    if new.len() > limits::PARTS {
        fields.add(list, FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let mut parsed = Vec::new();
    for (place, one) in new.iter().enumerate() {
        let field = format!("{list}[{place}]");
        match fields.take(parse(&field, one)) {
            Some(one) if parsed.contains(&one) => fields.add(field, FieldRule::Duplicate),
            Some(one) => parsed.push(one),
            None => {}
        }
    }
    (parsed.len() == new.len()).then_some(parsed)
}

/// The length after the extension: of the unit of the length, and more than it.
fn parse_extension(fields: &mut Fields, new: &NewDeadlinePolicy) -> Option<Option<DeadlineLength>> {
    let Some(extension) = new.extension else { return Some(None) };
    let extension = bounded(fields, "extension", extension)?;
    let same_unit = std::mem::discriminant(&new.length) == std::mem::discriminant(&extension);
    let fits = same_unit && extension.count() > new.length.count();
    if !fits {
        fields.add("extension", FieldRule::DoesNotFit { why: "extension_not_longer".into() });
    }
    fits.then_some(Some(extension))
}

fn parse_calendar_name<'a>(
    fields: &mut Fields,
    text: &str,
    calendars: impl IntoIterator<Item = &'a CalendarCode>,
) -> Option<CalendarCode> {
    let text = text.trim();
    let text = if text.is_empty() { OFFICE } else { text };
    let all: Vec<&CalendarCode> = calendars.into_iter().collect();
    let found = all.iter().find(|code| code.as_str() == text).map(|code| (*code).clone());
    if found.is_none() {
        fields.add("calendar", FieldRule::unknown(text, all.iter().map(|code| code.as_str())));
    }
    found
}

/// The hours in order. Those of a weekday do not overlap.
fn parse_hours(fields: &mut Fields, new: &[NewWorkingHours]) -> Option<Vec<WorkingHours>> {
    if new.len() > limits::PARTS {
        fields.add("working_hours", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let mut sound = true;
    let mut parsed: Vec<WorkingHours> = Vec::new();
    for (place, hours) in new.iter().enumerate() {
        let at = |field: &str| format!("working_hours[{place}].{field}");
        let mut within = |field: &str, minute: u32, least: u32, most: u32| {
            let fits = (least..=most).contains(&minute);
            if !fits {
                fields.add(at(field), FieldRule::OutOfRange { least: least.into(), most: most.into() });
            }
            fits
        };
        let from = within("from", hours.from, 0, DAY - 1);
        let until = within("until", hours.until, if from { hours.from + 1 } else { 1 }, DAY);
        let overlaps = |other: &WorkingHours| {
            other.weekday == hours.weekday && other.from < hours.until && hours.from < other.until
        };
        if from && until && parsed.iter().any(overlaps) {
            let why = "hours_overlap".into();
            fields.add(format!("working_hours[{place}]"), FieldRule::DoesNotFit { why });
            sound = false;
        }
        sound &= from && until;
        parsed.push(WorkingHours { weekday: hours.weekday, from: hours.from, until: hours.until });
    }
    parsed.sort_unstable();
    sound.then_some(parsed)
}

/// The holidays in order, each day once. A name that somebody reads there already, or that ships for the day, stays as it is.
fn parse_holidays(
    fields: &mut Fields,
    new: &[NewHoliday],
    before: Option<&Calendar>,
    language: &Language,
) -> Option<Vec<Holiday>> {
    if new.len() > limits::HOLIDAYS {
        fields.add("holidays", FieldRule::TooMany { limit: limits::HOLIDAYS as u64 });
        return None;
    }
    let mut days = BTreeSet::new();
    let mut parsed = Vec::new();
    for (place, holiday) in new.iter().enumerate() {
        let name = fields.take(ShortText::parse(&format!("holidays[{place}].name"), &holiday.name));
        let Ok(day) = holiday.day.trim().parse::<NaiveDate>() else {
            fields.add(format!("holidays[{place}].day"), FieldRule::Malformed { form: "day".into() });
            continue;
        };
        if !days.insert(day) {
            fields.add(format!("holidays[{place}].day"), FieldRule::Duplicate);
        } else if let Some(name) = name {
            let known = before.and_then(|before| before.holidays.iter().find(|one| one.day == day));
            let read = known.filter(|known| known.name.said(language) == name.as_str());
            let name = read.map_or(Wording::Given(name), |known| known.name.clone());
            parsed.push(Holiday { day, name });
        }
    }
    parsed.sort_unstable();
    (parsed.len() == new.len()).then_some(parsed)
}
