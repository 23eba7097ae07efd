//! A case type: its name and what it is for, stages, moves, workflow, deadlines and ways to end.

use serde_json::{Value, json};

use super::prelude::*;
use super::type_field::fields_table;
use super::types::{may_configure, switch};

const PLAIN: &str = "name description default_priority workflow";

pub(crate) fn new(_: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let mut new = form.command(NewCaseType::default(), PLAIN);
    new.deadlines = form.all("deadlines").map(str::to_owned).collect();
    new.inactive = !form.has("active");
    Ok(format!("/types#type-{}", desk.create_case_type(new)?.id))
}

pub(crate) fn new_form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
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
fn about(f: &Fields<'_>, one: Option<&CaseTypeView>) -> Result<Markup> {
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
            (f.draw(&of("workflow").among(workflows).or("—").hint(here.say("workflow_starts"))))
        }
        @if !policies.is_empty() { fieldset #deadlines { legend { (f.named("deadlines")) }
            input type="hidden" name="with_deadlines" value="1";
            @for one in &policies { (f.tick("deadlines", &one.policy.code, has.contains(&one.policy.code), &one.policy.label)) } } }
        @else if !has.is_empty() { div.field { strong { (label(here, "deadlines")) } @for code in has { p { (here.desk.language().word_of("deadline_policy", code)) } } } }
    })
}

pub(crate) fn edit(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let id = here.desk.case_type(here.asked.get("name"))?.id;
    let mut edit = form.command(CaseTypeEdit::new(), PLAIN);
    edit.seen = form.parsed("revision");
    edit.without_workflow = form.said("workflow") == Some("");
    edit.workflow = edit.workflow.filter(|name| !name.is_empty());
    if form.has("with_deadlines") {
        edit.deadlines = Some(form.all("deadlines").map(str::to_owned).collect());
    }
    let stages = stages_of(form);
    match form.get("moves") {
        "any" => edit.any_move = true,
        _ => edit.moves = Some(moves_of(form, &stages)),
    }
    (edit.stages, edit.resolutions) = (Some(stages), Some(resolutions_of(form)));
    desk.edit_case_type(id, edit)?;
    Ok(format!("/types/{id}#main"))
}

fn stages_of(form: &Form) -> Vec<NewStage> {
    let stage = |row: &Form| {
        let blank = NewStage::new("", StageCategory::Active);
        let mut stage = row.command(blank, "id label customer_label category needs_resolution");
        stage.customer_label = stage.customer_label.filter(|shown| *shown != stage.label);
        stage.disabled = !row.has("enabled");
        stage
    };
    form.rows("stages", "label").iter().map(stage).collect()
}

fn resolutions_of(form: &Form) -> Vec<NewResolution> {
    let resolution = |row: &Form| {
        let mut one = row.command(NewResolution::new("", ""), "code label customer_label by needs_reason");
        one.customer_label = one.customer_label.filter(|shown| *shown != one.label);
        one
    };
    form.rows("resolutions", "code").iter().map(resolution).collect()
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

pub(crate) fn edit_form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    may_configure(here)?;
    let one = here.desk.case_type(here.asked.get("name"))?;
    let f = Fields::new(here, draft, Some((StreamId::CaseType(one.id), one.revision)));
    let body = html! {
        section.card { (about(&f, Some(&one))?) }
        section.card #stages tabindex="-1" { h2 { (f.named("stages")) } p.hint { (here.say("rows_more")) } (stages(&f, &one)) }
        section.card #moves tabindex="-1" { h2 { (f.named("moves")) } (moves(&f, &one)) }
        section.card #resolutions tabindex="-1" { h2 { (f.named("resolutions")) } (resolutions(&f, &one)) }
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

/// A column of a table: the field of a row, its head, and how it is filled in.
type Column = (&'static str, String, Cell);

enum Cell {
    /// Where the row stands among the others. What identifies it goes with that, and is not seen.
    Place,
    Text,
    Tick,
    /// One of these codes, each with its word.
    Choice(Vec<(&'static str, String)>),
}

fn stages(f: &Fields<'_>, one: &CaseTypeView) -> Markup {
    let here = f.here;
    let categories = StageCategory::ALL.map(|one| (one.code(), here.word("category", one.code())));
    let columns = [
        ("place", here.say("row_order").to_owned(), Cell::Place),
        ("label", label(here, "label"), Cell::Text),
        ("customer_label", label(here, "customer_label"), Cell::Text),
        ("category", here.say("category").to_owned(), Cell::Choice(categories.into())),
        ("needs_resolution", label(here, "needs_resolution"), Cell::Tick),
        ("enabled", here.say("in_use").to_owned(), Cell::Tick),
    ];
    let more = json!({ "enabled": true, "category": StageCategory::Active });
    table(f, ("stages", "label"), &columns, &values_of(&one.stages), &[&more, &more])
}

fn resolutions(f: &Fields<'_>, one: &CaseTypeView) -> Markup {
    let here = f.here;
    let by = [("anyone", "by_anyone"), ("person", "by_person"), ("staff", "by_staff")];
    let by = by.map(|(code, key)| (code, here.say(key).to_owned()));
    let columns = [
        ("code", label(here, "code"), Cell::Text),
        ("label", label(here, "label"), Cell::Text),
        ("customer_label", label(here, "customer_label"), Cell::Text),
        ("by", here.say("whose_decision").to_owned(), Cell::Choice(by.into())),
        ("needs_reason", here.say("needs_reason").to_owned(), Cell::Tick),
    ];
    table(f, ("resolutions", "code"), &columns, &values_of(&one.resolutions), &[&json!({})])
}

/// A table with what was typed into it, or what is kept, and with rows for more.
fn table(
    f: &Fields<'_>,
    (name, by): (&str, &str),
    columns: &[Column],
    kept: &Value,
    more: &[&Value],
) -> Markup {
    let kept = || kept.as_array().into_iter().flatten().map(Form::of).collect();
    let mut rows = f.draft.form.map_or_else(kept, |form| form.rows(name, by));
    rows.extend(more.iter().map(|more| Form::of(more)));
    html! { div.scroll { table { thead { tr { @for (_, head, _) in columns { th scope="col" { (head) } } } }
    tbody { @for (at, row) in rows.iter().enumerate() { tr { @for column in columns {
        td.place[column.0 == "place"] { (cell(f, (name, at), row, column)) } } } } } } } }
}

fn cell(f: &Fields<'_>, (table, at): (&str, usize), row: &Form, (field, head, kind): &Column) -> Markup {
    let (name, said, text) = (format!("{table}[{at}].{field}"), format!("{head} {}", at + 1), row.get(field));
    match kind {
        Cell::Place => html! { input type="hidden" name={ (table) "[" (at) "].id" } value=(row.get("id"));
        input name=(name) value=(at + 1) inputmode="decimal" aria-label=(said); },
        // What the customer sees is empty where it is what staff see.
        Cell::Text if *field == "customer_label" && text == row.get("label") => {
            f.cell(&name, head, &said, "")
        }
        Cell::Text => f.cell(&name, head, &said, text),
        Cell::Tick => {
            html! { input type="checkbox" name=(name) value="1" aria-label=(said) checked[row.has(field)]; }
        }
        Cell::Choice(all) => html! { select name=(name) aria-label=(said) { @for (code, word) in all {
        option value=(code) selected[*code == text] { (word) } } } },
    }
}
