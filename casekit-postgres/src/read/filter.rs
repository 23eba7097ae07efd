//! Filters, as conditions on a case `c` and its place `p`.

use casekit_core::model::{ActorId, Catalog, DueTask, ResolutionCode, TeamId, Timestamp};
use casekit_core::search::Query;
use casekit_core::store::{CaseFilter, Failing, FieldFilter, FieldRange, HolderFilter, Pending, Stalled};
use uuid::Uuid;

use super::part::Part;
use super::tsquery;
use crate::field_key;
use crate::totals::NOBODY;
use crate::value::{category_code, priority_code};

/// Everything that a filter demands, each after ` AND `; a text of what [`source`] joins.
pub(crate) fn conditions(filter: &CaseFilter, catalog: &Catalog) -> Part {
    let mut part = of_place(filter);
    part.append(of_people(filter));
    part.append(of_times(filter));
    part.append(of_workflow(filter));
    if let Some(customer) = filter.customer {
        part.bind(" AND c.customer = ?", customer.0);
    }
    if let Some(text) = text_of(filter) {
        part.append(has_text(text));
    }
    for tag in catalog.tags_in_use(&filter.tags) {
        let has = " AND EXISTS (SELECT 1 FROM org.case_tags g WHERE g.tag = ? AND g.number = c.number)";
        part.bind(has, tag.0);
    }
    for one in &filter.fields {
        part.append(has_value(one));
    }
    part
}

/// The text of a filter; one without terms is no condition.
pub(crate) fn text_of(filter: &CaseFilter) -> Option<&Query> {
    filter.text.as_ref().filter(|text| !text.is_empty())
}

/// What is joined to cases for a filter: with a text the entry `s` of each. It is found by the case and the case by it, so
/// that rare words are looked up, and with common ones the list is read in order.
pub(crate) fn source(filter: &CaseFilter) -> &'static str {
    match text_of(filter) {
        None => "",
        Some(_) => " JOIN org.search s ON s.id = c.entry * 2 AND s.case_id = c.id AND s.note IS NULL",
    }
}

/// What is demanded of the place where a case stands.
pub(crate) fn of_place(filter: &CaseFilter) -> Part {
    let mut part = Part::default();
    let CaseFilter { types, stages, categories, teams, priorities, resolutions, .. } = filter;
    if let Some(types) = types {
        part.bind(" AND p.case_type = ANY(?)", types.iter().map(|one| one.0).collect::<Vec<_>>());
    }
    if let Some(stages) = stages {
        let stages: Vec<String> = stages.iter().map(|stage| stage.as_str().to_owned()).collect();
        part.bind(" AND p.stage = ANY(?)", stages);
    }
    if let Some(categories) = categories {
        let codes: Vec<i64> = categories.iter().map(|one| category_code(*one).into()).collect();
        part.bind(" AND p.category = ANY(?)", codes);
    }
    if let Some(teams) = teams {
        part.bind(" AND p.team = ANY(?)", teams.iter().map(|team| team_id(*team)).collect::<Vec<_>>());
    }
    if let Some(priorities) = priorities {
        let codes: Vec<i64> = priorities.iter().map(|one| priority_code(*one).into()).collect();
        part.bind(" AND p.priority = ANY(?)", codes);
    }
    if let Some(resolutions) = resolutions {
        let code = |one: &Option<ResolutionCode>| {
            one.as_ref().map(ResolutionCode::as_str).unwrap_or_default().to_owned()
        };
        part.bind(" AND p.resolution = ANY(?)", resolutions.iter().map(code).collect::<Vec<_>>());
    }
    part
}

/// A team as a place has it: nil for none.
fn team_id(team: Option<TeamId>) -> Uuid {
    team.map_or(Uuid::nil(), |team| team.0)
}

/// What is demanded of who raised a case, who holds it, and for whom it waits.
fn of_people(filter: &CaseFilter) -> Part {
    let mut part = Part::default();
    if let Some(holder) = &filter.holder {
        part.bind(" AND c.holder = ?", holder_text(holder));
    }
    if let Some(raiser) = &filter.raised_by {
        part.bind(" AND c.raised_by = ?", raiser.as_str());
    }
    if let Some(own) = &filter.own {
        part.push(" AND ").append(is_own(own));
    }
    if let Some(pending) = &filter.pending {
        part.push(" AND ").append(can_wait_for(pending)).push(" AND ").append(is_pending(pending));
    }
    if let Some(work) = &filter.work {
        let closed = category_code(casekit_core::model::StageCategory::Closed);
        part.push(" AND (").append(is_own(&work.by)).bind(" AND p.category <> ?", closed);
        part.push(" OR ").append(can_wait_for(work)).push(" AND ").append(is_pending(work)).push(")");
    }
    part
}

/// A holder as a case has it.
pub(crate) fn holder_text(holder: &HolderFilter) -> &str {
    match holder {
        HolderFilter::Untaken => NOBODY,
        HolderFilter::By(actor) => actor.as_str(),
    }
}

/// That somebody holds or raised a case, as an expression.
pub(crate) fn is_own(actor: &ActorId) -> Part {
    let mut part = Part::default();
    part.bind("(c.holder = ?", actor.as_str()).bind(" OR c.raised_by = ?)", actor.as_str());
    part
}

/// What must hold if a case is pending for somebody, as indexes find it.
fn can_wait_for(pending: &Pending) -> Part {
    let mut part = Part::default();
    part.bind("(c.ready <> 0 AND (c.holder = '' OR c.holder = ?)", pending.by.as_str());
    part.push(" OR c.for_anyone <> 0)");
    part
}

