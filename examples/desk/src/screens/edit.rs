//! Editing a case: type, stage, texts, whom it concerns and the organisation's own fields, in one save.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casekit::{
    Blocker, CaseEdit, CaseTypeView, EditField, EditForm, Error, FieldDefinitionView, FieldKind, Rejection,
    StageCategory, StageChoice, StreamId,
};
use maud::{Markup, html};

use super::raise::whose;
use crate::acts::{Draft, Form, Parameters, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{
    Field, OwnFields, Screen, area, coded, escaped, field, form_head, given, input, label, page, priorities,
    reason, refusal, select, sentence,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/cases/{number}/edit", get(edit_form).post(edit))
}

async fn edit_form(
    State(app): State<App>,
    session: Session,
    Path(number): Path<String>,
    Query(asked): Parameters,
) -> Response {
    app.read(session, move |here| {
        draw(here, &number, asked.get("from").map_or("", String::as_str), Draft::default())
    })
    .await
}

async fn edit(State(app): State<App>, session: Session, Path(number): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, form| {
        let again = |draft: Draft<'_>| draw(here, &number, form.get("from"), draft);
        if form.has("redraw") {
            return Ok(again(Draft::of(form))?.into_response());
        }
        let id = here.desk.find_case(&number)?.id;
        let shown = here.desk.edit_form(id)?;
        let done = asked_for(here, form, &shown).and_then(|edit| desk.edit_case(id, edit));
        answer(form, done, |_| back(&number, form.get("from")), again)
    })
    .await
}

/// Where the form was opened: at the interactions of a customer, or on the case.
fn back(number: &str, from: &str) -> String {
    match from {
        "" => format!("/cases/{}#head", escaped(number)),
        customer => format!("/customers/{}/interactions#row-{}", escaped(customer), escaped(number)),
    }
}

/// What the form changed.
fn asked_for(here: &Here, form: &Form, shown: &EditForm) -> Result<CaseEdit, Error> {
    let mut edit = CaseEdit::new();
    let nothing = |text: &String| !text.is_empty();
    (edit.case_type, edit.stage) = (form.changed("case_type"), form.changed("stage").filter(nothing));
    (edit.title, edit.description) = (form.changed("title"), form.changed("description"));
    edit.priority = form.changed("priority").and_then(|code| coded(&code));
    edit.resolution = form.changed("resolution").filter(nothing);
    (edit.reason, edit.customer_reason) = (form.some("reason"), form.some("customer_reason"));
    let of = edit.case_type.clone().unwrap_or_else(|| shown.case_type_id.to_string());
    edit.fields = given(here, form, &here.desk.case_type(&of)?.fields);
    match form.changed("team") {
        Some(none) if none.is_empty() => edit.without_team = true,
        team => edit.team = team,
    }
    match form.changed("customer") {
        Some(none) if none.trim().is_empty() => edit.without_customer = true,
        Some(whom) => {
            let whose = whose(here, &whom);
            edit.customer = Some(whose.map_err(|one| Rejection::Invalid { fields: vec![one] })?);
        }
        None => {}
    }
    Ok(edit)
}

/// The form of a case, and what was chosen in it so far.
struct Editing<'a> {
    here: &'a Here,
    form: &'a EditForm,
    draft: Draft<'a>,
}

fn draw(here: &Here, number: &str, from: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    let mut form = here.desk.edit_form(here.desk.find_case(number)?.id)?;
    form.fields.iter_mut().for_each(|one| one.label = sentence(&one.label));
    let form = &form;
    let can_move = form.stages.iter().any(|one| !one.current && one.blockers.is_empty());
    let can_edit = can_move || form.fields.iter().any(|one| one.blockers.is_empty());
    let is_missing = |one: &Blocker| matches!(one, Blocker::PermissionMissing { .. });
    if !can_edit && form.fields.iter().flat_map(|one| &one.blockers).any(is_missing) {
        return Err(Problem::Said(StatusCode::FORBIDDEN, "may_not_edit_cases"));
    }
    let editing = Editing { here, form, draft };
    let own_type = form.case_type_id.to_string();
    let of = here.desk.case_type(draft.value("case_type", &own_type))?;
    let names: Vec<_> = form.fields.iter().map(|one| (one.field.as_str(), one.label.as_str())).collect();
    let mut all = names.clone();
    all.extend([("case_type", ""), ("stage", "")]);
    let title = format!("{} {}", here.say("edit"), form.number);
    let to = back(&form.number, from);
    let is_plain = |one: &&EditField| !one.field.starts_with("fields.") && !is_about_end(one);
    let body = html! {
        div.choice #shape {
            (editing.types(&own_type))
            (editing.stages())
            button.button.redraw name="redraw" value="1" { (here.say("redraw")) }
        }
        div #end { @for one in form.fields.iter().filter(|one| is_about_end(one)) { (editing.end(one)) } }
        @for one in form.fields.iter().filter(is_plain) { (editing.plain(one)) }
        div #own { (editing.own(&of)?) }
    };
    let main = html! {
        div.narrow {
            p.crumb { a href=(to) { bdi.number { (form.number) } } " · " (form.case_type) }
            h1 { (here.say("edit_case")) }
            (refusal(here, StreamId::Case(form.case), draft, &all)?)
            form #edit method="post" action={ "/cases/" (form.number) "/edit" } novalidate { (form_head(here, Some(form.revision)))
                input type="hidden" name="from" value=(from);
                (body)
                div.buttons { @if can_edit { button.button.primary { (here.say("save")) } } a.button.quiet href=(to) { (here.say("cancel")) } }
            }
        }
    };
    page(here, &Screen::new(&title).with_problem(draft.error.is_some()), main)
}

