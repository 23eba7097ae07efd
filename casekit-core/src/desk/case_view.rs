//! A case as it is shown: with all of its fields, or as a row of a list.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::columns::{Column, Values};
use super::deadline_view::{DeadlineSummary, is_due_soon, is_overdue, summaries};
use super::looking::Looking;
use super::own_field_view::{FieldView, fields_of, in_rows};
use crate::language::{Language, Message};
use crate::model::{
    ActorId, Case, CaseId, CaseResolution, CaseTypeId, Customer, CustomerId, LongText, Name, Priority,
    ResolutionCode, ShortText, StageCategory, StageId, Status, Step, StepStates, TagId, TeamId, Timestamp,
    WorkflowId,
};
use crate::store::CaseRow;

/// A case with all of its fields.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseView {
    /// The id of the case; it never changes.
    pub id: CaseId,
    /// The number of events in its history, those of its notes too. Give it as `seen` in an edit to change only what
    /// you saw.
    pub revision: u64,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The id of its case type.
    pub case_type_id: CaseTypeId,
    /// The name of its case type, in the desk's language.
    pub case_type: String,
    /// The version of the type that the case has until it is migrated.
    pub type_version: u32,
    /// The id of its stage, the same in every version of the type.
    pub stage_id: String,
    /// The label of its stage for staff, in the desk's language; in the scope of one customer, the one for the customer.
    pub stage: String,
    /// The label of its stage for the customer; the same as `stage` unless the type has another one.
    pub customer_stage: String,
    /// The fixed meaning of its stage, whatever the label is.
    pub category: StageCategory,
    /// The title, one line of 1 to 200 characters.
    pub title: String,
    /// The description, up to 100,000 characters; `None` if there is none.
    pub description: Option<String>,
    /// The id of its customer; `None` if the case has none.
    pub customer: Option<CustomerId>,
    /// The name of its customer; `None` if the case has none, or the actor may not read customers.
    pub customer_name: Option<String>,
    /// The name that the requester gave; `None` if the case did not come from the webform, or the actor may not read
    /// customers. Whether it is theirs is checked by the identification.
    pub requester: Option<String>,
    /// The id of the team with which the case stands; `None` if it stands with none, or it is not for the actor.
    pub team_id: Option<TeamId>,
    /// The name of that team; `None` as for `team_id`.
    pub team: Option<String>,
    /// The names of its tags, in their order; empty if it has none, or they are not for the actor.
    pub tags: Vec<String>,
    /// How soon the case should be worked on, compared with others; `None` if it is not for the actor.
    pub priority: Option<Priority>,
    /// Who holds the case; `None` if nobody does.
    pub holder: Option<HolderView>,
    /// The actor id of whoever raised the case.
    pub raised_by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub raised_by_name: Option<String>,
    /// When the case was raised.
    pub raised_at: Timestamp,
    /// When the organisation received what the case is about; when it was raised if nobody said otherwise.
    pub received_at: Timestamp,
    /// When the case came to the stage in which it is.
    pub stage_since: Timestamp,
    /// When the newest event of the case happened.
    pub updated_at: Timestamp,
    /// When the case was resolved; `None` if it was not, or was reopened since. Closing keeps it.
    pub resolved_at: Option<Timestamp>,
    /// When the case was closed; `None` if it is not closed.
    pub closed_at: Option<Timestamp>,
    /// When the first of its running deadlines ends; `None` if none runs, or it is not for the actor.
    pub due_at: Option<Timestamp>,
    /// Its deadlines, as they were last counted; none if the case has none, or they are not for the actor.
    pub deadlines: Vec<DeadlineSummary>,
    /// When somebody wants to be reminded of the case; `None` if nobody does, or it is not for the actor.
    pub follow_up_at: Option<Timestamp>,
    /// How the case ended; `None` if nobody said so, or it has not ended.
    pub resolution: Option<CaseResolutionView>,
    /// How often the case was reopened, that is, left a resolved or closed stage.
    pub reopened: u32,
    /// How many notes were ever added, including those that were retracted; `None` if the actor may not see internal
    /// notes, since the number would tell of them.
    pub notes: Option<u32>,
    /// The organisation's own fields that the case has and that the actor sees, in their order, with or without a value.
    pub fields: Vec<FieldView>,
}

/// The holder of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct HolderView {
    /// The actor id of the holder.
    pub by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub name: Option<String>,
    /// When this person became the holder.
    pub since: Timestamp,
}

