//! A case type: its name and what it is for, stages, moves, workflow, deadlines and ways to end.

use axum::Router;
use axum::http::StatusCode;
use casekit::{
    CaseTypeEdit, CaseTypeView, Desk, NewCaseType, NewResolution, NewStage, NewStageMove, Priority,
    StageCategory, StreamId,
};
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::type_field::fields_table;
use super::types::{may_configure, switch};
use crate::acts::{Draft, Form, Problem, form_screen};
use crate::kit::{App, Here};
use crate::parts::{Field, Fields, FormPage, Screen, label, page, priorities, sentence, value_in, values_of};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/types/new", form_screen(new_form, new))
        .route("/types/{name}", form_screen(edit_form, edit))
}

const PLAIN: [&str; 4] = ["name", "description", "default_priority", "workflow"];

fn new(_: &Here, desk: &Desk, form: &Form) -> Result<String, Problem> {
    let mut new = form.command(NewCaseType::default(), &PLAIN);
    new.deadlines = form.all("deadlines").map(str::to_owned).collect();
    new.inactive = !form.has("active");
    Ok(format!("/types#type-{}", desk.create_case_type(new)?.id))
}

fn new_form(here: &Here, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_configure(here)?;
    let f = Fields::new(here, draft, None);
    let body = html! {
        (about(&f, None)?)
        (f.tick("active", "1", true, here.say("active")))
        p.hint { (here.say("stages_follow")) }
    };
    let of = FormPage {
        title: here.say("new_type"),
        crumb: Some(html! { a href="/types" { (here.say("case_types")) } }),
        under: "case_types",
        to: "/types/new",
        back: "/types",
        ..FormPage::default()
    };
    f.page(&of, body)
}

/// What a new type and one that is edited have alike.
fn about(f: &Fields<'_>, one: Option<&CaseTypeView>) -> Result<Markup, Problem> {
    let (here, kept) = (f.here, values_of(&one));
    let of = |name: &str| Field::new(name, value_in(&kept, name).1);
    let workflows = here.desk.workflows()?.into_iter().filter(|flow| flow.active);
    let workflows = workflows.map(|flow| (flow.name.clone(), flow.name));
    let has = one.map(|one| &one.deadlines[..]).unwrap_or_default();
    // Whoever may not see the settings keeps what the type has.
    let policies = here.or_none(here.desk.settings().map(|settings| settings.deadlines))?;
    let usual = one.map_or(Priority::default(), |one| one.default_priority).code();
    Ok(html! {
        (f.draw(&of("name")))
        (f.draw(&of("description").lines()))
        div.choice {
            (f.draw(&Field::new("default_priority", usual).among(priorities(here))))
            (f.draw(&of("workflow").among_or("—", workflows).hint(here.say("workflow_starts"))))
        }
        @if !policies.is_empty() { fieldset #deadlines { legend { (f.named("deadlines")) }
            input type="hidden" name="with_deadlines" value="1";
            @for one in &policies { (f.tick("deadlines", &one.policy.code, has.contains(&one.policy.code), &one.policy.label)) } } }
        @else if !has.is_empty() { div.field { strong { (label(here, "deadlines")) } @for code in has { p { (here.desk.language().word_of("deadline_policy", code)) } } } }
    })
}

fn edit(here: &Here, desk: &Desk, form: &Form) -> Result<String, Problem> {
    let id = here.desk.case_type(here.asked.get("name"))?.id;
    let mut edit = form.command(CaseTypeEdit::new(), &PLAIN);
    edit.seen = form.parsed("revision");
    edit.without_workflow = form.said("workflow") == Some("");
    edit.workflow = edit.workflow.filter(|name| !name.is_empty());
    if form.has("with_deadlines") {
        edit.deadlines = Some(form.all("deadlines").map(str::to_owned).collect());
    }
    let stages: Vec<NewStage> = given(&STAGES, form)?;
    match form.get("moves") {
        "any" => edit.any_move = true,
        _ => edit.moves = Some(moves_of(form, &stages)),
    }
    (edit.stages, edit.resolutions) = (Some(stages), Some(given::<NewResolution>(&RESOLUTIONS, form)?));
    desk.edit_case_type(id, edit)?;
    Ok(format!("/types/{id}#main"))
}

