//! What the screens are made of.

mod fields;
mod frame;
mod icons;

use casekit::Timestamp;
use maud::Render;

pub(crate) use fields::{Field, Fields, FormPage, form_head};
pub(crate) use frame::{Screen, page, problem_page};
pub(crate) use icons::icon;

use crate::prelude::*;

/// A small form that is sent to an address: a button, and what goes with it.
pub(crate) fn post_to(here: &Here, address: &str, body: Markup) -> Markup {
    html! { form method="post" action=(address) { (form_head(here, None)) (body) } }
}

/// A file to keep, in the library's one shape for all of them.
pub(crate) fn download(here: &Here, report: &reports::Report) -> Result<Response> {
    let file = report.download(&here.desk)?;
    let name = format!("attachment; filename=\"{}\"", file.name);
    let head = [(header::CONTENT_TYPE, file.media_type.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, file.bytes).into_response())
}

/// A line of a list of facts: what it is, and its value.
pub(crate) fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { bdi { (name) } } dd { (value) } } }
}

/// A text of somebody's, or a dash.
pub(crate) fn text(text: Option<&str>) -> Markup {
    html! { bdi { (text.unwrap_or("—")) } }
}

/// A table with these heads.
pub(crate) fn table(name: &str, heads: impl IntoIterator<Item = impl Render>, rows: Markup) -> Markup {
    html! {
        div.list { table aria-label=(name) {
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody { (rows) } } }
    }
}

/// The initials of somebody, on one of six grounds.
pub(crate) fn face(id: &str, name: Option<&str>) -> Markup {
    let initials: String =
        name.unwrap_or(id).split(' ').filter_map(|part| part.chars().next()).take(2).collect();
    let hue = id.bytes().map(u32::from).sum::<u32>() % 6;
    html! { span class={ "face hue-" (hue) } aria-hidden="true" { (initials.to_uppercase()) } }
}

/// What somebody is called, or the id by which the application knows them.
pub(crate) fn called<'a>(id: &'a str, name: Option<&'a str>) -> Markup {
    html! { bdi { (name.unwrap_or(id)) } }
}

/// Somebody, with their face.
pub(crate) fn person(id: &str, name: Option<&str>) -> Markup {
    html! { span.held { (face(id, name)) (called(id, name)) } }
}

/// A word with a ground of its own: `open`, `wait`, `good`, `bad` or `quiet`.
pub(crate) fn pill(kind: &str, text: &str) -> Markup {
    html! { span class={ "pill " (kind) } { (text) } }
}

/// The stage of a case.
pub(crate) fn stage(category: StageCategory, label: &str) -> Markup {
    pill(category_kind(category.code()), label)
}

/// The kind of pill for a category, by its code.
fn category_kind(code: &str) -> &'static str {
    match code {
        "open" => "open",
        "active" | "waiting" => "wait",
        "resolved" => "good",
        _ => "quiet",
    }
}

/// How far a row's case has come: its stage, and what its workflow waits for.
pub(crate) fn status(row: &CaseSummary) -> Markup {
    let kind =
        if row.status_code.as_deref() == Some("failed") { "bad" } else { category_kind(&row.category_code) };
    let rest = row.status.strip_prefix(row.stage.as_str()).map(|rest| rest.trim_start_matches([':', ' ']));
    html! { (pill(kind, &row.stage)) @if let Some(rest) = rest.filter(|rest| !rest.is_empty()) { " " span.after { (rest) } } }
}

/// An instant that has been: how long ago on a screen, to the minute on paper, whole for machines.
pub(crate) fn moment(here: &Here, at: Timestamp) -> Markup {
    time(here, at, &here.session.language.ago(at))
}

fn time(here: &Here, at: Timestamp, distance: &str) -> Markup {
    let whole = here.desk.language().minute_and_zone(at);
    html! {
        time datetime=(at.format("%Y-%m-%dT%H:%M:%SZ")) title=(whole) {
            span.screen { (distance) } span.paper { (whole) }
        }
    }
}

