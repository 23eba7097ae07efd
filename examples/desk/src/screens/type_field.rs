//! A field of the organisation's own on the cases of a type: the list, and one to add or to change.

use serde_json::Value;

use super::prelude::*;
use super::types::may_configure;

/// What can be said of a field with a tick, as the library calls it.
const FLAGS: &str = "required for_customer indexed in_rows sensitive unique material";

fn kind(here: &Here, kind: FieldKind) -> &'static str {
    here.session.language.say_of("kind", kind.code())
}

pub(crate) fn fields_table(here: &Here, one: &CaseTypeView) -> Markup {
    let to = format!("/types/{}/fields", one.id);
    html! {
        @if one.fields.is_empty() { p.empty-line { (here.say("no_fields")) } }
        ul.entries { @for field in &one.fields { li id={ "field-" (field.id) } {
            div { strong { bdi { (field.label) } } " · " (kind(here, field.kind))
                p { @for (key, on) in [("is_required", field.required), ("is_for_customer", field.for_customer), ("is_sensitive", field.sensitive)] { @if on { span.pill.quiet { (here.say(key)) } " " } } } }
            a.button.quiet href={ (to) "/" (escaped(&field.id)) } { (icon("pen")) (here.say("edit")) span.sr { " " (field.label) } } } } }
        a.button href={ (to) "/new" } { (icon("plus")) (here.say("new_field")) }
    }
}

pub(crate) fn save(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let of = here.desk.case_type(here.asked.get("name"))?;
    let mut all: Vec<NewField> = of.fields.iter().filter_map(|one| one.definition.clone()).collect();
    let place = of.fields.iter().position(|one| one.id == here.asked.get("field")).unwrap_or(all.len());
    if form.has("remove") && place < all.len() {
        all.remove(place);
    } else {
        let kind = coded(form.get("kind")).unwrap_or(FieldKind::Text);
        let kept = all.get(place).cloned().unwrap_or_else(|| NewField::new("", kind));
        all.splice(place..(place + 1).min(all.len()), [given(form, kept)]);
    }
    let mut edit = CaseTypeEdit::new().fields(all);
    edit.seen = form.parsed("revision");
    desk.edit_case_type(of.id, edit).map_err(|error| closer(error, &format!("fields[{place}].")))?;
    Ok(format!("/types/{}#fields", of.id))
}

/// An error of one field of many, as the form of that field has it.
fn closer(error: Error, at: &str) -> Error {
    let of = |one: &FieldError| FieldError::new(one.field.replacen(at, "", 1), one.rule.clone());
    match error.fields() {
        [] => error,
        fields => Rejection::Invalid { fields: fields.iter().map(of).collect() }.into(),
    }
}

/// The definition, with what the form says of it.
fn given(form: &Form, kept: NewField) -> NewField {
    let mut one = form.command(kept, "label help");
    one = form.command(one, FLAGS);
    one.help = one.help.filter(|text| !text.trim().is_empty());
    if one.kind == FieldKind::Decimal {
        one.places = form.parsed("places").unwrap_or(2);
    }
    one.required_at = form.all("required_at").map(str::to_owned).collect();
    if matches!(one.kind, FieldKind::Choice | FieldKind::Choices) {
        choices(form.get("choices"), &mut one.choices);
    }
    let values = form.get("values").split(';').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
    one.shown_when = None;
    match form.some("shown_when") {
        Some(other) => one.shown_when(other, values),
        None => one,
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

pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    may_configure(here)?;
    let of = here.desk.case_type(here.asked.get("name"))?;
    let one = of.fields.iter().find(|one| one.id == here.asked.get("field"));
    if one.is_none() && here.asked.get("field") != "new" {
        return Err(Problem::NOTHING_HERE);
    }
    let f = Fields::new(here, draft, Some((StreamId::CaseType(of.id), of.revision)));
    let back = format!("/types/{}#fields", of.id);
    let page = FormPage {
        title: one.map_or(here.say("new_field"), |one| &one.label),
        crumb: Some(html! { a href=(back) { (of.name) } }),
        under: "case_types",
        to: &format!("/types/{}/fields/{}", of.id, escaped(here.asked.get("field"))),
        back: &back,
        can_remove: one.is_some(),
        ..FormPage::default()
    };
    f.page(&page, body(&f, &of, one))
}

fn body(f: &Fields<'_>, of: &CaseTypeView, one: Option<&FieldDefinitionView>) -> Markup {
    let here = f.here;
    let new = || NewField::new("", FieldKind::Text);
    let kept = one.and_then(|one| one.definition.clone()).unwrap_or_else(new);
    let (of_kept, yes) = (values_of(&kept), Value::Bool(true));
    let lines: Vec<_> =
        kept.choices.iter().filter(|one| !one.retired).map(|one| one.label.as_str()).collect();
    let on = kept.shown_when.as_ref();
    let (on, on_values) = on.map_or_else(Default::default, |on| (on.field.as_str(), on.values.join("; ")));
    let others = of.fields.iter().filter(|other| one.is_none_or(|one| one.id != other.id));
    let others: Vec<_> = others.map(|one| (one.id.as_str(), one.label.as_str())).collect();
    let is = |what: FieldKind| kept.kind == what || one.is_none();
    html! {
        (f.draw(&Field::new("label", &kept.label)))
        @if one.is_some() { div.field { strong { (label(here, "kind")) } p { (kind(here, kept.kind)) } } }
        @else { (f.draw(&Field::new("kind", "text").among(FieldKind::ALL.map(|one| (one.code(), kind(here, one)))))) }
        @if is(FieldKind::Choice) || is(FieldKind::Choices) { div.of-choices { (f.draw(&Field::new("choices", lines.join("\n")).lines().hint(here.say("line_each")))) } }
        @if is(FieldKind::Decimal) { div.of-decimals { (f.draw(&Field::new("places", kept.places.max(2).to_string()).hint(here.say("of_decimals")))) } }
        (f.draw(&Field::new("help", kept.help.unwrap_or_default())))
        fieldset { legend { (here.say("what_it_is")) } @for name in FLAGS.split(' ') { (f.tick(name, "1", *value_in(&of_kept, name).0 == yes, here.session.language.say_of("is", name))) } }
        fieldset { legend { (label(here, "required_at")) } @for stage in &of.stages {
            (f.tick("required_at", &stage.id, kept.required_at.contains(&stage.id), &stage.label)) } }
        @if !others.is_empty() { div.choice { (f.draw(&Field::new("shown_when", on).among(others).or(here.say("always"))))
            (f.draw(&Field::new("values", on_values).hint(here.say("hint_values")))) } }
    }
}
