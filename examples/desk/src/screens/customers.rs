//! Customers: the list, and whom somebody means who types a name.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use casekit::{CustomerSummary, Page, PageRequest, Permission};
use maud::{Markup, html};

use crate::acts::{Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{Screen, empty, escaped, icon, label, page, pager};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/customers", get(customers)).route("/customers/hits", get(hits))
}

async fn customers(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| {
        let asked = |key: &str| asked.get(key).map(String::as_str).filter(|text| !text.trim().is_empty());
        let (text, after) = (asked("q"), asked("after"));
        let at = after.map_or_else(PageRequest::first, PageRequest::after);
        list(here, text, after.is_some(), &here.desk.customers(text, at)?)
    })
    .await
}

/// Suggestions for what is typed into a field that names a customer.
async fn hits(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| {
        let text = asked.get("q").map(String::as_str);
        let found = here.desk.customers(text, PageRequest::first().of(8))?;
        Ok::<_, Problem>(html! {
            @for one in &found.rows { option value=(one.external_reference.as_deref().unwrap_or(&one.name)) { (one.name) } }
        })
    })
    .await
}

fn list(
    here: &Here,
    text: Option<&str>,
    later: bool,
    list: &Page<CustomerSummary>,
) -> Result<Markup, Problem> {
    let asked = text.map(|text| format!("q={}", escaped(text))).unwrap_or_default();
    let address = format!("/customers?{asked}");
    let next = list.next.as_ref().map(|next| format!("/customers?{asked}&after={}", escaped(next)));
    let may_edit = here.desk.actor().may(Permission::EditCustomers);
    let main = html! {
        header.head.wide { h1 { (here.say("customers")) } span.grow {}
            @if may_edit { a.button href="/customers/new" { (icon("plus")) (here.say("new_customer")) } } }
        form.filters role="search" aria-label=(here.say("find_customer")) action="/customers" {
            label.sr for="q" { (here.say("find_customer")) }
            input #q name="q" type="search" value=(text.unwrap_or_default()) placeholder=(here.say("find_customer")) dir="auto" autocomplete="off";
            button.button { (icon("search")) (here.say("search")) }
        }
        section #list data-region {
            @if list.rows.is_empty() && list.next.is_none() {
                (empty("people", here.say("no_customer"), here.say("no_customer_more"), text.map(|_| ("/customers", here.say("all_customers")))))
            } @else {
                table.list { thead { tr { @for field in ["name", "external_reference", "email", "phone"] { th scope="col" { (label(here, field)) } } } }
                    tbody { @for one in &list.rows { (row(one)) } } }
            }
            (pager(here, later.then_some(address.as_str()), next.as_deref()))
        }
    };
    page(here, &Screen::new(here.say("customers")).under("customers"), main)
}

fn row(one: &CustomerSummary) -> Markup {
    let cell = |text: &Option<String>| html! { td { bdi { (text.as_deref().unwrap_or_default()) } } };
    html! {
        tr.row id={ "customer-" (one.id) } {
            th scope="row" { a.title href={ "/customers/" (one.id) } { bdi { (one.name) } } }
            (cell(&one.external_reference)) (cell(&one.email)) (cell(&one.phone))
        }
    }
}
