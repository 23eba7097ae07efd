//! Parses a caller's records into deadline policies and calendars, and reports every error at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::command::{NewCalendar, NewDeadlinePolicy, NewDeadlineStart, NewHoliday, NewWorkingHours};
use crate::deadline::{time_zone, time_zones};
use crate::language::Language;
use crate::model::{
    Calendar, CalendarCode, DateCode, DeadlineLength, DeadlinePolicy, DeadlineStart, Holiday, PauseReason,
    PolicyCode, ShortText, StageId, Wording, WorkingHours, limits,
};
use crate::rejection::{FieldError, FieldRule, Fields};

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
        None => Err(FieldError::new(field, FieldRule::unknown(text, like(text)))),
    }
}

/// The zones that somebody may have meant: those whose place is spelled nearly so; else those of the region that is named;
/// else all.
fn like(text: &str) -> Vec<&'static str> {
    let plain = |name: &str| name.to_ascii_lowercase().replace([' ', '-'], "_");
    let part = |name: &str| plain(name.rsplit('/').next().unwrap_or_default());
    let region = |name: &str| name.split_once('/').map(|(region, _)| plain(region));
    let (wanted, within) = (part(text), region(text));
    let is_near = |name: &&str| {
        let known = part(name);
        strsim::osa_distance(&wanted, &known) <= known.len().max(wanted.len()) / 4
    };
    // Comparing letter by letter takes long with a long text, which is no name anyway.
    let near: Vec<&str> =
        if text.len() > limits::NAME { Vec::new() } else { time_zones().filter(is_near).collect() };
    if !near.is_empty() {
        return near;
    }
    let there: Vec<&str> = time_zones().filter(|name| within.is_some() && region(name) == within).collect();
    if there.is_empty() { time_zones().collect() } else { there }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::{shipped_calendars, shipped_policies};
    use crate::model::{DeadlineGoal, StageCategory, Weekday};
    use crate::rejection::Rejection;

    fn policy(new: &NewDeadlinePolicy) -> Result<DeadlinePolicy, Vec<FieldError>> {
        let calendars = shipped_calendars();
        let mut fields = Fields::default();
        let codes = calendars.iter().map(|calendar| &calendar.code);
        let parsed = parse_policy(&mut fields, new, None, codes, Language::english());
        finished(fields, parsed)
    }

    fn calendar(new: &NewCalendar) -> Result<Calendar, Vec<FieldError>> {
        let mut fields = Fields::default();
        let parsed = parse_calendar(&mut fields, new, None, Language::english());
        finished(fields, parsed)
    }

    fn finished<T>(fields: Fields, parsed: Option<T>) -> Result<T, Vec<FieldError>> {
        fields.finish(parsed).map_err(|rejection| match rejection {
            Rejection::Invalid { fields } => fields,
            other => panic!("{other}"),
        })
    }

    fn said<T>(parsed: Result<T, Vec<FieldError>>) -> String {
        let errors = parsed.err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    fn answer() -> NewDeadlinePolicy {
        NewDeadlinePolicy::new("answer", "Answer", DeadlineGoal::Respond, DeadlineLength::Days(30))
    }

    #[test]
    fn a_policy_that_says_little_starts_with_the_receipt_by_office_hours() {
        let parsed = policy(&answer()).unwrap();
        assert_eq!(parsed.starts, [DeadlineStart::Receipt]);
        assert_eq!((parsed.calendar.as_str(), parsed.version), ("office", 1));
        assert_eq!((parsed.extension, parsed.warn_before, parsed.source), (None, None, None));
        assert_eq!(parsed.label.given().map(ShortText::as_str), Some("Answer"));
    }

    #[test]
    fn what_ships_can_be_given_by_hand() {
        let english = Language::english();
        for shipped in shipped_policies() {
            let new = NewDeadlinePolicy {
                code: shipped.code.to_string(),
                label: shipped.label.said(english).into_owned(),
                goal: shipped.goal,
                length: shipped.length,
                starts: shipped.starts.iter().map(as_given).collect(),
                pauses_for: shipped.pauses_for.iter().map(ToString::to_string).collect(),
                pauses_in: shipped.pauses_in.clone(),
                extension: shipped.extension,
                rolls: shipped.rolls,
                calendar: shipped.calendar.to_string(),
                warn_before: shipped.warn_before,
                source: shipped.source.as_ref().map(ToString::to_string),
            };
            assert_eq!(policy(&new), Ok(shipped));
        }
        for shipped in shipped_calendars() {
            let hours = |one: &WorkingHours| NewWorkingHours {
                weekday: one.weekday,
                from: one.from,
                until: one.until,
            };
            let holiday = |one: &Holiday| NewHoliday {
                day: one.day.to_string(),
                name: one.name.said(english).into_owned(),
            };
            let new = NewCalendar {
                code: shipped.code.to_string(),
                label: shipped.label.said(english).into_owned(),
                time_zone: shipped.time_zone.clone(),
                working_hours: shipped.working_hours.iter().map(hours).collect(),
                holidays: shipped.holidays.iter().map(holiday).collect(),
            };
            let mut fields = Fields::default();
            let parsed = parse_calendar(&mut fields, &new, Some(&shipped), english);
            let next = Calendar { version: 2, ..shipped };
            assert_eq!(finished(fields, parsed), Ok(next), "names that were read stay as they are");
        }
    }

    fn as_given(start: &DeadlineStart) -> NewDeadlineStart {
        match start {
            DeadlineStart::Receipt => NewDeadlineStart::Receipt,
            DeadlineStart::Identification => NewDeadlineStart::Identification,
            DeadlineStart::Date(code) => NewDeadlineStart::date(code.as_str()),
            DeadlineStart::Stage(id) => NewDeadlineStart::stage(id.as_str()),
        }
    }

    #[test]
    fn every_fault_of_a_policy_is_named_at_once() {
        let new = NewDeadlinePolicy {
            code: "Answer!".into(),
            label: " ".into(),
            length: DeadlineLength::Days(0),
            ..answer()
        }
        .starts_with(NewDeadlineStart::date("Fee paid"))
        .starts_with(NewDeadlineStart::Receipt)
        .starts_with(NewDeadlineStart::Receipt)
        .pauses_for("clarification")
        .pauses_for("clarification")
        .extended_to(DeadlineLength::Months(121))
        .warned_before(DeadlineLength::WorkingMinutes(60_001))
        .by_calendar("offcie");
        let form = "is not of the form a code of lower-case letters, digits and `_`, such as `video_call`";
        assert_eq!(
            said(policy(&new)),
            [
                &format!("`code` {form}"),
                "`label` must not be empty",
                "`length` must be from `1` to `3660`",
                &format!("`starts 1` {form}"),
                "`starts 3` appears twice: keep one",
                "`reasons for pauses 2` appears twice: keep one",
                "`extension` must be from `1` to `120`",
                "`warning before the end` must be from `1` to `60000`",
                "`calendar` names nothing that exists: did you mean `office`? There are `eu`, `uk`, `us`, `office`",
            ]
            .join("\n")
        );
    }

    #[test]
    fn an_extension_is_longer_and_of_the_same_unit() {
        for extension in [DeadlineLength::Days(30), DeadlineLength::Days(10), DeadlineLength::Months(3)] {
            assert_eq!(
                said(policy(&answer().extended_to(extension))),
                "`extension` does not fit: give the whole length from the start, in the unit of the length and longer",
                "{extension:?}"
            );
        }
        assert!(policy(&answer().extended_to(DeadlineLength::Days(31))).is_ok());
    }

    #[test]
    fn categories_are_kept_once() {
        let waiting = answer().pauses_in(StageCategory::Waiting).pauses_in(StageCategory::Waiting);
        assert_eq!(policy(&waiting).unwrap().pauses_in, [StageCategory::Waiting]);
    }

    #[test]
    fn every_fault_of_a_calendar_is_named_at_once() {
        let day = |text: &str| text.to_owned();
        let new = NewCalendar::new("", "Office", "Europe/Berln")
            .working(Weekday::Monday, 9 * 60, 17 * 60)
            .working(Weekday::Monday, 16 * 60, 18 * 60)
            .working(Weekday::Tuesday, 1_440, 1_441)
            .working(Weekday::Friday, 9 * 60, 9 * 60)
            .with_holiday(day("2026-10-03"), "Day of German Unity")
            .with_holiday(day("2026-10-03"), "");
        assert_eq!(
            said(calendar(&new)),
            [
                "`code` must not be empty",
                "`time zone` names nothing that exists: did you mean `Europe/Berlin`? There are `Europe/Berlin`",
                "`working hours 2` does not fit: they overlap hours of the same weekday above: join them",
                "`working hours 3, from` must be from `0` to `1439`",
                "`working hours 3, until` must be from `1` to `1440`",
                "`working hours 4, until` must be from `541` to `1440`",
                "`holidays 2, name` must not be empty",
                "`holidays 2, day` appears twice: keep one",
            ]
            .join("\n")
        );
    }

    #[test]
    fn a_calendar_is_kept_in_order_and_with_the_zone_as_it_is_spelled() {
        let day = |text: &str| text.to_owned();
        let new = NewCalendar::new("berlin", "Berlin", " europe/berlin ")
            .working(Weekday::Friday, 13 * 60, 15 * 60)
            .working(Weekday::Friday, 9 * 60, 13 * 60)
            .with_holiday(day("2026-12-25"), "Weihnachten")
            .with_holiday(day("2026-10-03"), "Einheit");
        let parsed = calendar(&new).unwrap();
        assert_eq!(parsed.time_zone, "Europe/Berlin");
        assert!(parsed.working_hours.is_sorted() && parsed.holidays.is_sorted());
    }

    #[test]
    fn a_zone_that_is_not_known_is_answered_with_those_that_may_be_meant() {
        let choices = |text: &str| match parse_time_zone("time_zone", text) {
            Err(FieldError { rule: FieldRule::Unknown { choices }, .. }) => choices,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(choices("New York").nearest.as_deref(), None);
        assert_eq!(choices("New York").names, ["America/New_York"]);
        let region = choices("Europe/Munich");
        assert!(region.names.iter().all(|name| name.starts_with("Europe/")), "{region:?}");
        let all = choices(&"x".repeat(100_000));
        assert_eq!(all.names.len(), 10);
        assert!(all.more > 500, "{}", all.more);
        assert_eq!(parse_time_zone("time_zone", " "), Err(FieldError::new("time_zone", FieldRule::Required)));
    }
}
