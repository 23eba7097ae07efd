//! A field of the organisation's own on the cases of a type: the list, and one to add or to change.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use casekit::{
    CaseTypeEdit, CaseTypeView, Error, FieldDefinitionView, FieldError, FieldKind, NewField, NewFieldChoice,
    Rejection, StreamId,
};
use maud::{Markup, html};

use super::types::may_configure;
use crate::acts::{Draft, Form, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{
    Field, Screen, area, coded, escaped, form_head, icon, input, label, page, refusal, select, tick,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/types/{name}/fields/{field}", get(field_form).post(field))
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::LongText => "kind_long_text",
        FieldKind::Number => "kind_number",
        FieldKind::Decimal => "kind_decimal",
        FieldKind::Money => "kind_money",
        FieldKind::Date => "kind_date",
        FieldKind::Instant => "kind_instant",
        FieldKind::YesNo => "kind_yes_no",
        FieldKind::Choice => "kind_choice",
        FieldKind::Choices => "kind_choices",
        FieldKind::Email => "kind_email",
        FieldKind::Phone => "kind_phone",
        FieldKind::Url => "kind_url",
        FieldKind::Person => "kind_person",
        FieldKind::Customer => "kind_customer",
        FieldKind::Case => "kind_case",
        _ => "kind_text",
    }
}

/// What can be said of a field with a tick: how the form calls it, its words, and its place in the definition.
type Flag = (&'static str, &'static str, fn(&mut NewField) -> &mut bool);
const FLAGS: [Flag; 7] = [
    ("required", "is_required", |one| &mut one.required),
    ("for_customer", "is_for_customer", |one| &mut one.for_customer),
    ("indexed", "is_indexed", |one| &mut one.indexed),
    ("in_rows", "is_in_rows", |one| &mut one.in_rows),
    ("sensitive", "is_sensitive", |one| &mut one.sensitive),
    ("unique", "is_unique", |one| &mut one.unique),
    ("material", "is_material", |one| &mut one.material),
];

pub(crate) fn fields_table(here: &Here, one: &CaseTypeView) -> Markup {
    let to = format!("/types/{}/fields", one.id);
    html! {
        @if one.fields.is_empty() { p.empty-line { (here.say("no_fields")) } }
        ul.entries { @for field in &one.fields { li id={ "field-" (field.id) } {
            div { strong { bdi { (field.label) } } " · " (here.say(kind(field.kind)))
                p { @for (key, on) in [("is_required", field.required), ("is_for_customer", field.for_customer), ("is_sensitive", field.sensitive)] { @if on { span.pill.quiet { (here.say(key)) } " " } } } }
            a.button.quiet href={ (to) "/" (escaped(&field.id)) } { (icon("pen")) (here.say("edit")) span.sr { " " (field.label) } } } } }
        a.button href={ (to) "/new" } { (icon("plus")) (here.say("new_field")) }
    }
}

async fn field_form(
    State(app): State<App>,
    session: Session,
    Path((name, field)): Path<(String, String)>,
) -> Response {
    app.read(session, move |here| draw(here, &name, &field, Draft::default())).await
}

async fn field(
    State(app): State<App>,
    session: Session,
    Path((name, field)): Path<(String, String)>,
    form: Form,
) -> Response {
    app.act(session, form, move |here, desk, form| {
        let of = here.desk.case_type(&name)?;
        let place = of.fields.iter().position(|one| one.id == field);
        let mut all: Vec<NewField> = of.fields.iter().filter_map(|one| one.definition.clone()).collect();
        match (place.filter(|place| *place < all.len()), form.has("remove")) {
            (Some(place), true) => drop(all.remove(place)),
            (Some(place), false) => {
                if let Some(one) = all.get_mut(place) {
                    given(form, one);
                }
            }
            (None, _) => {
                let kind = coded(form.get("kind")).unwrap_or(FieldKind::Text);
                let mut one = NewField::new("", kind);
                given(form, &mut one);
                all.push(one);
            }
        }
        let at = format!("fields[{}].", place.unwrap_or(all.len().saturating_sub(1)));
        let mut edit = CaseTypeEdit::new().fields(all);
        edit.seen = form.parsed("revision");
        let done = desk.edit_case_type(of.id, edit);
        let done = done.map_err(|error| closer(error, &at));
        answer(form, done, |_| format!("/types/{}#fields", of.id), |draft| draw(here, &name, &field, draft))
    })
    .await
}

/// An error of one field of many, as the form of that field has it.
fn closer(error: Error, at: &str) -> Error {
    let of = |one: &FieldError| FieldError::new(one.field.replacen(at, "", 1), one.rule.clone());
    match error.fields() {
        [] => error,
        fields => Rejection::Invalid { fields: fields.iter().map(of).collect() }.into(),
    }
}

