//! The directory of people, and the teams.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use casekit::{NewTeam, PageRequest, Permission, PersonName};
use maud::{Markup, html};

use crate::acts::{Draft, Form, Parameters, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{Field, Screen, escaped, face, form_head, input, page, pager, summary_of_errors};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/people", get(people)).route("/people/{of}", post(change))
}

async fn people(State(app): State<App>, session: Session, Query(asked): Parameters) -> Response {
    app.read(session, move |here| draw(here, asked.get("after").map(String::as_str), "", Draft::default()))
        .await
}

/// Names somebody, makes a team, or switches one on or off.
async fn change(State(app): State<App>, session: Session, Path(of): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, form| {
        let done = match (of.as_str(), form.some("team")) {
            ("directory", _) => {
                let one = PersonName::new(form.get("people[0].id"), form.get("people[0].name"));
                desk.name_people(vec![one]).map(drop)
            }
            (_, None) => {
                let mut new = NewTeam::new(form.get("name"));
                new.description = form.some("description");
                desk.create_team(new).map(drop)
            }
            (_, Some(name)) => desk.team(&name).and_then(|team| match team.active {
                true => desk.deactivate_team(team.id).map(drop),
                false => desk.activate_team(team.id).map(drop),
            }),
        };
        answer(form, done, |()| format!("/people#{of}"), |draft| draw(here, None, &of, draft))
    })
    .await
}

fn draw(here: &Here, after: Option<&str>, of: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    let list = here.desk.people(after.map_or_else(PageRequest::first, PageRequest::after))?;
    let teams = here.or_none(here.desk.teams())?;
    let (names, configures) = (Permission::EditPeople, Permission::ConfigureTeams);
    let may = |permission| here.desk.actor().may(permission);
    let next = list.next.as_deref().map(|next| format!("/people?after={}", escaped(next)));
    let form = |one: &'static str, heading: &'static str, fields: [(&str, &'static str); 2]| {
        let draft = if of == one { draft } else { Draft::default() };
        let names = fields.map(|(name, _)| name);
        html! { form method="post" action={ "/people/" (one) } novalidate { (form_head(here, None)) h3 { (here.say(heading)) }
        (summary_of_errors(here, draft, &names))
        @for (name, label) in fields { (input(here, draft, Field::new(name, here.say(label)), "")) }
        button.button.primary { (here.say("save")) span.sr { " " (here.say(heading)) } } } }
    };
    let main = html! {
        header.head { h1 { (here.say("people")) } p { (here.say("people_more")) } }
        div.columns {
            section.card #directory tabindex="-1" { h2 { (here.say("directory")) }
                ul.plain data-region #names { @for one in &list.rows { li.held id={ "person-" (one.id) } { (face(&one.id, Some(&one.name)))
                    strong { bdi { (one.name) } } span.after { bdi { (one.id) } @if one.name_shared { " · " (here.say("name_shared")) } } } } }
                (pager(here, after.map(|_| "/people"), next.as_deref()))
                @if may(names) { (form("directory", "name_somebody", [("people[0].id", "person_id"), ("people[0].name", "name")])) }
            }
            section.card #teams tabindex="-1" { h2 { (here.say("teams")) }
                @if teams.is_empty() { p.after { (here.say("none")) } }
                ul.plain { @for one in &teams { li.switched { div { strong { bdi { (one.name) } } @if let Some(text) = &one.description { p.after { bdi { (text) } } } }
                    @if may(configures) { form method="post" action="/people/teams" { (form_head(here, None)) input type="hidden" name="team" value=(one.name);
                        button.button.quiet role="switch" aria-checked=(one.active) { (here.say(if one.active { "active" } else { "inactive" })) span.sr { " " (one.name) } } } }
                    @else if !one.active { span.after { (here.say("inactive")) } } } } }
                @if may(configures) { (form("teams", "new_team", [("name", "name"), ("description", "description")])) }
            }
        }
    };
    let screen =
        Screen::new(here.say("people")).under("people").live("/people").with_problem(draft.error.is_some());
    page(here, &screen, main)
}
