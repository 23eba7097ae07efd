//! Customers: the list, whom somebody means who types a name, and a customer's profile and interactions, each a tab with an address
//! of its own.

use super::prelude::*;
use super::raise;

/// Suggestions for what is typed into a field that names a customer.
pub(crate) fn hits(here: &Here) -> Result<Markup> {
    let found = here.desk.customers(Some(here.asked.get("q")), PageRequest::first().of(8))?;
    Ok(html! {
        @for one in &found.rows { option value=(one.external_reference.as_deref().unwrap_or(&one.name)) { (one.name) } }
    })
}

pub(crate) fn list(here: &Here) -> Result<Markup> {
    let (text, title) = (here.asked.some("q"), here.say("customers"));
    let list = here.desk.customers(text, here.asked.page())?;
    let heads = ["name", "external_reference", "email", "phone"].map(|field| label(here, field));
    let main = html! {
        header.head.wide { h1 { (title) } span.grow {}
            @if here.can(DeskAction::CreateCustomer) { a.button href="/customers/new" { (icon("plus")) (here.say("new_customer")) } } }
        form.filters role="search" aria-label=(here.say("find_customer")) action="/customers" {
            label.sr for="q" { (here.say("find_customer")) }
            input #q name="q" type="search" value=(text.unwrap_or_default()) placeholder=(here.say("find_customer")) dir="auto" autocomplete="off";
            button.button { (icon("search")) (here.say("search")) }
        }
        section #list data-region {
            @if list.rows.is_empty() && list.next.is_none() {
                (empty("people", here.say("no_customer"), here.say("no_customer_more"), text.map(|_| ("/customers", here.say("all_customers")))))
            } @else { (table(title, heads, html! { @for one in &list.rows { (row(one)) } })) }
            (pages(here, "/customers", list.next.as_deref()))
        }
    };
    page(here, &Screen::new(title).under("customers"), main)
}

fn row(one: &CustomerSummary) -> Markup {
    html! {
        tr.row id={ "customer-" (one.id) } {
            th scope="row" { a.title href={ "/customers/" (one.id) } { bdi { (one.name) } } }
            @for text in [&one.external_reference, &one.email, &one.phone] { td { bdi { (text.as_deref().unwrap_or_default()) } } }
        }
    }
}

/// A tab of a customer.
fn frame(here: &Here, one: &CustomerView, of_cases: bool, (tools, body): (Markup, Markup)) -> Result<Markup> {
    let to = format!("/customers/{}", one.id);
    let of_them = format!("{to}/interactions");
    let query = CasesQuery { customer: Some(one.id), ..CasesQuery::default() };
    let counts = here.or_none(here.desk.counts(CountBy::Category, &query).map(Some))?;
    let count = counts.map(|counts| counts.iter().map(|one| one.count).sum());
    let main = html! {
        header.head { p.crumb { a href="/customers" { (here.say("customers")) } } h1 { bdi { (one.name) } }
            @if let Some(reference) = &one.external_reference { p { (label(here, "external_reference")) " " bdi.number { (reference) } } } }
        nav.tabs #tabs data-region aria-label=(here.say("customer")) {
            (tab(&to, here.say("profile"), None, !of_cases))
            @if let Some(count) = count { (tab(&of_them, here.say("interactions"), Some(count), of_cases)) } }
        // Nothing moves under a sheet: it stands in no region.
        (tools)
        section #customer data-region { (body) }
    };
    let address = if of_cases { &of_them } else { &to };
    page(here, &Screen::new(&one.name).under("customers").live(address), main)
}

/// What the profile says in these fields, or in the organisation's own, as the library calls and says it.
fn pairs(form: &casekit::Form, names: &[&str]) -> Markup {
    let is_asked = |one: &&FormField| match one.name.starts_with("fields.") {
        true => names.is_empty(),
        false => names.contains(&one.name.as_str()),
    };
    let said = |one: &FormField| one.value_label.clone().or(one.value.clone()).unwrap_or("—".to_owned());
    html! { dl.pairs { @for one in form.fields.iter().filter(is_asked) { div { dt { bdi { (sentence(&one.label)) } } dd { bdi { (said(one)) } } } } } }
}

