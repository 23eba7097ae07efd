//! Finding: what somebody typed into the one search field, and the rows of the palette.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casekit::{CustomerSummary, Error, PageRequest, SearchHit};
use maud::{Markup, html};

use crate::acts::{Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{Screen, empty, escaped, icon, moment, page, pager, sentence, status};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/find", get(find)).route("/hits", get(hits))
}

/// A number or a reference opens its case; anything else is searched for, in cases, notes and customers.
async fn find(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| {
        let text = asked.get("q").map_or("", |text| text.trim());
        match here.desk.find_cases(text)?.as_slice() {
            [one] => Ok(Redirect::to(&format!("/cases/{}", one.case.number)).into_response()),
            _ if text.is_empty() => Ok(Redirect::to("/cases").into_response()),
            _ => Ok(results(here, text, asked.get("after").map(String::as_str))?.into_response()),
        }
    })
    .await
}

fn results(here: &Here, text: &str, after: Option<&str>) -> Result<Markup, Problem> {
    let at = after.map_or_else(PageRequest::first, PageRequest::after);
    let list = here.desk.search(text, at)?;
    let customers = here.or_none(customers(here, text, after))?;
    let address = format!("/find?q={}", escaped(text));
    let next = list.next.as_deref().map(|next| format!("{address}&after={}", escaped(next)));
    let is_empty = customers.is_empty() && list.rows.is_empty();
    let main = html! {
        header.head.wide { div { h1 { (here.say("found")) } p { bdi { (text) } } } span.grow {}
            a.button.quiet href={ "/cases?q=" (escaped(text)) } { (icon("list")) (here.say("in_overview")) } }
        @if is_empty && next.is_none() { (empty("search", here.say("found_nothing"), here.say("found_nothing_more"), None)) }
        @if !customers.is_empty() { h2.group { (here.say("customers")) }
            ul.rows { @for one in &customers { li.row.found id={ "customer-" (one.id) } { div.what { a.title href={ "/customers/" (one.id) } { bdi { (one.name) } } } } } } }
        @if !list.rows.is_empty() { h2.group { (sentence(here.say("cases"))) }
            ul.rows { @for hit in &list.rows { (self::hit(here, hit)) } } }
        (pager(here, after.map(|_| address.as_str()), next.as_deref()))
    };
    page(here, &Screen::new(here.say("found")), main)
}

/// Customers of this name, above the first page of cases.
fn customers(here: &Here, text: &str, after: Option<&str>) -> Result<Vec<CustomerSummary>, Error> {
    match after {
        Some(_) => Ok(Vec::new()),
        None => Ok(here.desk.customers(Some(text), PageRequest::first().of(6))?.rows),
    }
}

fn hit(here: &Here, hit: &SearchHit) -> Markup {
    let note = hit.note.map(|note| format!("#note-{note}")).unwrap_or_default();
    let who = hit.case.customer.as_deref().or(hit.case.requester.as_deref());
    html! {
        li.row.found id={ "hit-" (hit.case.number) (note) } {
            div.what { a.title href={ "/cases/" (hit.case.number) (note) } { bdi { (hit.case.title) } }
                p { bdi.number { (hit.case.number) } @if let Some(who) = who { " · " bdi { (who) } }
                    @if hit.note.is_some() { " · " strong.next { (here.say("in_a_note")) } } } }
            (status(&hit.case)) span.age { (moment(here, hit.case.raised_at)) }
        }
    }
}

/// A row of the palette: where it leads, a number or a word before it, and its text.
type Hit = (String, String, String);

async fn hits(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    let text = asked.get("q").cloned().unwrap_or_default();
    app.read(session, move |here| {
        let hits = found(here, &text);
        Ok::<_, Problem>(html! {
            @for (to, before, text) in hits {
                li role="option" data-to=(to) { bdi.number { (before) } " " bdi { (text) } }
            }
        })
    })
    .await
}

/// What was typed may be half a word, or nothing that can be searched for: then nothing is found.
fn found(here: &Here, text: &str) -> Vec<Hit> {
    let of_case =
        |number: &str, title: &str| (format!("/cases/{number}"), number.to_owned(), title.to_owned());
    let mut hits: Vec<Hit> = Vec::new();
    for found in here.desk.find_cases(text).unwrap_or_default() {
        hits.push(of_case(&found.case.number, &found.case.title));
    }
    if let Ok(customers) = here.desk.customers(Some(text), PageRequest::first().of(4)) {
        let word = here.say("customer");
        hits.extend(
            customers
                .rows
                .into_iter()
                .map(|one| (format!("/customers/{}", one.id), word.to_owned(), one.name)),
        );
    }
    if let Ok(found) = here.desk.search(text, PageRequest::first().of(8)) {
        let of_hit = |hit: &SearchHit| match hit.note {
            None => of_case(&hit.case.number, &hit.case.title),
            Some(note) => {
                let text = format!("{} ({})", hit.case.title, here.say("in_a_note"));
                (format!("/cases/{}#note-{note}", hit.case.number), hit.case.number.clone(), text)
            }
        };
        for hit in found.rows.iter().map(of_hit) {
            if !hits.contains(&hit) {
                hits.push(hit);
            }
        }
    }
    hits
}
