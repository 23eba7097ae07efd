//! What opens below the boxes: a form for an action, as the library asks for it, and what else to know before.

use super::prelude::*;
use super::{answer as answers, data, deadlines};

/// What needs no panel: a button is enough, or it stands among the facts.
const WITHOUT: [Action; 6] = [
    Action::TakeCase,
    Action::ReturnCase,
    Action::TakeOverCase,
    Action::Retry,
    Action::ChangePriority,
    Action::TagCase,
];

/// Carries out the action that the address names, and tells where that shows.
pub(crate) fn act(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let number = here.asked.get("number");
    let action: Action = coded(here.asked.get("action")).ok_or(Problem::NOTHING_HERE)?;
    let of = FormOf::Action { case: here.desk.find_case(number)?.id, action, target: form.some("target") };
    let done = desk.submit(&of, &form.answers())?;
    Ok(format!("/cases/{}{}", escaped(number), shows_at(action, done.report.as_ref())))
}

fn shows_at(action: Action, how: Option<&ReleaseReport>) -> &'static str {
    match action {
        Action::PrepareData | Action::PrepareSource | Action::LeaveOutSource => "?open=prepare_data#panel",
        Action::SendAgain | Action::ConfirmTarget => "#answer",
        // The receipt if the answer has arrived; otherwise the boxes, which say what failed.
        Action::Release | Action::Deny if matches!(how, Some(ReleaseReport::Delivered { .. })) => "#answer",
        Action::SendMessage => "#thread",
        Action::ChangePriority | Action::TagCase => "#facts",
        _ if deadlines::ACTIONS.contains(&action) => "?open=deadlines#panel",
        _ => "#steps",
    }
}

/// The case with the panel of the action that the address names.
pub(crate) fn draw(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let open = here.asked.get("action");
    let action: Action = coded(open).ok_or(Problem::NOTHING_HERE)?;
    let is_plain =
        matches!(action, Action::TakeCase | Action::ReturnCase | Action::TakeOverCase | Action::Retry);
    super::case::draw(here, if is_plain { "" } else { open }, draft)
}

/// The panel that is open; empty if none is. Where the action is not possible, it says why.
pub(crate) fn panel(case: &CaseScreen<'_>) -> Result<Markup> {
    if case.open == "deadlines" {
        return deadlines::panel(case);
    }
    let action = coded(case.open).filter(|one| !WITHOUT.contains(one));
    let Some((action, offered)) = action.and_then(|one| Some((one, case.offered(one)?))) else {
        return Ok(html! {});
    };
    let title = said(case, action);
    // What was typed stays, whatever happened meanwhile.
    if case.draft.error.is_none() && !offered.blockers.is_empty() && action != Action::ApproveData {
        let body =
            html! { div.reasons { (reasons(case.here, &offered.blockers)) } div.buttons { (close(case)) } };
        return Ok(sheet(&title, body));
    }
    match action {
        Action::PrepareData | Action::ApproveData => data::panel(case),
        _ => asked(case, action, &title),
    }
}

fn asked(case: &CaseScreen<'_>, action: Action, title: &str) -> Result<Markup> {
    let (here, f) = (case.here, Fields::new(case.here, case.draft, None));
    let source = here.asked.some("source").map(|source| GivenField::new("source", source));
    let given: Vec<_> = case.draft.answers().into_iter().chain(source).collect();
    let target = Some(case.given("target").to_owned()).filter(|target| !target.is_empty());
    let mut form = here.desk.form(&FormOf::Action { case: case.summary.case.id, action, target }, &given)?;
    for one in &mut form.fields {
        let reads = if one.for_customer { "requester_reads" } else { "stays_inside" };
        let hint = match one.kind {
            FieldKind::LongText => Some(reads),
            _ => (one.name == "at").then_some("no_follow_up"),
        };
        one.help = one.help.take().or(hint.map(|key| here.say(key).to_owned()));
    }
    let before = here.session.language.say_of("before", action.code());
    let (above, below) = match action {
        Action::Release => (answers::check(case), html! {}),
        Action::Deny => (html! {}, html! { dl.check { (answers::receiver(case)) } }),
        Action::ApproveNoData => (data::found(case), html! {}),
        _ => (html! {}, html! {}),
    };
    let body = f.below_problem(html! {
        @if let Some(about) = &form.label { p { strong { bdi { (about) } } } }
        @if before != action.code() { p.before { (before) } }
        @if let Some(target) = &form.target { input type="hidden" name="target" value=(target); }
        (above) (f.asked(&form.fields)?) (below)
    })?;
    let class = if matches!(action, Action::Withdraw | Action::Deny) { "danger" } else { "primary" };
    Ok(sheet(title, self::form(case, action.code(), (class, title), body)))
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
