//! Priority and tags: small forms among the facts of a case. They open in place, and an open one stays open.

use super::prelude::*;

/// More than this are not offered while one types.
const OFFERED: usize = 100;

pub(crate) fn priority(case: &CaseScreen<'_>) -> Result<Markup> {
    let (here, now) = (case.here, case.summary.case.priority);
    let word = |one: Priority| here.word("priority", one.code());
    let Some(now) = now else { return Ok(html! { "—" }) };
    let urgent = matches!(now, Priority::High | Priority::Urgent);
    let body = |f: &Fields<'_>| {
        html! { (f.draw(&Field::new("priority", now.code()).among(priorities(here))))
        button.button { (here.say("save")) } }
    };
    let form =
        opened(case, "change_priority", Action::ChangePriority, Some(case.summary.case.revision), body)?;
    Ok(html! { span.pill.bad[urgent].quiet[!urgent] { (word(now)) } (form) })
}

pub(crate) fn tags(case: &CaseScreen<'_>) -> Result<Markup> {
    let (here, tags) = (case.here, &case.summary.case.tags);
    let known = if case.can(Action::TagCase) { here.desk.tags()? } else { Vec::new() };
    let mut known: Vec<_> = known.iter().filter(|one| !tags.contains(&one.name)).collect();
    known.sort_by_key(|one| std::cmp::Reverse(one.count));
    let body = |f: &Fields<'_>| {
        let known = known.iter().take(OFFERED).map(|one| one.name.as_str());
        html! { (f.draw(&Field::new("add", "").label(here.say("new_tag")).suggesting(known)))
        button.button { (here.say("add_tag")) }
        @for tag in tags { button.button.quiet.tag name="remove" value=(tag) { span.sr { (here.say("remove")) " " } bdi { (tag) } (icon("cross")) } } }
    };
    Ok(html! {
        @for tag in tags { span.pill.quiet { bdi { (tag) } } " " }
        @if tags.is_empty() { "— " }
        (opened(case, "tag_case", Action::TagCase, None, body)?)
    })
}

/// A form below a word that opens it, for whoever may change it.
fn opened(
    case: &CaseScreen<'_>,
    name: &'static str,
    action: Action,
    seen: Option<u64>,
    body: impl FnOnce(&Fields<'_>) -> Markup,
) -> Result<Markup> {
    let (here, is_open) = (case.here, case.open == name);
    let draft = if is_open { case.draft } else { Draft::default() };
    let f = Fields::new(here, draft, seen.map(|seen| (StreamId::Case(case.summary.case.id), seen)));
    let body = body(&f);
    Ok(html! {
        @if case.can(action) {
            details.change open[is_open] { summary { (here.say("change")) span.sr { " " (said(case, action)) } }
                (f.problem()?)
                form method="post" action={ "/cases/" (case.number()) "/" (name) } novalidate { (f.head()) (body) } }
        }
    })
}
