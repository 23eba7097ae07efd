//! Extending a deadline: once, from the original start, and noticed in the first period.

use super::*;
use crate::model::{DeadlineStart, NotExtendable, PolicyCode};

fn told(code: &str, instant: &str) -> Extension {
    Extension { policy: PolicyCode::parse("policy", code).unwrap(), at: at(instant) }
}

fn asked(code: &str, clock: &Clock, now: &str) -> Result<Option<Timestamp>, NotExtendable> {
    let policy = policy(code);
    may_extend(&policy, &calendar(&policy.calendar), clock, at(now))
}

#[test]
fn an_extension_counts_from_the_original_start() {
    let rows = [
        // 31 January: one month ends on 28 February, three on 30 April, and not on 28 May.
        ("eu_gdpr", "2025-01-31T09:00:00Z", "2025-02-20T09:00:00Z", "2025-04-30"),
        ("uk_gdpr", "2025-01-31T09:00:00Z", "2025-02-20T09:00:00Z", "2025-04-30"),
        ("eu_gdpr", "2025-11-30T09:00:00Z", "2025-12-20T09:00:00Z", "2026-03-02"),
        ("us_ccpa", "2026-01-01T20:00:00Z", "2026-02-01T20:00:00Z", "2026-04-01"),
    ];
    for (code, received, instant, last) in rows {
        let mut clock = Clock::received(at(received));
        let policy = policy(code);
        let promised = asked(code, &clock, instant).unwrap();
        clock.extensions = vec![told(code, instant)];
        let answer = computed(&policy, &calendar(&policy.calendar), &clock, later());
        assert_eq!(answer.last_day, Some(day(last)), "{code} {received}");
        assert_eq!(answer.due_at, promised, "what was promised is what it comes to");
        clock.extensions.push(told(code, "2026-05-01T09:00:00Z"));
        assert_eq!(last_day(code, &clock), Some(day(last)), "a second extension changes nothing");
    }
}

#[test]
fn an_extension_of_another_policy_changes_nothing() {
    let clock = Clock {
        extensions: vec![told("us_ccpa", "2025-02-20T09:00:00Z")],
        ..Clock::received(at("2025-01-31T09:00:00Z"))
    };
    assert_eq!(last_day("eu_gdpr", &clock), Some(day("2025-02-28")));
}

#[test]
fn the_person_is_told_within_the_first_period() {
    // Received on 31 January 2026: the month ends on Saturday, 28 February, and so on Monday, 2 March.
    let clock = Clock::received(at("2026-01-31T09:00:00Z"));
    assert!(asked("uk_gdpr", &clock, "2026-03-02T23:59:59.999Z").is_ok());
    let (day_, end) = (day("2026-03-02"), at("2026-03-02T23:59:59Z"));
    let over = Err(NotExtendable::NoticeOver { day: day_, at: end });
    assert_eq!(asked("uk_gdpr", &clock, "2026-03-03T00:00:00Z"), over);

    // Days for which it is paused are not of that period (UK GDPR, article 12A).
    let pauses = vec![pause("clarification", "2026-02-09T09:00:00Z", "2026-02-12T09:00:00Z")];
    let paused = Clock { pauses, ..clock };
    assert!(asked("uk_gdpr", &paused, "2026-03-03T09:00:00Z").is_ok());
    assert!(asked("uk_gdpr", &paused, "2026-03-04T09:00:00Z").is_err());
}

#[test]
fn while_it_is_paused_it_can_be_extended_and_has_no_end() {
    let clock = Clock {
        pauses: vec![pause("clarification", "2026-02-09T09:00:00Z", "")],
        ..Clock::received(at("2026-01-31T09:00:00Z"))
    };
    assert_eq!(asked("uk_gdpr", &clock, "2026-05-01T09:00:00Z"), Ok(None));
}

#[test]
fn each_reason_why_not_has_a_code_and_a_sentence() {
    let received = at("2026-01-31T09:00:00Z");
    let clock = Clock::received(received);
    let now = "2026-02-10T09:00:00Z";
    let extended = Clock { extensions: vec![told("uk_gdpr", "2026-02-02T09:00:00Z")], ..clock.clone() };
    let met = Clock { met: Some(at("2026-02-03T09:00:00Z")), ..clock.clone() };
    let unknown = Clock { identification: Identification::Awaited, ..clock.clone() };
    let awaits = vec![DeadlineStart::Identification];
    let rows = [
        ("first_answer", &clock, now, NotExtendable::NoExtension, "First answer has no extension"),
        (
            "uk_gdpr",
            &unknown,
            now,
            NotExtendable::NotStarted { awaits },
            "it has not started: it waits for the identification of the person",
        ),
        (
            "uk_gdpr",
            &extended,
            now,
            NotExtendable::ExtendedAlready { at: at("2026-02-02T09:00:00Z") },
            "it was extended on 2026-02-02 09:00, and that is possible once",
        ),
        (
            "uk_gdpr",
            &met,
            now,
            NotExtendable::MetAlready { at: at("2026-02-03T09:00:00Z") },
            "it was met on 2026-02-03 09:00",
        ),
        (
            "uk_gdpr",
            &clock,
            "2026-03-03T09:00:00Z",
            NotExtendable::NoticeOver { day: day("2026-03-02"), at: at("2026-03-02T23:59:59Z") },
            "the person had to be told in the first period, which ended on 2026-03-02",
        ),
    ];
    for (code, clock, now, why, sentence) in rows {
        assert_eq!(asked(code, clock, now), Err(why.clone()), "{code}");
        let policy = policy(code);
        let message = why.message(&policy, &calendar(&policy.calendar));
        assert_eq!(Language::english().render(&message), sentence);
        assert!(Language::keys().contains(&format!("not_extendable.{}", why.code())));
    }
}

#[test]
fn nobody_is_told_before_it_starts() {
    let identification = Identification::Done(at("2026-02-10T09:00:00Z"));
    let clock = Clock { identification, ..Clock::received(at("2026-01-31T09:00:00Z")) };
    let awaits = vec![DeadlineStart::Identification];
    assert_eq!(asked("uk_gdpr", &clock, "2026-02-05T09:00:00Z"), Err(NotExtendable::NotStarted { awaits }));
    assert!(asked("uk_gdpr", &clock, "2026-02-10T09:00:00Z").is_ok());
}
