//! A customer: the profile and the interactions, each a tab with an address of its own.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use casekit::{CaseSummary, CasesQuery, CountBy, CustomerId, CustomerView, PageRequest, Permission};
use maud::{Markup, html};

use super::raise;
use crate::acts::{Draft, Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{Screen, called, empty, escaped, icon, label, moment, page, pager, sentence, status, tab};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/customers/{id}", get(profile))
        .route("/customers/{id}/interactions", get(interactions))
        .route("/customers/{id}/interactions/raise", get(raise_here))
}

/// The id in an address. What is no id is nobody's.
pub(crate) fn id_of<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::Said(axum::http::StatusCode::NOT_FOUND, "nothing_here"))
}

async fn profile(State(app): State<App>, session: Session, Path(id): Path<String>) -> Response {
    app.read(session, move |here| {
        let one = here.desk.customer(id_of(&id)?)?;
        let address = format!("/customers/{}", one.id);
        frame(here, &one, false, &address, profile_of(here, &one))
    })
    .await
}

async fn interactions(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Query(asked): Parameters,
) -> Response {
    let after = asked.get("after").cloned();
    app.read(session, move |here| table(here, id_of(&id)?, after.as_deref(), None)).await
}

async fn raise_here(State(app): State<App>, session: Session, Path(id): Path<String>) -> Response {
    app.read(session, move |here| raise_sheet(here, id_of(&id)?, Draft::default())).await
}

/// The interactions with a sheet over them, on which a case is raised.
pub(crate) fn raise_sheet(here: &Here, id: CustomerId, draft: Draft<'_>) -> Result<Markup, Problem> {
    table(here, id, None, Some(raise::form(here, draft, Some(id))?))
}

/// A tab of a customer.
fn frame(
    here: &Here,
    one: &CustomerView,
    of_cases: bool,
    address: &str,
    (tools, body): (Markup, Markup),
) -> Result<Markup, Problem> {
    let to = format!("/customers/{}", one.id);
    let query = CasesQuery { customer: Some(one.id), ..CasesQuery::default() };
    let counts = here.or_none(here.desk.counts(CountBy::Category, &query).map(Some))?;
    let count = counts.map(|counts| counts.iter().map(|one| one.count).sum());
    let main = html! {
        header.head { p.crumb { a href="/customers" { (here.say("customers")) } } h1 { bdi { (one.name) } }
            @if let Some(reference) = &one.external_reference { p { (label(here, "external_reference")) " " bdi.number { (reference) } } } }
        nav.tabs #tabs data-region aria-label=(here.say("customer")) {
            (tab(&to, here.say("profile"), None, !of_cases))
            @if let Some(count) = count { (tab(&format!("{to}/interactions"), here.say("interactions"), Some(count), of_cases)) } }
        // Nothing moves under a sheet: it stands in no region.
        (tools)
        section #customer data-region { (body) }
    };
    page(here, &Screen::new(&one.name).under("customers").live(address), main)
}