/// How a case ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseResolutionView {
    /// The code of one of the resolutions of its type, such as `withdrawn`.
    pub code: String,
    /// The label for staff, in the desk's language; in the scope of one customer, the one for the customer.
    pub label: String,
    /// The label for the customer; the same as `label` unless the type has another one.
    pub customer_label: String,
    /// When that was said.
    pub at: Timestamp,
    /// The actor id of whoever said it.
    pub by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub by_name: Option<String>,
    /// Why, in words for staff; `None` if no reason was given, or it is not for the actor.
    pub reason: Option<String>,
    /// Why, in words for the person it concerns; `None` if no such reason was given.
    pub customer_reason: Option<String>,
}

/// A case as a row of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseSummary {
    /// The id of the case; it never changes.
    pub id: CaseId,
    /// The number of events in its history, those of its notes too. Give it as `seen` in an edit to change only what
    /// you saw.
    pub revision: u64,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The id of its case type.
    pub case_type_id: CaseTypeId,
    /// The name of its case type, in the desk's language.
    pub case_type: String,
    /// The id of its stage, the same in every version of the type.
    pub stage_id: String,
    /// The label of its stage for staff, in the desk's language; in the scope of one customer, the one for the customer.
    pub stage: String,
    /// The code of the fixed meaning of its stage: `open`, `active`, `waiting`, `resolved` or `closed`.
    pub category_code: String,
    /// The title, one line of 1 to 200 characters.
    pub title: String,
    /// The id of its customer; `None` if the case has none.
    pub customer_id: Option<CustomerId>,
    /// The name of its customer; `None` if the case has none, or the actor may not read customers.
    pub customer: Option<String>,
    /// The name that the requester gave; `None` if the case did not come from the webform, or the actor may not read
    /// customers. Whether it is theirs is checked by the identification.
    pub requester: Option<String>,
    /// The id of the team with which the case stands; `None` if it stands with none, or it is not for the actor.
    pub team_id: Option<TeamId>,
    /// The name of that team; `None` as for `team_id`.
    pub team: Option<String>,
    /// The names of its tags in their order, as a JSON array: `["Cellar","Roof"]`. `None` if it has none, or they are not for the
    /// actor.
    pub tags: Option<String>,
    /// The code of its priority: `low`, `normal`, `high` or `urgent`; `None` if it is not for the actor.
    pub priority_code: Option<String>,
    /// The actor id of the holder; `None` if nobody holds the case.
    pub holder: Option<String>,
    /// What the holder is called; `None` if nobody holds the case, the directory of people does not say, or it is not for
    /// the actor.
    pub holder_name: Option<String>,
    /// When the case was raised.
    pub raised_at: Timestamp,
    /// When the newest event of the case happened.
    pub updated_at: Timestamp,
    /// When the case was resolved; `None` if it was not, or was reopened since. Closing keeps it.
    pub resolved_at: Option<Timestamp>,
    /// When the case was closed; `None` if it is not closed.
    pub closed_at: Option<Timestamp>,
    /// When the first of its running deadlines ends; `None` if none runs, or it is not for the actor.
    pub due_at: Option<Timestamp>,
    /// `overdue` if that is over, `due_soon` if its warning is due, `running` otherwise; `None` without `due_at`.
    pub due_code: Option<String>,
    /// The code of how it ended; `None` if nobody said so, or it has not ended.
    pub resolution_code: Option<String>,
    /// The label of how it ended, in the desk's language; in the scope of one customer, the one for the customer. `None` as for
    /// `resolution_code`.
    pub resolution: Option<String>,
    /// The organisation's own fields that its type shows in rows, as a JSON object of the id of each with its value as the desk's
    /// language says it: `{"amount":"12.50 EUR"}`. `None` if it has no such value.
    pub fields: Option<String>,
    /// The name of its workflow; `None` if it has none.
    pub workflow: Option<String>,
    /// The code of its status in the workflow: `ready`, `waiting`, `being_delivered`, `failed` or `ended`; `None`
    /// without a workflow.
    pub status_code: Option<String>,
    /// Its status as text: the label of the stage, and with a workflow how far the case has come in it: the steps that
    /// are ready, the failure or the outcome, for example.
    pub status: String,
    /// The steps of its workflow in their order, as a JSON array with the id, the label in the desk's language, the kind and the
    /// state of each: `[{"id":"identification","label":"Identification","kind":"identification","state":"ready"}]`. The kinds
    /// and the states are those of [`StepView`](crate::desk::StepView). `None` without a workflow, or if it is not for the actor.
    pub steps: Option<String>,
    /// The code of what has to be fixed, such as `source_missing`; `None` unless the status is `failed`.
    pub failure_code: Option<String>,
}

