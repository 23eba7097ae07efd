//! The boxes of a case: a step each, with what was done, what can be done, or why not.

use casekit::{Action, ApprovalView, Blocker, StepKind, StepState, StepView};
use maud::{Markup, html};

use super::case::{CaseScreen, reasons};
use super::panels::said;
use crate::parts::{advice, called, face, form_head, icon, moment, sentence};

/// How a box is entered: the action that it stands for, and the panel that asks for what the action needs.
struct Entry {
    name: Option<&'static str>,
    sign: &'static str,
    more: &'static str,
    action: Action,
    panel: &'static str,
}

const DATA: Entry =
    Entry { name: None, sign: "table", more: "data_more", action: Action::PrepareData, panel: "data" };
const NO_DATA: Entry = Entry {
    name: Some("no_data"),
    sign: "none",
    more: "no_data_more",
    action: Action::ApproveNoData,
    panel: "no_data",
};

pub(crate) fn boxes(case: &CaseScreen<'_>) -> Markup {
    let steps = &case.summary.steps;
    let possible = |one: &Action| case.offered(*one).is_some_and(|one| one.blockers.is_empty());
    let others: Vec<_> = OTHERS.into_iter().filter(possible).map(|one| (one, one.code())).collect();
    html! {
        section #steps.steps tabindex="-1" data-region aria-label=(case.here.say("decision")) {
            @if !steps.is_empty() { ol { @for step in steps { li class=(step.state.code()) { (boxes_of(case, step)) } } } }
            @if !others.is_empty() {
                p.aside { @for (action, open) in &others {
                    a href=(case.at(open)) aria-current=[(case.open == *open).then_some("true")] { (said(case, *action)) "…" } } } }
        }
    }
}

/// What else can be done with the case now, besides the boxes.
const OTHERS: [Action; 6] = [
    Action::SendMessage,
    Action::SendAgain,
    Action::ConfirmTarget,
    Action::AnswerAnew,
    Action::Deny,
    Action::Withdraw,
];

fn boxes_of(case: &CaseScreen<'_>, step: &StepView) -> Markup {
    match step.kind {
        StepKind::Identification => {
            let entry = Entry {
                name: None,
                sign: "id",
                more: "identification_more",
                action: Action::ApproveIdentification,
                panel: "identification",
            };
            one(case, step, &entry)
        }
        StepKind::DataApproval => match (step.state, step.approvals.last()) {
            // Two ways lead through this step, until one was taken.
            (StepState::Done, Some(given)) if given.no_data.is_some() => one(case, step, &NO_DATA),
            (StepState::Ready | StepState::Locked, _) => {
                html! { (one(case, step, &DATA)) span.or { (case.here.say("or")) } (one(case, step, &NO_DATA)) }
            }
            _ => one(case, step, &DATA),
        },
        StepKind::Release => one(
            case,
            step,
            &Entry {
                name: None,
                sign: "send",
                more: "release_more",
                action: Action::Release,
                panel: "release",
            },
        ),
        StepKind::Approval => one(
            case,
            step,
            &Entry {
                name: None,
                sign: "check",
                more: "approve_more",
                action: Action::ApproveStep,
                panel: "approve_step",
            },
        ),
    }
}

fn one(case: &CaseScreen<'_>, step: &StepView, entry: &Entry) -> Markup {
    let here = case.here;
    let action = step.actions.iter().find(|one| one.action == entry.action);
    let can = step.state == StepState::Ready && action.is_some_and(|one| one.blockers.is_empty());
    let name = entry.name.map_or_else(|| step.label.clone(), |key| here.say(key).to_owned());
    let sign = match step.state {
        StepState::Done => "check",
        StepState::Locked => "lock",
        StepState::Denied | StepState::Failed => "cross",
        _ => entry.sign,
    };
    let state = here.desk.language().word_of("step_state", step.state.code());
    html! {
        div class={ "box " (step.state.code()) } {
            span.sign { (icon(sign)) }
            div.say {
                h2 { @if can { a href=(case.at_step(entry.panel, step)) aria-current=[(case.open == entry.panel).then_some("true")] { (name) } } @else { (name) } }
                @for given in &step.approvals { (by(case, given)) }
                @if step.actions.iter().any(|one| one.action == Action::Revoke && one.blockers.is_empty()) {
                    a.do href=(case.at_step("revoke", step)) { (said(case, Action::Revoke)) "…" span.sr { " " (name) } } }
                @match step.state {
                    StepState::Locked if case.summary.outcome.is_none() => (waits_for(case, step)),
                    StepState::Failed => { (failed(case, step))
                        @if step.kind == StepKind::DataApproval { p { a href=(case.at("data")) { (here.say("see_sources")) } } } },
                    StepState::Done | StepState::Denied | StepState::Locked => {},
                    _ => @if can { p { (here.say(entry.more)) } } @else { @if let Some(action) = action { (reasons(here, action)) } },
                }
            }
            span.state { (sentence(&state)) }
        }
    }
}

/// Who approved, when, how, and how much is hidden.
fn by(case: &CaseScreen<'_>, given: &ApprovalView) -> Markup {
    let here = case.here;
    html! {
        p.by { (face(&given.by, given.by_name.as_deref())) (called(&given.by, given.by_name.as_deref())) " · " (moment(here, given.at))
            @if let Some(method) = &given.method { " · " bdi { (method) } }
            @if !given.hidden.is_empty() { " · " (given.hidden.len()) " " (here.say("hidden")) }
        }
    }
}

fn waits_for(case: &CaseScreen<'_>, step: &StepView) -> Markup {
    let all = &case.summary.steps;
    let labels: Vec<String> =
        all.iter().filter(|one| step.requires.contains(&one.id)).map(|one| one.label.clone()).collect();
    html! { p { (case.here.say("waits_for")) " " (case.here.desk.language().list(&labels)) } }
}

/// What failed, what to do, and the button for whoever may try again.
fn failed(case: &CaseScreen<'_>, step: &StepView) -> Markup {
    let here = case.here;
    let retry = step.actions.iter().find(|one| one.action == Action::Retry);
    let is_nothing = |one: &Blocker| matches!(one, Blocker::NothingToRetry);
    html! {
        @if let Some(failure) = &case.summary.failure {
            p { strong { (sentence(&failure.label)) } }
            p { (advice(&failure.hint)) }
            p { (here.say("who_fixes")) " " (here.desk.language().word_of("responsible", failure.responsible.code())) }
        }
        @match retry {
            Some(retry) if retry.blockers.is_empty() => {
                form method="post" action={ "/cases/" (case.number()) "/retry" } { (form_head(here, None))
                    button.button { (icon("again")) (here.say("retry")) } }
            }
            Some(retry) if !retry.blockers.iter().any(is_nothing) => (reasons(here, retry)),
            _ => {},
        }
    }
}
