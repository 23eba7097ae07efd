//! The directory of people, and the teams.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use casekit::{NewTeam, PageRequest, Permission, PersonName};
use maud::{Markup, html};

use crate::acts::{Asked, Draft, Form, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{Field, Screen, escaped, face, form_head, input, page, pager, summary_of_errors};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(people).post(name))
        .route("/people/teams", post(create))
        .route("/people/teams/{name}", post(switch))
}

async fn people(State(app): State<App>, session: Session, Query(asked): Asked) -> Response {
    app.read(session, move |here| draw(here, asked.get("after").map(String::as_str), "", Draft::default())).await
}

async fn name(State(app): State<App>, session: Session, form: Form) -> Response {
    app.act(session, form, |here, desk, form| {
        let one = PersonName::new(form.get("people[0].id"), form.get("people[0].name"));
        let to = |_| "/people#directory".to_owned();
        answer(form, desk.name_people(vec![one]), to, |draft| draw(here, None, "people", draft))
    })
    .await
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Response {
    app.act(session, form, |here, desk, form| {
        let mut team = NewTeam::new(form.get("name"));
        team.description = form.some("description");
        answer(form, desk.create_team(team), |_| "/people#teams".to_owned(), |draft| draw(here, None, "teams", draft))
    })
    .await
}

async fn switch(State(app): State<App>, session: Session, Path(name): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, form| {
        let team = desk.team(&name)?.id;
        let done = if form.get("active") == "yes" { desk.activate_team(team) } else { desk.deactivate_team(team) };
        answer(form, done, |_| "/people#teams".to_owned(), |draft| draw(here, None, "teams", draft))
    })
    .await
}

fn draw(here: &Here, after: Option<&str>, of: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    let list = here.desk.people(after.map_or_else(PageRequest::first, PageRequest::after))?;
    let teams = here.or_none(here.desk.teams())?;
    let may = |permission| here.desk.actor().may(permission);
    let draft_of = |one: &str| if of == one { draft } else { Draft::default() };
    let (people, team) = (draft_of("people"), draft_of("teams"));
    let next = list.next.as_deref().map(|next| format!("/people?after={}", escaped(next)));
    let main = html! {
        header.head { h1 { (here.say("people")) } p { (here.say("people_more")) } }
        div.columns {
            section.card #directory tabindex="-1" { h2 { (here.say("directory")) }
                ul.plain data-region #names { @for one in &list.rows { li.held id={ "person-" (one.id) } { (face(&one.id, Some(&one.name)))
                    strong { bdi { (one.name) } } span.after { bdi { (one.id) } @if one.name_shared { " · " (here.say("name_shared")) } } } } }
                (pager(here, after.map(|_| "/people"), next.as_deref()))
                @if may(Permission::EditPeople) { form method="post" action="/people" novalidate { (form_head(here, None))
                    h3 { (here.say("name_somebody")) }
                    (summary_of_errors(here, people, &["people[0].id", "people[0].name"]))
                    (input(here, people, Field::new("people[0].id", here.say("person_id")).hint(here.say("person_id_more")), ""))
                    (input(here, people, Field::new("people[0].name", here.say("name")), ""))
                    button.button.primary { (here.say("save")) } } }
            }
            section.card #teams tabindex="-1" { h2 { (here.say("teams")) }
                @if teams.is_empty() { p.after { (here.say("none")) } }
                ul.plain { @for one in &teams { li.switched { div { strong { bdi { (one.name) } } @if let Some(text) = &one.description { p.after { bdi { (text) } } } }
                    @if may(Permission::ConfigureTeams) { form method="post" action={ "/people/teams/" (escaped(&one.name)) } { (form_head(here, None))
                        input type="hidden" name="active" value=(if one.active { "no" } else { "yes" });
                        button.button.quiet role="switch" aria-checked=(one.active) { (here.say(if one.active { "active" } else { "inactive" })) span.sr { " " (one.name) } } } }
                    @else if !one.active { span.after { (here.say("inactive")) } } } } }
                @if may(Permission::ConfigureTeams) { form method="post" action="/people/teams" novalidate { (form_head(here, None))
                    h3 { (here.say("new_team")) }
                    (summary_of_errors(here, team, &["name", "description"]))
                    (input(here, team, Field::new("name", here.say("name")), ""))
                    (input(here, team, Field::new("description", here.say("description")), ""))
                    button.button.primary { (here.say("save")) } } }
            }
        }
    };
    let screen = Screen::new(here.say("people")).under("people").live("/people").with_problem(draft.error.is_some());
    page(here, &screen, main)
}
