//! What holds of any policy, calendar and clock.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::model::{Segment, StageCategory, StageId, Weekday};

const ZONES: [&str; 6] =
    ["UTC", "Europe/London", "America/Havana", "Africa/Cairo", "Pacific/Kiritimati", "America/Los_Angeles"];

/// An instant of two years from the start of 2026.
fn instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..2 * 366 * 86_400).prop_map(|seconds| at("2026-01-01T00:00:00Z") + TimeDelta::seconds(seconds))
}

fn length() -> impl Strategy<Value = DeadlineLength> {
    prop_oneof![
        (1_u32..7).prop_map(DeadlineLength::Months),
        (1_u32..100).prop_map(DeadlineLength::Days),
        (1_u32..60).prop_map(DeadlineLength::WorkingDays),
        (1_u32..6_000).prop_map(DeadlineLength::WorkingMinutes),
    ]
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let hours = (0_usize..7, 0_u32..12 * 60, 1_u32..12 * 60);
    let hours = proptest::collection::vec(hours, 0..6);
    let holidays = proptest::collection::btree_set(0_i64..900, 0..30);
    (0..ZONES.len(), hours, holidays).prop_map(|(zone, hours, holidays)| {
        let mut worked: Vec<WorkingHours> = hours
            .into_iter()
            .map(|(day, from, lasts)| WorkingHours { weekday: Weekday::ALL[day], from, until: from + lasts })
            .collect();
        worked.sort();
        worked.dedup_by_key(|hours| hours.weekday);
        let first = day("2026-01-01");
        let holiday = |days: i64| Holiday { day: first + TimeDelta::days(days), ..holiday("2026-01-01") };
        Calendar { holidays: holidays.into_iter().map(holiday).collect(), ..plain(ZONES[zone], worked) }
    })
}

fn any_policy() -> impl Strategy<Value = DeadlinePolicy> {
    (length(), any::<bool>(), any::<bool>()).prop_map(|(length, rolls, warns)| {
        let mut policy = of_length(length);
        policy.rolls = rolls;
        policy.pauses_for = vec![PauseReason::shipped("clarification")];
        policy.pauses_in = vec![StageCategory::Waiting];
        policy.extension = Some(longer(length, 2));
        policy.warn_before = warns.then_some(DeadlineLength::Days(3));
        policy
    })
}

fn longer(length: DeadlineLength, by: u32) -> DeadlineLength {
    match length {
        DeadlineLength::Months(count) => DeadlineLength::Months(count + by),
        DeadlineLength::Days(count) => DeadlineLength::Days(count + by),
        DeadlineLength::WorkingDays(count) => DeadlineLength::WorkingDays(count + by),
        DeadlineLength::WorkingMinutes(count) => DeadlineLength::WorkingMinutes(count + by),
    }
}

fn asked(from: Timestamp, seconds: i64) -> Pause {
    let until = Some(from + TimeDelta::seconds(seconds));
    Pause { reason: PauseReason::shipped("clarification"), from, until }
}

/// A clock with pauses by somebody and by stages, all of which have ended.
fn any_clock() -> impl Strategy<Value = Clock> {
    let pauses = proptest::collection::vec((instant(), 0_i64..30 * 86_400), 0..5);
    let stays = proptest::collection::btree_map(instant(), any::<bool>(), 0..6);
    (instant(), pauses, stays).prop_map(|(received, pauses, stays)| {
        let mut clock = Clock::received(received);
        clock.pauses = pauses.into_iter().map(|(from, seconds)| asked(from, seconds)).collect();
        let stay = |(from, waits)| {
            let category = if waits { StageCategory::Waiting } else { StageCategory::Active };
            Stay { stage: StageId::parse("stage", category.code()).unwrap(), category, from }
        };
        clock.stays = stays.into_iter().map(stay).collect();
        let last = at("2029-01-01T00:00:00Z");
        clock.stays.push(stay((last, false)));
        clock
    })
}

fn due(policy: &DeadlinePolicy, calendar: &Calendar, clock: &Clock) -> Timestamp {
    computed(policy, calendar, clock, later()).due_at.unwrap()
}