/// What the form says of a field.
fn given(form: &Form, one: &mut NewField) {
    if let Some(text) = form.changed("label") {
        one.label = text;
    }
    if let Some(text) = form.changed("help") {
        one.help = Some(text).filter(|text| !text.trim().is_empty());
    }
    if one.kind == FieldKind::Decimal {
        one.places = form.parsed("places").unwrap_or(2);
    }
    for (name, _, of) in FLAGS {
        *of(one) = form.has(name);
    }
    one.required_at = form.all("required_at").map(str::to_owned).collect();
    let values = form.get("values").split(';').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
    one.shown_when = None;
    if let Some(other) = form.some("shown_when") {
        *one = one.clone().shown_when(other, values);
    }
    if matches!(one.kind, FieldKind::Choice | FieldKind::Choices) {
        choices(form.get("choices"), &mut one.choices);
    }
}

/// A line for each choice. What is taken out stays for the cases that have it, and can no longer be chosen.
fn choices(text: &str, all: &mut Vec<NewFieldChoice>) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let before = std::mem::take(all);
    let kept = |line: &&str| before.iter().find(|one| one.label == **line).cloned();
    all.extend(lines.iter().map(|line| kept(line).unwrap_or_else(|| NewFieldChoice::new(*line))));
    all.iter_mut().for_each(|one| one.retired = false);
    let gone = before.iter().filter(|one| !lines.contains(&one.label.as_str()));
    all.extend(gone.map(|one| one.clone().retired()));
}

fn draw(here: &Here, name: &str, field: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_configure(here)?;
    let of = here.desk.case_type(name)?;
    let one = of.fields.iter().find(|one| one.id == field);
    if one.is_none() && field != "new" {
        return Err(Problem::Said(StatusCode::NOT_FOUND, "nothing_here"));
    }
    let title = one.map_or(here.say("new_field"), |one| &one.label);
    let back = format!("/types/{}#fields", of.id);
    let main = html! { div.narrow { p.crumb { a href=(back) { (of.name) } } h1 { bdi { (title) } }
    (refusal(here, StreamId::CaseType(of.id), draft, &["label", "kind", "help", "choices", "places", "shown_when", "values"].map(|one| (one, "")))?)
    form method="post" action={ "/types/" (of.id) "/fields/" (field) } novalidate { (form_head(here, None)) input type="hidden" name="revision" value=(of.revision);
        (body(here, draft, &of, one))
        div.buttons { button.button.primary { (here.say("save")) } a.button.quiet href=(back) { (here.say("cancel")) }
            @if one.is_some() { span.grow {} button.button.danger name="remove" value="1" { (here.say("remove")) } } } } } };
    page(here, &Screen::new(title).under("case_types").with_problem(draft.error.is_some()), main)
}

fn body(here: &Here, draft: Draft<'_>, of: &CaseTypeView, one: Option<&FieldDefinitionView>) -> Markup {
    let mut kept =
        one.and_then(|one| one.definition.clone()).unwrap_or_else(|| NewField::new("", FieldKind::Text));
    let names =
        ["label", "kind", "help", "choices", "places", "shown_when", "values"].map(|name| label(here, name));
    let [called, of_kind, help, choices, places, shown, values] = names.each_ref().map(String::as_str);
    let kinds = FieldKind::ALL.map(|one| (one.code(), here.say(kind(one))));
    let text = kept.help.clone().unwrap_or_default();
    let lines: Vec<_> =
        kept.choices.iter().filter(|one| !one.retired).map(|one| one.label.as_str()).collect();
    let (lines, count) = (lines.join("\n"), kept.places.max(2).to_string());
    let on = kept.shown_when.clone();
    let (on_field, on_values) = on.map_or_else(Default::default, |on| (on.field, on.values.join("; ")));
    let others = of.fields.iter().filter(|other| one.is_none_or(|one| one.id != other.id));
    let others: Vec<_> = std::iter::once(("", here.say("always")))
        .chain(others.map(|one| (one.id.as_str(), one.label.as_str())))
        .collect();
    let flags = FLAGS.map(|(name, key, of)| (name, key, *of(&mut kept)));
    let is = |what: FieldKind| kept.kind == what || one.is_none();
    html! {
        (input(here, draft, Field::new("label", called).edits(&kept.label), &kept.label))
        @if one.is_some() { div.field { strong { (of_kind) } p { (here.say(kind(kept.kind))) } } }
        @else { (select(here, draft, Field::new("kind", of_kind), "text", &kinds)) }
        @if is(FieldKind::Choice) || is(FieldKind::Choices) { div.of-choices { (area(here, draft, Field::new("choices", choices).hint(here.say("line_each")), &lines)) } }
        @if is(FieldKind::Decimal) { div.of-decimals { (input(here, draft, Field::new("places", places).hint(here.say("of_decimals")), &count)) } }
        (input(here, draft, Field::new("help", help).edits(&text), &text))
        fieldset { legend { (here.say("what_it_is")) } @for (name, key, on) in flags { (tick(draft, name, "1", on, html! { (here.say(key)) })) } }
        fieldset { legend { (label(here, "required_at")) } @for stage in &of.stages {
            (tick(draft, "required_at", &stage.id, kept.required_at.contains(&stage.id), html! { (stage.label) })) } }
        @if others.len() > 1 { div.choice { (select(here, draft, Field::new("shown_when", shown), &on_field, &others))
            (input(here, draft, Field::new("values", values).hint(here.say("hint_values")), &on_values)) } }
    }
}
