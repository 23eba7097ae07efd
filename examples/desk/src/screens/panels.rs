//! What opens below the boxes: a form for each decision. Each panel is a function that draws it, and an address that its form goes
//! to; `identification` shows how.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use casekit::NewIdentification;
use maud::{Markup, html};

use super::case::{CaseScreen, act, credential};
use crate::acts::{Form, Problem};
use crate::kit::App;
use crate::parts::{Field, field, form_head, summary_of_errors, tick};
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
fn title(case: &CaseScreen<'_>, kind: casekit::StepKind) -> String {
    case.summary
        .steps
        .iter()
        .find(|step| step.kind == kind)
        .map(|step| step.label.clone())
        .unwrap_or_default()
}

fn identification(case: &CaseScreen<'_>) -> Markup {
    let (here, draft) = (case.here, case.draft);
    let method = draft.value("method", "");
    let body = html! {
        (summary_of_errors(here, draft, &["method", "note"]))
        @if !case.summary.credentials.is_empty() {
            fieldset { legend { (here.say("checked")) }
                @for (place, one) in case.summary.credentials.iter().enumerate() {
                    (tick(draft, "credential", &place.to_string(), one.checked, html! { strong { bdi { (one.kind) } } " " (credential(here, one)) }))
                } }
        }
        (field(here, draft, Field::new("method", here.say("how")), |described, wrong| html! {
            input #method name="method" list="methods" value=(method) dir="auto" autocomplete="off" aria-describedby=[described] aria-invalid=[wrong];
            datalist #methods { @for key in ["by_video", "in_person", "by_letter"] { option value=(here.say(key)) {} } }
        }))
    };
    frame(case, &title(case, casekit::StepKind::Identification), "identification", here.say("approve"), body)
}

async fn identify(
    State(app): State<App>,
    session: Session,
    Path(number): Path<String>,
    form: Form,
) -> Response {
    app.act(session, form, move |here, desk, form| {
        let checked = form.all("credential").filter_map(|place| place.parse().ok());
        let by = NewIdentification::by(form.get("method"));
        let by = checked.fold(by, NewIdentification::with_credential);
        act(here, &number, "identification", form, |id| desk.approve_identification_with(id, by))
    })
    .await
}
