//! Raising a case: a page of its own, or a sheet over the interactions of a customer.

use super::prelude::*;

pub(crate) fn raise(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let number = desk.submit(&FormOf::NewCase, &form.answers())?.number.unwrap_or_default();
    Ok(match here.asked.some("id") {
        Some(customer) => format!("/customers/{customer}/interactions#row-{number}"),
        None => format!("/cases/{number}"),
    })
}

/// The form: as a sheet where the address is that of a customer, otherwise as a page.
pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let mut asked = here.desk.form(&FormOf::NewCase, &draft.answers())?.fields;
    let sheet_of = here.asked.some("id");
    let customer: Option<CustomerId> =
        sheet_of.or(here.asked.some("customer")).and_then(|id| id.parse().ok());
    let customer = customer.map(|id| here.desk.customer(id)).transpose()?;
    asked.retain(|one| customer.is_none() || one.name != "customer");
    let f = Fields::new(here, draft, None);
    let body = html! {
        @if let Some(one) = &customer {
            input type="hidden" name="customer" value=(one.id);
            @if sheet_of.is_none() { div.field { strong { (label(here, "customer")) } p { bdi { (one.name) } } } }
        }
        (f.asked(&asked)?)
    };
    let of = FormPage { title: here.say("raise_case"), id: Some("raise"), ..FormPage::default() };
    match sheet_of.map(|id| format!("/customers/{id}/interactions")) {
        Some(back) => f.form(&FormPage { to: &format!("{back}/raise"), back: &back, ..of }, body),
        None => {
            let to = format!("/raise?customer={}", escaped(here.asked.get("customer")));
            f.page(&FormPage { to: &to, back: "/", ..of }, body)
        }
    }
}