fn profile_of(here: &Here, one: &CustomerView) -> (Markup, Markup) {
    let may_edit = here.desk.actor().may(Permission::EditCustomers);
    let to = format!("/customers/{}", one.id);
    let said = |group: &str, code: Option<&str>, own: Option<&str>| {
        own.map(str::to_owned).or(code.map(|code| sentence(&here.desk.language().word_of(group, code))))
    };
    let gender = one.gender.as_ref();
    let married = one.marital_status.as_ref();
    let employed = one.employment_status.as_ref();
    let about = [
        ("name", Some(one.name.clone())),
        ("gender", said("gender", gender.map(|one| one.code()), gender.and_then(|one| one.own_words()))),
        (
            "marital_status",
            said("marital_status", married.map(|one| one.code()), married.and_then(|one| one.own_words())),
        ),
        (
            "employment_status",
            said(
                "employment_status",
                employed.map(|one| one.code()),
                employed.and_then(|one| one.own_words()),
            ),
        ),
    ];
    let contact = [
        ("email", one.email.clone()),
        ("phone", one.phone.clone()),
        ("address", one.address.clone()),
        ("external_reference", one.external_reference.clone()),
    ];
    let edit = |what: &str, id: &dyn std::fmt::Display, whom: &str| {
        html! { @if may_edit { a.button.quiet href={ (to) "/" (what) "/" (id) } { (icon("pen")) (here.say("edit")) span.sr { " " (whom) } } } }
    };
    let add = |what: &str, key: &'static str| {
        html! { @if may_edit { a.button href={ (to) "/" (what) "/new" } { (icon("plus")) (here.say(key)) } } }
    };
    let tools = html! {
        @if may_edit { header.filters { a.button.primary href={ (to) "/edit" } data-key="e" { (icon("pen")) (here.say("update_customer")) } } } @else { div.group {} }
    };
    let body = html! {
        div.cards {
            section.card { h2 { (here.say("profile")) } (pairs(here, &about)) }
            section.card { h2 { (here.say("contact")) } (pairs(here, &contact)) }
            section.card #next_of_kin { h2 { (label(here, "next_of_kin")) }
                @if one.next_of_kin.is_empty() { p.empty-line { (here.say("no_kin")) } }
                ul.entries { @for kin in &one.next_of_kin { li id={ "kin-" (kin.id) } {
                    div { strong { bdi { (kin.name) } } @if let Some(of) = &kin.relationship { " · " bdi { (of) } }
                        @for line in kin.phone.iter().chain(&kin.address) { p { bdi { (line) } } } }
                    (edit("next_of_kin", &kin.id, &kin.name)) } } }
                (add("next_of_kin", "add_kin")) }
            section.card #bank_accounts { h2 { (label(here, "bank_accounts")) }
                @if one.bank_accounts.is_empty() { p.empty-line { (here.say("no_account")) } }
                ul.entries { @for account in &one.bank_accounts { li id={ "account-" (account.id) } {
                    div { strong { bdi { (account.bank.as_deref().unwrap_or("—")) } } @if let Some(name) = &account.account_name { " · " bdi { (name) } }
                        p { bdi.number { (account.hint) } @if let Some(number) = &account.number {
                            " " details.secret { summary { (here.say("show")) span.sr { " " (account.hint) } } code { bdi { (number) } } } } } }
                    (edit("bank_accounts", &account.id, &account.hint)) } } }
                (add("bank_accounts", "add_account")) }
            @if !one.fields.is_empty() { section.card { h2 { (here.say("own_fields")) }
                dl.pairs { @for field in &one.fields { div { dt { bdi { (field.label) } } dd { bdi { (field.text.as_deref().unwrap_or("—")) } } } } } } }
        }
        p.aside { (here.say("changed")) " " (moment(here, one.updated_at)) }
    };
    (tools, body)
}

fn pairs(here: &Here, all: &[(&str, Option<String>)]) -> Markup {
    html! { dl.pairs { @for (field, value) in all { div { dt { (label(here, field)) } dd { bdi { (value.as_deref().unwrap_or("—")) } } } } } }
}

fn table(here: &Here, id: CustomerId, after: Option<&str>, sheet: Option<Markup>) -> Result<Markup, Problem> {
    let one = here.desk.customer(id)?;
    let to = format!("/customers/{id}/interactions");
    let at = after.map_or_else(PageRequest::first, PageRequest::after);
    let list = here.desk.interactions(id, at)?;
    let next = list.next.as_ref().map(|next| format!("{to}?after={}", escaped(next)));
    let may = |permission| here.desk.actor().may(permission);
    let (may_raise, may_edit) = (may(Permission::RaiseCases), may(Permission::EditCases));
    let heads = [
        here.say("interaction"),
        here.say("type"),
        here.say("state"),
        here.say("held_by"),
        here.say("created"),
    ];
    let tools = html! {
        @if let Some(sheet) = &sheet {
            section #sheet.panel.sheet aria-labelledby="sheet-title" { h2 #sheet-title { (here.say("raise_case")) } (sheet) }
        } @else if may_raise {
            div.filters { a.button.primary href={ (to) "/raise" } { (icon("plus")) (here.say("raise_case")) } }
        } @else { div.group {} }
    };
    let body = html! {
        @if list.rows.is_empty() { (empty("inbox", here.say("no_interaction"), here.say("no_interaction_more"), None)) } @else {
            table.list { thead { tr { @for head in heads { th scope="col" { (head) } } th scope="col" { span.sr { (here.say("actions")) } } } }
                tbody { @for row in &list.rows { (interaction(here, row, may_edit)) } } }
        }
        (pager(here, after.map(|_| to.as_str()), next.as_deref()))
    };
    frame(here, &one, true, &to, (tools, body))
}

fn interaction(here: &Here, row: &CaseSummary, may_edit: bool) -> Markup {
    let to = format!("/cases/{}", row.number);
    html! {
        tr.row id={ "row-" (row.number) } {
            th scope="row" { a.title href=(to) { bdi { (row.title) } } p { bdi.number { (row.number) } } }
            td { (row.case_type) } td { (status(row)) }
            td { @if let Some(holder) = &row.holder { (called(holder, row.holder_name.as_deref())) } @else { "—" } }
            td { (moment(here, row.raised_at)) }
            td { div.two { a.button href=(to) { (here.say("view")) span.sr { " " (row.number) } }
                @if may_edit { a.button href={ (to) "/edit?from=" (row.customer_id.map(|id| id.to_string()).unwrap_or_default()) } { (here.say("edit")) span.sr { " " (row.number) } } } } }
        }
    }
}
