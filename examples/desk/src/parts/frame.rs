//! The frame of every page: its sides and bars.

use axum::response::{IntoResponse, Response};
use casekit::Permission;
use maud::{DOCTYPE, Markup, html};

use super::{face, icon, number, problem, told};
use crate::acts::Problem;
use crate::assets::address;
use crate::kit::Here;
use crate::session::{PEOPLE, Person, Theme};
use crate::words::Language;

/// What the frame knows of the page inside.
pub(crate) struct Screen<'a> {
    title: &'a str,
    place: &'a str,
    live: Option<&'a str>,
    has_problem: bool,
}

impl<'a> Screen<'a> {
    pub(crate) fn new(title: &'a str) -> Self {
        Self { title, place: "", live: None, has_problem: false }
    }

    /// The entry at the side under which the page stands.
    pub(crate) fn under(self, place: &'a str) -> Self {
        Self { place, ..self }
    }

    /// The address from which the regions of the page are read anew when something was committed: that of the page, since the
    /// answer to a form stands under the address of the form. It must write nothing.
    pub(crate) fn live(self, address: &'a str) -> Self {
        Self { live: Some(address), ..self }
    }

    /// Whether the title begins with the problem.
    pub(crate) fn with_problem(self, has_problem: bool) -> Self {
        Self { has_problem, ..self }
    }
}

/// A page. Whatever in it has an id and `data-region` is kept up to date.
pub(crate) fn page(here: &Here, screen: &Screen<'_>, main: Markup) -> Result<Markup, Problem> {
    let nav = nav(here, screen.place)?;
    Ok(html! {
        (DOCTYPE)
        html lang=(here.session.language.code()) dir=(here.session.language.direction()) data-theme=(here.session.theme.code()) {
            (head(here, screen))
            body data-live=[screen.live] data-live-word=(here.say("live")) data-off-word=(here.say("not_live")) {
                a.skip href="#main" { (here.say("skip")) }
                (nav)
                (bar(here))
                // Whoever has the sheet reads how old it is, and whom to ask.
                p.paper.printed { (here.say("printed")) " " bdi { (here.desk.language().minute_and_zone(chrono::Utc::now())) } " · " bdi { (here.session.person.name) } }
                main #main tabindex="-1" { (main) }
                (palette(here))
                (keys(here))
                div #said.sr role="status" aria-live="polite" {}
            }
        }
    })
}

/// A page that says what the problem is, in the frame.
pub(crate) fn problem_page(here: &Here, found: &Problem) -> Response {
    let sentences = match found {
        Problem::Said(_, key) => vec![here.say(key).to_owned()],
        Problem::Kit(error) => told(here, error),
    };
    let again = found.status().is_server_error();
    let main = html! {
        div.narrow { h1 { (here.say("not_possible")) } (problem(here, &sentences))
            div.buttons {
                @if again { a.button.primary href="" { (here.say("try_again")) } }
                a.button href="/" { (here.say("to_start")) }
            }
        }
    };
    let drawn = page(here, &Screen::new(here.say("not_possible")).with_problem(true), main);
    // Where even the counts at the side cannot be read, the sentences have to do.
    drawn.map_or_else(
        |_| (found.status(), sentences.join("\n")).into_response(),
        |page| (found.status(), page).into_response(),
    )
}

fn head(here: &Here, screen: &Screen<'_>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { @if screen.has_problem { (here.say("there_is_a_problem")) ": " } (screen.title) " · casekit desk" }
            link rel="stylesheet" href=(address("desk.css"));
            link rel="icon" href=(address("icon.svg"));
            link rel="preload" href=(address("inter-latin-wght-normal.woff2")) as="font" type="font/woff2" crossorigin;
            script src=(address("idiomorph.min.js")) defer {}
            script src=(address("desk.js")) defer {}
        }
    }
}

fn nav(here: &Here, place: &str) -> Result<Markup, Problem> {
    let may = |permission| here.desk.actor().may(permission);
    let pending = here.or_none(here.desk.my_pending_count())?;
    let failing = here.or_none(here.desk.failure_overview().map(|one| one.count))?;
    let entry = |key: &'static str, to: &str, sign: &str, count: u64, bad: bool| {
        html! {
            li { a href=(to) aria-current=[(place == key).then_some("page")] {
                (icon(sign)) span.label { (here.say(key)) } @if count > 0 { span.count.bad[bad] { (number(count)) } }
            } }
        }
    };
    let configures = [Permission::ConfigureCaseTypes, Permission::CheckSettings, Permission::ReadPeople];
    Ok(html! {
        nav #nav data-region aria-label=(here.say("work")) {
            a.brand href="/" { span.mark aria-hidden="true" {} "casekit desk" }
            ul {
                @if may(Permission::ReadCases) {
                    (entry("my_cases", "/", "inbox", pending, false))
                    (entry("overview", "/cases", "list", 0, false))
                }
                @if may(Permission::ReadCustomers) { (entry("customers", "/customers", "people", 0, false)) }
                @if may(Permission::ReadFailures) { (entry("errors", "/errors", "alert", failing, true)) }
            }
            @if configures.into_iter().any(may) {
                h2 { (here.say("configuration")) }
                ul {
                    @if may(Permission::ConfigureCaseTypes) { (entry("case_types", "/types", "tag", 0, false)) }
                    @if may(Permission::ReadPeople) { (entry("people", "/people", "people", 0, false)) }
                    @if may(Permission::CheckSettings) { (entry("settings", "/settings", "gear", 0, false)) }
                }
            }
        }
    })
}

