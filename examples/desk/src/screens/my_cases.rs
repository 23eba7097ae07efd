//! My cases: what waits for the person at the screen, what they hold, and what they raised.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casekit::{CaseSummary, Page, PageRequest, Permission};
use maud::{Markup, html};
use serde::Deserialize;

use crate::acts::{Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{Screen, due, empty, form_head, moment, number, page, pager, status, tab};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(my_cases))
}

/// Few enough to be looked through.
const ROWS: u32 = 25;

async fn my_cases(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| {
        if !here.desk.actor().may(Permission::ReadCases) {
            return Ok(Redirect::to("/errors").into_response());
        }
        let of = asked.get("of").map_or("", String::as_str);
        Ok(screen(here, of, asked.get("after").map(String::as_str))?.into_response())
    })
    .await
}

fn screen(here: &Here, of: &str, after: Option<&str>) -> Result<Markup, Problem> {
    let at = after.map_or_else(PageRequest::first, PageRequest::after).of(ROWS);
    let list = match of {
        "held" => here.desk.my_held_cases(at)?,
        "raised" => here.desk.my_raised_cases(at)?,
        _ => here.desk.my_pending_cases(at)?,
    };
    let counts = here.desk.my_work_counts()?;
    let address = if of.is_empty() { "/".to_owned() } else { format!("/?of={of}") };
    let screen = Screen::new(here.say("my_cases")).under("my_cases").live(&address);
    let tabs = [
        ("", "waiting", counts.pending),
        ("held", "in_your_hands", counts.held),
        ("raised", "raised_by_you", counts.raised),
    ];
    let main = html! {
        section #mine data-region {
            header.head { h1 { (here.say("my_cases")) }
                p { strong { (number(counts.pending)) } " " (here.say("waiting_for_you")) } }
            nav.tabs aria-label=(here.say("my_cases")) {
                @for (code, label, count) in tabs {
                    (tab(&if code.is_empty() { "/".to_owned() } else { format!("/?of={code}") }, here.say(label), Some(count), code == of))
                }
            }
            (rows(here, of, &list))
            (pager(here, after.map(|_| address.as_str()), next(of, &list).as_deref()))
        }
    };
    page(here, &screen, main)
}

fn next(of: &str, list: &Page<CaseSummary>) -> Option<String> {
    list.next.as_ref().map(|next| format!("/?of={of}&after={}", crate::parts::escaped(next)))
}

fn rows(here: &Here, of: &str, list: &Page<CaseSummary>) -> Markup {
    if list.rows.is_empty() {
        let (heading, more) = match of {
            "held" => ("nothing_held", "nothing_held_more"),
            "raised" => ("nothing_raised", "nothing_raised_more"),
            _ => ("all_done", "all_done_more"),
        };
        let link = Some(("/cases", here.say("overview")));
        return empty("check", here.say(heading), here.say(more), link);
    }
    let me = Some(here.desk.actor().id.as_str());
    let groups: [(&'static str, Vec<&CaseSummary>); 3] = match of {
        "" => [
            ("in_your_hands", list.rows.iter().filter(|row| row.holder.as_deref() == me).collect()),
            ("untaken", list.rows.iter().filter(|row| row.holder.is_none()).collect()),
            (
                "others_hold",
                list.rows.iter().filter(|row| row.holder.is_some() && row.holder.as_deref() != me).collect(),
            ),
        ],
        _ => [("", list.rows.iter().collect()), ("", Vec::new()), ("", Vec::new())],
    };
    html! {
        @for (heading, rows) in groups { @if !rows.is_empty() {
            @if heading.is_empty() { div.group {} } @else { h2.group { (here.say(heading)) } }
            ul.rows { @for row in rows { (self::row(here, row)) } }
        } }
    }
}

/// A step as the library gives it in a row.
#[derive(Deserialize)]
struct Step {
    label: String,
    state: String,
}

fn row(here: &Here, row: &CaseSummary) -> Markup {
    let who = row.requester.as_deref().or(row.customer.as_deref());
    let to = format!("/cases/{}", row.number);
    let steps = row.steps.as_deref().and_then(|steps| serde_json::from_str(steps).ok());
    let steps: Vec<Step> = steps.unwrap_or_default();
    let waits = steps.iter().filter(|step| matches!(step.state.as_str(), "ready" | "failed"));
    html! {
        li.row id={ "row-" (row.number) } {
            (track(here, &steps))
            div.what {
                a.title href=(to) { bdi { (row.title) } }
                p { bdi.number { (row.number) } " · " @if let Some(who) = who { bdi { (who) } " · " }
                    @if steps.is_empty() { (status(row)) } @else { @for (place, step) in waits.enumerate() {
                        @if place > 0 { ", " } span.next.bad[step.state == "failed"] { (step.label) } } }
                }
            }
            span.age { @if let Some(at) = row.due_at { (due(here, at)) } @else { (moment(here, row.raised_at)) } }
            @if row.holder.is_none() && !steps.is_empty() {
                form method="post" action={ (to) "/take" } { (form_head(here, None))
                    button.button data-key="t" { (here.say("take")) span.sr { " " (row.number) } } }
            } @else { a.button href=(to) { (here.say("open")) span.sr { " " (row.number) } } }
        }
    }
}

/// A bar for each step.
fn track(here: &Here, steps: &[Step]) -> Markup {
    let done = steps.iter().filter(|step| step.state == "done").count();
    html! {
        span.track role=[(!steps.is_empty()).then_some("img")] aria-label=[(!steps.is_empty()).then(|| format!("{done}/{} {}", steps.len(), here.say("steps_done")))] {
            @for step in steps { i class=(step.state) {} }
        }
    }
}
