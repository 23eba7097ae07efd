//! A case type: its name and what it is for, stages, moves, workflow, deadlines and ways to end.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use casekit::{
    CaseTypeEdit, CaseTypeView, NewCaseType, NewResolution, NewStage, NewStageMove, Priority, ResolvedBy,
    StageCategory, StreamId,
};
use maud::{Markup, html};

use super::type_field::fields_table;
use super::types::{may_configure, switch};
use crate::acts::{Draft, Form, Problem, answer};
use crate::kit::{App, Here};
use crate::parts::{
    Field, Screen, area, cell, coded, form_head, input, label, page, priorities, refusal, select, sentence,
    summary_of_errors, tick,
};
use crate::session::Session;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/types/new", get(new_form).post(new))
        .route("/types/{name}", get(edit_form).post(edit))
}

async fn new_form(State(app): State<App>, session: Session) -> Response {
    app.read(session, |here| draw_new(here, Draft::default())).await
}

async fn new(State(app): State<App>, session: Session, form: Form) -> Response {
    app.act(session, form, |here, desk, form| {
        let mut new = NewCaseType::new(form.get("name"));
        (new.description, new.workflow) = (form.some("description"), form.some("workflow"));
        new.default_priority = coded(form.get("default_priority"));
        new.deadlines = form.all("deadlines").map(str::to_owned).collect();
        new.inactive = !form.has("active");
        let to = |done: casekit::CreatedCaseType| format!("/types#type-{}", done.id);
        answer(form, desk.create_case_type(new), to, |draft| draw_new(here, draft))
    })
    .await
}

fn draw_new(here: &Here, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_configure(here)?;
    let title = here.say("new_type");
    let main = html! { div.narrow { p.crumb { a href="/types" { (here.say("case_types")) } } h1 { (title) }
    (summary_of_errors(here, draft, &["name", "description", "workflow", "default_priority", "deadlines"]))
    form method="post" action="/types/new" novalidate data-keep="type-new" { (form_head(here, None))
        (about(here, draft, None)?)
        (tick(draft, "active", "1", true, html! { (here.say("active")) }))
        p.hint { (here.say("stages_follow")) }
        div.buttons { button.button.primary { (here.say("save")) } a.button.quiet href="/types" { (here.say("cancel")) } } } } };
    page(here, &Screen::new(title).under("case_types").with_problem(draft.error.is_some()), main)
}

/// What a new type and one that is edited have alike.
fn about(here: &Here, draft: Draft<'_>, one: Option<&CaseTypeView>) -> Result<Markup, Problem> {
    let names =
        ["name", "description", "default_priority", "workflow", "deadlines"].map(|field| label(here, field));
    let [name, description, priority, workflow, deadlines] = names.each_ref().map(String::as_str);
    let (is_called, text) =
        one.map_or(("", ""), |one| (&one.name, one.description.as_deref().unwrap_or_default()));
    let said = priorities(here);
    let levels = said.each_ref().map(|(code, said)| (*code, said.as_str()));
    let workflows = here.desk.workflows()?;
    let flows =
        workflows.iter().filter(|flow| flow.active).map(|flow| (flow.name.as_str(), flow.name.as_str()));
    let flows: Vec<_> = std::iter::once(("", "—")).chain(flows).collect();
    let runs = one.and_then(|one| one.workflow.as_deref()).unwrap_or_default();
    let has = one.map(|one| &one.deadlines[..]).unwrap_or_default();
    // Whoever may not see the settings keeps what the type has.
    let policies = here.or_none(here.desk.settings().map(|settings| settings.deadlines))?;
    let usual = one.map_or(Priority::default(), |one| one.default_priority).code();
    Ok(html! {
        (input(here, draft, Field::new("name", name).edits(is_called), is_called))
        (area(here, draft, Field::new("description", description).edits(text), text))
        div.choice {
            (select(here, draft, Field::new("default_priority", priority).edits(usual), usual, &levels))
            (select(here, draft, Field::new("workflow", workflow).hint(here.say("workflow_starts")).edits(runs), runs, &flows))
        }
        @if !policies.is_empty() { fieldset #deadlines { legend { (deadlines) }
            input type="hidden" name="with_deadlines" value="1";
            @for one in &policies { (tick(draft, "deadlines", &one.policy.code, has.contains(&one.policy.code), html! { (one.policy.label) })) } } }
        @else if !has.is_empty() { div.field { strong { (deadlines) } @for code in has { p { (here.desk.language().word_of("deadline_policy", code)) } } } }
    })
}

async fn edit_form(State(app): State<App>, session: Session, Path(name): Path<String>) -> Response {
    app.read(session, move |here| draw(here, &name, Draft::default())).await
}

