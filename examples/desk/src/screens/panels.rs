//! What opens below the boxes: a form for each decision. Each panel is a function that draws it, and an address that its form goes
//! to; `identification` shows how. What an action needs no more for than a reason is a line of `asks`.

use super::prelude::*;
use super::{answer as answers, asks, data, deadlines};

/// The panel that is open; empty if none is. Where the action is not possible, it says why.
pub(crate) fn panel(case: &CaseScreen<'_>) -> Result<Markup> {
    let action = match case.open {
        "identification" => Action::ApproveIdentification,
        "data" => Action::PrepareData,
        "no_data" => Action::ApproveNoData,
        "release" => Action::Release,
        "deny" => Action::Deny,
        "deadlines" => return deadlines::panel(case),
        other => match asks::named(other) {
            Some(action) => action,
            None => return Ok(html! {}),
        },
    };
    let Some(offered) = case.offered(action) else { return Ok(html! {}) };
    // What was typed stays, whatever happened meanwhile.
    if case.draft.error.is_none() && !offered.blockers.is_empty() {
        let body = html! { div.reasons { (reasons(case.here, offered)) } div.buttons { (close(case)) } };
        return Ok(sheet(&said(case, action), body));
    }
    Ok(match case.open {
        "identification" => identification(case)?,
        "data" => data::panel(case)?,
        "no_data" => data::no_data(case)?,
        "release" => answers::release(case),
        "deny" => answers::deny(case)?,
        _ => asks::panel(case, action)?,
    })
}

/// What the library calls an action.
pub(crate) fn said(case: &CaseScreen<'_>, action: Action) -> String {
    case.here.word("action", action.code())
}

/// A panel: its heading, and what is in it.
pub(crate) fn sheet(title: &str, body: Markup) -> Markup {
    html! { section #panel.panel tabindex="-1" aria-labelledby="panel-title" { h2 #panel-title { (title) } (body) } }
}

/// A form that goes to `/cases/N/{to}`, with a button of this class.
pub(crate) fn form(case: &CaseScreen<'_>, to: &str, (class, submit): (&str, &str), body: Markup) -> Markup {
    html! {
        form method="post" action=(case.to(to)) novalidate data-keep={ (to) "-" (case.number()) } { (form_head(case.here, None)) (body)
            div.buttons { button class={ "button " (class) } { (submit) } (close(case)) } }
    }
}

/// The way out of a panel, by the mouse or by Esc.
pub(crate) fn close(case: &CaseScreen<'_>) -> Markup {
    html! { a.button.quiet href={ "/cases/" (case.number()) "#steps" } { (case.here.say("cancel")) } }
}

/// The step of this kind, by what the library calls it.
pub(crate) fn title(case: &CaseScreen<'_>, kind: StepKind) -> String {
    let step = case.summary.steps.iter().find(|step| step.kind == kind);
    step.map(|step| step.label.clone()).unwrap_or_default()
}

fn identification(case: &CaseScreen<'_>) -> Result<Markup> {
    let (here, f) = (case.here, Fields::new(case.here, case.draft, None));
    let how = ["by_video", "in_person", "by_letter"].map(|key| here.say(key));
    let levels = LEVELS.map(|level| (level.code(), here.desk.language().word_of("assurance", level.code())));
    let body = f.below_problem(html! {
        @if !case.summary.credentials.is_empty() {
            fieldset { legend { (here.say("checked")) }
                @for (place, one) in case.summary.credentials.iter().enumerate() {
                    (f.tick("credential", &place.to_string(), one.checked, html! { strong { bdi { (one.kind) } } " " (credential(here, one)) }))
                } }
        }
        (f.draw(&Field::new("method", "").label(here.say("how")).suggesting(how)))
        (f.draw(&Field::new("assurance", "").label(here.say("how_sure")).among(levels).or(here.say("not_said"))))
        (f.draw(&Field::new("note", "").label(here.say("what_else")).lines().hint(here.say("stays_inside"))))
    })?;
    let body = form(case, "identification", ("primary", here.say("approve")), body);
    Ok(sheet(&title(case, StepKind::Identification), body))
}

const LEVELS: [Assurance; 3] = [Assurance::Low, Assurance::Substantial, Assurance::High];

pub(crate) fn identify(desk: &Desk, id: CaseId, form: &Form) -> Result<&'static str, Error> {
    let checked = form.all("credential").filter_map(|place| place.parse().ok());
    let mut by = checked.fold(NewIdentification::by(form.get("method")), NewIdentification::with_credential);
    by.assurance = LEVELS.into_iter().find(|level| level.code() == form.get("assurance"));
    by.note = Some(form.line("note"));
    desk.approve_identification_with(id, by).map(|_| STEPS)
}
