//! Editing a case: type, stage, texts, whom it concerns and the organisation's own fields, in one save.

use super::prelude::*;

/// Where the form was opened: at the interactions of a customer, or on the case.
fn back(here: &Here) -> String {
    let number = escaped(here.asked.get("number"));
    match here.asked.some("from") {
        None => format!("/cases/{number}#head"),
        Some(customer) => format!("/customers/{}/interactions#row-{number}", escaped(customer)),
    }
}

pub(crate) fn edit(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let case = here.desk.find_case(here.asked.get("number"))?.id;
    desk.submit(&FormOf::Case { case }, &form.answers())?;
    Ok(back(here))
}

pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let case = here.desk.find_case(here.asked.get("number"))?;
    let asked = here.desk.form(&FormOf::Case { case: case.id }, &draft.answers())?;
    let is_missing = |one: &Blocker| matches!(one, Blocker::PermissionMissing { .. });
    Problem::unless(!asked.blockers.iter().any(is_missing), "may_not_edit_cases")?;
    let f = Fields::new(here, draft, asked.revision.map(|seen| (StreamId::Case(case.id), seen)));
    let back = back(here);
    let of = FormPage {
        title: &format!("{} {}", here.say("edit"), case.number),
        heading: Some(here.say("edit_case")),
        crumb: Some(html! { a href=(back) { bdi.number { (case.number) } } " · " (case.case_type) }),
        id: Some("edit"),
        to: &format!("/cases/{}/edit?from={}", case.number, escaped(here.asked.get("from"))),
        back: &back,
        cannot_save: !asked.blockers.is_empty(),
        ..FormPage::default()
    };
    f.page(&of, f.asked(&asked.fields)?)
}
