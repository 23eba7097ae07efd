//! The settings: each with what a check of it found, and what else is set up, listed.

use super::prelude::*;
use crate::demo;

pub(crate) fn change(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let of = here.asked.get("of");
    let edit = match of {
        "general" => general_of(form),
        "webform" => webform_of(form),
        "sources" => SettingsEdit::new().sources(sources_of(form, &here.desk.settings()?)),
        _ => return Err(Problem::NOTHING_HERE),
    };
    desk.change_settings(form.parsed("revision").into_iter().fold(edit, SettingsEdit::seen))?;
    Ok(if form.get("back") == "/errors" { "/errors".to_owned() } else { format!("/settings#{of}") })
}

fn general_of(form: &Form) -> SettingsEdit {
    // What is no number is told as one that is out of range.
    let mut edit = SettingsEdit::new().retention_days(form.parsed("retention_days").unwrap_or(u32::MAX));
    edit.name_staff = Some(form.some("name_staff").is_some());
    edit.organisation(form.get("organisation"))
        .support_email(form.get("support_email"))
        .number_prefix(form.get("number_prefix"))
}

fn webform_of(form: &Form) -> SettingsEdit {
    let place = form.get("webform").to_owned();
    SettingsEdit::new().webform(match form.get("kind") {
        "directory" => WebformTarget::Directory { path: place },
        "http" => WebformTarget::Http { url: place, secret: form.some("webform.secret") },
        "host" => WebformTarget::Host { name: place },
        _ => return SettingsEdit::new().without_webform(),
    })
}

/// The sources as the form has them: those that there are, without what was ticked, and with a new one.
fn sources_of(form: &Form, view: &SettingsView) -> Vec<SourceSetting> {
    let text = |place: usize, field: &str| form.get(&format!("sources[{place}].{field}")).to_owned();
    let kept =
        view.sources.iter().enumerate().filter(|(_, one)| !form.all("remove").any(|name| name == one.name));
    let mut sources: Vec<SourceSetting> = kept
        .map(|(place, one)| {
            let mut one = one.clone();
            match &mut one.kind {
                SourceKind::Sqlite { path, .. } => *path = text(place, "path"),
                SourceKind::Csv { path, key_column, .. } => {
                    (*path, *key_column) = (text(place, "path"), text(place, "key_column"));
                }
            }
            one
        })
        .collect();
    let new = view.sources.len();
    if !text(new, "name").is_empty() || !text(new, "path").is_empty() {
        let kind = SourceKind::csv(text(new, "path"), text(new, "key_column"));
        sources.push(SourceSetting { name: text(new, "name"), kind });
    }
    sources
}

/// What a setting is called: `webform`, or `sources.crm`.
pub(crate) fn name(here: &Here, setting: &str) -> String {
    match setting.split_once('.') {
        Some((group, one)) => format!("{}: {one}", label(here, group)),
        None => label(here, setting),
    }
}

pub(crate) fn draw(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let view = here.desk.settings()?;
    // The server of a webform is asked only when somebody says so.
    let reach = if here.asked.some("check").is_some() { Reach::There } else { Reach::Here };
    let checked = here.desk.check_settings(reach)?;
    let draft_of = |one: &str| if here.asked.get("of") == one { draft } else { Draft::default() };
    let main = html! {
        header.head.wide { h1 { (here.say("settings")) } span.grow {}
            a.button href="/settings?check=1#check" { (icon("check")) (here.say("check_now")) } }
        (findings(here, &checked))
        div.columns {
            @for one in ["general", "webform", "sources"] {
                section.card id=(one) tabindex="-1" { (form_of(here, &view, one, draft_of(one), "/settings")?) } }
            (listed(here, &view))
            (demo::section(here))
        }
    };
    page(here, &Screen::new(here.say("settings")).under("settings").with_problem(draft.error.is_some()), main)
}

/// What the check found, in words.
fn findings(here: &Here, all: &[SettingFinding]) -> Markup {
    html! {
        section.card #check tabindex="-1" aria-labelledby="check-title" { h2 #check-title { (here.say("check_found")) }
            ul.findings { @for one in all {
                li.bad[one.problem.is_some()] { (icon(if one.problem.is_some() { "alert" } else { "check" }))
                    div { strong { (name(here, &one.setting)) } " "
                        @match &one.problem { None => span.after { (here.say("works")) }, Some(code) => { (here.word("failure", code)) } }
                        @if let Some(fix) = &one.fix { p { (advice(fix)) } } } }
            } }
        }
    }
}

