//! The case: what it is about, its boxes, the panel that is open, and its notes.

use super::prelude::*;
use super::{answer as answers, boxes, deadlines, marks, notes, panels};

/// A case on the screen, with what is open on it.
pub(crate) struct CaseScreen<'a> {
    pub(crate) here: &'a Here,
    pub(crate) summary: RequestSummary,
    /// The panel that is open; empty for none.
    pub(crate) open: &'a str,
    /// What the form of the panel, or of the notes, shows again.
    pub(crate) draft: Draft<'a>,
}

impl CaseScreen<'_> {
    pub(crate) fn number(&self) -> &str {
        &self.summary.case.number
    }

    /// Where a form of this case goes.
    pub(crate) fn to(&self, what: &str) -> String {
        format!("/cases/{}/{what}", self.number())
    }

    /// The address of this case, with a panel that is open.
    pub(crate) fn at(&self, open: &str) -> String {
        format!("/cases/{}?open={open}#panel", self.number())
    }

    /// The same, with the step that it is about.
    pub(crate) fn at_step(&self, action: Action, step: &StepView) -> String {
        format!("/cases/{}?open={}&target={}#panel", self.number(), action.code(), escaped(&step.id))
    }

    /// An action on the case that the library offers, with why it is not possible now.
    pub(crate) fn action(&self, action: Action) -> Option<&AvailableAction> {
        self.summary.actions.iter().find(|one| one.action == action)
    }

    /// An action on the case, or on the step that the address or the form names: the one that is possible, if any is.
    pub(crate) fn offered(&self, action: Action) -> Option<&AvailableAction> {
        let step = self.given("target");
        let is_it = |one: &&AvailableAction| {
            one.action == action && (step.is_empty() || one.target.as_deref() == Some(step))
        };
        let mut all = self.summary.actions.iter().filter(is_it);
        all.clone().find(|one| one.blockers.is_empty()).or_else(|| all.next())
    }

    /// What stands behind the question mark, or was sent with the form.
    pub(crate) fn given(&self, key: &str) -> &str {
        self.here.asked.some(key).unwrap_or_else(|| self.draft.value(key, ""))
    }

    pub(crate) fn can(&self, action: Action) -> bool {
        self.action(action).is_some_and(|one| one.blockers.is_empty())
    }
}

/// The case as it is now, with the panel that is open, or with what a refused form says again.
pub(crate) fn draw(here: &Here, open: &str, draft: Draft<'_>) -> Result<Markup> {
    let case = CaseScreen { here, summary: here.desk.find_summary(here.asked.get("number"))?, open, draft };
    let title = format!("{} {}", case.number(), case.summary.case.title);
    let address = format!("/cases/{}", case.number());
    let screen = Screen::new(&title).live(&address).with_problem(draft.error.is_some());
    let panel = panels::panel(&case)?;
    // What is wrong with a form stands in the form.
    let above = draft.error.filter(|_| open.is_empty());
    let main = html! {
        div.case {
            div.middle {
                (head(&case))
                @if let Some(error) = above { (problem(here, &told(here, error))) }
                (boxes::boxes(&case))
                (panel)
                (answers::receipt(&case))
                @if let Some(text) = &case.summary.case.description { p.description { (text) } }
                (notes::thread(&case)?)
            }
            (facts(&case)?)
        }
    };
    page(here, &screen, main)
}

fn head(case: &CaseScreen<'_>) -> Markup {
    let (here, shown) = (case.here, &case.summary.case);
    let button = |action: Action, class: &str, label: Markup| {
        let key = (action == Action::TakeCase).then_some("t");
        html! { @if case.can(action) {
        (post_to(here, &case.to(action.code()), html! { button class={ "button " (class) } data-key=[key] { (label) } })) } }
    };
    html! {
        header.head #head data-region {
            p.crumb { bdi.number { (shown.number) } " · " (shown.case_type) }
            h1 { bdi { (shown.title) } }
            div.under {
                (stage(shown.category, &shown.stage))
                @if let Some(outcome) = &case.summary.outcome { span.after { (sentence(outcome)) } }
                @if let Some(holder) = &shown.holder { (person(&holder.by, holder.name.as_deref())) }
                @else { span.held { (here.say("nobody")) } }
                @if let Some(at) = shown.due_at { (due(here, at)) }
                span.grow {}
                @if case.can(Action::EditCase) {
                    a.button.quiet href=(case.to("edit")) data-key="e" aria-keyshortcuts="e" { (icon("pen")) (here.say("edit")) } }
                (button(Action::ReturnCase, "quiet", html! { (here.say("return")) }))
                (button(Action::TakeOverCase, "", html! { (here.say("take_over")) }))
                (button(Action::TakeCase, "primary", html! { (icon("hand")) (here.say("take")) }))
            }
        }
    }
}

fn facts(case: &CaseScreen<'_>) -> Result<Markup> {
    let (here, summary) = (case.here, &case.summary);
    let shown = &summary.case;
    let row = |key: &'static str, value: Markup| fact(here.say(key), value);
    Ok(html! {
        aside.facts #facts data-region aria-label=(here.say("about")) {
            @if let Some(request) = &summary.request {
                h2 { (here.say("request")) }
                dl {
                    (row("requester", text(request.requester.as_deref())))
                    (row("reply_to", text(request.reply_to.as_deref())))
                    (row("reference", html! { bdi { (request.reference) } }))
                    (row("received", moment(here, request.received_at)))
                }
            }
            @if !summary.credentials.is_empty() {
                h2 { (here.say("credentials")) }
                dl { @for one in &summary.credentials { (fact(&one.kind, credential(here, one))) } }
            }
            h2 { (here.say("about")) }
            dl {
                @if let (Some(id), Some(name)) = (shown.customer, &shown.customer_name) {
                    (row("customer", html! { a href={ "/customers/" (id) } { bdi { (name) } } })) }
                (row("type", html! { (shown.case_type) }))
                @if let Some(workflow) = &summary.workflow { (row("workflow", html! { (workflow) })) }
                @for field in &shown.fields { @if field.text.is_some() { (fact(&field.label, text(field.text.as_deref()))) } }
                (row("priority", marks::priority(case)?))
                (row("tags", marks::tags(case)?))
                (deadlines::facts(case))
                (row("created", html! { (moment(here, shown.raised_at)) " · " (called(&shown.raised_by, shown.raised_by_name.as_deref())) }))
                (row("changed", moment(here, shown.updated_at)))
            }
            p.more { a href=(case.to("history")) { (icon("clock")) (here.say("history")) } }
        }
    })
}

/// What a requester gave to prove who they are: hidden from the eye until it is asked for.
fn credential(here: &Here, one: &CredentialView) -> Markup {
    html! {
        @if let Some(value) = &one.value {
            details.secret { summary { (here.say("show")) span.sr { " " (one.kind) } } code { bdi { (value) } } }
        } @else { code { bdi { (one.hint) } } }
    }
}

/// The reasons why something is not possible, as a list.
pub(crate) fn reasons(here: &Here, blockers: &[Blocker]) -> Markup {
    html! { @for one in blockers { p.why { (reason(here, one)) } } }
}
