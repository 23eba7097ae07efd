//! Finding: what somebody typed into the one search field, and the rows of the palette.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use axum::routing::get;
use casekit::PageRequest;
use maud::html;

use crate::acts::{Asked, Problem};
use crate::kit::{App, Here};
use crate::parts::escaped;
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/find", get(find)).route("/hits", get(hits))
}

/// A number or a reference opens its case; anything else is searched for.
async fn find(State(app): State<App>, session: Session, Query(asked): Asked) -> Response {
    let text = asked.get("q").cloned().unwrap_or_default();
    app.read(session, move |here| {
        let to = match here.desk.find_cases(&text)?.as_slice() {
            [one] => format!("/cases/{}", one.case.number),
            _ => format!("/cases?q={}", escaped(&text)),
        };
        Ok::<_, Problem>(Redirect::to(&to))
    })
    .await
}

/// A row of the palette: where it leads, a number or a word before it, and its text.
type Hit = (String, String, String);

async fn hits(State(app): State<App>, session: Session, Query(asked): Asked) -> Response {
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
        for hit in found.rows.iter().map(|hit| of_case(&hit.case.number, &hit.case.title)) {
            if !hits.contains(&hit) {
                hits.push(hit);
            }
        }
    }
    hits
}
