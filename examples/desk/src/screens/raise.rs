//! Raising a case: a page of its own, or a sheet over the interactions of a customer.

use super::prelude::*;

/// The case that the form asks for. What is wrong with it is said too where it names a customer who is not clear.
pub(crate) fn raise(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let mut new = form.command(NewCase::default(), "case_type title description stage priority");
    let types = here.desk.case_types()?;
    if let Some(of) = types.iter().find(|one| one.id.to_string() == new.case_type) {
        new.fields = given(here, form, &of.fields);
    }
    match form.some("customer").map(|whom| whose(here, &whom)) {
        Some(Ok(id)) => new.customer = Some(id),
        Some(Err(unclear)) => {
            let mut fields = here.desk.validate_case(&new)?;
            fields.push(unclear);
            return Err(Problem::Kit(Rejection::Invalid { fields }.into()));
        }
        None => {}
    }
    let number = desk.raise_case(new)?.number;
    Ok(match here.asked.some("id") {
        Some(customer) => format!("/customers/{customer}/interactions#row-{number}"),
        None => format!("/cases/{number}"),
    })
}

/// The form: as a sheet where the address is that of a customer, otherwise as a page.
pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    // Says why, before anything is typed, if this person may not raise cases.
    here.desk.validate_case(&NewCase::default())?;
    let types: Vec<CaseTypeView> = here.desk.case_types()?.into_iter().filter(|one| one.active).collect();
    let of = types.iter().find(|one| one.id.to_string() == draft.value("case_type", ""));
    let defined = of.map(|of| &of.fields[..]).unwrap_or_default();
    let f = Fields::new(here, draft, None);
    let sheet_of = here.asked.some("id");
    let customer: Option<CustomerId> =
        sheet_of.or(here.asked.some("customer")).unwrap_or(draft.value("customer", "")).parse().ok();
    let customer = customer.map(|id| here.desk.customer(id)).transpose()?;
    let offered = types.iter().map(|one| (one.id.to_string(), &one.name));
    let own = OwnFields { fields: &f, defined, value: &|_| String::new() };
    let body = html! {
        div.choice #shape {
            (f.draw(&Field::new("case_type", "").among(offered).or(here.say("choose")).redraws(true)))
            (stages(&f, &types, of))
            button.button.redraw name="redraw" value="1" { (here.say("redraw")) }
        }
        (f.draw(&Field::new("title", "")))
        (f.draw(&Field::new("description", "").lines()))
        @if let Some(one) = &customer {
            input type="hidden" name="customer" value=(one.id);
            @if sheet_of.is_none() { div.field { strong { (label(here, "customer")) } p { bdi { (one.name) } } } }
        } @else { (f.draw(&Field::new("customer", "").of_customer().hint(here.say("hint_customer")))) }
        (f.draw(&Field::new("priority", "").among(priorities(here)).or(here.say("as_usual"))))
        div #own { (own.controls()?) }
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

/// The stages of the type; of all types, each under its name, as long as none is chosen.
fn stages(f: &Fields<'_>, types: &[CaseTypeView], of: Option<&CaseTypeView>) -> Markup {
    let chosen = f.draft.value("stage", "");
    let options = |one: &CaseTypeView| {
        html! { @for stage in one.stages.iter().filter(|stage| stage.enabled) {
        option value=(stage.id) selected[of.is_some() && stage.id == chosen] { (stage.label) } } }
    };
    f.around(&Field::new("stage", ""), |described, wrong| {
        html! {
            select #stage name="stage" aria-describedby=[described] aria-invalid=[wrong] {
                option value="" { (f.here.say("first_stage")) }
                @match of {
                    Some(of) => (options(of)),
                    None => @for one in types { optgroup label=(one.name) { (options(one)) } },
                }
            }
        }
    })
}
