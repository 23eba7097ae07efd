//! A case type: what it is called and for, its workflow and deadlines, and which stage can follow which.

use super::prelude::*;
use super::type_part::lists;
use super::types::switch;

pub(crate) fn new(_: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let made = desk.submit(&FormOf::NewCaseType, &form.answers())?.case_type;
    Ok(format!("/types#type-{}", made.map(|id| id.to_string()).unwrap_or_default()))
}

pub(crate) fn new_form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let f = Fields::new(here, draft, None);
    let body = html! { (about(&f, &FormOf::NewCaseType)?) p.hint { (here.say("stages_follow")) } };
    let of = FormPage {
        title: here.say("new_type"),
        crumb: Some(html! { a href="/types" { (here.say("case_types")) } }),
        under: "case_types",
        to: "/types/new",
        back: "/types",
        ..FormPage::default()
    };
    f.page(&of, body)
}

/// What a new type and one that is edited have alike.
fn about(f: &Fields<'_>, of: &FormOf) -> Result<Markup> {
    let mut form = f.here.desk.form(of, &f.draft.answers())?;
    Problem::unless(form.blockers.is_empty(), "may_not_configure")?;
    for one in form.fields.iter_mut().filter(|one| one.name == "workflow") {
        one.help = Some(f.here.say("workflow_starts").to_owned());
    }
    f.asked(&form.fields)
}

pub(crate) fn edit(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let case_type = here.desk.case_type(here.asked.get("name"))?.id;
    desk.submit(&FormOf::CaseType { case_type }, &form.answers())?;
    Ok(format!("/types/{case_type}#main"))
}

pub(crate) fn edit_form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let one = here.desk.case_type(here.asked.get("name"))?;
    let f = Fields::new(here, draft, Some((StreamId::CaseType(one.id), one.revision)));
    let body = about(&f, &FormOf::CaseType { case_type: one.id })?;
    let to = format!("/types/{}", one.id);
    let form =
        f.form(&FormPage { id: Some("type"), to: &to, back: "/types", ..FormPage::default() }, body)?;
    let main = html! {
        header.head.wide { div { p.crumb { a href="/types" { (here.say("case_types")) } } h1 { (one.name) } } span.grow {} (switch(here, &one)) }
        div.wide-form { section.card { (form) } (lists(here, &one)) }
    };
    page(here, &Screen::new(&one.name).under("case_types").with_problem(draft.error.is_some()), main)
}
