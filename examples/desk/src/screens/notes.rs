//! The notes of a case as a thread, and the form that adds to it.

use super::prelude::*;

/// A thread is read as a whole; only one that is longer than this has pages.
const NOTES: u32 = 200;
/// The newest notes that are read at once, and from how many on they are offered.
const NEWEST: u32 = 20;

pub(crate) fn add(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let id = here.desk.find_case(here.asked.get("number"))?.id;
    let note = match form.get("visibility") {
        "customer" => NewNote::for_customer(form.get("text")),
        _ => NewNote::internal(form.get("text")),
    };
    let added = match form.parsed::<NoteId>("parent") {
        Some(parent) => desk.reply(parent, note),
        None => desk.add_note(id, note),
    };
    Ok(at(here, added?.id))
}

/// Edits, retracts or shows a note.
pub(crate) fn change(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let note: NoteId = here.asked.id("note")?;
    let action = coded(form.get("do")).ok_or(Problem::NOTHING_HERE)?;
    let case = here.desk.find_case(here.asked.get("number"))?.id;
    desk.submit(&FormOf::Action { case, action, target: Some(note.to_string()) }, &form.answers())?;
    Ok(at(here, note))
}

/// Where a note of the case stands.
fn at(here: &Here, note: NoteId) -> String {
    format!("/cases/{}#note-{note}", escaped(here.asked.get("number")))
}

pub(crate) fn thread(case: &CaseScreen<'_>) -> Result<Markup> {
    let (here, id) = (case.here, case.summary.case.id);
    let (from, newest) = (here.asked.some("notes"), here.asked.some("order") == Some("newest"));
    let page = from.map_or_else(PageRequest::first, PageRequest::after);
    let read = match newest {
        true => here.desk.notes(id, None, page.of(NEWEST)).map(Some),
        false => here.desk.thread(id, page.of(NOTES)).map(Some),
    };
    let Some(notes) = here.or_none(read)? else { return Ok(html! {}) };
    let order = if newest { "order=newest" } else { "" };
    let to = |asked: &str| format!("/cases/{}?{asked}#thread", case.number());
    let next = notes.next.as_ref().map(|next| to(&format!("{order}&notes={}", escaped(next))));
    let first = from.map(|_| to(order));
    let parent: Option<NoteId> =
        here.asked.some("reply").unwrap_or(case.draft.value("parent", "")).parse().ok();
    let parent = notes.rows.iter().find(|note| Some(note.id) == parent);
    let is_long = case.summary.case.notes.is_some_and(|count| count > NEWEST);
    let rows = notes.rows.iter().map(|note| one(case, note, newest)).collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section #thread.thread data-region aria-labelledby="notes" {
            h2 #notes { (here.say("notes")) @if let Some(count) = case.summary.case.notes { span.count { (count) } } }
            @if is_long { p.aside { @if newest { a href=(to("")) { (here.say("as_thread")) } } @else { a href=(to("order=newest")) { (here.say("newest_first")) } } } }
            @if notes.rows.is_empty() { p.empty-line { (here.say("no_notes")) } }
            ol { @for row in rows { (row) } }
            @if newest {
                @if let Some(next) = &next { nav.pager aria-label=(here.say("notes")) { a.button rel="next" href=(next) { (here.say("earlier_notes")) } } }
            } @else { (pager(here, first.as_deref(), next.as_deref())) }
        }
        (composer(case, parent)?)
    })
}

/// A note; in the order of time, a reply is told by a word instead of its place.
fn one(case: &CaseScreen<'_>, note: &ThreadNote, newest: bool) -> Result<Markup> {
    let here = case.here;
    let is_shown = note.visibility == Visibility::Customer;
    let name = note.author_name.as_deref();
    let depth = if newest { 0 } else { note.depth.min(4) };
    // Open for changes: as the address asks, or since one of its forms was refused.
    let is_open = here.asked.get("note") == note.id.to_string();
    let of = name.unwrap_or(&note.author);
    Ok(html! {
        li.note.shown[is_shown] id={ "note-" (note.id) } tabindex="-1" data-depth=(depth) {
            (face(&note.author, name))
            div {
                p.meta { strong { (called(&note.author, name)) } " " (moment(here, note.added_at))
                    @if newest && note.depth > 0 { " · " (here.say("a_reply")) } @else if note.depth > 4 { " · " (here.say("level")) " " (note.depth) }
                    @if note.edits > 0 { " · " (here.say("edited")) }
                    @if is_shown { " " span.sees { (icon("eye")) (here.say("customer_sees")) } } }
                @match &note.text {
                    Some(text) => p.text { (text) },
                    None => p.text.gone { (here.say("retracted")) },
                }
                div.acts {
                    @if case.can(Action::AddNote) && note.text.is_some() {
                        a.reply href={ "/cases/" (case.number()) "?reply=" (note.id) "#write" } data-reply=(note.id) data-name=(of) {
                            (icon("reply")) (here.say("reply")) span.sr { " " (of) } } }
                    @if !is_open { a.reply href={ "/cases/" (case.number()) "?note=" (note.id) "#note-" (note.id) } { (icon("pen")) (here.say("more")) span.sr { " " (of) } } }
                }
                @if is_open { (changes(case, note)?) }
            }
        }
    })
}

