//! What ships is sound: its words, its calendars, and its holidays.

use crate::zone::time_zone;
use chrono::{Datelike, Weekday as Of};

use super::*;
use crate::language::Argument;
use crate::model::DayOff;

#[test]
fn each_policy_has_a_code_of_its_own_and_a_calendar_that_ships() {
    let policies = shipped_policies();
    let codes: Vec<&str> = policies.iter().map(|policy| policy.code.as_str()).collect();
    assert_eq!(codes, ["eu_gdpr", "uk_gdpr", "us_ccpa", "us_ccpa_acknowledge", "first_answer"]);
    for policy in &policies {
        let calendar = calendar(&policy.calendar);
        assert!(time_zone(&calendar.time_zone).is_some(), "{}", calendar.time_zone);
        assert_eq!(policy.source.is_none(), policy.code.as_str() == "first_answer");
    }
}

#[test]
fn what_ships_has_a_word_in_every_language() {
    let mut words: Vec<Argument> = shipped_policies().iter().map(|policy| policy.label.argument()).collect();
    for policy in shipped_policies() {
        let reasons = policy.pauses_for.iter();
        words.extend(reasons.map(|reason| Argument::word("pause_reason", reason.as_str())));
        words.push(Argument::word("deadline_goal", policy.goal.code()));
    }
    for calendar in shipped_calendars() {
        words.push(calendar.label.argument());
        words.extend(calendar.holidays.iter().map(|holiday| holiday.name.argument()));
    }
    words.extend(crate::model::Weekday::ALL.map(|weekday| Argument::word("weekday", weekday.code())));
    words.extend(crate::model::DeadlineGoal::ALL.map(|goal| Argument::word("deadline_goal", goal.code())));
    for word in words {
        let Argument::Word(key) = word else { panic!("{word:?} is stored as text") };
        for tag in Language::SHIPPED {
            assert!(
                !Language::shipped(tag).unwrap().missing().contains(&key.to_string()),
                "{tag} lacks {key}"
            );
        }
        assert!(Language::keys().contains(&key.to_string()), "{key}");
    }
}

#[test]
fn holidays_are_in_order_and_on_the_days_of_their_rules() {
    for calendar in shipped_calendars() {
        let days: Vec<NaiveDate> = calendar.holidays.iter().map(|holiday| holiday.day).collect();
        assert!(days.is_sorted_by(|one, next| one < next), "{}", calendar.code);
        for holiday in &calendar.holidays {
            let name = holiday.name.shipped_id().unwrap();
            let (day, of) = (holiday.day, (holiday.day.weekday(), holiday.day.month()));
            let nth = (day.day() - 1) / 7 + 1;
            let last = (day + chrono::TimeDelta::days(7)).month() != day.month();
            let holds = match name {
                "good_friday" => day == easter(day.year()) - chrono::TimeDelta::days(2),
                "easter_monday" => day == easter(day.year()) + chrono::TimeDelta::days(1),
                "early_may" => of == (Of::Mon, 5) && nth == 1,
                "spring" | "memorial_day" => of == (Of::Mon, 5) && last,
                "summer" => of == (Of::Mon, 8) && last,
                "martin_luther_king" => of == (Of::Mon, 1) && nth == 3,
                "washington" => of == (Of::Mon, 2) && nth == 3,
                "labor_day" => of == (Of::Mon, 9) && nth == 1,
                "columbus_day" => of == (Of::Mon, 10) && nth == 2,
                "thanksgiving" => of == (Of::Thu, 11) && nth == 4,
                "new_year" => is_kept(day, 1, 1),
                "juneteenth" => is_kept(day, 6, 19),
                "independence_day" => is_kept(day, 7, 4),
                "veterans_day" => is_kept(day, 11, 11),
                "christmas" => is_kept(day, 12, 25),
                "boxing_day" => is_kept(day, 12, 26),
                other => panic!("no rule for {other}"),
            };
            assert!(holds, "{} of {}: {day}", name, calendar.code);
        }
    }
}

/// Whether it is that day, or up to two days later if that day is on a weekend.
fn is_kept(day: NaiveDate, month: u32, of_month: u32) -> bool {
    let fixed = NaiveDate::from_ymd_opt(day.year(), month, of_month).unwrap();
    let later = (day - fixed).num_days();
    later == 0 || matches!(fixed.weekday(), Of::Sat | Of::Sun) && (1..=2).contains(&later)
}

/// Easter Sunday by the method of the Anonymous Gregorian computus (Nature, 20 April 1876).
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let (month, day) = (u32::try_from(n / 31), u32::try_from(n % 31 + 1));
    NaiveDate::from_ymd_opt(year, month.unwrap(), day.unwrap()).unwrap()
}

#[test]
fn easter_is_when_it_was() {
    assert_eq!([2024, 2025, 2026].map(easter), ["2024-03-31", "2025-04-20", "2026-04-05"].map(day));
}

#[test]
fn a_holiday_says_more_than_a_weekday() {
    let days = days::Days::of;
    let uk = calendar(&CalendarCode::shipped("uk"));
    let christmas = Wording::shipped("holiday", "new_year");
    assert_eq!(days(&uk).off(day("2027-01-01")), Some(DayOff::Holiday(christmas)));
    assert_eq!(days(&uk).off(day("2027-01-02")), Some(DayOff::Weekday(crate::model::Weekday::Saturday)));
    assert_eq!(days(&uk).off(day("2027-01-04")), None);
}

#[test]
fn the_rules_of_time_zones_have_a_version() {
    let version = time_zone_version();
    assert!(
        version.get(..4).is_some_and(|year| year.parse::<u32>().is_ok_and(|year| year >= 2025)),
        "{version}"
    );
}
