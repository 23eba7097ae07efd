//! What opens below the boxes: a form for each decision. Each panel is a function that draws it, and an address that its form goes
//! to; `identification` shows how.

use std::iter;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use casekit::{Assurance, NewIdentification, StepKind};
use maud::{Markup, html};

use super::case::{CaseScreen, act, credential};
use crate::acts::{Form, Problem};
use crate::kit::App;
use crate::parts::{Field, area, form_head, input, select, summary_of_errors, tick};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/cases/{number}/identification", post(identify))
}

/// The panel that is open; empty if none is.
pub(crate) fn panel(case: &CaseScreen<'_>) -> Result<Markup, Problem> {
    Ok(match case.open {
        "identification" => identification(case),
        _ => html! {},
    })
}

/// The frame of a panel, with the form that goes to `/cases/N/{to}`.
fn frame(case: &CaseScreen<'_>, title: &str, to: &str, submit: &str, body: Markup) -> Markup {
    let here = case.here;
    html! {
        section #panel.panel tabindex="-1" aria-labelledby="panel-title" {
            h2 #panel-title { (title) }
            form method="post" action={ "/cases/" (case.number()) "/" (to) } novalidate { (form_head(here, None)) (body)
                div.buttons { button.button.primary { (submit) }
                    a.button.quiet href={ "/cases/" (case.number()) "#steps" } { (here.say("cancel")) } } }
        }
    }
}

/// The step of this kind, by what the library calls it.
fn title(case: &CaseScreen<'_>, kind: StepKind) -> String {
    case.summary
        .steps
        .iter()
        .find(|step| step.kind == kind)
        .map(|step| step.label.clone())
        .unwrap_or_default()
}

fn identification(case: &CaseScreen<'_>) -> Markup {
    let (here, draft) = (case.here, case.draft);
    let how = [here.say("by_video"), here.say("in_person"), here.say("by_letter")];
    let levels = LEVELS.map(|level| (level.code(), here.desk.language().word_of("assurance", level.code())));
    let levels: Vec<(&str, &str)> = iter::once(("", here.say("not_said")))
        .chain(levels.iter().map(|(code, label)| (*code, label.as_str())))
        .collect();
    let body = html! {
        (summary_of_errors(here, draft, &["method", "assurance", "note"]))
        @if !case.summary.credentials.is_empty() {
            fieldset { legend { (here.say("checked")) }
                @for (place, one) in case.summary.credentials.iter().enumerate() {
                    (tick(draft, "credential", &place.to_string(), one.checked, html! { strong { bdi { (one.kind) } } " " (credential(here, one)) }))
                } }
        }
        (input(here, draft, Field::new("method", here.say("how")).suggesting(&how), ""))
        (select(here, draft, Field::new("assurance", here.say("how_sure")), "", &levels))
        (area(here, draft, Field::new("note", here.say("what_else")).hint(here.say("stays_inside")), ""))
    };
    frame(case, &title(case, StepKind::Identification), "identification", here.say("approve"), body)
}

const LEVELS: [Assurance; 3] = [Assurance::Low, Assurance::Substantial, Assurance::High];

async fn identify(
    State(app): State<App>,
    session: Session,
    Path(number): Path<String>,
    form: Form,
) -> Response {
    app.act(session, form, move |here, desk, form| {
        let checked = form.all("credential").filter_map(|place| place.parse().ok());
        let by = NewIdentification::by(form.get("method"));
        let mut by = checked.fold(by, NewIdentification::with_credential);
        by.assurance = LEVELS.into_iter().find(|level| level.code() == form.get("assurance"));
        by.note = form.some("note");
        act(here, &number, "identification", form, |id| desk.approve_identification_with(id, by))
    })
    .await
}
