//! A case as it is shown: whole, and in a list.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::columns::{Column, Values};
use super::looking::Looking;
use crate::language::{Language, Message};
use crate::model::{
    ActorId, Case, CaseId, CaseTypeId, Customer, CustomerId, LongText, Name, StageCategory, StageId, Status,
    Timestamp, WorkflowId,
};
use crate::store::CaseRow;

/// One case, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseView {
    /// Its identity.
    pub id: CaseId,
    /// Its revision: give it as `seen` to change only what you saw.
    pub revision: u64,
    /// Its number, such as `C-000123`.
    pub number: String,
    /// Its type.
    pub case_type_id: CaseTypeId,
    /// The name of its type.
    pub case_type: String,
    /// The version of the type that it keeps.
    pub type_version: u32,
    /// The id of its stage.
    pub stage_id: String,
    /// The label of its stage, for staff.
    pub stage: String,
    /// The label of its stage, for the customer.
    pub customer_stage: String,
    /// The meaning of the stage.
    pub category: StageCategory,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
    /// Its customer.
    pub customer: Option<CustomerId>,
    /// The customer's name.
    pub customer_name: Option<String>,
    /// In whose hands it is.
    pub holder: Option<HolderView>,
    /// The id of who raised it.
    pub raised_by: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// How often it was reopened.
    pub reopened: u32,
    /// How many notes were ever added.
    pub notes: u32,
}

/// In whose hands a case is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct HolderView {
    /// Their id.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

/// A case in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseSummary {
    /// Its identity.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// The name of its type.
    pub case_type: String,
    /// The label of its stage.
    pub stage: String,
    /// Its title.
    pub title: String,
    /// Its customer's name.
    pub customer: Option<String>,
    /// The id of its holder.
    pub holder: Option<String>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// The name of its workflow.
    pub workflow: Option<String>,
    /// The code of its status in its workflow: `ready`, `waiting`, `being_delivered`, `failed`, `ended`; `None` without one.
    pub status_code: Option<String>,
    /// Its status in words: the label of its stage, and the ready step, the failure or the outcome.
    pub status: String,
}

impl CaseSummary {
    /// The columns of a list of cases: one for each field, in their order.
    pub const COLUMNS: &'static [Column<Self>] = &[
        Column { name: "id", values: Values::Ids(|row| row.id.0) },
        Column { name: "number", values: Values::Texts(|row| &row.number) },
        Column { name: "case_type", values: Values::Texts(|row| &row.case_type) },
        Column { name: "stage", values: Values::Texts(|row| &row.stage) },
        Column { name: "title", values: Values::Texts(|row| &row.title) },
        Column { name: "customer", values: Values::OptionalTexts(|row| row.customer.as_deref()) },
        Column { name: "holder", values: Values::OptionalTexts(|row| row.holder.as_deref()) },
        Column { name: "raised_at", values: Values::Instants(|row| row.raised_at) },
        Column { name: "updated_at", values: Values::Instants(|row| row.updated_at) },
        Column { name: "workflow", values: Values::OptionalTexts(|row| row.workflow.as_deref()) },
        Column { name: "status_code", values: Values::OptionalTexts(|row| row.status_code.as_deref()) },
        Column { name: "status", values: Values::Texts(|row| &row.status) },
    ];
}

pub(crate) fn case_view(case: Case, customer: Option<&Customer>, looking: Looking<'_>) -> CaseView {
    let Looking { catalog, access, language } = looking;
    let customer = customer.filter(|_| access.customers);
    let labels = catalog.case_types.get(&case.case_type).and_then(|found| found.labels_of(&case.stage));
    let stage_id = String::from(case.stage);
    let stage = labels.map_or_else(|| stage_id.clone(), |labels| labels.label.said(language).into_owned());
    let own = labels.and_then(|labels| labels.customer_label.as_ref());
    CaseView {
        id: case.id,
        revision: case.revision,
        number: case.number.text(),
        case_type_id: case.case_type,
        case_type: catalog.type_name(case.case_type, language),
        type_version: case.type_version,
        stage_id,
        customer_stage: own.map_or_else(|| stage.clone(), |label| label.as_str().to_owned()),
        stage,
        category: case.category,
        title: case.title.into(),
        description: case.description.map(LongText::into),
        customer: case.customer,
        customer_name: customer.map(|customer| customer.profile.name.as_str().to_owned()),
        holder: case.holder.map(|holder| HolderView { by: holder.by.into(), since: holder.since }),
        raised_by: case.raised_by.into(),
        raised_at: case.raised_at,
        updated_at: case.updated_at,
        reopened: case.reopened,
        notes: case.notes,
    }
}

/// What the types, stages and statuses of a page are called: put into words once, for many rows share them.
#[derive(Default)]
pub(crate) struct Called(Vec<Names>);

struct Names {
    case_type: CaseTypeId,
    stage: StageId,
    workflow: Option<WorkflowId>,
    status: Option<Arc<Status>>,
    said: Said,
}

/// What a row says of its case in words.
#[derive(Clone)]
struct Said {
    case_type: String,
    stage: String,
    workflow: Option<String>,
    status: String,
}

impl Called {
    /// Rows of a page stand in few states; those that were met last are looked through first, and no more than these.
    const LOOKED_THROUGH: usize = 32;

    fn of(&mut self, row: &CaseRow, looking: Looking<'_>) -> Said {
        let is_same = |one: &&Names| {
            one.case_type == row.case_type
                && one.workflow == row.workflow
                && one.stage == row.stage
                && one.status == row.status
        };
        if let Some(known) = self.0.iter().rev().take(Self::LOOKED_THROUGH).find(is_same) {
            return known.said.clone();
        }
        let Looking { catalog, access: _, language } = looking;
        let stage = catalog.stage_label(row.case_type, &row.stage, language);
        let said = Said {
            case_type: catalog.type_name(row.case_type, language),
            workflow: row.workflow.and_then(|id| looking.workflow(id)),
            status: status(&stage, row.status.as_deref(), language),
            stage,
        };
        self.0.push(Names {
            case_type: row.case_type,
            stage: row.stage.clone(),
            workflow: row.workflow,
            status: row.status.clone(),
            said: said.clone(),
        });
        said
    }
}

pub(crate) fn case_summary(row: CaseRow, looking: Looking<'_>, called: &mut Called) -> CaseSummary {
    let status_code = row.status.as_ref().map(|status| status.code().to_owned());
    let said = called.of(&row, looking);
    CaseSummary {
        id: row.id,
        number: row.number.text(),
        case_type: said.case_type,
        stage: said.stage,
        title: row.title.into(),
        customer: row.customer_name.filter(|_| looking.access.customers).map(Name::into),
        holder: row.holder.map(ActorId::into),
        raised_at: row.raised_at,
        updated_at: row.updated_at,
        workflow: said.workflow,
        status_code,
        status: said.status,
    }
}

/// The stage, and how far the case has come in its workflow.
pub(crate) fn status(stage: &str, status: Option<&Status>, language: &Language) -> String {
    let Some(status) = status else { return stage.to_owned() };
    let said = Message::new("status.in_stage").with("stage", stage).with("progress", status.message());
    language.render(&said)
}