impl CaseSummary {
    /// The columns of a list of cases: one for each field, in the order of the fields.
    pub const COLUMNS: &'static [Column<Self>] = &[
        Column { name: "id", values: Values::Ids(|row| row.id.0) },
        Column { name: "revision", values: Values::Numbers(|row| row.revision) },
        Column { name: "number", values: Values::Texts(|row| &row.number) },
        Column { name: "case_type_id", values: Values::Ids(|row| row.case_type_id.0) },
        Column { name: "case_type", values: Values::Texts(|row| &row.case_type) },
        Column { name: "stage_id", values: Values::Texts(|row| &row.stage_id) },
        Column { name: "stage", values: Values::Texts(|row| &row.stage) },
        Column { name: "category_code", values: Values::Texts(|row| &row.category_code) },
        Column { name: "title", values: Values::Texts(|row| &row.title) },
        Column { name: "customer_id", values: Values::OptionalIds(|row| row.customer_id.map(|id| id.0)) },
        Column { name: "customer", values: Values::OptionalTexts(|row| row.customer.as_deref()) },
        Column { name: "requester", values: Values::OptionalTexts(|row| row.requester.as_deref()) },
        Column { name: "team_id", values: Values::OptionalIds(|row| row.team_id.map(|id| id.0)) },
        Column { name: "team", values: Values::OptionalTexts(|row| row.team.as_deref()) },
        Column { name: "tags", values: Values::OptionalTexts(|row| row.tags.as_deref()) },
        Column { name: "priority_code", values: Values::OptionalTexts(|row| row.priority_code.as_deref()) },
        Column { name: "holder", values: Values::OptionalTexts(|row| row.holder.as_deref()) },
        Column { name: "holder_name", values: Values::OptionalTexts(|row| row.holder_name.as_deref()) },
        Column { name: "raised_at", values: Values::Instants(|row| row.raised_at) },
        Column { name: "updated_at", values: Values::Instants(|row| row.updated_at) },
        Column { name: "resolved_at", values: Values::OptionalInstants(|row| row.resolved_at) },
        Column { name: "closed_at", values: Values::OptionalInstants(|row| row.closed_at) },
        Column { name: "due_at", values: Values::OptionalInstants(|row| row.due_at) },
        Column { name: "due_code", values: Values::OptionalTexts(|row| row.due_code.as_deref()) },
        Column {
            name: "resolution_code",
            values: Values::OptionalTexts(|row| row.resolution_code.as_deref()),
        },
        Column { name: "resolution", values: Values::OptionalTexts(|row| row.resolution.as_deref()) },
        Column { name: "fields", values: Values::OptionalTexts(|row| row.fields.as_deref()) },
        Column { name: "workflow", values: Values::OptionalTexts(|row| row.workflow.as_deref()) },
        Column { name: "status_code", values: Values::OptionalTexts(|row| row.status_code.as_deref()) },
        Column { name: "status", values: Values::Texts(|row| &row.status) },
        Column { name: "steps", values: Values::OptionalTexts(|row| row.steps.as_deref()) },
        Column { name: "failure_code", values: Values::OptionalTexts(|row| row.failure_code.as_deref()) },
    ];
}

