//! Cases with errors, a card for each cause: what is wrong, who has to act, the setting that is wrong, and retrying all of them.

use super::prelude::*;
use super::settings;
use crate::retries::Retrying;

/// Begins to try all cases with one cause again. It goes on while somebody looks, and while nobody does.
pub(crate) fn retry(here: &Here, desk: &Desk, form: &Form) -> Result<Redirect> {
    let (code, setting, id) = (form.get("code"), form.some("setting"), form.get("request").to_owned());
    let mut groups = here.desk.failure_overview()?.groups.into_iter();
    let Some(cause) = groups.find(|one| one.code == code && one.setting == setting) else {
        return Ok(Redirect::to("/errors"));
    };
    let label = here.word("failure", code);
    let new = Retrying { id, cause, label, went_on: 0, failing: 0, is_over: false, broke_off: false };
    Ok(Redirect::to(&format!("/errors?retried={}#done", here.app.retries.begin(here, desk, new)?)))
}

/// How far retries have come, and what became of them.
fn retries(here: &Here) -> Markup {
    let asked = here.asked.some("retried");
    let counted =
        |key: &'static str, count: u64| html! { " " (here.say(key)) " " strong { (number(count)) } "." };
    html! { section #done data-region tabindex="-1" aria-label=(here.say("retry")) {
    @for one in here.app.retries.shown(asked) {
        @let of = one.cause.count.max(one.done());
        div.notice id={ "retry-" (one.id) } { (icon("again")) div {
            p { strong { (one.label) } ": " (here.say("retried")) " " bdi { (number(one.done())) " / " (number(of)) } "."
                (counted("went_on", one.went_on)) (counted("still_failing", one.failing)) }
            @if one.is_over { p { (here.say(if one.broke_off { "retry_broke_off" } else { "retry_over" })) } } @else {
                progress max=(of) value=(one.done()) aria-label={ (here.say("retry")) ": " (one.label) } {}
                p.after { (here.say("retry_goes_on")) }
                noscript { p { a.button href={ "/errors?retried=" (one.id) "#done" } { (here.say("see_how_far")) } } } }
        } } } } }
}

pub(crate) fn errors(here: &Here) -> Result<Markup> {
    let overview = here.desk.failure_overview()?;
    let view = here.or_none(here.desk.settings().map(Some))?.filter(|_| here.can(DeskAction::ChangeSettings));
    let cards = overview.groups.iter().map(|group| card(here, group, view.as_ref()));
    let cards = cards.collect::<Result<Vec<_>, _>>()?;
    let title = here.say("errors");
    let main = html! {
        header.head { h1 { (title) }
            p #total data-region { strong { (number(overview.count)) } " " (here.say(if overview.count == 1 { "case_waits" } else { "cases_wait" })) } }
        (retries(here))
        @if let Some((view, open)) = view.as_ref().zip(here.asked.some("open")) {
            section.panel #setting tabindex="-1" aria-label=(here.say("settings")) { (settings::form_of(here, view, open, Draft::default(), "/errors")?) } }
        section #causes data-region {
            @if cards.is_empty() { (empty("check", here.say("no_errors"), here.say("no_errors_more"), None)) }
            @for card in &cards { (card) }
        }
        @if let Some(help) = overview.support_email.filter(|_| overview.count > 0) {
            p.after { (here.say("help_at")) " " a href={ "mailto:" (help) } { bdi { (help) } } } }
    };
    page(here, &Screen::new(title).under("errors").live("/errors"), main)
}

/// A cause. Of its cases only the numbers: whoever fixes a setting needs nobody's name.
fn card(here: &Here, group: &FailureGroup, view: Option<&SettingsView>) -> Result<Markup> {
    let setting = group.setting.as_deref();
    let cases = here.desk.cases_with_errors(Some(&group.code), setting, PageRequest::first())?.rows;
    let Some(failure) = cases.first().map(|one| &one.failure) else { return Ok(html! {}) };
    let since = cases.iter().map(|one| one.failure.at).min().unwrap_or(failure.at);
    let id = format!("{}-{}", group.code, setting.unwrap_or_default()).replace('.', "-");
    // A source of the application's own code is not in the settings, and is fixed there.
    let fixes = |one: &str| {
        let is_there = |name: &str| view.is_some_and(|view| view.sources.iter().any(|one| one.name == name));
        one.strip_prefix("sources.").map_or(view.is_some(), is_there)
    };
    let more = group.count.saturating_sub(cases.len() as u64);
    let opens = here.can(DeskAction::ReadCases);
    Ok(html! {
        article.card.cause id={ "cause-" (id) } aria-labelledby={ "of-" (id) } {
            div.say {
                h2 id={ "of-" (id) } { (icon("alert")) (sentence(&failure.label)) }
                p.after { (sentence(here.say("cases"))) ": " strong { (number(group.count)) } " · " (here.say("first_failed")) " " (moment(here, since))
                    " · " (here.say("who_fixes")) " " (here.desk.language().word_of("responsible", failure.responsible.code()))
                    @if let Some(setting) = setting { " · " (here.say("setting")) " " strong { (settings::name(here, setting)) } } }
                p { (advice(&failure.hint)) }
            }
            div.buttons {
                @if let Some(setting) = setting.filter(|one| here.asked.some("open") != Some(one) && fixes(one)) {
                    a.button href={ "/errors?open=" (escaped(setting)) "#setting" } { (icon("gear")) (here.say("open_setting")) span.sr { " " (settings::name(here, setting)) } } }
                @if here.can(DeskAction::RetryFailures) {
                    (post_to(here, "/errors/retry", html! {
                        input type="hidden" name="code" value=(group.code); input type="hidden" name="setting" value=[setting];
                        button.button.primary { (icon("again")) (here.say("retry")) " (" (number(group.count)) ")" span.sr { " " (failure.label) } } })) }
            }
            ul.numbers aria-label=(here.say("cases")) {
                @for one in &cases { li id={ "failing-" (one.number) } {
                    @if opens { a.title href={ "/cases/" (one.number) } { bdi.number { (one.number) } } } @else { bdi.number.title { (one.number) } } } }
                @if more > 0 { li { "+ " (number(more)) } }
            }
        }
    })
}
