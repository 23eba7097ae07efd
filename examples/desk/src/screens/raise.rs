//! Raising a case: a page of its own, or a sheet over the interactions of a customer.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casekit::{
    CaseTypeView, Choices, CustomerId, Error, FieldError, FieldRule, NewCase, PageRequest, Rejection,
};
use maud::{Markup, html};

use super::customer::raise_sheet;
use crate::acts::{Draft, Form, Parameters, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{
    Field, OwnFields, Screen, area, coded, customer_called, field, form_head, given, input, label, name_of,
    page, priorities, select, summary_of,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/raise", get(raise_form).post(raise))
}

async fn raise_form(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| {
        let customer = asked.get("customer").and_then(|id| id.parse().ok());
        alone(here, Draft::default(), customer)
    })
    .await
}

/// What was typed is drawn again for another type, or raised.
async fn raise(State(app): State<App>, session: Session, form: Form) -> Response {
    app.act(session, form, |here, desk, form| {
        let sheet_of: Option<CustomerId> = form.parsed("sheet_of");
        let draw = |draft: Draft<'_>| match sheet_of {
            Some(customer) => raise_sheet(here, customer, draft),
            None => alone(here, draft, None),
        };
        if form.has("redraw") {
            return Ok(draw(Draft::of(form))?.into_response());
        }
        let to = |done: casekit::RaisedCase| match sheet_of {
            Some(customer) => format!("/customers/{customer}/interactions#row-{}", done.number),
            None => format!("/cases/{}", done.number),
        };
        answer(form, new_case(here, form).and_then(|new| desk.raise_case(new)), to, draw)
    })
    .await
}

fn alone(here: &Here, draft: Draft<'_>, customer: Option<CustomerId>) -> Result<Markup, Problem> {
    let title = here.say("raise_case");
    let main = html! { div.narrow { h1 { (title) } (form_of(here, draft, customer, None)?) } };
    page(here, &Screen::new(title).with_problem(draft.error.is_some()), main)
}

/// The form as a sheet about a customer.
pub(crate) fn form(here: &Here, draft: Draft<'_>, customer: Option<CustomerId>) -> Result<Markup, Problem> {
    form_of(here, draft, customer, customer)
}

/// The case that the form asks for; what is wrong with it too where it names a customer who is not clear.
fn new_case(here: &Here, form: &Form) -> Result<NewCase, Error> {
    let mut new = NewCase::new(form.get("case_type"), form.get("title"));
    (new.description, new.stage) = (form.some("description"), form.some("stage"));
    new.priority = form.some("priority").and_then(|code| coded(&code));
    let types = here.desk.case_types()?;
    if let Some(of) = types.iter().find(|one| one.id.to_string() == new.case_type) {
        new.fields = given(here, form, &of.fields);
        new.fields.retain(|one| one.value != casekit::GivenValue::Text(String::new()));
    }
    let Some(whom) = form.some("customer") else { return Ok(new) };
    match whose(here, &whom) {
        Ok(id) => Ok(new.for_customer(id)),
        Err(unclear) => {
            let mut fields = here.desk.validate_case(&new)?;
            fields.push(unclear);
            Err(Rejection::Invalid { fields }.into())
        }
    }
}

/// The customer whom a text means: an id, a reference, or a name that only one has.
pub(crate) fn whose(here: &Here, text: &str) -> Result<CustomerId, FieldError> {
    if let Some(id) = text.parse().ok().or_else(|| customer_called(here, text)) {
        return Ok(id);
    }
    let found = here.desk.customers(Some(text), PageRequest::first().of(6)).map(|page| page.rows);
    let called = found.unwrap_or_default().into_iter().map(|one| match one.external_reference {
        Some(reference) => format!("{reference} ({})", one.name),
        None => one.name,
    });
    let choices: Vec<String> = called.collect();
    let rule = match choices.is_empty() {
        true => FieldRule::Unknown { choices: Choices::default() },
        false => FieldRule::Ambiguous { choices },
    };
    Err(FieldError::new("customer", rule))
}

