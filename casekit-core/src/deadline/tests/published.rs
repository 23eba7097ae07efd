//! Examples that authorities published, and what follows from the texts of the law. Each row has its source.

use super::*;

/// When the request was received, in UTC; the last day; where that stands.
type Row = (&'static str, &'static str, &'static str);

const ICO: &str = "ICO, A guide to subject access, “How do we calculate a month?”, 8 December 2025";
const ICO_SMES: &str = "ICO, SAR checklist for small organisations, “I need to complete a SAR”";
const ARTICLE_3: &str = "Regulation (EEC, Euratom) No 1182/71, article 3";
const EDPB: &str = "EDPB, Guidelines 01/2022 on the right of access, version 2.1, section 5.3";
const CCPA: &str = "California Code of Regulations, title 11, § 7021";

fn holds(code: &str, rows: &[Row]) {
    for (received, last, source) in rows {
        let found = last_day(code, &Clock::received(at(received)));
        assert_eq!(found, Some(day(last)), "{code}, received {received}: {source}");
    }
}

#[test]
fn a_month_of_the_uk_gdpr_is_as_published() {
    holds(
        "uk_gdpr",
        &[
            ("2025-09-03T09:00:00Z", "2025-10-03", ICO_SMES),
            ("2027-01-01T09:00:00Z", "2027-02-01", ICO),
            // The last day of February is a Saturday in 2026, so that it is the Monday after it.
            ("2026-01-31T09:00:00Z", "2026-03-02", ICO),
            ("2025-01-31T09:00:00Z", "2025-02-28", ICO),
            ("2024-01-31T09:00:00Z", "2024-02-29", ICO),
            ("2028-01-31T09:00:00Z", "2028-02-29", ICO),
            ("2025-01-30T09:00:00Z", "2025-02-28", "Lexology, “Revised ICO guidance on time limits”, 2019"),
            // 23:59 in London, in summer.
            ("2025-08-01T22:59:00Z", "2025-09-01", "Lexology, “Revised ICO guidance on time limits”, 2019"),
            ("2025-09-21T09:00:00Z", "2025-10-21", "FSP Law, “Subject access requests: how quickly?”, 2019"),
            ("2026-04-01T09:00:00Z", "2026-05-01", "ICO, Right of access, as quoted in August 2019"),
            // Christmas Day and Boxing Day are bank holidays.
            ("2025-11-25T09:00:00Z", "2025-12-29", ICO),
        ],
    );
}

#[test]
fn a_last_day_on_two_bank_holidays_is_the_day_after_them() {
    // The ICO's example is of 2024, before the shipped holidays begin.
    let policy = policy("uk_gdpr");
    let mut england = calendar(&policy.calendar);
    england.holidays = vec![holiday("2024-12-25"), holiday("2024-12-26")];
    let answer = computed(&policy, &england, &Clock::received(at("2024-11-25T09:00:00Z")), later());
    assert_eq!(answer.last_day, Some(day("2024-12-27")), "{ICO}");
    assert_eq!(answer.due_at, Some(at("2024-12-27T23:59:59Z")), "{ICO}");
}

#[test]
fn a_month_of_the_gdpr_is_as_published() {
    holds(
        "eu_gdpr",
        &[
            ("2024-03-05T09:00:00Z", "2024-04-05", EDPB),
            ("2026-08-31T09:00:00Z", "2026-09-30", EDPB),
            // 5 April 2025 is a Saturday.
            ("2025-03-05T09:00:00Z", "2025-04-07", EDPB),
            ("2025-01-31T09:00:00Z", "2025-02-28", ARTICLE_3),
            ("2028-01-31T09:00:00Z", "2028-02-29", ARTICLE_3),
            ("2028-02-29T09:00:00Z", "2028-03-29", ARTICLE_3),
            ("2025-01-30T09:00:00Z", "2025-02-28", ARTICLE_3),
            ("2025-09-03T09:00:00Z", "2025-10-03", ARTICLE_3),
            // 23:59 and 00:00 in Brussels, in winter: another day, and another last day.
            ("2026-11-09T22:59:00Z", "2026-12-09", ARTICLE_3),
            ("2026-11-09T23:00:00Z", "2026-12-10", ARTICLE_3),
            // 1 January is a holiday, and the two days after it are a weekend.
            ("2026-12-01T09:00:00Z", "2027-01-04", ARTICLE_3),
        ],
    );
}

#[test]
fn days_of_the_ccpa_are_as_published() {
    holds(
        "us_ccpa",
        &[
            ("2026-01-01T20:00:00Z", "2026-02-15", CCPA),
            ("2026-07-01T20:00:00Z", "2026-08-15", CCPA),
            // Still 31 December in Los Angeles.
            ("2026-01-01T07:59:00Z", "2026-02-14", CCPA),
        ],
    );
    holds(
        "us_ccpa_acknowledge",
        &[
            ("2026-03-02T20:00:00Z", "2026-03-16", CCPA),
            // Over the birthday of Martin Luther King.
            ("2026-01-09T20:00:00Z", "2026-01-26", CCPA),
            // Received on a Saturday.
            ("2026-03-07T20:00:00Z", "2026-03-20", CCPA),
        ],
    );
}

#[test]
fn a_deadline_ends_with_the_last_second_of_its_day_where_the_calendar_is() {
    let of = |code: &str, received: &str| {
        let policy = policy(code);
        computed(&policy, &calendar(&policy.calendar), &Clock::received(at(received)), later()).due_at
    };
    assert_eq!(of("uk_gdpr", "2026-05-12T09:00:00Z"), Some(at("2026-06-12T22:59:59Z")));
    assert_eq!(of("eu_gdpr", "2026-05-12T09:00:00Z"), Some(at("2026-06-12T21:59:59Z")));
    assert_eq!(of("us_ccpa", "2026-01-01T20:00:00Z"), Some(at("2026-02-16T07:59:59Z")));
}

#[test]
fn a_refusal_has_the_deadline_of_an_answer() {
    // GDPR, article 12 (4): a refusal too must be told within one month of receipt. Both reach the goal `respond`.
    let policy = policy("eu_gdpr");
    let europe = calendar(&policy.calendar);
    assert_eq!(policy.goal, crate::model::DeadlineGoal::Respond);
    let open = Clock::received(at("2026-03-02T09:00:00Z"));
    let due_at = computed(&policy, &europe, &open, later()).due_at;
    for (met, late) in [("2026-04-02T21:59:59.900Z", false), ("2026-04-02T22:00:00Z", true)] {
        let refused = Clock { met: Some(at(met)), ..open.clone() };
        let answer = computed(&policy, &europe, &refused, later());
        assert_eq!(answer.state, DeadlineState::Met { at: at(met), late }, "{met}");
        assert_eq!(answer.due_at, due_at, "a deadline that is met keeps its end");
    }
}

#[test]
fn a_day_that_clocks_show_twice_or_leave_out_still_ends_once() {
    let rows = [
        // Clocks in Cairo go back from midnight to 23:00 on the last Thursday of October: the later 23:59:59 counts.
        ("Africa/Cairo", "2025-10-16T09:00:00Z", 14, "2025-10-30", "2025-10-30T21:59:59Z"),
        // In Berlin they go forward at 2:00 on 29 March 2026, and back at 3:00 on 25 October: the day ends as any other.
        ("Europe/Berlin", "2026-03-15T09:00:00Z", 14, "2026-03-29", "2026-03-29T21:59:59Z"),
        ("Europe/Berlin", "2026-10-11T09:00:00Z", 14, "2026-10-25", "2026-10-25T22:59:59Z"),
        // In Samoa there was no 30 December 2011: what would end then ends with the first instant of the 31st.
        ("Pacific/Apia", "2011-12-17T09:00:00Z", 14, "2011-12-30", "2011-12-30T10:00:00Z"),
    ];
    for (zone, received, days, last, due) in rows {
        let answer = computed(
            &of_length(DeadlineLength::Days(days)),
            &plain(zone, Vec::new()),
            &Clock::received(at(received)),
            later(),
        );
        assert_eq!((answer.last_day, answer.due_at), (Some(day(last)), Some(at(due))), "{zone} {received}");
    }
}