fn bar(here: &Here) -> Markup {
    let may = |permission| here.desk.actor().may(permission);
    let find = here.say("find");
    html! {
        header.bar {
            @if may(Permission::ReadCases) {
                form.lookup role="search" action="/find" {
                    label.sr for="find" { (find) } (icon("search"))
                    input #find name="q" type="search" placeholder=(find) autocomplete="off" dir="auto"; kbd aria-hidden="true" { "/" }
                }
            }
            @if may(Permission::RaiseCases) {
                a.button.primary href="/raise" data-key="c" aria-keyshortcuts="c" { (icon("plus")) span { (here.say("raise_case")) } }
            }
            span.grow {}
            span #live.live role="status" {}
            (who(here))
        }
    }
}

/// Who you are: the demo's sign-in, which nobody should take for one.
fn who(here: &Here) -> Markup {
    let session = &here.session;
    let role = |one: &Person| super::sentence(&here.desk.language().word_of("role", one.role.code()));
    let choice = |group: Markup| {
        html! { form method="post" action="/session" { input type="hidden" name="token" value=(session.token); (group) } }
    };
    html! {
        details.who {
            summary { (face(session.person.id, Some(session.person.name)))
                span.name { (session.person.name) small { (role(session.person)) } } }
            div.menu {
                p { (here.say("act_as")) }
                (choice(html! { @for one in &PEOPLE {
                    button name="actor" value=(one.id) aria-pressed=(one.id == session.person.id) {
                        (face(one.id, Some(one.name))) span { (one.name) small { (role(one)) } } }
                } }))
                (choice(html! { div.choices role="group" aria-label=(here.say("language")) { @for one in Language::ALL {
                    button name="language" value=(one.code()) lang=(one.code()) aria-pressed=(one == session.language) { (one.own_name()) }
                } } }))
                (choice(html! { div.choices role="group" aria-label=(here.say("theme")) { @for one in Theme::ALL {
                    button name="theme" value=(one.code()) aria-pressed=(one == session.theme) {
                        (here.say(match one { Theme::System => "system", Theme::Light => "light", Theme::Dark => "dark" })) }
                } } }))
                p { a href="/demo" { (here.say("demo_try")) } }
            }
        }
    }
}

fn palette(here: &Here) -> Markup {
    let find = here.say("find");
    let go = [
        ("my_cases", "/", Permission::ReadCases),
        ("overview", "/cases", Permission::ReadCases),
        ("raise_case", "/raise", Permission::RaiseCases),
        ("customers", "/customers", Permission::ReadCustomers),
        ("errors", "/errors", Permission::ReadFailures),
        ("statistics", "/statistics", Permission::ReadCases),
        ("case_types", "/types", Permission::ConfigureCaseTypes),
        ("people", "/people", Permission::ReadPeople),
        ("settings", "/settings", Permission::CheckSettings),
    ];
    let go = go.into_iter().filter(|(.., permission)| here.desk.actor().may(*permission));
    html! {
        dialog #palette aria-label=(find) {
            input type="search" aria-label=(find) placeholder=(find) role="combobox" aria-expanded="true" aria-controls="hits" autocomplete="off" dir="auto";
            ul #hits role="listbox" aria-label=(find) {}
            template { @for (key, to, _) in go { li role="option" data-to=(to) { (here.say(key)) } } }
        }
    }
}

const KEYS: [(&str, &str); 10] = [
    ("/", "find"),
    ("Ctrl K", "palette"),
    ("j k", "up_and_down"),
    ("t", "take"),
    ("c", "raise_case"),
    ("n", "write_note"),
    ("e", "edit"),
    ("g m", "my_cases"),
    ("g o", "overview"),
    ("?", "keys"),
];

fn keys(here: &Here) -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (here.say("keys")) }
            dl { @for (keys, what) in KEYS { dt { @for one in keys.split(' ') { kbd { (one) } " " } } dd { (here.say(what)) } } }
            label.tick { input #single type="checkbox" checked; span { (here.say("single_keys")) } }
            form method="dialog" { button.button { (here.say("close")) } }
        }
    }
}
