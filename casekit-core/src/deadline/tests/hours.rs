//! Working hours: nights, weekends, holidays, and the hours that clocks leave out or show twice.

use super::*;
use crate::model::{StageCategory, StageId, Weekday};

fn office(time_zone: &str) -> Calendar {
    Calendar { time_zone: time_zone.into(), ..calendar(&CalendarCode::shipped("office")) }
}

fn due(minutes: u32, calendar: &Calendar, received: &str) -> Option<Timestamp> {
    let policy = of_length(DeadlineLength::WorkingMinutes(minutes));
    computed(&policy, calendar, &Clock::received(at(received)), later()).due_at
}

#[test]
fn four_hours_are_counted_while_somebody_works() {
    let mut utc = office("UTC");
    utc.holidays = vec![holiday("2026-03-09")];
    let rows = [
        // Within a Wednesday; to its last minute; over night; from the night before; over a weekend and a holiday.
        ("2026-03-04T09:30:00Z", "2026-03-04T13:30:00Z"),
        ("2026-03-04T13:00:00Z", "2026-03-04T17:00:00Z"),
        ("2026-03-04T15:00:00Z", "2026-03-05T11:00:00Z"),
        ("2026-03-04T05:00:00Z", "2026-03-04T13:00:00Z"),
        ("2026-03-06T16:00:00Z", "2026-03-10T12:00:00Z"),
        ("2026-03-07T12:00:00Z", "2026-03-10T13:00:00Z"),
    ];
    for (received, end) in rows {
        assert_eq!(due(240, &utc, received), Some(at(end)), "{received}");
    }
}

#[test]
fn a_break_is_not_worked() {
    let hours = |from: u32, until: u32| WorkingHours {
        weekday: Weekday::Wednesday,
        from: from * 60,
        until: until * 60,
    };
    let calendar = plain("UTC", vec![hours(9, 12), hours(13, 17)]);
    assert_eq!(due(240, &calendar, "2026-03-04T10:00:00Z"), Some(at("2026-03-04T15:00:00Z")));
    // Nobody works before next Wednesday.
    assert_eq!(due(240, &calendar, "2026-03-04T14:00:00Z"), Some(at("2026-03-11T10:00:00Z")));
}

#[test]
fn hours_that_clocks_leave_out_or_show_twice_are_counted_as_they_pass() {
    let sunday =
        |from: u32, until: u32| WorkingHours { weekday: Weekday::Sunday, from: from * 60, until: until * 60 };
    let night = plain("Europe/Berlin", vec![sunday(0, 6)]);
    // On 29 March 2026 clocks go from 2:00 to 3:00, so that 0:00 to 5:00 lasts four hours; on 25 October they go back from 3:00.
    assert_eq!(due(240, &night, "2026-03-28T12:00:00Z"), Some(at("2026-03-29T03:00:00Z")));
    assert_eq!(due(240, &night, "2026-10-24T12:00:00Z"), Some(at("2026-10-25T02:00:00Z")));
    // Hours that begin in the gap begin after it.
    let in_gap =
        plain("Europe/Berlin", vec![WorkingHours { weekday: Weekday::Sunday, from: 150, until: 360 }]);
    assert_eq!(due(60, &in_gap, "2026-03-28T12:00:00Z"), Some(at("2026-03-29T02:00:00Z")));
    // Two spells that meet in the hour that is shown twice are not counted twice: 0:00 to 3:00 lasts four hours.
    let parted = plain(
        "Europe/Berlin",
        vec![
            WorkingHours { weekday: Weekday::Sunday, from: 0, until: 150 },
            WorkingHours { weekday: Weekday::Sunday, from: 150, until: 180 },
        ],
    );
    assert_eq!(due(240, &parted, "2026-10-24T12:00:00Z"), Some(at("2026-10-25T02:00:00Z")));
}

#[test]
fn without_working_hours_whole_weekdays_count() {
    let always = plain("Europe/Berlin", Vec::new());
    // From Friday, 22:00, two hours of Friday are left; Monday begins after the weekend, in which clocks went forward.
    assert_eq!(due(240, &always, "2026-03-27T21:00:00Z"), Some(at("2026-03-30T00:00:00Z")));
}

#[test]
fn a_midnight_that_is_shown_twice_is_not_worked_twice() {
    // In Havana clocks go back from 1:00 to 0:00 on Sunday, 1 November 2026: the day has 25 hours.
    let hours = |weekday| WorkingHours { weekday, from: 0, until: 1_440 };
    let havana = plain("America/Havana", vec![hours(Weekday::Saturday), hours(Weekday::Sunday)]);
    assert_eq!(due(49 * 60, &havana, "2026-10-31T04:00:00Z"), Some(at("2026-11-02T05:00:00Z")));
}

#[test]
fn a_pause_adds_the_working_time_that_lies_in_it() {
    let policy = policy("first_answer");
    let utc = calendar(&policy.calendar);
    let stay = |category: StageCategory, from: &str| Stay {
        stage: StageId::parse("stage", category.code()).unwrap(),
        category,
        from: at(from),
    };
    let clock = Clock {
        stays: vec![
            stay(StageCategory::Open, "2026-03-04T09:00:00Z"),
            stay(StageCategory::Waiting, "2026-03-04T11:00:00Z"),
            stay(StageCategory::Active, "2026-03-05T10:00:30Z"),
        ],
        ..Clock::received(at("2026-03-04T09:00:00Z"))
    };
    let answer = computed(&policy, &utc, &clock, later());
    // Two hours are used, and two are left from 10:00:30 on.
    assert_eq!(answer.due_at, Some(at("2026-03-05T12:00:30Z")));
    assert_eq!(answer.warn_at, Some(at("2026-03-05T11:00:30Z")));
    assert_eq!(answer.last_day, Some(day("2026-03-05")));
}

#[test]
fn a_calendar_without_any_working_day_ends_the_count_too() {
    // It is refused where calendars are given; a file that was altered may have one.
    let mut never = plain("UTC", Vec::new());
    let days = day("2026-01-01").iter_days().take(30_000);
    never.holidays = days.map(|day| Holiday { day, ..holiday("2026-01-01") }).collect();
    let clock = Clock::received(at("2026-03-04T09:00:00Z"));
    for length in [DeadlineLength::WorkingDays(10), DeadlineLength::WorkingMinutes(240)] {
        let answer = computed(&of_length(length), &never, &clock, later());
        assert!(answer.due_at.is_some_and(|due| due >= clock.received_at), "{length:?}");
    }
}

#[test]
fn a_pause_of_less_than_a_minute_is_not_told_to_add_nothing() {
    let mut policy = of_length(DeadlineLength::WorkingMinutes(240));
    policy.pauses_for = vec![PauseReason::shipped("clarification")];
    let pauses = vec![pause("clarification", "2026-03-04T10:00:00Z", "2026-03-04T10:00:20Z")];
    let clock = Clock { pauses, ..Clock::received(at("2026-03-04T09:30:00Z")) };
    let answer = computed(&policy, &office("UTC"), &clock, later());
    assert_eq!(answer.due_at, Some(at("2026-03-04T13:30:20Z")));
    let told = said(&policy, &office("UTC"), &clock, Language::english());
    assert!(told.iter().any(|step| step.contains("which adds 1 working minute")), "{told:?}");
}