/// A case as it is shown, without names of staff. `notes` is the number of its notes, for an actor who may know it.
pub(crate) fn case_view(
    case: Case,
    customer: Option<&Customer>,
    notes: Option<u32>,
    looking: Looking<'_>,
) -> CaseView {
    let deadlines = summaries(&case, looking);
    let Looking { catalog, access, for_customer, language, present: _ } = looking;
    let customer = customer.filter(|_| access.customers);
    let labels = catalog.case_types.get(&case.case_type).and_then(|found| found.labels_of(&case.stage));
    let resolution = case.resolution.as_deref().map(|one| resolution_view(one, case.case_type, looking));
    let fields = fields_of(&case, looking);
    let stage_id = String::from(case.stage);
    let stage = labels.map_or_else(|| stage_id.clone(), |labels| labels.label.said(language).into_owned());
    let own = labels.and_then(|labels| labels.customer_label.as_ref());
    let customer_stage = own.map_or_else(|| stage.clone(), |label| label.as_str().to_owned());
    CaseView {
        id: case.id,
        revision: case.revision,
        number: case.number.text(),
        case_type_id: case.case_type,
        case_type: catalog.type_name(case.case_type, language),
        type_version: case.type_version,
        stage_id,
        stage: if for_customer { customer_stage.clone() } else { stage },
        customer_stage,
        category: case.category,
        title: case.title.into(),
        description: case.description.map(LongText::into),
        customer: case.customer,
        customer_name: customer.map(|customer| customer.profile.name.as_str().to_owned()),
        requester: case.request.filter(|_| access.customers).map(|request| request.requester.into()),
        team_id: case.team.filter(|_| !for_customer),
        team: case.team.filter(|_| !for_customer).map(|id| catalog.team_name(id)),
        tags: if for_customer { Vec::new() } else { catalog.tag_names(&case.tags) },
        priority: Some(case.priority).filter(|_| !for_customer),
        holder: case.holder.map(|holder| HolderView {
            by: holder.by.into(),
            name: None,
            since: holder.since,
        }),
        raised_by: case.raised_by.into(),
        raised_by_name: None,
        raised_at: case.raised_at,
        received_at: case.clock.received_at.unwrap_or(case.raised_at),
        stage_since: case.stage_since,
        updated_at: case.updated_at,
        resolved_at: case.resolved_at,
        closed_at: case.closed_at,
        due_at: case.clock.due_at().filter(|_| !for_customer),
        deadlines,
        follow_up_at: case.clock.follow_up.as_ref().filter(|_| !for_customer).map(|one| one.at),
        resolution,
        reopened: case.reopened,
        notes,
        fields,
    }
}

fn resolution_view(
    resolution: &CaseResolution,
    case_type: CaseTypeId,
    looking: Looking<'_>,
) -> CaseResolutionView {
    let label = looking.resolution(case_type, &resolution.code);
    let customer_label = Looking { for_customer: true, ..looking }.resolution(case_type, &resolution.code);
    let reason = resolution.reason.as_ref().filter(|_| !looking.for_customer);
    CaseResolutionView {
        code: resolution.code.to_string(),
        label,
        customer_label,
        at: resolution.at,
        by: resolution.by.to_string(),
        by_name: None,
        reason: reason.map(ShortText::to_string),
        customer_reason: resolution.customer_reason.as_ref().map(ShortText::to_string),
    }
}

/// The text of types, stages and statuses on one page. Many rows share it, so it is rendered once for all of them.
#[derive(Default)]
pub(crate) struct Called(Vec<Names>);

struct Names {
    case_type: CaseTypeId,
    stage: StageId,
    workflow: Option<WorkflowId>,
    status: Option<Arc<Status>>,
    steps: Option<StepStates>,
    resolution: Option<ResolutionCode>,
    said: Said,
}

/// What a row shows as text: names, labels and the status.
#[derive(Clone)]
struct Said {
    case_type: String,
    stage: String,
    workflow: Option<String>,
    status: String,
    steps: Option<String>,
    resolution: Option<String>,
}

impl Called {
    /// How many entries a row is compared with at most, newest first. The rows of a page have few different statuses,
    /// so the right entry is nearly always among these.
    const LOOKED_THROUGH: usize = 32;

    fn of(&mut self, row: &CaseRow, looking: Looking<'_>) -> Said {
        let is_same = |one: &&Names| {
            one.case_type == row.case_type
                && one.workflow == row.workflow
                && one.stage == row.stage
                && one.status == row.status
                && one.steps == row.steps
                && one.resolution == row.resolution
        };
        if let Some(known) = self.0.iter().rev().take(Self::LOOKED_THROUGH).find(is_same) {
            return known.said.clone();
        }
        let Looking { catalog, language, .. } = looking;
        let stage = looking.stage(row.case_type, &row.stage);
        let said = Said {
            case_type: catalog.type_name(row.case_type, language),
            workflow: row.workflow.and_then(|id| looking.workflow(id)),
            status: status(&stage, row.status.as_deref(), language),
            steps: steps_in_rows(row, looking),
            resolution: row.resolution.as_ref().map(|code| looking.resolution(row.case_type, code)),
            stage,
        };
        self.0.push(Names {
            case_type: row.case_type,
            stage: row.stage.clone(),
            workflow: row.workflow,
            status: row.status.clone(),
            steps: row.steps.clone(),
            resolution: row.resolution.clone(),
            said: said.clone(),
        });
        said
    }
}