/// The form of one setting, or what it is for whoever may not change it.
pub(crate) fn form_of(
    here: &Here,
    view: &SettingsView,
    setting: &str,
    draft: Draft<'_>,
    back: &str,
) -> Result<Markup> {
    let of = setting.split('.').next().unwrap_or_default();
    let f = Fields::new(here, draft, None);
    let (heading, fields) = match of {
        "webform" => (name(here, "webform"), webform(&f, view)),
        "sources" => (name(here, "sources"), sources(&f, view)),
        _ => (here.say("organisation_and_numbers").to_owned(), general(&f, view)),
    };
    let fields = f.below_problem(fields)?;
    let (may, broken) = (here.can(DeskAction::ChangeSettings), here.app.webform().is_broken());
    Ok(html! {
        h2 { (heading) }
        @if !may { p.why { (here.say("settings_read_only")) } }
        @if of == "webform" && broken { (demo::fix(here, back)) }
        form method="post" action={ "/settings/" (if matches!(of, "webform" | "sources") { of } else { "general" }) } novalidate {
            (form_head(here, None)) input type="hidden" name="revision" value=(view.revision); input type="hidden" name="back" value=(back);
            fieldset disabled[!may] { (fields) }
            @if may { div.buttons { button.button.primary { (here.say("save")) span.sr { " " (heading) } }
                @if back != "/settings" { a.button.quiet href=(back) { (here.say("cancel")) } } } }
        }
    })
}

fn general(f: &Fields<'_>, view: &SettingsView) -> Markup {
    let here = f.here;
    html! {
        (f.draw(&Field::new("organisation", view.organisation.as_deref().unwrap_or_default())))
        (f.draw(&Field::new("support_email", view.support_email.as_deref().unwrap_or_default())))
        (f.draw(&Field::new("number_prefix", &view.number_prefix).hint(here.say("prefix_more"))))
        (f.draw(&Field::new("retention_days", view.retention_days.to_string()).hint(here.say("retention_more"))))
        (f.tick("name_staff", "on", view.name_staff, label(here, "name_staff")))
    }
}

fn webform(f: &Fields<'_>, view: &SettingsView) -> Markup {
    let here = f.here;
    let (kind, place, secret) = match &view.webform {
        Some(WebformTarget::Directory { path }) => ("directory", path.as_str(), None),
        Some(WebformTarget::Http { url, secret }) => ("http", url.as_str(), secret.as_deref()),
        Some(WebformTarget::Host { name }) => ("host", name.as_str(), None),
        None => ("", "", None),
    };
    let kinds = [
        ("", here.say("to_nowhere")),
        ("directory", here.say("to_folder")),
        ("http", here.say("to_server")),
        ("host", here.say("to_application")),
    ];
    html! {
        (f.draw(&Field::new("kind", kind).label(here.say("answers_go")).among(kinds)))
        (f.draw(&Field::new("webform", place).label(here.say("place")).hint(here.say("place_more"))))
        (f.draw(&Field::new("webform.secret", secret.unwrap_or_default()).label(here.say("secret")).hint(here.say("secret_more"))))
    }
}

fn sources(f: &Fields<'_>, view: &SettingsView) -> Markup {
    let (here, new) = (f.here, view.sources.len());
    let one = |place: usize, field: &'static str, value: &str| {
        f.draw(&Field::new(format!("sources[{place}].{field}"), value).label(here.say(field)))
    };
    html! {
        @for (place, source) in view.sources.iter().enumerate() {
            fieldset { legend { bdi { (source.name) } }
                @match &source.kind {
                    SourceKind::Csv { path, key_column, .. } => { (one(place, "path", path)) (one(place, "key_column", key_column)) }
                    SourceKind::Sqlite { path, queries } => { (one(place, "path", path))
                        @for query in queries { p.after { bdi { (query.table) } " " code { bdi { (query.sql) } } } } }
                }
                (f.tick("remove", &source.name, false, html! { (here.say("remove")) span.sr { " " (source.name) } }))
            }
        }
        details open[f.draft.error.is_some()] { summary.more { (icon("plus")) (here.say("new_source")) }
            (one(new, "name", "")) (one(new, "path", "")) (one(new, "key_column", "")) }
    }
}

/// What else is set up: it is defined once, by whoever sets the application up, and looked at here.
fn listed(here: &Here, view: &SettingsView) -> Markup {
    let language = here.desk.language();
    let list = |key: &str, rows: Vec<Markup>| {
        html! {
            section.card { h2 { (name(here, key)) }
                @if rows.is_empty() { p.after { (here.say("none")) } }
                ul.plain { @for row in rows { li { (row) } } } }
        }
    };
    let field = |one: &FieldDefinitionView| {
        html! { strong { bdi { (one.label) } }
        @if one.required { " · " (here.say("required")) } @if one.for_customer { " · " (here.say("customer_sees")) } }
    };
    let deadline = |one: &DeadlinePolicyView| {
        html! { strong { bdi { (one.policy.label) } }
        " · " (language.on_screen(&one.policy.length.message())) " · " (language.word_of("deadline_goal", one.policy.goal.code()))
        @if let Some(source) = &one.policy.source { p.after { bdi { (source) } } } }
    };
    let calendar = |one: &CalendarView| {
        html! { strong { bdi { (one.calendar.label) } } " · " bdi { (one.calendar.time_zone) }
        " · " (here.say("holidays")) " " (one.calendar.holidays.len()) }
    };
    html! {
        (list("customer_fields", view.customer_fields.iter().map(field).collect()))
        (list("deadlines", view.deadlines.iter().map(deadline).collect()))
        (list("calendars", view.calendars.iter().map(calendar).collect()))
    }
}