async fn edit(State(app): State<App>, session: Session, Path(name): Path<String>, form: Form) -> Response {
    app.act(session, form, move |here, desk, form| {
        let id = here.desk.case_type(&name)?.id;
        let mut edit = CaseTypeEdit::new();
        edit.seen = form.parsed("revision");
        (edit.name, edit.description) = (form.changed("name"), form.changed("description"));
        edit.default_priority = form.changed("default_priority").and_then(|code| coded(&code));
        match form.changed("workflow") {
            Some(none) if none.is_empty() => edit.without_workflow = true,
            workflow => edit.workflow = workflow,
        }
        if form.has("with_deadlines") {
            edit.deadlines = Some(form.all("deadlines").map(str::to_owned).collect());
        }
        let stages = stages_of(form);
        match form.get("moves") {
            "any" => edit.any_move = true,
            _ => edit.moves = Some(moves_of(form, &stages)),
        }
        (edit.stages, edit.resolutions) = (Some(stages), Some(resolutions_of(form)));
        answer(
            form,
            desk.edit_case_type(id, edit),
            |_| format!("/types/{id}#main"),
            |draft| draw(here, &name, draft),
        )
    })
    .await
}

/// The rows of a table of the form, by their place; those without the field `by` are left out.
fn rows(form: &Form, table: &str, by: &str) -> Vec<usize> {
    let place = |row: &usize| form.parsed::<f64>(&format!("{table}[{row}].place")).unwrap_or(f64::MAX);
    let has = |row: &usize| form.some(&format!("{table}[{row}].{by}")).is_some();
    let mut rows: Vec<usize> = (0..200).filter(has).collect();
    rows.sort_by(|one, other| place(one).total_cmp(&place(other)));
    rows
}

fn stages_of(form: &Form) -> Vec<NewStage> {
    let stage = |row: usize| {
        let get = |field: &str| form.some(&format!("stages[{row}].{field}"));
        let category = get("category").and_then(|code| coded(&code)).unwrap_or(StageCategory::Active);
        let mut stage = NewStage::new(get("label").unwrap_or_default(), category);
        stage.customer_label = get("customer_label").filter(|shown| *shown != stage.label);
        (stage.id, stage.disabled) = (get("id"), get("enabled").is_none());
        stage.needs_resolution = get("needs_resolution").is_some();
        stage
    };
    rows(form, "stages", "label").into_iter().map(stage).collect()
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

fn resolutions_of(form: &Form) -> Vec<NewResolution> {
    let resolution = |row: usize| {
        let get = |field: &str| form.some(&format!("resolutions[{row}].{field}"));
        let mut one = NewResolution::new(get("code").unwrap_or_default(), get("label").unwrap_or_default());
        one.customer_label = get("customer_label").filter(|shown| *shown != one.label);
        (one.by, one.needs_reason) = (get("by").and_then(|by| coded(&by)), get("needs_reason").is_some());
        one
    };
    rows(form, "resolutions", "code").into_iter().map(resolution).collect()
}

fn draw(here: &Here, name: &str, draft: Draft<'_>) -> Result<Markup, Problem> {
    may_configure(here)?;
    let one = here.desk.case_type(name)?;
    let plain = [
        "name",
        "description",
        "default_priority",
        "workflow",
        "deadlines",
        "stages",
        "moves",
        "resolutions",
    ];
    let fields: Vec<_> = plain.iter().map(|field| (*field, "")).collect();
    let main = html! {
        header.head.wide { div { p.crumb { a href="/types" { (here.say("case_types")) } } h1 { (one.name) } } span.grow {} (switch(here, &one)) }
        div.wide-form {
            (refusal(here, StreamId::CaseType(one.id), draft, &fields)?)
            form #type method="post" action={ "/types/" (one.id) } novalidate { (form_head(here, None)) input type="hidden" name="revision" value=(one.revision);
                section.card { (about(here, draft, Some(&one))?) }
                section.card #stages tabindex="-1" { h2 { (label(here, "stages")) } p.hint { (here.say("rows_more")) } (stages(here, draft, &one)) }
                section.card #moves tabindex="-1" { h2 { (label(here, "moves")) } (moves(here, draft, &one)) }
                section.card #resolutions tabindex="-1" { h2 { (label(here, "resolutions")) } (resolutions(here, draft, &one)) }
                div.buttons { button.button.primary { (here.say("save")) } a.button.quiet href="/types" { (here.say("cancel")) } }
            }
            section.card #fields { h2 { (here.say("own_fields")) } (fields_table(here, &one)) }
        }
    };
    page(here, &Screen::new(&one.name).under("case_types").with_problem(draft.error.is_some()), main)
}

/// A tick in a cell of a table.
fn cell_tick(name: &str, label: &str, checked: bool) -> Markup {
    html! { input type="checkbox" name=(name) value="1" aria-label=(label) checked[checked]; }
}

fn cell_choice(name: &str, label: &str, chosen: &str, all: &[(&str, String)]) -> Markup {
    html! { select name=(name) aria-label=(label) { @for (code, said) in all { option value=(code) selected[*code == chosen] { (said) } } } }
}