/// The moves that are ticked, between stages that are still there.
fn moves_of(form: &Form, stages: &[NewStage]) -> Vec<NewStageMove> {
    let is_there = |id: &str| stages.iter().any(|stage| stage.id.as_deref() == Some(id));
    let pairs = form.all("move").filter_map(|one| one.split_once('>'));
    pairs
        .filter(|(from, to)| is_there(from) && is_there(to))
        .map(|(from, to)| NewStageMove::new(from, to))
        .collect()
}

fn edit_form(here: &Here, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_configure(here)?;
    let one = here.desk.case_type(here.asked.get("name"))?;
    let f = Fields::new(here, draft, Some(StreamId::CaseType(one.id)));
    let kept = values_of(&one);
    let body = html! {
        input type="hidden" name="revision" value=(one.revision);
        section.card { (about(&f, Some(&one))?) }
        section.card #stages tabindex="-1" { h2 { (f.named("stages")) } p.hint { (here.say("rows_more")) } (table(&f, &STAGES, &kept)) }
        section.card #moves tabindex="-1" { h2 { (f.named("moves")) } (moves(&f, &one)) }
        section.card #resolutions tabindex="-1" { h2 { (f.named("resolutions")) } (table(&f, &RESOLUTIONS, &kept)) }
    };
    let to = format!("/types/{}", one.id);
    let form =
        f.form(&FormPage { id: Some("type"), to: &to, back: "/types", ..FormPage::default() }, body)?;
    let main = html! {
        header.head.wide { div { p.crumb { a href="/types" { (here.say("case_types")) } } h1 { (one.name) } } span.grow {} (switch(here, &one)) }
        div.wide-form {
            (form)
            section.card #fields { h2 { (here.say("own_fields")) } (fields_table(here, &one)) }
        }
    };
    page(here, &Screen::new(&one.name).under("case_types").with_problem(draft.error.is_some()), main)
}

/// Which stage can follow which: any, or those that are ticked.
fn moves(f: &Fields<'_>, one: &CaseTypeView) -> Markup {
    let any = f.draft.value("moves", if one.moves.is_none() { "any" } else { "some" }) == "any";
    let allowed = |from: &str, to: &str| {
        one.moves.as_ref().is_none_or(|moves| moves.iter().any(|one| one.from == from && one.to == to))
    };
    html! {
        @for (code, key, on) in [("any", "any_move", any), ("some", "some_moves", !any)] {
            label.tick { input type="radio" name="moves" value=(code) checked[on]; span { (f.here.say(key)) } } }
        div.scroll.only-some { table { thead { tr { th scope="col" { (f.here.say("from_to")) } @for to in &one.stages { th scope="col" { (to.label) } } } }
            tbody { @for from in &one.stages { tr { th scope="row" { (from.label) }
                @for to in &one.stages { td { @if from.id != to.id {
                    @let pair = format!("{}>{}", from.id, to.id);
                    input type="checkbox" name="move" value=(pair) aria-label={ (from.label) " → " (to.label) } checked[f.draft.has("move", &pair, allowed(&from.id, &to.id))]; } } } } } } } }
    }
}