pub(crate) fn case_summary(row: CaseRow, looking: Looking<'_>, called: &mut Called) -> CaseSummary {
    let row = match looking.for_customer {
        true => for_customer(row),
        false => row,
    };
    let fields = in_rows(row.case_type, &row.fields, looking);
    let status_code = row.status.as_ref().map(|status| status.code().to_owned());
    let failure_code = row.status.as_ref().and_then(|status| status.failure().map(str::to_owned));
    let said = called.of(&row, looking);
    CaseSummary {
        id: row.id,
        revision: row.revision,
        number: row.number.text(),
        case_type_id: row.case_type,
        case_type: said.case_type,
        stage_id: row.stage.into(),
        stage: said.stage,
        category_code: row.category.code().to_owned(),
        title: row.title.into(),
        customer_id: row.customer,
        customer: row.customer_name.filter(|_| looking.access.customers).map(Name::into),
        requester: row.requester.filter(|_| looking.access.customers).map(Name::into),
        team_id: row.team,
        team: row.team.map(|id| looking.catalog.team_name(id)),
        tags: tags_in_rows(&row.tags, looking),
        priority_code: (!looking.for_customer).then(|| row.priority.code().to_owned()),
        holder: row.holder.map(ActorId::into),
        holder_name: None,
        raised_at: row.raised_at,
        updated_at: row.updated_at,
        resolved_at: row.resolved_at,
        closed_at: row.closed_at,
        due_at: row.due_at,
        due_code: due_code(row.due_at, row.warn_at, looking).map(str::to_owned),
        resolution_code: row.resolution.map(String::from),
        resolution: said.resolution,
        fields,
        workflow: said.workflow,
        status_code,
        status: said.status,
        steps: said.steps,
        failure_code,
    }
}

/// A step as rows show it.
#[derive(Serialize)]
struct StepInRows<'a> {
    id: &'a str,
    label: Cow<'a, str>,
    kind: &'a str,
    state: &'a str,
}

/// The steps of a row, as a JSON array; `None` if it has none.
fn steps_in_rows(row: &CaseRow, looking: Looking<'_>) -> Option<String> {
    let StepStates { version, states } = row.steps.as_ref()?;
    let workflow = looking.catalog.workflows.get(&row.workflow?)?;
    let version = workflow.versions.iter().find(|one| one.version == *version)?;
    let both = version.steps.iter().zip(states);
    let steps: Vec<StepInRows<'_>> = both
        .map(|(Step { id, label, kind, .. }, state)| StepInRows {
            id: id.as_str(),
            label: label.said(looking.language),
            kind: kind.code(),
            state: state.code(),
        })
        .collect();
    serde_json::to_string(&steps).ok()
}

/// The names of the tags of a row, as a JSON array; `None` if there are none, or they are not for the actor.
fn tags_in_rows(tags: &BTreeSet<TagId>, looking: Looking<'_>) -> Option<String> {
    if tags.is_empty() || looking.for_customer {
        return None;
    }
    serde_json::to_string(&looking.catalog.tag_names(tags)).ok()
}

/// What a row shows a customer: how it ended if it did, and nothing of the way there.
fn for_customer(row: CaseRow) -> CaseRow {
    let status = row.status.filter(|status| status.has_ended());
    CaseRow {
        workflow: None,
        status,
        steps: None,
        failure: None,
        team: None,
        due_at: None,
        warn_at: None,
        ..row
    }
}

/// How near the end of a running deadline is.
fn due_code(
    due_at: Option<Timestamp>,
    warn_at: Option<Timestamp>,
    looking: Looking<'_>,
) -> Option<&'static str> {
    due_at?;
    let now = looking.present.now();
    Some(match (is_overdue(due_at, now), is_due_soon((due_at, warn_at), now)) {
        (true, _) => "overdue",
        (false, true) => "due_soon",
        (false, false) => "running",
    })
}

/// The status of a case as text: the label of its stage, and how far it has come in its workflow.
pub(crate) fn status(stage: &str, status: Option<&Status>, language: &Language) -> String {
    let Some(status) = status else { return stage.to_owned() };
    let said = Message::new("status.in_stage").with("stage", stage).with("progress", status.message());
    language.render(&said)
}
