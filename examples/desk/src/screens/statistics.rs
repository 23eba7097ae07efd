//! How long things take, and the cases that do not go on.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use casekit::{CasesQuery, Measure, PageRequest, StatisticsQuery, StatisticsRow, StuckBy};
use chrono::{Months, Utc};
use maud::{Markup, html};

use super::overview;
use crate::acts::{Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{Screen, number, page, tab};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/statistics", get(statistics))
}

/// How many cases of each kind are named; the rest is a number.
const STUCK: u32 = 10;
/// So long without a word is too long, in days.
const QUIET: u32 = 14;

async fn statistics(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| draw(here, asked.get("of").map_or("", String::as_str))).await
}

fn draw(here: &Here, of: &str) -> Result<Markup, Problem> {
    let back = match of {
        "" => Some(2),
        "year" => Some(11),
        _ => None,
    };
    let from = back.and_then(|months| Utc::now().date_naive().checked_sub_months(Months::new(months)));
    let from_month = from.map(|day| day.format("%Y-%m").to_string());
    let rows = here.desk.statistics(&StatisticsQuery { from_month, ..StatisticsQuery::default() })?;
    let tabs = [
        ("", "/statistics", "three_months"),
        ("year", "/statistics?of=year", "a_year"),
        ("all", "/statistics?of=all", "all"),
    ];
    let measures = [
        (Measure::FirstResponse, "first_response"),
        (Measure::TimeToResolve, "time_to_resolve"),
        (Measure::TimeInStage, "time_in_stage"),
    ];
    let main = html! {
        header.head { h1 { (here.say("statistics")) } p { (here.say("statistics_more")) } }
        nav.tabs aria-label=(here.say("statistics")) { @for (code, to, key) in tabs { (tab(to, here.say(key), None, of == code)) } }
        @for (measure, key) in measures { (table(here, here.say(key), rows.iter().filter(|row| row.measure == measure).collect())) }
        (stuck(here, "stuck_in_stage", StuckBy::InStage)?)
        (stuck(here, "stuck_quiet", StuckBy::Quiet { days: QUIET })?)
    };
    page(here, &Screen::new(here.say("statistics")).under("overview"), main)
}

fn table(here: &Here, heading: &str, rows: Vec<&StatisticsRow>) -> Markup {
    let longest = rows.iter().map(|row| row.p90_seconds).max().unwrap_or(1).max(1);
    let share = |seconds: u64| (seconds * 100 / longest).to_string();
    let length = |seconds: u64| here.session.language.length(i64::try_from(seconds / 60).unwrap_or(i64::MAX));
    html! {
        h2.group { (heading) }
        @if rows.is_empty() { p.empty-line { (here.say("nothing_measured")) } } @else {
            div.list { table.figures aria-label=(heading) {
                thead { tr { @for key in ["type", "how_many", "half_within", "ninety_within", "mean"] { th scope="col" { (here.say(key)) } } } }
                tbody { @for row in rows { tr {
                    th scope="row" { (row.case_type) @if let Some(stage) = &row.stage { " · " (stage) }
                        svg.bar-of viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                            rect.wide width=(share(row.p90_seconds)) height="6" {} rect width=(share(row.median_seconds)) height="6" {} } }
                    td data-of=(here.say("how_many")) { (number(row.count)) }
                    td data-of=(here.say("half_within")) { strong { (length(row.median_seconds)) } }
                    td data-of=(here.say("ninety_within")) { (length(row.p90_seconds)) }
                    td data-of=(here.say("mean")) { (length(row.mean_seconds)) }
                } } }
            } }
        }
    }
}

fn stuck(here: &Here, key: &'static str, by: StuckBy) -> Result<Markup, Problem> {
    let all = CasesQuery::default();
    let count = here.desk.count_stuck_cases(by, &all)?;
    let rows = here.desk.stuck_cases(by, &all, PageRequest::first().of(STUCK))?.rows;
    Ok(html! {
        h2.group { (here.say(key)) " " span.count { (number(count)) } }
        @if rows.is_empty() { p.empty-line { (here.say("nothing_stuck")) } } @else {
            div.list { table aria-label=(here.say(key)) {
                (overview::head(here))
                tbody { @for one in &rows { (overview::row(here, &one.case)) } } } }
        }
    })
}