/// Fields that an edit takes only with a stage that asks for them.
fn is_about_end(one: &EditField) -> bool {
    ["resolution", "reason", "customer_reason"].contains(&one.field.as_str())
}

impl Editing<'_> {
    fn types(&self, own: &str) -> Markup {
        let ids: Vec<_> = self.form.types.iter().map(|one| (one.id.to_string(), one)).collect();
        // A type into which no stage fits by itself can still be chosen with one.
        let can = |one: &casekit::TypeChoice| {
            one.blockers.is_empty() || one.stages.iter().any(|stage| stage.blockers.is_empty())
        };
        let mut all = vec![(own, self.form.case_type.as_str())];
        all.extend(ids.iter().filter(|(_, one)| can(one)).map(|(id, one)| (id.as_str(), one.name.as_str())));
        let called = label(self.here, "case_type");
        let not: Vec<_> = self.form.types.iter().filter(|one| !can(one)).collect();
        html! { div {
            (select(self.here, self.draft, Field::new("case_type", &called).edits(own).redraws(), own, &all))
            (self.not_now(not.iter().map(|one| (one.name.as_str(), &one.blockers[..]))))
        } }
    }

    /// The stages of the type that is chosen, and the one of them in which the case would be if none is.
    fn stages_offered(&self) -> (&[StageChoice], Option<&str>) {
        let own = self.form.case_type_id.to_string();
        let chosen = self.draft.value("case_type", &own);
        match self.form.types.iter().find(|one| one.id.to_string() == chosen) {
            Some(other) => (&other.stages, other.stage.as_deref()),
            None => {
                let current = self.form.stages.iter().find(|one| one.current);
                (&self.form.stages, current.map(|one| one.id.as_str()))
            }
        }
    }

    fn stage(&self) -> Option<&StageChoice> {
        let (stages, current) = self.stages_offered();
        let chosen = self.draft.value("stage", current.unwrap_or_default());
        stages.iter().find(|one| one.id == chosen)
    }

    fn stages(&self) -> Markup {
        let (stages, current) = self.stages_offered();
        let own = self.form.stages.iter().find(|one| one.current).map_or("", |one| one.id.as_str());
        let chosen = self.stage().map(|one| one.id.as_str()).or(current);
        let can = |one: &&StageChoice| one.current || one.blockers.is_empty();
        let called = label(self.here, "stage");
        let of = Field::new("stage", &called).edits(own).redraws();
        let shown = stages.iter().find(|one| one.current).map(|one| one.label.as_str());
        let not: Vec<_> = stages.iter().filter(|one| !can(one)).collect();
        html! { div {
            (field(self.here, self.draft, of, shown, |described, wrong| html! {
                select #stage name="stage" data-redraws aria-describedby=[described] aria-invalid=[wrong] {
                    @if current.is_none() { option value="" { (self.here.say("choose")) } }
                    @for one in stages.iter().filter(can) { option value=(one.id) selected[Some(one.id.as_str()) == chosen] { (one.label) } }
                }
            }))
            (self.not_now(not.iter().map(|one| (one.label.as_str(), &one.blockers[..]))))
        } }
    }

    /// What cannot be chosen now, each with the reasons.
    fn not_now<'b>(&self, all: impl Iterator<Item = (&'b str, &'b [Blocker])>) -> Markup {
        let all: Vec<_> = all.collect();
        html! { @if !all.is_empty() { details.not-now { summary { (self.here.say("not_now")) }
        ul { @for (label, blockers) in all { li { strong { (label) } ": " @for one in blockers { (reason(self.here, one)) ". " } } } } } } }
    }

    /// A resolution, or a reason: where the chosen stage ends the case, or asks for it.
    fn end(&self, one: &EditField) -> Markup {
        let stage = self.stage();
        let ends =
            stage.is_some_and(|one| matches!(one.category, StageCategory::Resolved | StageCategory::Closed));
        let wrong = self.draft.fields().iter().any(|error| error.field == one.field);
        let resolution = self.draft.value("resolution", "");
        let asks = stage.is_some_and(|stage| stage.needs_reason) || !resolution.is_empty();
        let value = one.value.as_deref().unwrap_or_default();
        let needed = format!("{} *", one.label);
        match one.field.as_str() {
            "resolution" if ends || wrong => {
                let of_type = self.draft.value("case_type", "");
                let other = self.form.types.iter().find(|one| one.id.to_string() == of_type);
                let all = other.map_or(&self.form.resolutions, |one| &one.resolutions);
                let said = all.iter().map(|one| (one.code.as_str(), one.label.as_str()));
                let all: Vec<_> = std::iter::once(("", "—")).chain(said).collect();
                let called = if stage.is_some_and(|one| one.needs_resolution) { &needed } else { &one.label };
                select(
                    self.here,
                    self.draft,
                    Field::new("resolution", called).edits(value).redraws(),
                    value,
                    &all,
                )
            }
            "reason" if asks || wrong => area(self.here, self.draft, Field::new("reason", &needed), ""),
            "customer_reason" if !resolution.is_empty() || wrong => {
                area(self.here, self.draft, Field::new("customer_reason", &one.label), "")
            }
            _ => html! {},
        }
    }

    /// A field that every case has. One that cannot be changed now says why.
    fn plain(&self, one: &EditField) -> Markup {
        let (here, draft) = (self.here, self.draft);
        let value = one.value.as_deref().unwrap_or_default();
        if !one.blockers.is_empty() {
            return html! { div.field { strong { (one.label) } p.text { (one.value_label.as_deref().unwrap_or(value)) }
            @for blocker in &one.blockers { p.hint { (reason(here, blocker)) } } } };
        }
        let of = Field::new(&one.field, &one.label).edits(value);
        match one.field.as_str() {
            "description" => area(here, draft, of, value),
            "customer" => {
                let name = one.value_label.as_deref().unwrap_or(value);
                let of = Field::new("customer", &one.label).edits(name).hint(here.say("hint_customer"));
                input(here, draft, of.finding("/customers/hits"), name)
            }
            "team" => {
                let teams: Vec<_> =
                    self.form.teams.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
                let teams = teams.iter().map(|(id, name)| (id.as_str(), *name));
                select(here, draft, of, value, &std::iter::once(("", "—")).chain(teams).collect::<Vec<_>>())
            }
            "priority" => {
                let all = priorities(here);
                select(here, draft, of, value, &all.each_ref().map(|(code, said)| (*code, said.as_str())))
            }
            _ => input(here, draft, of, value),
        }
    }

    /// The own fields of the type that is chosen; those that cannot be changed now say why.
    fn own(&self, of: &CaseTypeView) -> Result<Markup, Problem> {
        let kept = |id: &str| self.form.fields.iter().find(|one| one.field == crate::parts::name_of(id));
        let names_something = |kind| matches!(kind, FieldKind::Customer | FieldKind::Case);
        let value = |one: &FieldDefinitionView| {
            let kept = kept(&one.id)?;
            let said =
                kept.value_label.as_ref().filter(|_| names_something(one.kind)).or(kept.value.as_ref());
            Some((one.id.clone(), said?.clone()))
        };
        let values: Vec<_> = of.fields.iter().filter_map(value).collect();
        let (free, blocked): (Vec<_>, Vec<_>) = of
            .fields
            .iter()
            .cloned()
            .partition(|one| kept(&one.id).is_none_or(|one| one.blockers.is_empty()));
        let own =
            OwnFields { here: self.here, draft: self.draft, defined: &free, values: &values, edits: true };
        let controls = own.controls()?;
        Ok(
            html! { (controls) @for one in blocked.iter().filter_map(|one| kept(&one.id)) { (self.plain(one)) } },
        )
    }
}