proptest! {
    #[test]
    fn it_ends_after_its_start_and_warns_between(
        policy in any_policy(), calendar in any_calendar(), clock in any_clock(),
    ) {
        let answer = computed(&policy, &calendar, &clock, later());
        let due = answer.due_at.unwrap();
        prop_assert!(due >= clock.received_at, "{due}");
        prop_assert!(answer.warn_at.is_none_or(|warn| clock.received_at <= warn && warn <= due));
        let last = Segment::Due { day: answer.last_day.unwrap(), at: due };
        prop_assert_eq!(answer.segments.last(), Some(&last), "what is told last is when it ends");
    }

    #[test]
    fn a_longer_pause_never_makes_it_earlier(
        policy in any_policy(), calendar in any_calendar(), clock in any_clock(),
        from in instant(), seconds in 0_i64..30 * 86_400, more in 0_i64..10 * 86_400,
    ) {
        let with = |seconds| {
            let mut clock = clock.clone();
            clock.pauses.push(asked(from, seconds));
            due(&policy, &calendar, &clock)
        };
        prop_assert!(due(&policy, &calendar, &clock) <= with(seconds), "a pause makes it no earlier");
        prop_assert!(with(seconds) <= with(seconds + more));
    }

    #[test]
    fn it_is_due_no_earlier_if_it_is_longer_or_extended(
        policy in any_policy(), calendar in any_calendar(), clock in any_clock(), more in 1_u32..5,
    ) {
        let end = due(&policy, &calendar, &clock);
        let length = longer(policy.length, more);
        let later = due(&DeadlinePolicy { length, ..policy.clone() }, &calendar, &clock);
        prop_assert!(end <= later);
        let mut extended = clock.clone();
        extended.extensions = vec![Extension { policy: policy.code.clone(), at: clock.received_at }];
        prop_assert!(end <= due(&policy, &calendar, &extended));
    }

    #[test]
    fn neither_the_order_of_pauses_nor_a_cut_through_one_matters(
        policy in any_policy(), calendar in any_calendar(), mut clock in any_clock(), cut in 0_i64..86_400,
    ) {
        let end = due(&policy, &calendar, &clock);
        clock.pauses.reverse();
        prop_assert_eq!(due(&policy, &calendar, &clock), end);
        let Some(first) = clock.pauses.first_mut() else { return Ok(()) };
        let (from, until) = (first.from, first.until.unwrap());
        let middle = (from + TimeDelta::seconds(cut)).min(until);
        first.until = Some(middle);
        clock.pauses.push(asked(middle, (until - middle).num_seconds()));
        prop_assert_eq!(due(&policy, &calendar, &clock), end, "cut at {}", middle);
    }

    #[test]
    fn what_pauses_add_is_what_lies_between_the_ends(
        mut policy in any_policy(), calendar in any_calendar(), clock in any_clock(), days in 1_u32..100,
    ) {
        (policy.length, policy.rolls) = (DeadlineLength::Days(days), false);
        let answer = computed(&policy, &calendar, &clock, later());
        let added = |segment: &Segment| match segment {
            Segment::Paused { added, .. } => i64::from(added.count()),
            _ => 0,
        };
        let added: i64 = answer.segments.iter().map(added).sum();
        let bare = computed(&policy, &calendar, &Clock::received(clock.received_at), later());
        prop_assert_eq!((answer.last_day.unwrap() - bare.last_day.unwrap()).num_days(), added);
    }

    #[test]
    fn a_deadline_that_rolls_ends_on_a_working_day(
        mut policy in any_policy(), calendar in any_calendar(), clock in any_clock(),
    ) {
        policy.rolls = true;
        let last = computed(&policy, &calendar, &clock, later()).last_day.unwrap();
        prop_assert_eq!(days::Days::of(&calendar).off(last), None);
    }

    #[test]
    fn any_instant_at_all_is_counted(
        policy in any_policy(), calendar in any_calendar(),
        received in prop_oneof![Just(Timestamp::MIN_UTC), Just(Timestamp::MAX_UTC), instant()],
        from in prop_oneof![Just(Timestamp::MIN_UTC), instant()],
        until in prop_oneof![Just(Timestamp::MAX_UTC), instant()],
    ) {
        let pause = Pause { reason: PauseReason::shipped("clarification"), from, until: Some(until) };
        let clock = Clock { pauses: vec![pause], ..Clock::received(received) };
        let answer = computed(&policy, &calendar, &clock, Timestamp::MAX_UTC);
        prop_assert!(answer.due_at.is_some());
    }
}
