//! The frame of every page: its sides and bars.

use std::sync::LazyLock;

use maud::DOCTYPE;

use crate::assets::address;
use crate::prelude::*;
use crate::session::THEMES;
use crate::words::LANGUAGES;

/// What the frame knows of the page inside.
#[derive(Clone, Copy)]
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

    /// The path from which the regions of the page are read anew when something was committed: that of the page, since the
    /// answer to a form stands under the address of the form. It must write nothing.
    pub(crate) fn live(self, path: &'a str) -> Self {
        Self { live: Some(path), ..self }
    }

    /// Whether the title begins with the problem.
    pub(crate) fn with_problem(self, has_problem: bool) -> Self {
        Self { has_problem, ..self }
    }
}

/// Where one can go: the key of its word, its address, its sign, what one can do there, and the list at the side in which it
/// stands. The palette has all of them.
type Place = (&'static str, &'static str, &'static str, DeskAction, &'static str);

const PLACES: [Place; 9] = [
    ("my_cases", "/", "inbox", DeskAction::ReadCases, "work"),
    ("overview", "/cases", "list", DeskAction::ReadCases, "work"),
    ("raise_case", "/raise", "plus", DeskAction::RaiseCase, ""),
    ("customers", "/customers", "people", DeskAction::ReadCustomers, "work"),
    ("errors", "/errors", "alert", DeskAction::ReadFailures, "work"),
    ("statistics", "/statistics", "clock", DeskAction::ReadStatistics, ""),
    ("case_types", "/types", "tag", DeskAction::CreateCaseType, "configuration"),
    ("people", "/people", "people", DeskAction::ReadPeople, "configuration"),
    ("settings", "/settings", "gear", DeskAction::ReadSettings, "configuration"),
];

fn places(here: &Here) -> impl Iterator<Item = Place> {
    PLACES.into_iter().filter(|(.., can, _)| here.can(*can))
}

/// A page. Whatever in it has an id and `data-region` is kept up to date.
pub(crate) fn page(here: &Here, screen: &Screen<'_>, main: Markup) -> Result<Markup> {
    let nav = nav(here, screen.place)?;
    let live = screen.live.map(|path| here.asked.to(path, "after", here.asked.some("after")));
    Ok(html! {
        (DOCTYPE)
        html lang=(here.session.language.code) dir=(here.session.language.direction()) data-theme=(here.session.theme) {
            (head(here, screen))
            body data-live=[live] data-live-word=(here.say("live")) data-off-word=(here.say("not_live")) {
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

fn nav(here: &Here, open: &str) -> Result<Markup> {
    let pending = here.or_none(here.desk.my_pending_count())?;
    let failing = here.or_none(here.desk.failure_overview().map(|one| one.count))?;
    let entry = |(key, to, sign, ..): Place| {
        let count = match key {
            "my_cases" => pending,
            "errors" => failing,
            _ => 0,
        };
        html! {
            li { a href=(to) aria-current=[(open == key).then_some("page")] {
                (icon(sign)) span.label { (here.say(key)) } @if count > 0 { span.count.bad[key == "errors"] { (number(count)) } } } }
        }
    };
    let list =
        |name| html! { ul { @for one in places(here).filter(|(.., list)| *list == name) { (entry(one)) } } };
    Ok(html! {
        nav #nav data-region aria-label=(here.say("work")) {
            a.brand href="/" { span.mark aria-hidden="true" {} "casekit desk" }
            (list("work"))
            @if places(here).any(|(.., list)| list == "configuration") { h2 { (here.say("configuration")) } (list("configuration")) }
        }
    })
}

fn bar(here: &Here) -> Markup {
    let find = here.say("find");
    html! {
        header.bar {
            @if here.can(DeskAction::ReadCases) {
                form.lookup role="search" action="/find" {
                    label.sr for="find" { (find) } (icon("search"))
                    input #find name="q" type="search" placeholder=(find) autocomplete="off" dir="auto"; kbd aria-hidden="true" { "/" }
                }
            }
            @if here.can(DeskAction::RaiseCase) {
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
    let role = |one: &Person| here.word("role", one.role.code());
    let choice = |name: &str, value: &str, is_chosen: bool, label: Markup| html! { button name=(name) value=(value) aria-pressed=(is_chosen) lang=[(name == "language").then_some(value)] { (label) } };
    html! {
        details.who {
            summary { (face(session.person.id, Some(session.person.name)))
                span.name { (session.person.name) small { (role(session.person)) } } }
            form.menu method="post" action="/session" { input type="hidden" name="token" value=(session.token);
                p { (here.say("act_as")) }
                @for one in &PEOPLE {
                    (choice("actor", one.id, one.id == session.person.id, html! { (face(one.id, Some(one.name))) span { (one.name) small { (role(one)) } } })) }
                div.choices role="group" aria-label=(here.say("language")) {
                    @for one in LANGUAGES { (choice("language", one.code, one == session.language, html! { (one.own_name) })) } }
                div.choices role="group" aria-label=(here.say("theme")) {
                    @for one in THEMES { (choice("theme", one, one == session.theme, html! { (here.say(one)) })) } }
                p { a href="/demo" { (here.say("demo_try")) } }
            }
        }
    }
}

fn palette(here: &Here) -> Markup {
    let find = here.say("find");
    html! {
        dialog #palette aria-label=(find) {
            input type="search" aria-label=(find) placeholder=(find) role="combobox" aria-expanded="true" aria-controls="hits" autocomplete="off" dir="auto";
            ul #hits role="listbox" aria-label=(find) {}
            template { @for (key, to, ..) in places(here) { li role="option" data-to=(to) { (here.say(key)) } } }
        }
    }
}

/// The keys, and the key of the word for what each does.
static KEYS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../assets/keys.json")).unwrap_or_default());

fn keys(here: &Here) -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (here.say("keys")) }
            dl { @for (keys, what) in &*KEYS { dt { @for one in keys.split(' ') { kbd { (one) } " " } } dd { (here.say(what)) } } }
            label.tick { input #single type="checkbox" checked; span { (here.say("single_keys")) } }
            form method="dialog" { button.button { (here.say("close")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_said_in_words() {
        assert_eq!(KEYS.len(), 10);
        for (keys, what) in &*KEYS {
            assert_ne!(LANGUAGES[0].say(what), what, "{keys}");
        }
    }
}
