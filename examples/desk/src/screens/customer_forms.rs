//! The forms about a customer: the whole profile, a next of kin and a bank account; each of a new one, or of one that is there.

use super::prelude::*;

/// What the address asks about.
fn asked(here: &Here) -> Result<FormOf> {
    let (list, entry) = (here.asked.get("list"), here.asked.get("entry"));
    if here.asked.some("id").is_none() {
        return Ok(FormOf::NewCustomer);
    }
    let customer = here.asked.id("id")?;
    Ok(match (list, entry) {
        ("", _) => FormOf::Customer { customer },
        ("next_of_kin", "new") => FormOf::NextOfKin { customer, entry: None },
        ("next_of_kin", _) => FormOf::NextOfKin { customer, entry: Some(here.asked.id("entry")?) },
        ("bank_accounts", "new") => FormOf::BankAccount { customer, entry: None },
        ("bank_accounts", _) => FormOf::BankAccount { customer, entry: Some(here.asked.id("entry")?) },
        _ => return Err(Problem::NOTHING_HERE),
    })
}

pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let of = asked(here)?;
    let mut form = here.desk.form(&of, &draft.answers())?;
    Problem::unless(form.blockers.is_empty(), "may_not_edit_customers")?;
    let id: Option<CustomerId> = here.asked.some("id").map(|_| here.asked.id("id")).transpose()?;
    let customer = id.map(|id| here.desk.customer(id)).transpose()?;
    for number in form.fields.iter_mut().filter(|one| one.name == "number") {
        let keeps = |hint: &String| format!("{} {hint}", here.say("keeps_number"));
        number.help = number.value_label.as_ref().map(keeps);
    }
    let seen = form.revision.zip(customer.as_ref());
    let f = Fields::new(here, draft, seen.map(|(seen, one)| (StreamId::Customer(one.id), seen)));
    let back = customer.as_ref().map_or("/customers".to_owned(), |one| format!("/customers/{}", one.id));
    let (title, to) = match &of {
        FormOf::NextOfKin { .. } => (label(here, "next_of_kin"), "next_of_kin/"),
        FormOf::BankAccount { .. } => (label(here, "bank_account"), "bank_accounts/"),
        FormOf::Customer { .. } => (here.say("update_customer").to_owned(), "edit"),
        _ => (here.say("new_customer").to_owned(), "new"),
    };
    let page = FormPage {
        title: &title,
        crumb: customer.as_ref().map(|one| html! { a href=(back) { bdi { (one.name) } } }),
        under: "customers",
        to: &format!("{back}/{to}{}", here.asked.get("entry")),
        back: &back,
        can_remove: to.ends_with('/') && form.revision.is_some(),
        ..FormPage::default()
    };
    f.page(&page, f.asked(&form.fields)?)
}

pub(crate) fn save(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let new = desk.submit(&asked(here)?, &form.answers())?.customer.map(|id| id.to_string());
    let id = new.as_deref().unwrap_or(here.asked.get("id"));
    Ok(format!("/customers/{id}#{}", here.asked.get("list")))
}