/// The stages as a table, with two rows for more.
fn stages(here: &Here, draft: Draft<'_>, one: &CaseTypeView) -> Markup {
    let kept = || {
        let stage = |stage: &casekit::StageView| {
            let mut kept = NewStage::new(&stage.label, stage.category).with_id(&stage.id);
            kept.customer_label = Some(stage.customer_label.clone()).filter(|shown| *shown != stage.label);
            (kept.disabled, kept.needs_resolution) = (!stage.enabled, stage.needs_resolution);
            kept
        };
        one.stages.iter().map(stage).collect()
    };
    let mut all: Vec<NewStage> = draft.form().map_or_else(kept, stages_of);
    all.extend((0..2).map(|_| NewStage::new("", StageCategory::Active)));
    let categories = StageCategory::ALL
        .map(|one| (one.code(), sentence(&here.desk.language().word_of("category", one.code()))));
    let (name, shown, needs) =
        (label(here, "label"), label(here, "customer_label"), label(here, "needs_resolution"));
    let heads = [here.say("row_order"), &name, &shown, here.say("category"), &needs, here.say("in_use")];
    html! { div.scroll { table { thead { tr { @for head in heads { th scope="col" { (head) } } } }
    tbody { @for (row, stage) in all.iter().enumerate() {
        @let of = |field: &str| format!("stages[{row}].{field}");
        @let said = |head: &str| format!("{head} {}", row + 1);
        tr { td.place { input type="hidden" name=(of("id")) value=[stage.id.as_deref()];
                input name=(of("place")) value=(row + 1) inputmode="decimal" aria-label=(said(here.say("row_order"))); }
            td { (cell(here, draft, &of("label"), &said(&name), &stage.label)) }
            td { (cell(here, draft, &of("customer_label"), &said(&shown), stage.customer_label.as_deref().unwrap_or_default())) }
            td { (cell_choice(&of("category"), &said(here.say("category")), stage.category.code(), &categories)) }
            td { (cell_tick(&of("needs_resolution"), &said(&needs), stage.needs_resolution)) }
            td { (cell_tick(&of("enabled"), &said(here.say("in_use")), !stage.disabled)) } } } } } } }
}

/// Which stage can follow which: any, or those that are ticked.
fn moves(here: &Here, draft: Draft<'_>, one: &CaseTypeView) -> Markup {
    let any = draft.value("moves", if one.moves.is_none() { "any" } else { "some" }) == "any";
    let allowed = |from: &str, to: &str| {
        one.moves.as_ref().is_none_or(|moves| moves.iter().any(|one| one.from == from && one.to == to))
    };
    html! {
        @for (code, key, on) in [("any", "any_move", any), ("some", "some_moves", !any)] {
            label.tick { input type="radio" name="moves" value=(code) checked[on]; span { (here.say(key)) } } }
        div.scroll.only-some { table { thead { tr { th scope="col" { (here.say("from_to")) } @for to in &one.stages { th scope="col" { (to.label) } } } }
            tbody { @for from in &one.stages { tr { th scope="row" { (from.label) }
                @for to in &one.stages { td { @if from.id != to.id {
                    @let pair = format!("{}>{}", from.id, to.id);
                    input type="checkbox" name="move" value=(pair) aria-label={ (from.label) " → " (to.label) } checked[draft.has("move", &pair, allowed(&from.id, &to.id))]; } } } } } } } }
    }
}

/// The ways to end as a table, with a row for one more.
fn resolutions(here: &Here, draft: Draft<'_>, one: &CaseTypeView) -> Markup {
    let kept = || {
        let resolution = |one: &casekit::ResolutionView| {
            let mut kept = NewResolution::new(&one.code, &one.label);
            kept.customer_label = Some(one.customer_label.clone()).filter(|shown| *shown != one.label);
            (kept.by, kept.needs_reason) = (Some(one.by), one.needs_reason);
            kept
        };
        one.resolutions.iter().map(resolution).collect()
    };
    let mut all: Vec<NewResolution> = draft.form().map_or_else(kept, resolutions_of);
    all.push(NewResolution::new("", ""));
    let whose = [
        ("anyone", here.say("by_anyone").to_owned()),
        ("person", here.say("by_person").to_owned()),
        ("staff", here.say("by_staff").to_owned()),
    ];
    let code_of = |by: Option<ResolvedBy>| match by.unwrap_or_default() {
        ResolvedBy::Anyone => "anyone",
        ResolvedBy::Person => "person",
        ResolvedBy::Staff => "staff",
    };
    let (code, name, shown) = (label(here, "code"), label(here, "label"), label(here, "customer_label"));
    let heads = [&code, &name, &shown, here.say("whose_decision"), here.say("needs_reason")];
    html! { div.scroll { table { thead { tr { @for head in heads { th scope="col" { (head) } } } }
    tbody { @for (row, one) in all.iter().enumerate() {
        @let of = |field: &str| format!("resolutions[{row}].{field}");
        @let said = |head: &str| format!("{head} {}", row + 1);
        tr { td { (cell(here, draft, &of("code"), &said(&code), &one.code)) } td { (cell(here, draft, &of("label"), &said(&name), &one.label)) }
            td { (cell(here, draft, &of("customer_label"), &said(&shown), one.customer_label.as_deref().unwrap_or_default())) }
            td { (cell_choice(&of("by"), &said(here.say("whose_decision")), code_of(one.by), &whose)) }
            td { (cell_tick(&of("needs_reason"), &said(here.say("needs_reason")), one.needs_reason)) } } } } } } }
}
