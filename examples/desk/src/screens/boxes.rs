//! The boxes of a case: a step each, with what was done, what can be done, or why not.

use super::prelude::*;

/// How a box is entered: its sign, what is to be done, and the action that it stands for.
type Entry = (&'static str, &'static str, Action);

const IDENTIFICATION: Entry = ("id", "identification_more", Action::ApproveIdentification);
const DATA: Entry = ("table", "data_more", Action::PrepareData);
const NO_DATA: Entry = ("none", "no_data_more", Action::ApproveNoData);
const RELEASE: Entry = ("send", "release_more", Action::Release);
const APPROVAL: Entry = ("check", "approve_more", Action::ApproveStep);

/// What else can be done with the case, besides the boxes.
const OTHERS: [Action; 6] = [
    Action::SendMessage,
    Action::SendAgain,
    Action::ConfirmTarget,
    Action::AnswerAnew,
    Action::Deny,
    Action::Withdraw,
];

pub(crate) fn boxes(case: &CaseScreen<'_>) -> Markup {
    let steps = &case.summary.steps;
    let possible = |one: &Action| case.offered(*one).is_some_and(|one| one.blockers.is_empty());
    let others: Vec<_> = OTHERS.into_iter().filter(possible).collect();
    html! {
        section #steps.steps tabindex="-1" data-region aria-label=(case.here.say("decision")) {
            @if !steps.is_empty() { ol { @for step in steps { li class=(step.state.code()) { (boxes_of(case, step)) } } } }
            @if !others.is_empty() {
                p.aside { @for action in others {
                    a href=(case.at(action.code())) aria-current=[(case.open == action.code()).then_some("true")] { (said(case, action)) (case.here.say("opens")) } } } }
        }
    }
}

fn boxes_of(case: &CaseScreen<'_>, step: &StepView) -> Markup {
    match (step.kind, step.state, step.approvals.last()) {
        (StepKind::Identification, ..) => one(case, step, IDENTIFICATION),
        // Two ways lead through this step, until one was taken.
        (StepKind::DataApproval, StepState::Done, Some(given)) if given.no_data.is_some() => {
            one(case, step, NO_DATA)
        }
        (StepKind::DataApproval, StepState::Ready | StepState::Locked, _) => {
            html! { (one(case, step, DATA)) span.or { (case.here.say("or")) } (one(case, step, NO_DATA)) }
        }
        (StepKind::DataApproval, ..) => one(case, step, DATA),
        (StepKind::Release, ..) => one(case, step, RELEASE),
        (StepKind::Approval, ..) => one(case, step, APPROVAL),
    }
}

fn one(case: &CaseScreen<'_>, step: &StepView, (sign, more, action): Entry) -> Markup {
    let here = case.here;
    let possible = |one: &Action| step.actions.iter().any(|it| it.action == *one && it.blockers.is_empty());
    let offered = step.actions.iter().find(|one| one.action == action);
    let can = step.state == StepState::Ready && possible(&action);
    let name = if action == Action::ApproveNoData { here.say("no_data") } else { &step.label };
    let sign = match step.state {
        StepState::Done => "check",
        StepState::Locked => "lock",
        StepState::Denied | StepState::Failed => "cross",
        _ => sign,
    };
    html! {
        div class={ "box " (step.state.code()) } {
            span.sign { (icon(sign)) }
            div.say {
                h2 { @if can { a href=(case.at_step(action, step)) aria-current=[(case.open == action.code()).then_some("true")] { (name) } } @else { (name) } }
                @for given in &step.approvals { (by(case, given)) }
                @if possible(&Action::Revoke) {
                    a.do href=(case.at_step(Action::Revoke, step)) { (said(case, Action::Revoke)) (case.here.say("opens")) span.sr { " " (name) } } }
                @match step.state {
                    StepState::Locked if case.summary.outcome.is_none() => (waits_for(case, step)),
                    StepState::Failed => { (failed(case, step))
                        @if step.kind == StepKind::DataApproval { p { a href=(case.at("prepare_data")) { (here.say("see_sources")) } } } },
                    StepState::Done | StepState::Denied | StepState::Locked => {},
                    _ => @if can { p { (here.say(more)) } } @else if let Some(offered) = offered { (reasons(here, &offered.blockers)) },
                }
            }
            span.state { (here.word("step_state", step.state.code())) }
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
                (post_to(here, &case.to("retry"), html! { button.button { (icon("again")) (here.say("retry")) } }))
            }
            Some(retry) if !retry.blockers.iter().any(is_nothing) => (reasons(here, &retry.blockers)),
            _ => {},
        }
    }
}
