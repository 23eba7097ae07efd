//! Every fault of a policy or a calendar is named at once, with what there is to choose from.

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
        let hours =
            |one: &WorkingHours| NewWorkingHours { weekday: one.weekday, from: one.from, until: one.until };
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
