//! What starts a deadline.

use super::*;
use crate::model::{DateCode, DeadlineStart, GivenDate, StageCategory, StageId};

const RECEIVED: &str = "2026-03-02T09:00:00Z";

#[test]
fn it_waits_until_the_person_is_identified_and_starts_with_the_latest() {
    let policy = policy("uk_gdpr");
    let england = calendar(&policy.calendar);
    let of = |identification| {
        let clock = Clock { identification, ..Clock::received(at(RECEIVED)) };
        computed(&policy, &england, &clock, later())
    };
    let awaited = of(Identification::Awaited);
    let awaits = vec![DeadlineStart::Identification];
    assert_eq!(awaited.state, DeadlineState::NotStarted { awaits });
    assert_eq!((awaited.due_at, awaited.warn_at, awaited.last_day), (None, None, None));
    assert_eq!(of(Identification::NotNeeded).last_day, Some(day("2026-04-02")));
    assert_eq!(of(Identification::Done(at("2026-03-11T09:00:00Z"))).last_day, Some(day("2026-04-13")));
    assert_eq!(of(Identification::Done(at("2026-02-01T09:00:00Z"))).last_day, Some(day("2026-04-02")));
}

#[test]
fn what_was_answered_before_it_started_was_not_late() {
    let met = at("2026-03-09T09:00:00Z");
    let clock =
        Clock { identification: Identification::Awaited, met: Some(met), ..Clock::received(at(RECEIVED)) };
    let policy = policy("uk_gdpr");
    let answer = computed(&policy, &calendar(&policy.calendar), &clock, later());
    assert_eq!((answer.state, answer.due_at), (DeadlineState::Met { at: met, late: false }, None));
}

#[test]
fn it_starts_with_a_date_or_with_the_first_time_in_a_stage() {
    let paid = DateCode::parse("code", "fee_paid").unwrap();
    let stage = |id: &str| StageId::parse("stage", id).unwrap();
    let stay =
        |id: &str, from: &str| Stay { stage: stage(id), category: StageCategory::Active, from: at(from) };
    let mut policy = of_length(DeadlineLength::Days(10));
    policy.starts = vec![DeadlineStart::Date(paid.clone()), DeadlineStart::Stage(stage("review"))];
    let office = plain("UTC", Vec::new());
    let mut clock = Clock::received(at(RECEIVED));
    let awaits = policy.starts.clone();
    assert_eq!(computed(&policy, &office, &clock, later()).state, DeadlineState::NotStarted { awaits });

    // A date that was corrected counts as it is now.
    clock.dates.push(GivenDate { code: paid.clone(), at: at("2026-03-20T09:00:00Z") });
    clock.dates.push(GivenDate { code: paid, at: at("2026-03-04T09:00:00Z") });
    clock.stays = vec![
        stay("open", RECEIVED),
        stay("review", "2026-03-05T09:00:00Z"),
        stay("open", "2026-03-06T09:00:00Z"),
        stay("review", "2026-03-09T09:00:00Z"),
    ];
    assert_eq!(computed(&policy, &office, &clock, later()).last_day, Some(day("2026-03-15")));
}

#[test]
fn somebody_is_warned_when_the_day_begins_and_never_before_the_start() {
    let mut policy = of_length(DeadlineLength::Days(10));
    let office = plain("Europe/Berlin", Vec::new());
    let clock = Clock::received(at(RECEIVED));
    let rows = [
        (DeadlineLength::Days(3), "2026-03-08T23:00:00Z"),
        (DeadlineLength::WorkingDays(3), "2026-03-08T23:00:00Z"),
        (DeadlineLength::WorkingMinutes(60), "2026-03-12T21:59:59Z"),
        (DeadlineLength::Days(10), RECEIVED),
        (DeadlineLength::Months(1), RECEIVED),
    ];
    for (before, warn_at) in rows {
        policy.warn_before = Some(before);
        assert_eq!(computed(&policy, &office, &clock, later()).warn_at, Some(at(warn_at)), "{before:?}");
    }
}

#[test]
fn a_time_zone_that_is_not_known_is_said_and_counted_in_utc() {
    let policy = of_length(DeadlineLength::Days(10));
    let answer =
        computed(&policy, &plain("Mars/Olympus", Vec::new()), &Clock::received(at(RECEIVED)), later());
    assert_eq!(answer.due_at, Some(at("2026-03-12T23:59:59Z")));
    let unknown = crate::model::Segment::UnknownTimeZone { name: "Mars/Olympus".into() };
    assert_eq!(answer.segments.first(), Some(&unknown));
}

#[test]
fn a_date_that_is_to_come_has_not_happened() {
    let fair = DateCode::parse("code", "fair").unwrap();
    let mut policy = of_length(DeadlineLength::Days(10));
    policy.starts = vec![DeadlineStart::Date(fair.clone())];
    let day = at("2026-03-20T09:00:00Z");
    let clock = Clock { dates: vec![GivenDate { code: fair, at: day }], ..Clock::received(at(RECEIVED)) };
    let state = |now| computed(&policy, &plain("UTC", Vec::new()), &clock, now).state;
    let awaits = policy.starts.clone();
    assert_eq!(state(day - chrono::TimeDelta::microseconds(1)), DeadlineState::NotStarted { awaits });
    assert_eq!(state(day), DeadlineState::Running);
}
