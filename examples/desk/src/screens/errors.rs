//! Cases with errors, a card for each cause: what is wrong, who has to act, the setting that is wrong, and retrying all of them.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use casekit::{FailureGroup, PageRequest, Permission, SettingsView};
use maud::{Markup, html};

use super::settings;
use crate::acts::{Draft, Form, Parameters, Problem};
use crate::kit::{App, Here};
use crate::parts::{Screen, advice, empty, escaped, form_head, icon, moment, number, page, sentence};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/errors", get(errors)).route("/errors/retry", post(retry))
}

async fn errors(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    let broken = app.webform().is_broken();
    app.read(session, move |here| {
        let asked = |key: &str| asked.get(key).map(String::as_str);
        let retried =
            asked("retried").and_then(|n| n.parse().ok()).zip(asked("left").and_then(|n| n.parse().ok()));
        draw(here, asked("open").unwrap_or_default(), retried, broken)
    })
    .await
}

/// Tries all cases with one cause again, and says how many went on.
async fn retry(State(app): State<App>, session: Session, form: Form) -> Response {
    app.act(session, form, |here, desk, form| {
        let (code, setting) = (form.get("code"), form.some("setting"));
        let retried = desk.retry_all(code, setting.as_deref())?;
        let groups = here.desk.failure_overview()?.groups;
        let left: u64 =
            groups.iter().filter(|one| one.code == code && one.setting == setting).map(|one| one.count).sum();
        Ok::<_, Problem>(
            Redirect::to(&format!("/errors?retried={}&left={left}#done", retried.len())).into_response(),
        )
    })
    .await
}

fn draw(here: &Here, open: &str, retried: Option<(u64, u64)>, broken: bool) -> Result<Markup, Problem> {
    let overview = here.desk.failure_overview()?;
    let view = here.or_none(here.desk.settings().map(Some))?;
    let cards = overview
        .groups
        .iter()
        .map(|group| card(here, group, open, view.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    let address =
        if open.is_empty() { "/errors".to_owned() } else { format!("/errors?open={}", escaped(open)) };
    let fixing =
        view.as_ref().filter(|_| !open.is_empty() && here.desk.actor().may(Permission::ChangeSettings));
    let main = html! {
        header.head { h1 { (here.say("errors")) }
            p #total data-region { strong { (number(overview.count)) } " " (here.say(if overview.count == 1 { "case_waits" } else { "cases_wait" })) } }
        @if let Some((all, left)) = retried {
            p.notice #done tabindex="-1" { (icon("again")) span { (here.say("retried")) " " strong { (number(all)) } ". "
                (here.say("went_on")) " " strong { (number(all.saturating_sub(left))) } ". " (here.say("still_failing")) " " strong { (number(left)) } "." } }
        }
        @if let Some(view) = fixing { section.panel #setting tabindex="-1" aria-label=(here.say("settings")) {
            (settings::form_of(here, view, open, Draft::default(), "/errors", broken)?) } }
        section #causes data-region {
            @if cards.is_empty() { (empty("check", here.say("no_errors"), here.say("no_errors_more"), None)) }
            @for card in &cards { (card) }
        }
        @if let Some(help) = overview.support_email.filter(|_| overview.count > 0) {
            p.after { (here.say("help_at")) " " a href={ "mailto:" (help) } { bdi { (help) } } } }
    };
    page(here, &Screen::new(here.say("errors")).under("errors").live(&address), main)
}

/// A cause. Of its cases only the numbers: whoever fixes a setting needs nobody's name.
fn card(
    here: &Here,
    group: &FailureGroup,
    open: &str,
    view: Option<&SettingsView>,
) -> Result<Markup, Problem> {
    let setting = group.setting.as_deref();
    let cases = here.desk.cases_with_errors(Some(&group.code), setting, PageRequest::first())?.rows;
    let Some(failure) = cases.first().map(|one| &one.failure) else { return Ok(html! {}) };
    let since = cases.iter().map(|one| one.failure.at).min().unwrap_or(failure.at);
    let language = here.desk.language();
    let id = format!("{}-{}", group.code, setting.unwrap_or_default()).replace('.', "-");
    // A source of the application's own code is not in the settings, and is fixed there.
    let fixes = |one: &str| {
        let view = view.filter(|_| here.desk.actor().may(Permission::ChangeSettings));
        let is_there = |name: &str| view.is_some_and(|view| view.sources.iter().any(|one| one.name == name));
        one.strip_prefix("sources.").map_or(view.is_some(), is_there)
    };
    let more = group.count.saturating_sub(cases.len() as u64);
    let opens = here.desk.actor().may(Permission::ReadCases);
    Ok(html! {
        article.card.cause id={ "cause-" (id) } aria-labelledby={ "of-" (id) } {
            div.say {
                h2 id={ "of-" (id) } { (icon("alert")) (sentence(&failure.label)) }
                p.after { strong { (number(group.count)) } " " (here.say(if group.count == 1 { "case" } else { "cases" })) " · " (here.say("since")) " " (moment(here, since))
                    " · " (here.say("who_fixes")) " " (language.word_of("responsible", failure.responsible.code()))
                    @if let Some(setting) = setting { " · " (here.say("setting")) " " strong { (settings::name(here, setting)) } } }
                p { (advice(&failure.hint)) }
            }
            div.buttons {
                @if let Some(setting) = setting.filter(|one| *one != open && fixes(one)) {
                    a.button href={ "/errors?open=" (escaped(setting)) "#setting" } { (icon("gear")) (here.say("open_setting")) span.sr { " " (settings::name(here, setting)) } } }
                @if here.desk.actor().may(Permission::RetryFailures) {
                    form method="post" action="/errors/retry" { (form_head(here, None))
                        input type="hidden" name="code" value=(group.code); input type="hidden" name="setting" value=[setting];
                        button.button.primary { (icon("again")) (here.say("retry")) " " (number(group.count)) span.sr { " " (failure.label) } } } }
            }
            ul.numbers aria-label=(here.say("cases")) {
                @for one in &cases { li id={ "failing-" (one.number) } {
                    @if opens { a.title href={ "/cases/" (one.number) } { bdi.number { (one.number) } } } @else { bdi.number.title { (one.number) } } } }
                @if more > 0 { li { "+ " (number(more)) } }
            }
        }
    })
}
