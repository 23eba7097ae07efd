//! What pauses a deadline, and what does not.

use super::*;
use crate::model::{PauseCause, Segment, StageCategory, StageId};

/// Received on Monday, 2 March 2026; due on Thursday, 2 April.
fn clock(pauses: Vec<Pause>) -> Clock {
    Clock { pauses, ..Clock::received(at("2026-03-02T09:00:00Z")) }
}

fn last(pauses: Vec<Pause>) -> Option<NaiveDate> {
    last_day("uk_gdpr", &clock(pauses))
}

fn asked(from: &str, until: &str) -> Pause {
    pause("clarification", from, until)
}

#[test]
fn a_pause_adds_the_days_between_its_beginning_and_its_end() {
    let rows = [
        // The same day; one night; a week.
        ("2026-03-09T09:00:00Z", "2026-03-09T17:00:00Z", "2026-04-02"),
        ("2026-03-09T23:00:00Z", "2026-03-10T01:00:00Z", "2026-04-07"),
        ("2026-03-09T09:00:00Z", "2026-03-16T08:00:00Z", "2026-04-09"),
        // Over the end of a month: the days are added to the month, which is counted first.
        ("2026-03-25T09:00:00Z", "2026-04-01T09:00:00Z", "2026-04-09"),
        // From before the start: only what lies after it.
        ("2026-02-20T09:00:00Z", "2026-03-04T09:00:00Z", "2026-04-07"),
        // Before the start, and after the last day.
        ("2026-02-02T09:00:00Z", "2026-02-20T09:00:00Z", "2026-04-02"),
        ("2026-04-03T09:00:00Z", "2026-04-20T09:00:00Z", "2026-04-02"),
        // On the last day.
        ("2026-04-02T22:59:59.500Z", "2026-04-10T09:00:00Z", "2026-04-10"),
    ];
    for (from, until, day_) in rows {
        assert_eq!(last(vec![asked(from, until)]), Some(day(day_)), "{from} to {until}");
    }
}

#[test]
fn a_pause_over_the_end_of_a_short_month_counts_its_days() {
    // 31 January and a month is 28 February, a Saturday; with the 10 days from 20 February to 2 March it is 10 March.
    let january = Clock {
        pauses: vec![asked("2026-02-20T09:00:00Z", "2026-03-02T09:00:00Z")],
        ..Clock::received(at("2026-01-31T09:00:00Z"))
    };
    assert_eq!(last_day("uk_gdpr", &january), Some(day("2026-03-10")));
}

#[test]
fn pauses_that_overlap_are_added_once() {
    let apart = vec![
        asked("2026-03-09T09:00:00Z", "2026-03-12T09:00:00Z"),
        asked("2026-03-12T09:00:00Z", "2026-03-16T09:00:00Z"),
    ];
    let over_each_other = vec![
        asked("2026-03-10T09:00:00Z", "2026-03-16T09:00:00Z"),
        asked("2026-03-09T09:00:00Z", "2026-03-14T09:00:00Z"),
        asked("2026-03-11T09:00:00Z", "2026-03-12T09:00:00Z"),
    ];
    for pauses in [apart, over_each_other] {
        assert_eq!(last(pauses), Some(day("2026-04-09")));
    }
}

#[test]
fn a_pause_that_lasts_leaves_no_end() {
    let policy = policy("uk_gdpr");
    let england = calendar(&policy.calendar);
    let open = clock(vec![
        asked("2026-03-09T09:00:00Z", "2026-03-12T09:00:00Z"),
        asked("2026-03-11T09:00:00Z", ""),
        asked("2026-03-20T09:00:00Z", ""),
    ]);
    let answer = computed(&policy, &england, &open, later());
    let cause = || PauseCause::Reason(PauseReason::shipped("clarification"));
    let since = at("2026-03-09T09:00:00Z");
    assert_eq!(answer.state, DeadlineState::Paused { since, reasons: vec![cause(), cause()] });
    assert_eq!((answer.due_at, answer.warn_at, answer.last_day), (None, None, None));

    // What begins later than now has not happened, and one that began after the end changes nothing.
    let now = at("2026-03-10T09:00:00Z");
    assert_eq!(computed(&policy, &england, &open, now).last_day, Some(day("2026-04-07")));
    let after_end = clock(vec![asked("2026-04-03T09:00:00Z", "")]);
    let answer = computed(&policy, &england, &after_end, later());
    assert_eq!((answer.state, answer.last_day), (DeadlineState::Running, Some(day("2026-04-02"))));

    // Once the goal is met, what lasted until then ended with it.
    let met = at("2026-03-19T09:00:00Z");
    let answer = computed(&policy, &england, &Clock { met: Some(met), ..open }, later());
    assert_eq!(answer.state, DeadlineState::Met { at: met, late: false });
    assert_eq!(answer.last_day, Some(day("2026-04-13")));
}