/// A table in the form: its name, the field without which there is no row, how many empty rows are offered, and its columns.
type Table = (&'static str, &'static str, usize, &'static [Column]);

/// A column: the field of a row, as the library calls it; the desk's word for it, if it has its own; and how it is filled in.
type Column = (&'static str, Option<&'static str>, Cell);

enum Cell {
    /// Where the row stands among the others. What identifies it goes with that, and is not seen.
    Place,
    Text,
    Tick,
    /// One of these codes, each with its word.
    Choice(fn(&Here) -> Vec<(&'static str, String)>),
}

static STAGES: Table = (
    "stages",
    "label",
    2,
    &[
        ("id", Some("row_order"), Cell::Place),
        ("label", None, Cell::Text),
        ("customer_label", None, Cell::Text),
        ("category", Some("category"), Cell::Choice(categories)),
        ("needs_resolution", None, Cell::Tick),
        ("enabled", Some("in_use"), Cell::Tick),
    ],
);

static RESOLUTIONS: Table = (
    "resolutions",
    "code",
    1,
    &[
        ("code", None, Cell::Text),
        ("label", None, Cell::Text),
        ("customer_label", None, Cell::Text),
        ("by", Some("whose_decision"), Cell::Choice(whose_decisions)),
        ("needs_reason", Some("needs_reason"), Cell::Tick),
    ],
);

fn categories(here: &Here) -> Vec<(&'static str, String)> {
    let word = |code| sentence(&here.desk.language().word_of("category", code));
    StageCategory::ALL.iter().map(|one| (one.code(), word(one.code()))).collect()
}

fn whose_decisions(here: &Here) -> Vec<(&'static str, String)> {
    let all = [("anyone", "by_anyone"), ("person", "by_person"), ("staff", "by_staff")];
    all.map(|(code, key)| (code, here.say(key).to_owned())).into()
}

type Row = Map<String, Value>;

/// The rows that the form has, by their place.
fn rows_of((table, by, _, columns): &Table, form: &Form) -> Vec<Row> {
    let row = |row: usize| {
        let get = |field: &str| form.some(&format!("{table}[{row}].{field}"));
        get(by)?;
        let place = get("place").and_then(|place| place.parse().ok()).unwrap_or(f64::MAX);
        let value = |(field, _, cell): &Column| match cell {
            Cell::Tick => ((*field).to_owned(), json!(get(field).is_some())),
            _ => ((*field).to_owned(), json!(get(field))),
        };
        Some((place, columns.iter().map(value).collect()))
    };
    let mut rows: Vec<(f64, Row)> = (0..200).filter_map(row).collect();
    rows.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The same, as the library takes them.
fn given<T: DeserializeOwned>(of: &Table, form: &Form) -> Result<Vec<T>, Problem> {
    let one = |mut row: Row| {
        row.insert("disabled".to_owned(), json!(row.get("enabled") == Some(&json!(false))));
        if row.get("customer_label") == row.get("label") {
            row.remove("customer_label");
        }
        serde_json::from_value(row.into())
    };
    let all: Result<_, _> = rows_of(of, form).into_iter().map(one).collect();
    all.map_err(|_| Problem::Said(StatusCode::BAD_REQUEST, "form_out_of_date"))
}

/// A table with what was typed into it, or what is kept, and rows for more.
fn table(f: &Fields<'_>, of: &Table, kept: &Value) -> Markup {
    let (name, _, empty, columns) = of;
    let kept = || {
        kept.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).cloned()
    };
    let mut all = f.draft.form().map_or_else(|| kept().collect(), |form| rows_of(of, form));
    let new = json!({ "enabled": true, "category": StageCategory::Active.code() });
    all.extend((0..*empty).filter_map(|_| new.as_object().cloned()));
    html! { div.scroll { table { thead { tr { @for column in *columns { th scope="col" { (head(f, column)) } } } }
    tbody { @for (row, one) in all.iter().enumerate() { tr { @for column in *columns { (cell(f, (name, row), one, column)) } } } } } } }
}

fn head(f: &Fields<'_>, (field, word, _): &Column) -> String {
    word.map_or_else(|| label(f.here, field), |key| f.here.say(key).to_owned())
}

fn cell(f: &Fields<'_>, (table, row): (&str, usize), one: &Row, column: &Column) -> Markup {
    let (field, _, kind) = column;
    let (name, head, number) = (format!("{table}[{row}].{field}"), head(f, column), row + 1);
    let said = format!("{head} {number}");
    let value = one.get(*field).unwrap_or(&Value::Null);
    let text = value.as_str().unwrap_or_default();
    match kind {
        Cell::Place => html! { td.place { input type="hidden" name=(name) value=(text);
        input name={ (table) "[" (row) "].place" } value=(number) inputmode="decimal" aria-label=(said); } },
        // What the customer sees is empty where it is what staff see.
        Cell::Text if *field == "customer_label" && Some(value) == one.get("label") => {
            html! { td { (f.cell(&name, &head, &said, "")) } }
        }
        Cell::Text => html! { td { (f.cell(&name, &head, &said, text)) } },
        Cell::Tick => {
            html! { td { input type="checkbox" name=(name) value="1" aria-label=(said) checked[value == true]; } }
        }
        Cell::Choice(all) => {
            html! { td { select name=(name) aria-label=(said) { @for (code, word) in all(f.here) {
            option value=(code) selected[code == text] { (word) } } } } }
        }
    }
}
