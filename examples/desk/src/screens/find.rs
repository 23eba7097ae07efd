//! Finding: what somebody typed into the one search field, and the rows of the palette.

use super::prelude::*;

/// A number or a reference opens its case; anything else is searched for, in cases, notes and customers.
pub(crate) fn find(here: &Here) -> Result<Response> {
    let text = here.asked.some("q").unwrap_or_default();
    match here.desk.find_cases(text)?.as_slice() {
        [one] => Ok(Redirect::to(&format!("/cases/{}", one.case.number)).into_response()),
        _ if text.is_empty() => Ok(Redirect::to("/cases").into_response()),
        _ => Ok(results(here, text)?.into_response()),
    }
}

fn results(here: &Here, text: &str) -> Result<Markup> {
    let list = here.desk.search(text, here.asked.page())?;
    // Customers of this name stand above the first page of cases.
    let customers = match here.asked.some("after") {
        Some(_) => Vec::new(),
        None => {
            here.or_none(here.desk.customers(Some(text), PageRequest::first().of(6)).map(|page| page.rows))?
        }
    };
    let title = here.say("found");
    let is_empty = customers.is_empty() && list.rows.is_empty();
    let main = html! {
        header.head.wide { div { h1 { (title) } p { bdi { (text) } } } span.grow {}
            a.button.quiet href={ "/cases?q=" (escaped(text)) } { (icon("list")) (here.say("in_overview")) } }
        @if is_empty && list.next.is_none() { (empty("search", here.say("found_nothing"), here.say("found_nothing_more"), None)) }
        @if !customers.is_empty() { h2.group { (here.say("customers")) }
            ul.rows { @for one in &customers { li.row.found id={ "customer-" (one.id) } { div.what { a.title href={ "/customers/" (one.id) } { bdi { (one.name) } } } } } } }
        @if !list.rows.is_empty() { h2.group { (sentence(here.say("cases"))) }
            ul.rows { @for hit in &list.rows { (self::hit(here, hit)) } } }
        (pages(here, "/find", list.next.as_deref()))
    };
    page(here, &Screen::new(title), main)
}

fn hit(here: &Here, hit: &SearchHit) -> Markup {
    let who = hit.case.customer.as_deref().or(hit.case.requester.as_deref());
    html! {
        li.row.found id={ "hit-" (hit.case.number) @if let Some(note) = hit.note { "-" (note) } } {
            div.what { a.title href=(address(hit)) { bdi { (hit.case.title) } }
                p { bdi.number { (hit.case.number) } @if let Some(who) = who { " · " bdi { (who) } }
                    @if hit.note.is_some() { " · " strong.next { (here.say("in_a_note")) } } } }
            (status(&hit.case)) span.age { (moment(here, hit.case.raised_at)) }
        }
    }
}

/// The rows of the palette. What was typed may be half a word, or nothing that can be searched for: then nothing is found.
pub(crate) fn hits(here: &Here) -> Result<Markup> {
    let (text, few) = (here.asked.some("q").unwrap_or_default(), PageRequest::first().of(8));
    let numbers = here.desk.find_cases(text).unwrap_or_default();
    let customers =
        here.desk.customers(Some(text), few.clone().of(4)).map(|page| page.rows).unwrap_or_default();
    let words = here.desk.search(text, few).map(|page| page.rows).unwrap_or_default();
    let is_new =
        |hit: &&SearchHit| hit.note.is_some() || numbers.iter().all(|one| one.case.number != hit.case.number);
    let row = |to: &str, before: &str, text: Markup| html! { li role="option" data-to=(to) { bdi.number { (before) } " " bdi { (text) } } };
    Ok(html! {
        @for one in &numbers { (row(&format!("/cases/{}", one.case.number), &one.case.number, html! { (one.case.title) })) }
        @for one in &customers { (row(&format!("/customers/{}", one.id), here.say("customer"), html! { (one.name) })) }
        @for hit in words.iter().filter(is_new) {
            (row(&address(hit), &hit.case.number, html! { (hit.case.title) @if hit.note.is_some() { " (" (here.say("in_a_note")) ")" } })) }
    })
}

/// Where a hit stands: in its case, or at a note of it.
fn address(hit: &SearchHit) -> String {
    let note = hit.note.map(|note| format!("#note-{note}")).unwrap_or_default();
    format!("/cases/{}{note}", hit.case.number)
}
