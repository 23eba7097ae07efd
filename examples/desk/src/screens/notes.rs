//! The notes of a case as a thread, and the form that adds to it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use casekit::{Action, NewNote, NoteId, PageRequest, ThreadNote, Visibility};
use maud::{Markup, html};

use super::case::{CaseScreen, again, reasons};
use crate::acts::{Form, Problem, answer};
use crate::kit::App;
use crate::parts::{called, escaped, face, form_head, icon, moment, pager, summary_of_errors};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/cases/{number}/notes", post(add))
}

/// A thread is read as a whole; only one that is longer than this has pages.
const NOTES: u32 = 200;

async fn add(State(app): State<App>, session: Session, Path(number): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, form| {
        let id = here.desk.find_case(&number)?.id;
        let note = match form.get("visibility") {
            "customer" => NewNote::for_customer(form.get("text")),
            _ => NewNote::internal(form.get("text")),
        };
        let added = match form.parsed::<NoteId>("parent") {
            Some(parent) => desk.reply(parent, note),
            None => desk.add_note(id, note),
        };
        let to = |added: casekit::AddedNote| format!("/cases/{}#note-{}", escaped(&number), added.id);
        answer(form, added, to, |draft| again(here, &number, "note", draft))
    })
    .await
}

pub(crate) fn thread(case: &CaseScreen<'_>) -> Result<Markup, Problem> {
    let (here, id) = (case.here, case.summary.case.id);
    let from = (case.asked)("notes");
    let at = from.map_or_else(PageRequest::first, PageRequest::after).of(NOTES);
    let read = here.desk.thread(id, at).map(Some);
    let Some(notes) = here.or_none(read)? else { return Ok(html! {}) };
    let next =
        notes.next.as_ref().map(|next| format!("/cases/{}?notes={}#thread", case.number(), escaped(next)));
    let first = from.map(|_| format!("/cases/{}#thread", case.number()));
    let parent = parent(case, &notes.rows);
    Ok(html! {
        section #thread.thread data-region aria-labelledby="notes" {
            h2 #notes { (here.say("notes")) @if let Some(count) = case.summary.case.notes { span.count { (count) } } }
            @if notes.rows.is_empty() { p.empty-line { (here.say("no_notes")) } }
            ol { @for note in &notes.rows { (one(case, note)) } }
            (pager(here, first.as_deref(), next.as_deref()))
        }
        (composer(case, parent))
    })
}

/// The note that is being replied to.
fn parent<'a>(case: &CaseScreen<'_>, notes: &'a [ThreadNote]) -> Option<&'a ThreadNote> {
    let id: NoteId = (case.asked)("reply").unwrap_or(case.draft.value("parent", "")).parse().ok()?;
    notes.iter().find(|note| note.id == id)
}

fn one(case: &CaseScreen<'_>, note: &ThreadNote) -> Markup {
    let here = case.here;
    let is_shown = note.visibility == Visibility::Customer;
    let name = note.author_name.as_deref();
    html! {
        li.note.shown[is_shown] id={ "note-" (note.id) } tabindex="-1" data-depth=(note.depth.min(4)) {
            (face(&note.author, name))
            div {
                p.meta { strong { (called(&note.author, name)) } " " (moment(here, note.added_at))
                    @if note.edits > 0 { " · " (here.say("edited")) }
                    @if is_shown { " " span.sees { (icon("eye")) (here.say("customer_sees")) } } }
                @match &note.text {
                    Some(text) => p.text { (text) },
                    None => p.text.gone { (here.say("retracted")) },
                }
                @if case.can(Action::AddNote) && note.text.is_some() {
                    a.reply href={ "/cases/" (case.number()) "?reply=" (note.id) "#write" } data-reply=(note.id) data-name=(name.unwrap_or(&note.author)) {
                        (icon("reply")) (here.say("reply")) span.sr { " " (name.unwrap_or(&note.author)) } }
                }
            }
        }
    }
}

/// The form. It is internal each time it is drawn: a note that the customer sees is chosen for that note alone.
fn composer(case: &CaseScreen<'_>, parent: Option<&ThreadNote>) -> Markup {
    let (here, number) = (case.here, case.number());
    let Some(adding) = case.action(Action::AddNote) else { return html! {} };
    if !adding.blockers.is_empty() {
        return html! { div.no-more { (icon("lock")) div { (reasons(here, adding)) } } };
    }
    let is_mine = case.open == "note";
    let text = if is_mine { case.draft.value("text", "") } else { "" };
    let write = here.say("write_note");
    let to = parent.map(|note| note.author_name.as_deref().unwrap_or(&note.author));
    let hint = to.map_or_else(|| write.to_owned(), |to| format!("{}: {to}", here.say("reply")));
    html! {
        @if is_mine { (summary_of_errors(here, case.draft, &["text"])) }
        form #write.composer method="post" action={ "/cases/" (number) "/notes" } data-keep={ "note-" (number) } { (form_head(here, None))
            input type="hidden" name="parent" value=(parent.map(|note| note.id.to_string()).unwrap_or_default());
            label.sr for="text" { (write) }
            textarea #text name="text" rows="3" placeholder=(hint) dir="auto" aria-keyshortcuts="n" { (text) }
            div.foot {
                fieldset.segments { legend.sr { (here.say("who_sees")) }
                    label { input type="radio" name="visibility" value="internal" checked; span { (icon("lock")) (here.say("internal")) } }
                    @if case.can(Action::AddCustomerNote) {
                        label { input type="radio" name="visibility" value="customer"; span { (icon("eye")) (here.say("customer_sees")) } } }
                }
                span.grow {}
                button.button.primary { span.to-staff { (here.say("add_note")) } span.to-customer { (here.say("add_customer_note")) } }
            }
        }
    }
}