#[test]
fn only_the_reasons_of_the_policy_pause_it() {
    let other = vec![pause("holidays", "2026-03-09T09:00:00Z", "2026-03-16T09:00:00Z")];
    assert_eq!(last(other), Some(day("2026-04-02")));
    let asked = clock(vec![asked("2026-03-09T09:00:00Z", "2026-03-16T09:00:00Z")]);
    assert_eq!(last_day("eu_gdpr", &asked), Some(day("2026-04-02")), "the GDPR knows no pause");
    assert_eq!(last_day("us_ccpa", &asked), Some(day("2026-04-16")), "nor does the CCPA");
}

#[test]
fn a_category_of_stages_pauses_while_the_case_is_in_it() {
    let mut policy = of_length(DeadlineLength::Days(30));
    policy.pauses_in = vec![StageCategory::Waiting];
    let office = plain("UTC", Vec::new());
    let stay = |stage: &str, category, from: &str| Stay {
        stage: StageId::parse("stage", stage).unwrap(),
        category,
        from: at(from),
    };
    let mut waiting = clock(Vec::new());
    waiting.stays = vec![
        stay("open", StageCategory::Open, "2026-03-02T09:00:00Z"),
        stay("with_customer", StageCategory::Waiting, "2026-03-05T09:00:00Z"),
        stay("with_supplier", StageCategory::Waiting, "2026-03-07T09:00:00Z"),
        stay("in_progress", StageCategory::Active, "2026-03-10T09:00:00Z"),
    ];
    let answer = computed(&policy, &office, &waiting, later());
    assert_eq!(answer.last_day, Some(day("2026-04-06")), "1 April and 5 days");
    let pauses = answer.segments.iter().filter(|segment| matches!(segment, Segment::Paused { .. }));
    assert_eq!(pauses.count(), 1, "a move within the category does not end the pause");

    waiting.stays.push(stay("with_customer", StageCategory::Waiting, "2026-03-12T09:00:00Z"));
    let reasons = vec![PauseCause::Category(StageCategory::Waiting)];
    let since = at("2026-03-12T09:00:00Z");
    let state = computed(&policy, &office, &waiting, later()).state;
    assert_eq!(state, DeadlineState::Paused { since, reasons });
}

#[test]
fn a_pause_on_the_day_to_which_it_moved_counts_from_that_day() {
    // The month ends on Saturday, 28 February, so that Monday, 2 March, is the last day, on which it is paused.
    let january = |until: &str| Clock {
        pauses: vec![asked("2026-03-02T09:00:00Z", until)],
        ..Clock::received(at("2026-01-31T09:00:00Z"))
    };
    assert_eq!(last_day("uk_gdpr", &january("2026-03-02T12:00:00Z")), Some(day("2026-03-02")));
    assert_eq!(last_day("uk_gdpr", &january("2026-03-04T12:00:00Z")), Some(day("2026-03-04")));
}

#[test]
fn a_pause_adds_working_days_to_working_days() {
    let mut policy = of_length(DeadlineLength::WorkingDays(10));
    policy.pauses_for = vec![PauseReason::shipped("clarification")];
    let mut office = plain("UTC", Vec::new());
    office.holidays = vec![holiday("2026-03-18")];
    let rows = [
        // From Friday to Monday is one working day, and from Monday to the next Monday it is five.
        ("2026-03-06T09:00:00Z", "2026-03-08T09:00:00Z", "2026-03-16"),
        ("2026-03-06T09:00:00Z", "2026-03-09T09:00:00Z", "2026-03-17"),
        ("2026-03-09T09:00:00Z", "2026-03-16T09:00:00Z", "2026-03-24"),
    ];
    for (from, until, day_) in rows {
        let answer = computed(&policy, &office, &clock(vec![asked(from, until)]), later());
        assert_eq!(answer.last_day, Some(day(day_)), "{from} to {until}");
    }
}
