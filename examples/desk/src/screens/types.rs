//! Case types: the list with its switches, and what switching one off means.

use super::prelude::*;

pub(crate) fn on(here: &Here, desk: &Desk, _: &Form) -> Result<String> {
    let id = here.desk.case_type(here.asked.get("name"))?.id;
    desk.activate_case_type(id)?;
    Ok(format!("/types#type-{id}"))
}

pub(crate) fn off(here: &Here, desk: &Desk, _: &Form) -> Result<String> {
    let id = here.desk.case_type(here.asked.get("name"))?.id;
    desk.deactivate_case_type(id)?;
    Ok(format!("/types#type-{id}"))
}

/// Before a screen is drawn of which every form would be refused.
fn may_configure(here: &Here) -> Result<()> {
    Problem::unless(here.can(DeskAction::CreateCaseType), "may_not_configure")
}

/// How many cases each type has, as far as the actor may know.
fn counts(here: &Here) -> Result<Vec<(CaseTypeId, u64)>> {
    let counts = here.or_none(here.desk.counts(CountBy::CaseType, &CasesQuery::default()))?;
    Ok(counts.iter().filter_map(|one| Some((one.case_type_id?, one.count))).collect())
}

pub(crate) fn list(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    may_configure(here)?;
    let problem = Fields::new(here, draft, None).problem()?;
    let counts = counts(here)?;
    let count = |id| counts.iter().find(|(one, _)| *one == id).map_or(0, |(_, count)| *count);
    let title = here.say("case_types");
    let heads = ["name", "stages", "workflow"].map(|field| label(here, field)).into_iter();
    let heads = heads.chain([sentence(here.say("cases")), here.say("active").to_owned()]);
    let rows = html! { @for one in here.desk.case_types()? { tr.row id={ "type-" (one.id) } {
    th scope="row" { a.title href={ "/types/" (one.id) } { (one.name) } @if let Some(text) = &one.description { p { bdi { (text) } } } }
    td.wrap { @for (place, stage) in one.stages.iter().filter(|stage| stage.enabled).enumerate() { @if place > 0 { " · " } (stage.label) } }
    td { (one.workflow.as_deref().unwrap_or("—")) } td.number { (number(count(one.id))) }
    td { (switch(here, &one)) } } } };
    let main = html! {
        header.head.wide { h1 { (title) } span.grow {}
            a.button.primary href="/types/new" { (icon("plus")) (here.say("new_type")) } }
        (problem)
        section #types data-region {
            (table(title, heads, rows))
        }
    };
    page(here, &Screen::new(title).under("case_types").live("/types"), main)
}

/// Switching on is done at once; switching off is asked for on a page that says what it means.
pub(crate) fn switch(here: &Here, one: &CaseTypeView) -> Markup {
    let named = format!("{} {}", here.say("active"), one.name);
    let button = html! { button.switch role="switch" aria-checked=(one.active.to_string()) aria-label=(named) { span aria-hidden="true" {}
    (here.say(if one.active { "active" } else { "inactive" })) } };
    html! {
        @if one.active { form action={ "/types/" (one.id) "/off" } { (button) } }
        @else { form method="post" action={ "/types/" (one.id) "/on" } { (form_head(here, None)) (button) } }
    }
}

pub(crate) fn before_off(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    may_configure(here)?;
    let one = here.desk.case_type(here.asked.get("name"))?;
    let of = counts(here)?.into_iter().find(|(id, _)| *id == one.id).map_or(0, |(_, count)| count);
    let title = format!("{}: {}", here.say("deactivate"), one.name);
    let main = html! { div.narrow { h1 { (title) }
    (Fields::new(here, draft, None).problem()?)
    p { (here.say("deactivate_means")) }
    p { (here.say("cases_go_on")) " " strong { (number(of)) } }
    form method="post" action={ "/types/" (one.id) "/off" } { (form_head(here, None))
        div.buttons { button.button.danger { (here.say("deactivate")) } a.button.quiet href="/types" { (here.say("cancel")) } } } } };
    page(here, &Screen::new(&title).under("case_types"), main)
}
