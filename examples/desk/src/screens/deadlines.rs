//! The deadlines of a case: how each is counted, what changed it, and what can be done about it.

use super::prelude::*;

/// What can be done, each by a form of its own.
pub(crate) const ACTIONS: [Action; 4] =
    [Action::PauseDeadlines, Action::ResumeDeadlines, Action::ExtendDeadline, Action::FollowUp];

/// The deadlines among the facts of a case.
pub(crate) fn facts(case: &CaseScreen<'_>) -> Markup {
    let (here, shown) = (case.here, &case.summary.case);
    html! {
        @for one in &shown.deadlines { div { dt { (one.label) } dd { (stands(here, one)) } } }
        @if let Some(at) = shown.follow_up_at { div { dt { (label(here, "follow_up")) } dd { bdi { (here.desk.language().day(at)) } } } }
        @if !shown.deadlines.is_empty() || case.can(Action::FollowUp) {
            div { dt {} dd { a.do href=(case.at("deadlines")) { (here.say("deadlines")) } } } }
    }
}

/// How a deadline stands: when it ends while it runs, and a sentence of the library otherwise.
fn stands(here: &Here, one: &DeadlineSummary) -> Markup {
    match one.due_at.filter(|_| one.state == "running") {
        Some(at) => due(here, at),
        None => {
            let state = if one.late { "met_late" } else { &one.state };
            let said = Message::new(format!("value.deadline.{state}")).with("deadline", one.label.as_str());
            html! { (sentence(&here.desk.language().render(&said))) }
        }
    }
}

pub(crate) fn panel(case: &CaseScreen<'_>) -> Result<Markup> {
    let here = case.here;
    let all = here.desk.explain_deadlines(case.summary.case.id)?;
    let possible = ACTIONS.into_iter().filter(|one| case.can(*one));
    let body = html! {
        @if all.is_empty() { p.before { (here.say("no_deadlines")) } }
        @for one in &all { (explained(here, one)) }
        div.buttons {
            @for action in possible { a.button href=(case.at(action.code())) { (said(case, action)) (here.say("opens")) } }
            a.button.quiet href={ "/cases/" (case.number()) "#facts" } { (here.say("close")) }
        }
    };
    Ok(sheet(here.say("deadlines"), body))
}

fn explained(here: &Here, one: &DeadlineExplanation) -> Markup {
    let end = |at: Option<casekit::Timestamp>| html! { @if let Some(at) = at { (here.desk.language().minute(at)) } @else { "—" } };
    html! {
        h3 { (one.label) @if let Some(at) = one.due_at.filter(|_| one.state == "running") { " · " (due(here, at)) } }
        ol.counted { @for step in &one.steps { li { (sentence(&step.text)) } } }
        @if !one.changes.is_empty() {
            h4 { (here.say("what_changed_it")) }
            ul.counted { @for change in &one.changes {
                li { bdi { (sentence(&change.because)) } " " span.after { (moment(here, change.at)) " · " bdi { (end(change.from)) } " " span.arrow { "→" } " " bdi { (end(change.to)) } } }
            } }
        }
    }
}