/// What can be done with a note, and what it said before.
fn changes(case: &CaseScreen<'_>, note: &ThreadNote) -> Result<Markup> {
    let (here, draft) = (case.here, case.draft);
    let actions = here.desk.note_actions(note.id)?;
    let revisions =
        if note.edits > 0 || note.text.is_none() { here.desk.note_revisions(note.id)? } else { Vec::new() };
    let can = |action| actions.iter().any(|one| one.action == action && one.blockers.is_empty());
    let why = actions.iter().filter(|one| one.action != Action::Reply).flat_map(|one| &one.blockers);
    let mut why: Vec<String> = why.map(|blocker| reason(here, blocker)).collect();
    why.dedup();
    let form = |body: Markup| post_to(here, &case.to(&format!("notes/{}", note.id)), body);
    let (to, said) = match note.visibility {
        Visibility::Internal => ("customer", "show_customer"),
        Visibility::Customer => ("internal", "make_internal"),
    };
    let f = Fields::new(here, draft, None);
    let text =
        f.draw(&Field::new("text", note.text.as_deref().unwrap_or_default()).lines().of_id("note-text"));
    let because = f.draw(&Field::new("reason", "").of_id("note-reason"));
    Ok(html! {
        div.changes {
            @if !draft.fields().is_empty() { (f.problem()?) }
            @if can(Action::EditNote) { (form(html! {
                (text)
                button.button.primary name="do" value="edit_note" { (here.say("save")) } })) }
            @if can(Action::SetNoteVisibility) { (form(html! { input type="hidden" name="visibility" value=(to); button.button name="do" value="set_note_visibility" { (icon("eye")) (here.say(said)) } })) }
            @if can(Action::RetractNote) { (form(html! {
                (because)
                button.button.danger name="do" value="retract_note" { (here.say("retract")) } })) }
            @for why in why { p.why { (why) } }
            @if !revisions.is_empty() { h3 { (here.say("revisions")) } ol.revisions { @for one in revisions { li {
                p.meta { (called(&one.by, one.by_name.as_deref())) " " (moment(here, one.at)) }
                p.text { (one.text.as_deref().unwrap_or(here.say("retracted"))) } } } } }
            p { a href={ "/cases/" (case.number()) "#note-" (note.id) } { (here.say("close")) } }
        }
    })
}

/// The form. It is internal each time it is drawn: a note that the customer sees is chosen for that note alone.
fn composer(case: &CaseScreen<'_>, parent: Option<&ThreadNote>) -> Result<Markup> {
    let here = case.here;
    let Some(adding) = case.action(Action::AddNote) else { return Ok(html! {}) };
    if !adding.blockers.is_empty() {
        return Ok(html! { div.no-more { (icon("lock")) div { (reasons(here, &adding.blockers)) } } });
    }
    let is_mine = case.open == "note";
    let text = if is_mine { case.draft.value("text", "") } else { "" };
    let write = here.say("write_note");
    let to = parent.map(|note| note.author_name.as_deref().unwrap_or(&note.author));
    let hint = to.map_or_else(|| write.to_owned(), |to| format!("{}: {to}", here.say("reply")));
    let f = Fields::new(here, case.draft, None);
    f.named("text");
    Ok(html! {
        @if is_mine { (f.problem()?) }
        form #write.composer method="post" action=(case.to("notes")) data-keep={ "note-" (case.number()) } { (form_head(here, None))
            input type="hidden" name="parent" value=(parent.map(|note| note.id.to_string()).unwrap_or_default());
            label.sr for="text" { (write) }
            textarea #text name="text" rows="3" placeholder=(hint) dir="auto" aria-keyshortcuts="n" { (text) }
            div.foot {
                fieldset.segments { legend.sr { (here.say("who_sees")) }
                    label { input type="radio" name="visibility" value="internal" checked; span { (icon("lock")) (here.say("internal")) } }
                    @if case.can(Action::AddCustomerNote) {
                        label { input type="radio" name="visibility" value="customer"; span { (icon("eye")) (here.say("customer_sees")) } } } }
                span.grow {}
                button.button.primary { span.to-staff { (here.say("add_note")) } span.to-customer { (here.say("add_customer_note")) } }
            }
        }
    })
}
