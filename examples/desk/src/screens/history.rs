//! The history of a case in words, what the case was like then, and proof that nobody changed either.

use super::prelude::*;

/// Computes the hashes of the case again, and has the file say its head: what an auditor keeps elsewhere.
pub(crate) fn verify(here: &Here, desk: &Desk, _: &Form) -> Result<Markup> {
    let case = StreamId::Case(desk.find_case(here.asked.get("number"))?.id);
    draw(here, Some((desk.verify_stream(case)?, desk.audit_head()?)))
}

pub(crate) fn draw(here: &Here, verified: Option<(VerifyReport, AuditHead)>) -> Result<Markup> {
    let shown = here.desk.find_case(here.asked.get("number"))?;
    let list = here.desk.history(StreamId::Case(shown.id), here.asked.page())?;
    let case = format!("/cases/{}", shown.number);
    let address = format!("{case}/history");
    let title = format!("{} {}", shown.number, here.say("history"));
    let past = here.desk.actor().may(Permission::ReadHistory).then_some(address.as_str());
    let main = html! {
        header.head.wide {
            div { p.crumb { a href=(case) { bdi.number { (shown.number) } } " · " bdi { (shown.title) } } h1 { (here.say("history")) } }
            span.grow {}
            @if here.can(DeskAction::Verify) {
                (post_to(here, &address, html! { button.button #verify { (icon("lock")) (here.say("verify")) } })) }
        }
        @if let Some((report, head)) = &verified { (self::verified(here, report, head)) }
        @if let Some(revision) = here.asked.some("then").and_then(|then| then.parse().ok()) { (as_of(here, &shown, revision, &address)?) }
        ol.history #entries data-region { @for one in &list.rows { (entry(here, one, past)) } }
        (pages(here, &address, list.next.as_deref()))
    };
    page(here, &Screen::new(&title).live(&address), main)
}

fn verified(here: &Here, report: &VerifyReport, head: &AuditHead) -> Markup {
    html! {
        section.notice #verified.bad[report.broken.is_some()] tabindex="-1" { (icon(if report.broken.is_some() { "alert" } else { "check" }))
            div { @match &report.broken {
                    None => { h2 { (here.say("unbroken")) } p { (number(report.events)) " " (here.say("events_checked")) } }
                    Some(broken) => { h2 { (here.say("broken")) } p { (sentence(&broken.why)) } p { (sentence(&broken.advice)) } } }
                p.after { (here.say("head")) " " (number(head.number)) " · " (number(head.events)) " " (here.say("events")) ": " code { bdi { (head.digest) } } }
            } }
    }
}

/// The case right after an entry of its history.
fn as_of(here: &Here, case: &CaseView, revision: u64, back: &str) -> Result<Markup> {
    let summary = here.desk.case_at(case.id, Moment::Revision(revision))?.summary;
    let then = &summary.case;
    let row = |key: &'static str, value: Markup| fact(here.say(key), value);
    Ok(html! {
        section.panel #then tabindex="-1" aria-labelledby="then-title" {
            h2 #then-title { (here.say("as_it_was")) " " (here.desk.language().minute(then.updated_at)) }
            div.facts { dl {
                (row("title", html! { bdi { (then.title) } })) (row("status", stage(then.category, &then.stage))) (row("type", html! { (then.case_type) }))
                (row("held_by", html! { @match &then.holder { Some(holder) => (person(&holder.by, holder.name.as_deref())), None => (here.say("held_by_nobody")) } }))
                @for step in &summary.steps { (fact(&step.label, html! { (here.word("step_state", step.state.code())) })) }
                @if let Some(text) = &then.description { (row("description", html! { bdi { (text) } })) }
            } }
            div.buttons { a.button.quiet href={ (back) "#h-" (revision) } { (here.say("close")) } }
        }
    })
}

fn entry(here: &Here, one: &HistoryEntry, past: Option<&str>) -> Markup {
    let name = one.actor_name.as_deref();
    html! {
        li.note id={ "h-" (one.revision) } data-depth="0" { (face(&one.actor, name))
            div {
                p.meta { strong { (called(&one.actor, name)) }
                    @if let Some(id) = &one.on_behalf_of { (here.say("for")) " " (called(id, one.on_behalf_of_name.as_deref())) }
                    @if let Some(id) = &one.imported_by { (here.say("imported_by")) " " (called(id, one.imported_by_name.as_deref())) }
                    (moment(here, one.at))
                    @if let Some(past) = past { a.reply href={ (past) "?then=" (one.revision) "#then" } { (here.say("as_then")) span.sr { " " (one.revision) } } } }
                p.text { (sentence(&one.text)) }
                @if !one.changes.is_empty() { dl.changes { @for change in &one.changes { (changed(here, change)) } } }
                @if let Some(reason) = &one.reason { p.after { (here.say("reason")) " " bdi { (reason) } } }
            }
        }
    }
}

/// What a field was before, and what it is since.
fn changed(here: &Here, change: &FieldChange) -> Markup {
    let value = |value: &str| match value.parse() {
        Ok(id) if change.field == "customer" => customer(here, id),
        _ => html! { bdi { (value) } },
    };
    html! { div { dt { (sentence(&change.label)) }
    dd { @if let Some(from) = &change.from { del { (value(from)) } " " span.sr { (here.say("became")) } span.arrow aria-hidden="true" { "→" } " " }
        @match &change.to { Some(to) => ins { (value(to)) }, None => span.after { (here.say("nothing")) } } } } }
}

/// A customer, whom a history names by id: as they are called today, to who may read that.
fn customer(here: &Here, id: CustomerId) -> Markup {
    html! { @match here.desk.customer(id) {
        Ok(found) => a href={ "/customers/" (id) } { bdi { (found.name) } }
        Err(_) => bdi { (id) }
    } }
}
