//! Why a deadline is when it is, in words.

use super::*;
use crate::model::{PolicyCode, StageCategory, StageId};

/// Identified nine days after the receipt, paused twice, extended, and moved over a weekend and a bank holiday.
fn paused_twice_and_extended() -> Clock {
    Clock {
        identification: Identification::Done(at("2026-01-24T10:00:00Z")),
        pauses: vec![
            pause("clarification", "2026-01-27T10:00:00Z", "2026-02-03T16:30:00Z"),
            pause("clarification", "2026-02-10T09:00:00Z", "2026-02-12T09:00:00Z"),
        ],
        extensions: vec![Extension {
            policy: PolicyCode::shipped("uk_gdpr"),
            at: at("2026-02-20T15:00:00Z"),
        }],
        ..Clock::received(at("2026-01-15T09:00:00Z"))
    }
}

#[test]
fn a_case_paused_twice_and_extended_is_told_step_by_step() {
    let policy = policy("uk_gdpr");
    let england = calendar(&policy.calendar);
    let clock = Clock { met: Some(at("2026-05-05T14:00:00Z")), ..paused_twice_and_extended() };
    assert_eq!(
        said(&policy, &england, &clock, Language::english()).join("\n"),
        "UK GDPR, version 1: answer within 1 month (UK GDPR, article 12A)\n\
         counted by the calendar England and Wales, version 1, in the time zone Europe/London\n\
         it starts on 2026-01-24 10:00, with the identification of the person\n\
         with 1 month from the start, it ends on 2026-02-24\n\
         it was extended to 3 months from the start, and the person was told on 2026-02-20 15:00: it ends on 2026-04-24\n\
         it was paused from 2026-01-27 10:00 to 2026-02-03 16:30 for “clarification”, which adds 7 days: it ends on 2026-05-01\n\
         it was paused from 2026-02-10 09:00 to 2026-02-12 09:00 for “clarification”, which adds 2 days: it ends on 2026-05-03\n\
         nobody works on 2026-05-03 (Sunday, Early May bank holiday), so it moves to 2026-05-05\n\
         it ends on 2026-05-05\n\
         it was met on 2026-05-05 15:00, in time"
    );
    let german = Language::shipped("de").unwrap();
    assert_eq!(
        said(&policy, &england, &clock, &german).join("\n"),
        "UK GDPR, Version 1: antworten, Frist 1 Monat (UK GDPR, article 12A)\n\
         Gezählt wird nach dem Kalender England und Wales, Version 1, in der Zeitzone Europe/London\n\
         Beginn: Identifizierung der Person, 24.01.2026 10:00\n\
         Mit 1 Monat ab Beginn endet sie am 24.02.2026\n\
         Sie ist verlängert auf 3 Monate ab Beginn und endet damit am 24.04.2026; mitgeteilt wurde das am 20.02.2026 15:00\n\
         Sie ruhte vom 27.01.2026 10:00 bis zum 03.02.2026 16:30 (Grund: „Rückfrage“); dazu kommen 7 Tage, damit endet sie am 01.05.2026\n\
         Sie ruhte vom 10.02.2026 09:00 bis zum 12.02.2026 09:00 (Grund: „Rückfrage“); dazu kommen 2 Tage, damit endet sie am 03.05.2026\n\
         Am 03.05.2026 arbeitet niemand (Sonntag, Maifeiertag), also endet sie am 05.05.2026\n\
         Sie endet am 05.05.2026\n\
         Sie wurde am 05.05.2026 15:00 eingehalten"
    );
}

#[test]
fn the_same_is_data() {
    let policy = policy("uk_gdpr");
    let answer = computed(&policy, &calendar(&policy.calendar), &paused_twice_and_extended(), later());
    let kept = serde_json::to_value(&answer).unwrap();
    assert_eq!(kept["state"], serde_json::json!({"state": "running"}));
    assert_eq!(
        kept["segments"][4],
        serde_json::json!({
            "segment": "paused",
            "cause": {"reason": "clarification"},
            "from": "2026-02-10T09:00:00Z",
            "until": "2026-02-12T09:00:00Z",
            "added": {"days": 2},
            "day": "2026-05-03",
            "end": "2026-05-03T22:59:59Z",
        })
    );
    assert_eq!(serde_json::from_value::<Computed>(kept).unwrap(), answer);
}

#[test]
fn what_adds_nothing_is_told_too() {
    let mut policy = policy("first_answer");
    policy.pauses_for = vec![PauseReason::shipped("clarification")];
    let office = calendar(&policy.calendar);
    let stay = |category: StageCategory, from: &str| Stay {
        stage: StageId::parse("stage", category.code()).unwrap(),
        category,
        from: at(from),
    };
    let clock = Clock {
        stays: vec![
            stay(StageCategory::Open, "2026-03-04T09:00:00Z"),
            stay(StageCategory::Waiting, "2026-03-04T10:00:00Z"),
            stay(StageCategory::Active, "2026-03-04T11:30:00Z"),
            stay(StageCategory::Waiting, "2026-03-04T15:00:00Z"),
        ],
        pauses: vec![pause("clarification", "2026-03-04T10:30:00Z", "2026-03-04T11:00:00Z")],
        ..Clock::received(at("2026-03-04T09:00:00Z"))
    };
    assert_eq!(
        said(&policy, &office, &clock, Language::english()).join("\n"),
        "First answer, version 1: acknowledge the receipt within 4 working hours\n\
         counted by the calendar Office hours, version 1, in the time zone UTC\n\
         it starts on 2026-03-04 09:00, with the receipt of the request\n\
         with 4 working hours from the start, it ends on 2026-03-04 13:00\n\
         it was paused from 2026-03-04 10:00 to 2026-03-04 11:30 in a stage of the category “waiting”, which adds 90 working \
         minutes: it ends on 2026-03-04 14:30\n\
         it was paused from 2026-03-04 10:30 to 2026-03-04 11:00 for “clarification”, which adds nothing\n\
         it is paused since 2026-03-04 15:00 in a stage of the category “waiting”, which changes nothing, since it was over by \
         then\n\
         it ends on 2026-03-04 14:30"
    );
}

#[test]
fn what_has_no_end_says_why() {
    let uk_gdpr = policy("uk_gdpr");
    let england = calendar(&uk_gdpr.calendar);
    let last = |clock: &Clock| said(&uk_gdpr, &england, clock, Language::english()).pop().unwrap();
    let received = Clock::received(at("2026-03-02T09:00:00Z"));
    let unknown = Clock { identification: Identification::Awaited, ..received.clone() };
    assert_eq!(last(&unknown), "it has not started, and waits for: the identification of the person");
    let pauses = vec![pause("clarification", "2026-03-09T09:00:00Z", "")];
    let asked = Clock { pauses, ..received };
    let since = "it is paused since 2026-03-09 09:00 for “clarification”: it has no end until it goes on";
    assert_eq!(last(&asked), since);
}
