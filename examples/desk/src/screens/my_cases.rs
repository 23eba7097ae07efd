//! My cases: what waits for the person at the screen, what they hold, and what they raised.

use serde::Deserialize;

use super::prelude::*;

/// Few enough to be looked through.
const ROWS: u32 = 25;

pub(crate) fn my_cases(here: &Here) -> Result<Response> {
    if !here.can(DeskAction::ReadCases) {
        return Ok(Redirect::to("/errors").into_response());
    }
    let (of, at, title) =
        (here.asked.some("of").unwrap_or_default(), here.asked.page().of(ROWS), here.say("my_cases"));
    let list = match of {
        "held" => here.desk.my_held_cases(at)?,
        "raised" => here.desk.my_raised_cases(at)?,
        _ => here.desk.my_pending_cases(at)?,
    };
    let counts = here.desk.my_work_counts()?;
    let tabs = [
        (None, "waiting", counts.pending),
        (Some("held"), "in_your_hands", counts.held),
        (Some("raised"), "raised_by_you", counts.raised),
    ];
    let main = html! {
        section #mine data-region {
            header.head { h1 { (title) } p { strong { (number(counts.pending)) } " " (here.say("waiting_for_you")) } }
            nav.tabs aria-label=(title) { @for (code, label, count) in tabs {
                (tab(&here.asked.to("/", "of", code), here.say(label), Some(count), code.unwrap_or_default() == of)) } }
            (rows(here, of, &list.rows))
            (pages(here, "/", list.next.as_deref()))
        }
    };
    Ok(page(here, &Screen::new(title).under("my_cases").live("/"), main)?.into_response())
}

fn rows(here: &Here, of: &str, rows: &[CaseSummary]) -> Markup {
    if rows.is_empty() {
        let (heading, more) = match of {
            "held" => ("nothing_held", "nothing_held_more"),
            "raised" => ("nothing_raised", "nothing_raised_more"),
            _ => ("all_done", "all_done_more"),
        };
        return empty("check", here.say(heading), here.say(more), Some(("/cases", here.say("overview"))));
    }
    let list = |rows: &[&CaseSummary]| html! { ul.rows { @for row in rows { (self::row(here, row)) } } };
    let me = Some(here.desk.actor().id.as_str());
    let group_of = |row: &CaseSummary| match row.holder.as_deref() {
        None => "untaken",
        holder if holder == me => "in_your_hands",
        Some(_) => "others_hold",
    };
    html! {
        @if !of.is_empty() { div.group {} (list(&rows.iter().collect::<Vec<_>>())) }
        @else { @for group in ["in_your_hands", "untaken", "others_hold"] {
            @let of_it: Vec<_> = rows.iter().filter(|row| group_of(row) == group).collect();
            @if !of_it.is_empty() { h2.group { (here.say(group)) } (list(&of_it)) } } }
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
    let steps: Vec<Step> =
        row.steps.as_deref().and_then(|steps| serde_json::from_str(steps).ok()).unwrap_or_default();
    let waits = steps.iter().filter(|step| matches!(step.state.as_str(), "ready" | "failed"));
    html! {
        li.row id={ "row-" (row.number) } {
            (track(here, &steps))
            div.what {
                a.title href=(to) { bdi { (row.title) } }
                p { bdi.number { (row.number) } " · " @if let Some(who) = who { bdi { (who) } " · " }
                    @if steps.is_empty() { (status(row)) } @else { @for (place, step) in waits.enumerate() {
                        @if place > 0 { " · " } span.next.bad[step.state == "failed"] { (step.label) } } }
                }
            }
            span.age { @if let Some(at) = row.due_at { (due(here, at)) } @else { (moment(here, row.raised_at)) } }
            @if row.holder.is_none() && !steps.is_empty() {
                (post_to(here, &format!("{to}/take_case"), html! { button.button data-key="t" { (here.say("take")) span.sr { " " (row.number) } } }))
            } @else { a.button href=(to) { (here.say("open")) span.sr { " " (row.number) } } }
        }
    }
}

/// A bar for each step.
fn track(here: &Here, steps: &[Step]) -> Markup {
    let done = steps.iter().filter(|step| step.state == "done").count();
    let label = (!steps.is_empty()).then(|| format!("{done}/{} {}", steps.len(), here.say("steps_done")));
    html! {
        span.track role=[label.is_some().then_some("img")] aria-label=[label] { @for step in steps { i class=(step.state) {} } }
    }
}
