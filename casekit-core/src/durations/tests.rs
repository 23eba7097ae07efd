use chrono::TimeDelta;

use super::*;
use crate::decide::testing::{REFUNDS, SUPPORT, at, case};
use crate::model::{PastStay, StageCategory};

fn stage(id: &str) -> StageId {
    StageId::parse("stage", id).unwrap()
}

fn day(n: i64) -> Timestamp {
    at() + TimeDelta::days(n)
}

fn left(id: &str, from: i64) -> PastStay {
    PastStay { stage: stage(id), category: StageCategory::Open, from: day(from), case_type: None, team: None }
}

/// A case that was received on day 0 and is resolved on day 9, after two stages; it was acknowledged on day 2.
fn resolved() -> Case {
    let mut case = case();
    case.raised_at = day(0);
    case.clock.stays = vec![left("open", 0), left("active", 3)];
    (case.stage, case.stage_since, case.resolved_at) = (stage("done"), day(9), Some(day(9)));
    case.category = StageCategory::Resolved;
    case.clock.acknowledged_at = Some(day(2));
    case
}

fn told(case: &Case) -> Vec<(Measure, Option<String>, u64)> {
    let one = |span: Span| {
        let stage = span.group.stage.map(|stage| stage.to_string());
        (span.group.measure, stage, span.seconds / 86_400)
    };
    spans_of(case).into_iter().map(one).collect()
}

const STAGE: Measure = Measure::TimeInStage;
const FIRST: Measure = Measure::FirstResponse;
const RESOLVE: Measure = Measure::TimeToResolve;

#[test]
fn a_case_counts_with_each_stage_that_it_left_its_first_response_and_its_resolution() {
    let (open, active) = (Some("open".to_owned()), Some("active".to_owned()));
    assert_eq!(
        told(&resolved()),
        [(STAGE, open, 3), (STAGE, active, 6), (FIRST, None, 2), (RESOLVE, None, 9)]
    );
    assert_eq!(told(&case()), [], "a new case has left nothing");
}

#[test]
fn a_stage_counts_each_time_that_it_is_left() {
    let mut back = resolved();
    back.clock.stays = vec![left("open", 0), left("active", 3), left("open", 4)];
    let open = || Some("open".to_owned());
    assert_eq!(told(&back)[..3], [(STAGE, open(), 3), (STAGE, Some("active".into()), 1), (STAGE, open(), 5)]);
}

#[test]
fn what_was_received_earlier_takes_longer_and_a_case_that_is_raised_as_over_took_no_time() {
    let mut case = resolved();
    case.clock.received_at = Some(day(-5));
    assert_eq!(told(&case)[2..], [(FIRST, None, 7), (RESOLVE, None, 14)]);
    let mut at_once = resolved();
    (at_once.clock.stays, at_once.clock.acknowledged_at) = (Vec::new(), None);
    (at_once.stage_since, at_once.resolved_at) = (day(0), Some(day(0)));
    assert_eq!(told(&at_once), []);
    case.clock.received_at = Some(day(20));
    assert_eq!(told(&case).len(), 2, "what ended before it was received is a mistake, and not a time");
}

#[test]
fn who_only_closes_a_case_ends_it_and_who_reopens_it_takes_that_back() {
    let mut closed = resolved();
    (closed.category, closed.resolved_at, closed.closed_at) = (StageCategory::Closed, None, Some(day(9)));
    assert_eq!(told(&closed).last(), Some(&(RESOLVE, None, 9)));
    let mut reopened = resolved();
    reopened.clock.stays.push(left("done", 9));
    (reopened.category, reopened.resolved_at) = (StageCategory::Active, None);
    (reopened.stage, reopened.stage_since) = (stage("active"), day(11));
    let change: Vec<_> = changed(&resolved(), &reopened);
    assert_eq!(change, [(STAGE, 1), (RESOLVE, -1)], "the stage that was left stays counted");
}

fn changed(before: &Case, after: &Case) -> Vec<(Measure, i64)> {
    let tally = Tally::of_change(Some(before), after);
    tally.iter().map(|(group, _, _, (n, _))| (group.measure, n)).collect()
}

#[test]
fn a_change_gives_what_was_and_is_no_more_and_what_is_new() {
    let case = resolved();
    assert!(Tally::of_change(Some(&case), &case).is_empty());
    let handed = Case { team: Some(TeamId(uuid::Uuid::from_u128(7))), ..case.clone() };
    assert_eq!(
        changed(&case, &handed),
        [(FIRST, -1), (FIRST, 1), (RESOLVE, -1), (RESOLVE, 1)],
        "what it left belongs to the team with which it stood then"
    );
    let (mut sum, mut whole) = (Tally::of_change(None, &case), Tally::default());
    whole.add(&handed);
    for (group, month, bucket, (n, seconds)) in Tally::of_change(Some(&case), &handed).iter() {
        let kept = sum.0.entry((group.clone(), month, bucket)).or_default();
        *kept = (kept.0 + n, kept.1 + seconds);
    }
    sum.0.retain(|_, sums| *sums != (0, 0));
    assert_eq!(sum, whole);
}

#[test]
fn what_a_change_adds_does_not_depend_on_how_long_the_past_is() {
    let mut case = resolved();
    let first = case.clock.stays[0].clone();
    case.clock.stays = vec![first; 1_000];
    let mut moved = case.clone();
    moved.clock.stays.push(PastStay { from: case.stage_since, ..case.clock.stays[0].clone() });
    moved.stage_since = day(20);
    let (mut sum, mut whole) = (Tally::of_change(None, &case), Tally::default());
    whole.add(&moved);
    let change = Tally::of_change(Some(&case), &moved);
    assert_eq!(change.iter().count(), 1);
    for (group, month, bucket, (n, seconds)) in change.iter() {
        let kept = sum.0.entry((group.clone(), month, bucket)).or_default();
        *kept = (kept.0 + n, kept.1 + seconds);
    }
    assert_eq!(sum, whole);
    let retyped = Case { case_type: REFUNDS, ..case.clone() };
    assert!(
        !Tally::of_change(Some(&case), &retyped).is_empty(),
        "then what it left counts with another type"
    );
}

#[test]
fn a_stage_of_a_former_type_stays_one_of_that_type() {
    let mut case = resolved();
    case.case_type = REFUNDS;
    case.clock.stays[0].case_type = Some(SUPPORT);
    let types: Vec<_> = spans_of(&case).into_iter().map(|span| span.group.case_type).collect();
    assert_eq!(types, [SUPPORT, REFUNDS, REFUNDS, REFUNDS]);
}

#[test]
fn a_length_is_of_the_month_in_which_it_ended() {
    let mut case = resolved();
    let end = "2027-02-01T00:00:00Z".parse::<Timestamp>().unwrap();
    (case.stage_since, case.resolved_at) = (end, Some(end));
    let months: Vec<_> = spans_of(&case).into_iter().map(|span| span.month.to_string()).collect();
    assert_eq!((months[1].as_str(), months[3].as_str()), ("2027-02", "2027-02"));
    assert_eq!(months[0], Month::of(day(3)).to_string());
}
