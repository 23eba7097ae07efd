//! How long things take, and the cases that do not go on.

use chrono::{Months, Utc};

use super::overview;
use super::prelude::*;

/// How many cases of each kind are named; the rest is a number.
const STUCK: u32 = 10;
/// So long without a word is too long, in days.
const QUIET: u32 = 14;

/// From when on cases count: the tabs, with how many months before this one.
const TABS: [(Option<&str>, &str, Option<u32>); 3] =
    [(None, "three_months", Some(2)), (Some("year"), "a_year", Some(11)), (Some("all"), "all", None)];

pub(crate) fn statistics(here: &Here) -> Result<Markup> {
    let (of, title) = (here.asked.some("of"), here.say("statistics"));
    let back = TABS.iter().find(|(code, ..)| *code == of).and_then(|(.., back)| *back);
    let from = back.and_then(|months| Utc::now().date_naive().checked_sub_months(Months::new(months)));
    let from_month = from.map(|day| day.format("%Y-%m").to_string());
    let rows = here.desk.statistics(&StatisticsQuery { from_month, ..StatisticsQuery::default() })?;
    let measures = [
        (Measure::FirstResponse, "first_response"),
        (Measure::TimeToResolve, "time_to_resolve"),
        (Measure::TimeInStage, "time_in_stage"),
    ];
    let main = html! {
        header.head { h1 { (title) } p { (here.say("statistics_more")) } }
        nav.tabs aria-label=(title) { @for (code, key, _) in TABS { (tab(&here.asked.to("/statistics", "of", code), here.say(key), None, of == code)) } }
        @for (measure, key) in measures { (lengths(here, here.say(key), rows.iter().filter(|row| row.measure == measure).collect())) }
        (stuck(here, "stuck_in_stage", StuckBy::InStage)?)
        (stuck(here, "stuck_quiet", StuckBy::Quiet { days: QUIET })?)
    };
    page(here, &Screen::new(title).under("overview"), main)
}

const HEADS: [&str; 5] = ["type", "how_many", "half_within", "ninety_within", "mean"];

fn lengths(here: &Here, heading: &str, rows: Vec<&StatisticsRow>) -> Markup {
    let longest = rows.iter().map(|row| row.p90_seconds).max().unwrap_or(1).max(1);
    let share = |seconds: u64| (seconds * 100 / longest).to_string();
    let length = |seconds: u64| here.session.language.length(i64::try_from(seconds / 60).unwrap_or(i64::MAX));
    let cell = |key: &'static str, value: Markup| html! { td data-of=(here.say(key)) { (value) } };
    let body = html! { @for row in &rows { tr {
        th scope="row" { (row.case_type) @if let Some(stage) = &row.stage { " · " (stage) }
            svg.bar-of viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                rect.wide width=(share(row.p90_seconds)) height="6" {} rect width=(share(row.median_seconds)) height="6" {} } }
        (cell("how_many", html! { (number(row.count)) }))
        (cell("half_within", html! { strong { (length(row.median_seconds)) } }))
        (cell("ninety_within", html! { (length(row.p90_seconds)) }))
        (cell("mean", html! { (length(row.mean_seconds)) }))
    } } };
    html! {
        h2.group { (heading) }
        @if rows.is_empty() { p.empty-line { (here.say("nothing_measured")) } }
        @else { (table(heading, HEADS.map(|key| here.say(key)), body)) }
    }
}

fn stuck(here: &Here, key: &'static str, by: StuckBy) -> Result<Markup> {
    let all = CasesQuery::default();
    let count = here.desk.count_stuck_cases(by, &all)?;
    let rows = here.desk.stuck_cases(by, &all, PageRequest::first().of(STUCK))?.rows;
    Ok(html! {
        h2.group { (here.say(key)) " " span.count { (number(count)) } }
        @if rows.is_empty() { p.empty-line { (here.say("nothing_stuck")) } }
        @else { (overview::rows(here, here.say(key), rows.iter().map(|one| &one.case))) }
    })
}