/// Whether a case is pending for somebody, as an expression: what waits for them, less that from which they, the person for
/// whom they act, or the two together are excluded.
pub(crate) fn is_pending(pending: &Pending) -> Part {
    let mine = |of: &str| {
        let mut part = Part::default();
        part.bind("CASE WHEN c.holder = '' OR c.holder = ?", pending.by.as_str());
        part.push(&format!(" THEN {of}.ready ELSE {of}.for_anyone END"));
        part
    };
    let mut part = Part::of("((");
    part.append(mine("c")).bind(") & ?::int8 & coalesce((SELECT bit_and(", pending.bits).append(mine("x"));
    part.push(") FROM org.case_exclusions x WHERE x.number = c.number AND (");
    let mut people: Vec<&str> = pending.people().map(ActorId::as_str).collect();
    people.sort_unstable();
    people.dedup();
    part.bind(
        "x.beside = '' AND x.person = ANY(?)",
        people.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(),
    );
    if let [one, other] = people.as_slice() {
        part.bind(" OR x.person = ?", *one).bind(" AND x.beside = ?", *other);
    }
    part.push(")), -1)) <> 0");
    part
}

fn of_times(filter: &CaseFilter) -> Part {
    let mut part = between("c.raised_at", filter.raised_from, filter.raised_before);
    part.append(between("c.resolved_at", filter.resolved_from, filter.resolved_before));
    part.append(between("c.closed_at", filter.closed_from, filter.closed_before));
    part.append(between("c.updated_at", None, filter.updated_before));
    if let Some(stalled) = &filter.stalled {
        part.append(is_stalled(stalled));
    }
    if let Some(due) = filter.due {
        part.push(" AND c.due_at IS NOT NULL").append(between("c.due_at", due.from, due.before));
        if let Some(at) = due.warned {
            part.bind(" AND c.warn_at <= ?", at);
        }
    }
    match filter.due_task {
        None => {}
        Some((DueTask::KeepClock, before)) => drop(part.bind(" AND c.wakes_at < ?", before)),
        Some((due_task @ (DueTask::Deliver | DueTask::DestroyData | DueTask::Collect), before)) => {
            part.bind(" AND c.due_task = ?", due_task.code()).bind(" AND c.due_task_at < ?", before);
        }
    }
    part
}

/// The condition that an instant is in a half-open range; one that is not there is in none.
fn between(column: &str, from: Option<Timestamp>, before: Option<Timestamp>) -> Part {
    let mut part = Part::default();
    if let Some(from) = from {
        part.bind(&format!(" AND {column} >= ?"), from);
    }
    if let Some(before) = before {
        part.bind(&format!(" AND {column} < ?"), before);
    }
    part
}

fn is_stalled(stalled: &[Stalled]) -> Part {
    let mut part =
        Part::of(" AND c.resolved_at IS NULL AND c.closed_at IS NULL AND EXISTS (SELECT 1 FROM unnest(");
    part.bind("?::uuid[]", stalled.iter().map(|one| one.case_type.0).collect::<Vec<_>>());
    part.bind(", ?::text[]", stalled.iter().map(|one| one.stage.as_str().to_owned()).collect::<Vec<_>>());
    let before: Vec<i64> = stalled.iter().map(|one| crate::value::micros(one.before)).collect();
    part.bind(", ?::int8[]) AS w (case_type, stage, before)", before);
    part.push(" WHERE w.case_type = p.case_type AND w.stage = p.stage AND c.stage_since < w.before)");
    part
}

fn of_workflow(filter: &CaseFilter) -> Part {
    let mut part = Part::default();
    if let Some(workflow) = filter.workflow {
        part.bind(" AND c.workflow = ?", workflow.0);
    }
    if let Some(outcome) = filter.outcome {
        part.bind(" AND c.outcome = ?", outcome.code());
    }
    if let Some(failing) = &filter.failing {
        let Failing { code, setting } = failing;
        part.push(" AND c.failure_code IS NOT NULL");
        if let Some(code) = code {
            part.bind(" AND c.failure_code = ?", code.as_str());
        }
        if let Some(setting) = setting {
            part.bind(" AND c.failure_setting = ?", setting.as_str());
        }
    }
    part
}

/// The condition that the entry `s` of a case has a text.
fn has_text(text: &Query) -> Part {
    let mut part = Part::default();
    part.bind(" AND s.terms @@ ?::text::tsquery", tsquery::text_of(text));
    part
}

/// The condition that a case has a value that fits.
fn has_value(one: &FieldFilter) -> Part {
    let mut part =
        Part::of(" AND EXISTS (SELECT 1 FROM org.case_fields f WHERE f.number = c.number AND (false");
    for (case_type, field, range) in &one.any {
        part.bind(" OR f.case_type = ?", case_type.0).bind(" AND f.field = ?", field.as_str());
        part.append(in_range("f.value", range));
    }
    part.push("))");
    part
}

/// The condition that a column of keys is in a range, after ` AND `.
pub(crate) fn in_range(column: &str, range: &FieldRange) -> Part {
    let mut part = Part::default();
    match range {
        FieldRange::OneOf(keys) => {
            part.bind(
                &format!(" AND {column} = ANY(?)"),
                keys.iter().map(field_key::stored).collect::<Vec<_>>(),
            );
        }
        FieldRange::Between(from, to) => {
            for (comparison, end) in [(">=", from), ("<=", to)] {
                if let Some(end) = end {
                    part.bind(&format!(" AND {column} {comparison} ?"), field_key::stored(end));
                }
            }
        }
    }
    part
}