pub(crate) fn profile(here: &Here) -> Result<Markup> {
    let one = here.desk.customer(here.asked.id("id")?)?;
    let form = here.desk.form(&FormOf::Customer { customer: one.id }, &[])?;
    let to = format!("/customers/{}", one.id);
    let may_edit = form.blockers.is_empty();
    let edit = |what: &str, id: &dyn std::fmt::Display, whom: &str| html! { @if may_edit { a.button.quiet href={ (to) "/" (what) "/" (id) } { (icon("pen")) (here.say("edit")) span.sr { " " (whom) } } } };
    let add = |what: &str, key: &'static str| html! { @if may_edit { a.button href={ (to) "/" (what) "/new" } { (icon("plus")) (here.say(key)) } } };
    let tools = html! {
        @if may_edit { header.filters { a.button.primary href={ (to) "/edit" } data-key="e" { (icon("pen")) (here.say("update_customer")) } } } @else { div.group {} }
    };
    let body = html! {
        div.cards {
            section.card { h2 { (here.say("profile")) } (pairs(&form, &["name", "gender", "marital_status", "employment_status"])) }
            section.card { h2 { (here.say("contact")) } (pairs(&form, &["email", "phone", "address", "external_reference"])) }
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
            @if !one.fields.is_empty() { section.card { h2 { (here.say("own_fields")) } (pairs(&form, &[])) } }
        }
        p.aside { (here.say("changed")) " " (moment(here, one.updated_at)) }
    };
    frame(here, &one, false, (tools, body))
}

/// The interactions with a sheet over them, on which a case is raised.
pub(crate) fn raise_sheet(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    interactions(here, Some(raise::form(here, draft)?))
}

pub(crate) fn interactions(here: &Here, sheet: Option<Markup>) -> Result<Markup> {
    let one = here.desk.customer(here.asked.id("id")?)?;
    let to = format!("/customers/{}/interactions", one.id);
    let list = here.desk.interactions(one.id, here.asked.page())?;
    let may_raise = here.can_with(one.id, DeskAction::RaiseCase)?;
    // A row has no actions; its form says why it cannot be edited now.
    let may_edit = here.desk.actor().may(Permission::EditCases);
    let heads = ["interaction", "type", "state", "held_by", "created"].map(|key| html! { (here.say(key)) });
    let heads = heads.into_iter().chain([html! { span.sr { (here.say("actions")) } }]);
    let tools = html! {
        @if let Some(sheet) = &sheet {
            section #sheet.panel.sheet aria-labelledby="sheet-title" { h2 #sheet-title { (here.say("raise_case")) } (sheet) }
        } @else if may_raise {
            div.filters { a.button.primary href={ (to) "/raise" } { (icon("plus")) (here.say("raise_case")) } }
        } @else { div.group {} }
    };
    let body = html! {
        @if list.rows.is_empty() { (empty("inbox", here.say("no_interaction"), here.say("no_interaction_more"), None)) } @else {
            (table(here.say("interactions"), heads, html! { @for row in &list.rows { (interaction(here, row, may_edit)) } }))
        }
        (pages(here, &to, list.next.as_deref()))
    };
    frame(here, &one, true, (tools, body))
}

fn interaction(here: &Here, row: &CaseSummary, may_edit: bool) -> Markup {
    let to = format!("/cases/{}", row.number);
    let from = row.customer_id.map(|id| id.to_string()).unwrap_or_default();
    html! {
        tr.row id={ "row-" (row.number) } {
            th scope="row" { a.title href=(to) { bdi { (row.title) } } p { bdi.number { (row.number) } } }
            td { (row.case_type) } td { (status(row)) }
            td { @if let Some(holder) = &row.holder { (called(holder, row.holder_name.as_deref())) } @else { "—" } }
            td { (moment(here, row.raised_at)) }
            td { div.two { a.button href=(to) { (here.say("view")) span.sr { " " (row.number) } }
                @if may_edit { a.button href={ (to) "/edit?from=" (from) } { (here.say("edit")) span.sr { " " (row.number) } } } } }
        }
    }
}
