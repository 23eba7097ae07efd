//! The history of a case in words, what the case was like then, and proof that nobody changed either.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use casekit::{
    AuditHead, CaseView, FieldChange, HistoryEntry, Moment, PageRequest, Permission, StreamId, VerifyReport,
};
use maud::{Markup, html};

use crate::acts::{Form, Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{
    Screen, called, escaped, face, form_head, icon, moment, number, page, pager, person, sentence, stage,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/cases/{number}/history", get(history).post(verify))
}

async fn history(
    State(app): State<App>,
    session: Session,
    Path(case): Path<String>,
    Query(asked): Parameters,
) -> Response {
    app.read(session, move |here| {
        let asked = |key: &str| asked.get(key).map(String::as_str);
        draw(here, &case, asked("after"), asked("then").and_then(|then| then.parse().ok()), None)
    })
    .await
}

/// Computes the hashes of the case again, and has the file say its head: what an auditor keeps elsewhere.
async fn verify(State(app): State<App>, session: Session, Path(case): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, _| {
        let report = desk.verify_stream(StreamId::Case(desk.find_case(&case)?.id))?;
        let head = desk.audit_head()?;
        draw(here, &case, None, None, Some((report, head)))
    })
    .await
}

fn draw(
    here: &Here,
    case: &str,
    after: Option<&str>,
    then: Option<u64>,
    verified: Option<(VerifyReport, AuditHead)>,
) -> Result<Markup, Problem> {
    let shown = here.desk.find_case(case)?;
    let at = after.map_or_else(PageRequest::first, PageRequest::after);
    let list = here.desk.history(StreamId::Case(shown.id), at)?;
    let address = format!("/cases/{}/history", shown.number);
    let with_after = |next: &str| format!("{address}?after={}", escaped(next));
    let live = after.map_or_else(|| address.clone(), with_after);
    let title = format!("{} {}", shown.number, here.say("history"));
    let may = |permission| here.desk.actor().may(permission);
    let main = html! {
        header.head.wide {
            div { p.crumb { a href={ "/cases/" (shown.number) } { bdi.number { (shown.number) } } " · " bdi { (shown.title) } } h1 { (here.say("history")) } }
            span.grow {}
            @if may(Permission::Verify) { form method="post" action=(address) { (form_head(here, None))
                button.button #verify { (icon("lock")) (here.say("verify")) } } }
        }
        @if let Some((report, head)) = &verified { (self::verified(here, report, head)) }
        @if let Some(revision) = then { (as_of(here, &shown, revision, &address)?) }
        ol.history #entries data-region { @for one in &list.rows { (entry(here, one, may(Permission::ReadHistory).then_some(address.as_str()))) } }
        (pager(here, after.map(|_| address.as_str()), list.next.as_deref().map(with_after).as_deref()))
    };
    page(here, &Screen::new(&title).live(&live), main)
}

fn verified(here: &Here, report: &VerifyReport, head: &AuditHead) -> Markup {
    html! {
        section.notice #verified.bad[report.broken.is_some()] tabindex="-1" { (icon(if report.broken.is_some() { "alert" } else { "check" }))
            div { @match &report.broken {
                    None => { h2 { (here.say("unbroken")) } p { (number(report.events)) " " (here.say("events_checked")) } }
                    Some(broken) => { h2 { (here.say("broken")) } p { (sentence(&broken.why)) } p { (sentence(&broken.advice)) } } }
                p.after { (here.say("head")) " " (number(head.number)) ", " (number(head.events)) " " (here.say("events")) ": " code { bdi { (head.digest) } } }
            } }
    }
}

/// The case right after an entry of its history.
fn as_of(here: &Here, case: &CaseView, revision: u64, back: &str) -> Result<Markup, Problem> {
    let summary = here.desk.case_at(case.id, Moment::Revision(revision))?.summary;
    let then = &summary.case;
    let row = |key: &'static str, value: Markup| html! { div { dt { (here.say(key)) } dd { (value) } } };
    Ok(html! {
        section.panel #then tabindex="-1" aria-labelledby="then-title" {
            h2 #then-title { (here.say("as_it_was")) " " (here.desk.language().minute(then.updated_at)) }
            div.facts { dl {
                (row("title", html! { bdi { (then.title) } })) (row("status", stage(then.category, &then.stage))) (row("type", html! { (then.case_type) }))
                (row("held_by", html! { @match &then.holder { Some(holder) => (person(&holder.by, holder.name.as_deref())), None => (here.say("held_by_nobody")) } }))
                @for step in &summary.steps { div { dt { (step.label) } dd { (sentence(&here.desk.language().word_of("step_state", step.state.code()))) } } }
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
    html! { div { dt { (sentence(&change.label)) }
    dd { @if let Some(from) = &change.from { del { bdi { (from) } } " " span.sr { (here.say("became")) } span.arrow aria-hidden="true" { "→" } " " }
        @match &change.to { Some(to) => ins { bdi { (to) } }, None => span.after { (here.say("nothing")) } } } } }
}
