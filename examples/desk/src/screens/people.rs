//! The directory of people, and the teams.

use super::prelude::*;

/// Names somebody, makes a team, or switches one on or off.
pub(crate) fn change(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    match (here.asked.get("of"), form.some("team")) {
        ("directory", _) => {
            let one = PersonName::new(form.get("people[0].id"), form.get("people[0].name"));
            desk.name_people(vec![one]).map(drop)
        }
        (_, None) => {
            desk.create_team(NewTeam::new(form.get("name")).described(form.get("description"))).map(drop)
        }
        (_, Some(name)) => desk.team(&name).and_then(|team| match team.active {
            true => desk.deactivate_team(team.id).map(drop),
            false => desk.activate_team(team.id).map(drop),
        }),
    }?;
    Ok(format!("/people#{}", here.asked.get("of")))
}

pub(crate) fn people(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let list = here.desk.people(here.asked.page())?;
    let teams = here.or_none(here.desk.teams())?;
    let (names, configures) = (DeskAction::NamePeople, DeskAction::CreateTeam);
    let form = |of: &'static str, heading: &'static str, fields: [(&str, &'static str); 2]| {
        let f = Fields::new(here, if here.asked.get("of") == of { draft } else { Draft::default() }, None);
        let fields = fields.map(|(name, label)| {
            let hint = (label == "person_id").then(|| here.say("person_id_more"));
            f.draw(&Field::new(name, "").label(here.say(label)).hint(hint))
        });
        Ok::<_, Problem>(
            html! { form method="post" action={ "/people?of=" (of) } novalidate { (form_head(here, None)) h3 { (here.say(heading)) }
            (f.problem()?)
            @for one in fields { (one) }
            button.button.primary { (here.say("save")) span.sr { " " (here.say(heading)) } } } },
        )
    };
    let main = html! {
        header.head { h1 { (here.say("people")) } p { (here.say("people_more")) } }
        div.columns {
            section.card #directory tabindex="-1" { h2 { (here.say("directory")) }
                ul.plain data-region #names { @for one in &list.rows { li.held id={ "person-" (one.id) } { (face(&one.id, Some(&one.name)))
                    strong { bdi { (one.name) } } span.after { bdi { (one.id) } @if one.name_shared { " · " (here.say("name_shared")) } } } } }
                (pages(here, "/people", list.next.as_deref()))
                @if here.can(names) { (form("directory", "name_somebody", [("people[0].id", "person_id"), ("people[0].name", "name")])?) }
            }
            section.card #teams tabindex="-1" { h2 { (here.say("teams")) }
                @if teams.is_empty() { p.after { (here.say("none")) } }
                ul.plain { @for one in &teams { li.switched { div { strong { bdi { (one.name) } } @if let Some(text) = &one.description { p.after { bdi { (text) } } } }
                    @if here.can(configures) { (post_to(here, "/people?of=teams", html! { input type="hidden" name="team" value=(one.name);
                        button.button.quiet role="switch" aria-checked=(one.active) { (here.say(if one.active { "active" } else { "inactive" })) span.sr { " " (one.name) } } })) }
                    @else if !one.active { span.after { (here.say("inactive")) } } } } }
                @if here.can(configures) { (form("teams", "new_team", [("name", "name"), ("description", "description")])?) }
            }
        }
    };
    let screen =
        Screen::new(here.say("people")).under("people").live("/people").with_problem(draft.error.is_some());
    page(here, &screen, main)
}
