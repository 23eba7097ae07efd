//! Priority and tags: small forms among the facts of a case. They open in place, and an open one stays open.

use axum::Router;
use casekit::{Action, CaseEdit, Desk, Priority, StreamId, TagsEdit};
use maud::{Markup, html};

use super::case::{CaseScreen, form_for};
use crate::acts::{Draft, Form, Problem};
use crate::kit::App;
use crate::parts::{Field, Fields, form_head, icon, priorities, sentence};

pub(crate) fn routes() -> Router<App> {
    let prioritise = |desk: &Desk, id, form: &Form| {
        desk.edit_case(id, form.command(CaseEdit::new(), &["priority"])).map(|_| "#facts")
    };
    let tag = |desk: &Desk, id, form: &Form| {
        let add = || TagsEdit::new().with(form.get("add"));
        let edit = form.some("remove").map_or_else(add, |tag| TagsEdit::new().without(tag));
        desk.tag_case(id, edit).map(|_| "#facts")
    };
    Router::new()
        .route("/cases/{number}/priority", form_for("priority", prioritise))
        .route("/cases/{number}/tags", form_for("tags", tag))
}

/// More than this are not offered while one types.
const OFFERED: usize = 100;

pub(crate) fn priority(case: &CaseScreen<'_>) -> Result<Markup, Problem> {
    let (here, now) = (case.here, case.summary.case.priority);
    let word = |one: Priority| sentence(&here.desk.language().word_of("priority", one.code()));
    let Some(now) = now else { return Ok(html! { "—" }) };
    let urgent = matches!(now, Priority::High | Priority::Urgent);
    let body = |f: &Fields<'_>| {
        html! { (form_head(here, Some(case.summary.case.revision))) (f.draw(&Field::new("priority", now.code()).among(priorities(here))))
        button.button { (here.say("save")) } }
    };
    let form = opened(case, "priority", Action::ChangePriority, body)?;
    Ok(html! { span.pill.bad[urgent].quiet[!urgent] { (word(now)) } (form) })
}

pub(crate) fn tags(case: &CaseScreen<'_>) -> Result<Markup, Problem> {
    let (here, tags) = (case.here, &case.summary.case.tags);
    let known = if case.can(Action::TagCase) { here.desk.tags()? } else { Vec::new() };
    let mut known: Vec<_> = known.iter().filter(|one| !tags.contains(&one.name)).collect();
    known.sort_by_key(|one| std::cmp::Reverse(one.count));
    let body = |f: &Fields<'_>| {
        let known = known.iter().take(OFFERED).map(|one| one.name.as_str());
        html! { (form_head(here, None)) (f.draw(&Field::new("add", "").label(here.say("new_tag")).suggesting(known)))
        button.button { (here.say("add_tag")) }
        @for tag in tags { button.button.quiet.tag name="remove" value=(tag) { span.sr { (here.say("remove")) " " } bdi { (tag) } (icon("cross")) } } }
    };
    Ok(html! {
        @for tag in tags { span.pill.quiet { bdi { (tag) } } " " }
        @if tags.is_empty() { "— " }
        (opened(case, "tags", Action::TagCase, body)?)
    })
}

/// A form below a word that opens it, for whoever may change it.
fn opened(
    case: &CaseScreen<'_>,
    name: &'static str,
    action: Action,
    body: impl FnOnce(&Fields<'_>) -> Markup,
) -> Result<Markup, Problem> {
    let (here, is_open) = (case.here, case.open == name);
    let draft = if is_open { case.draft } else { Draft::default() };
    let f = Fields::new(here, draft, Some(StreamId::Case(case.summary.case.id)));
    let body = body(&f);
    Ok(html! {
        @if case.can(action) {
            details.change open[is_open] { summary { (here.say("change")) span.sr { " " (here.say(name)) } }
                (f.problem()?)
                form method="post" action={ "/cases/" (case.number()) "/" (name) } novalidate { (body) } }
        }
    })
}