/// When a case is due, with a word if that is over.
pub(crate) fn due(here: &Here, at: Timestamp) -> Markup {
    let over = at < chrono::Utc::now();
    let said = html! { span.screen { (here.say("due_in")) } span.paper { (here.say("due")) } };
    html! { span.due.over[over] { @if over { (here.say("overdue")) } @else { (said) } " " (time(here, at, &here.session.language.distance(at))) } }
}

/// A number as people read it.
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A text of the library as a sentence on a screen begins: with a capital.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What to do about a failure, as the library advises. It names codes, which a screen shows without their quotes.
pub(crate) fn advice(text: &str) -> String {
    sentence(&text.replace('`', ""))
}

/// The priorities, each by its code and its word.
pub(crate) fn priorities(here: &Here) -> [(&'static str, String); 4] {
    Priority::ALL.map(|one| (one.code(), here.word("priority", one.code())))
}

/// Why something is not possible now.
pub(crate) fn reason(here: &Here, blocker: &Blocker) -> String {
    sentence(&here.desk.language().on_screen(&blocker.message()))
}

/// What an error says to the person at the screen, one sentence for each thing.
pub(crate) fn told(here: &Here, error: &Error) -> Vec<String> {
    match error.rejection() {
        Some(Rejection::Blocked { blockers, .. }) => blockers.iter().map(|one| reason(here, one)).collect(),
        Some(rejection) => vec![sentence(&here.desk.language().on_screen(&rejection.message()))],
        None => vec![here.say("store_failed").to_owned(), sentence(&here.desk.language().error(error))],
    }
}

/// A box that says what is wrong. The script gives it the focus.
pub(crate) fn problem(here: &Here, sentences: &[String]) -> Markup {
    problem_box(here.say("there_is_a_problem"), html! { @for one in sentences { p { (one) } } })
}

fn problem_box(heading: &str, body: Markup) -> Markup {
    html! { div.problem role="alert" tabindex="-1" { (icon("alert")) div { h2 { (heading) } (body) } } }
}

/// What stands where a list would be empty.
pub(crate) fn empty(sign: &str, heading: &str, more: &str, link: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty { (icon(sign)) h2 { (heading) } p { (more) }
            @if let Some((to, label)) = link { a.button href=(to) { (label) } } }
    }
}

/// One tab of a row of tabs: its address, label, exact count, and whether it is open.
pub(crate) fn tab(to: &str, label: &str, count: Option<u64>, open: bool) -> Markup {
    html! {
        a href=(to) aria-current=[open.then_some("page")] { (label) @if let Some(count) = count { span.count { (number(count)) } } }
    }
}

/// To the next page of a list and back to its first. There are no page numbers: none would stay true.
pub(crate) fn pager(here: &Here, first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if first.or(next).is_some() {
            nav.pager aria-label=(here.say("pages")) {
                @if let Some(first) = first { a.button.quiet href=(first) { (here.say("first_page")) } }
                span.grow {}
                @if let Some(next) = next { a.button rel="next" href=(next) { (here.say("next_page")) } }
            }
        }
    }
}

/// The same for the list at this path, as it was asked for.
pub(crate) fn pages(here: &Here, path: &str, next: Option<&str>) -> Markup {
    let to = |after| here.asked.to(path, "after", after);
    let first = here.asked.some("after").map(|_| to(None));
    pager(here, first.as_deref(), next.map(|next| to(Some(next))).as_deref())
}

/// A text as part of an address.
pub(crate) fn escaped(text: &str) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes()
        .map(|byte| if is_plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// What the library calls a field, as a label begins.
pub(crate) fn label(here: &Here, field: &str) -> String {
    here.word("field", field)
}

/// Reads a value of the library by its code.
pub(crate) fn coded<T: serde::de::DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(code.into()).ok()
}