fn form_of(
    here: &Here,
    draft: Draft<'_>,
    customer: Option<CustomerId>,
    sheet_of: Option<CustomerId>,
) -> Result<Markup, Problem> {
    // Says why, before anything is typed, if this person may not raise cases.
    here.desk.validate_case(&NewCase::default())?;
    let types: Vec<CaseTypeView> = here.desk.case_types()?.into_iter().filter(|one| one.active).collect();
    let of = types.iter().find(|one| one.id.to_string() == draft.value("case_type", ""));
    let defined = of.map(|of| &of.fields[..]).unwrap_or_default();
    let labels: Vec<_> = defined.iter().map(|one| (name_of(&one.id), one.label.as_str())).collect();
    let plain = ["case_type", "stage", "title", "description", "customer", "priority"];
    let fields =
        plain.iter().map(|one| (*one, "")).chain(labels.iter().map(|(id, label)| (id.as_str(), *label)));
    let names = plain.map(|one| label(here, one));
    let [type_label, stage_label, title, description, whom, priority] = names.each_ref().map(String::as_str);
    let ids: Vec<_> = types.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let mut offered = vec![("", here.say("choose"))];
    offered.extend(ids.iter().map(|(id, name)| (id.as_str(), *name)));
    let said = priorities(here);
    let mut levels = vec![("", here.say("as_usual"))];
    levels.extend(said.iter().map(|(code, said)| (*code, said.as_str())));
    let own = OwnFields { here, draft, defined, values: &[], edits: false };
    let cancel = sheet_of.map_or("/".to_owned(), |id| format!("/customers/{id}/interactions"));
    let customer = customer.or_else(|| draft.value("customer", "").parse().ok());
    let known = customer.map(|id| id.to_string()).unwrap_or_default();
    let title_field = Field::new("title", title);
    let whom_field = Field::new("customer", whom).hint(here.say("hint_customer")).finding("/customers/hits");
    let customer_name = customer.map(|id| here.desk.customer(id)).transpose()?;
    Ok(html! {
        (summary_of(here, draft, &fields.collect::<Vec<_>>()))
        form #raise method="post" action="/raise" novalidate data-keep={ "raise-" (known) } { (form_head(here, None))
            @if let Some(id) = sheet_of { input type="hidden" name="sheet_of" value=(id); }
            div.choice #shape {
                (select(here, draft, Field::new("case_type", type_label).redraws(), "", &offered))
                (stages(here, draft, stage_label, &types, of))
                button.button.redraw name="redraw" value="1" { (here.say("redraw")) }
            }
            (input(here, draft, title_field, ""))
            (area(here, draft, Field::new("description", description), ""))
            @if let Some(one) = &customer_name {
                input type="hidden" name="customer" value=(one.id);
                @if sheet_of.is_none() { div.field { strong { (whom) } p { bdi { (one.name) } } } }
            } @else { (input(here, draft, whom_field, "")) }
            (select(here, draft, Field::new("priority", priority), "", &levels))
            div #own { (own.controls()?) }
            div.buttons { button.button.primary { (here.say("save")) } a.button.quiet href=(cancel) { (here.say("cancel")) } }
        }
    })
}

/// The stages of the type; of all types, each under its name, as long as none is chosen.
fn stages(
    here: &Here,
    draft: Draft<'_>,
    label: &str,
    types: &[CaseTypeView],
    of: Option<&CaseTypeView>,
) -> Markup {
    let chosen = draft.value("stage", "");
    let options = |one: &CaseTypeView| {
        html! { @for stage in one.stages.iter().filter(|stage| stage.enabled) {
        option value=(stage.id) selected[of.is_some() && stage.id == chosen] { (stage.label) } } }
    };
    field(here, draft, Field::new("stage", label), None, |described, wrong| {
        html! {
            select #stage name="stage" aria-describedby=[described] aria-invalid=[wrong] {
                option value="" { (here.say("first_stage")) }
                @match of {
                    Some(of) => (options(of)),
                    None => @for one in types { optgroup label=(one.name) { (options(one)) } },
                }
            }
        }
    })
}
