//! From states and rows to what desks show.

use std::sync::Arc;

use super::view::{
    BankAccountView, CaseSummary, CaseTypeView, CaseView, CustomerView, HolderView, NextOfKinView,
    SettingsView, StageMoveView, StageView, ThreadNote, WorkflowView,
};
use crate::command::NewStep;
use crate::language::{Language, Message};
use crate::model::{
    Access, ActorId, BankAccount, Case, CaseType, CaseTypeId, Catalog, Customer, LongText, Name, Note,
    Reference, Settings, ShortText, StageId, Status, Step, Workflow, WorkflowId,
};
use crate::store::CaseRow;

/// With what a view is made: the definitions, what the actor may see, and in which language.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) access: Access,
    pub(crate) language: &'a Language,
}

impl Looking<'_> {
    fn workflow(&self, id: WorkflowId) -> Option<String> {
        let found = self.catalog.workflows.get(&id);
        found.map(|workflow| workflow.name.said(self.language).into_owned())
    }
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

pub(crate) fn workflow_view(workflow: &Workflow, language: &Language) -> WorkflowView {
    let current = workflow.current();
    let step = |step: &Step| NewStep {
        id: step.id.to_string(),
        label: step.called(language),
        kind: step.kind,
        requires: step.requires.iter().map(ToString::to_string).collect(),
        permission: Some(step.permission),
        doer: step.doer,
        quorum: step.quorum,
        excludes_raiser: step.excludes_raiser,
        excludes_doers_of: step.excludes_doers_of.iter().map(ToString::to_string).collect(),
        denial_codes: step.denial_codes.clone(),
    };
    WorkflowView {
        id: workflow.id,
        revision: workflow.revision,
        name: workflow.name.said(language).into_owned(),
        active: workflow.active,
        version: current.map_or(0, |version| version.version),
        steps: current.map(|version| version.steps.iter().map(step).collect()).unwrap_or_default(),
        sources: current.and_then(|version| version.sources.clone()),
    }
}

pub(crate) fn case_type_view(case_type: &CaseType, looking: Looking<'_>) -> CaseTypeView {
    let language = looking.language;
    let current = case_type.current();
    let stages = current.map(|version| version.stages.as_slice()).unwrap_or_default();
    let stage = |stage: &crate::model::Stage| StageView {
        id: stage.id.to_string(),
        label: case_type.label(&stage.id, language).into_owned(),
        customer_label: case_type.customer_label(&stage.id, language).into_owned(),
        category: stage.category,
        enabled: stage.enabled,
    };
    let moves = current.and_then(|version| version.moves.as_ref());
    let one =
        |one: &crate::model::StageMove| StageMoveView { from: one.from.to_string(), to: one.to.to_string() };
    let workflow = current.and_then(|version| version.workflow).and_then(|id| looking.workflow(id));
    CaseTypeView {
        id: case_type.id,
        revision: case_type.revision,
        name: case_type.name.said(language).into_owned(),
        description: case_type.description.as_ref().map(|text| text.said(language).into_owned()),
        active: case_type.active,
        version: current.map_or(0, |version| version.version),
        stages: stages.iter().map(stage).collect(),
        moves: moves.map(|moves| moves.iter().map(one).collect()),
        workflow,
    }
}

pub(crate) fn customer_view(customer: Customer, access: Access) -> CustomerView {
    let profile = customer.profile;
    let next_of_kin = profile.next_of_kin.into_iter().map(|kin| NextOfKinView {
        name: kin.name.into(),
        relationship: kin.relationship.map(ShortText::into),
        phone: kin.phone.map(ShortText::into),
        address: kin.address.map(LongText::into),
    });
    CustomerView {
        id: customer.id,
        revision: customer.revision,
        name: profile.name.into(),
        gender: profile.gender,
        marital_status: profile.marital_status,
        employment_status: profile.employment_status,
        next_of_kin: next_of_kin.collect(),
        bank_accounts: profile
            .bank_accounts
            .into_iter()
            .map(|account| account_view(account, access))
            .collect(),
        email: profile.email.map(ShortText::into),
        phone: profile.phone.map(ShortText::into),
        address: profile.address.map(LongText::into),
        external_reference: profile.external_reference.map(Reference::into),
        created_at: customer.created_at,
        updated_at: customer.updated_at,
    }
}

fn account_view(account: BankAccount, access: Access) -> BankAccountView {
    BankAccountView {
        bank: account.bank.map(ShortText::into),
        account_name: account.account_name.map(Name::into),
        hint: account.number.hint(),
        number: access.sensitive.then(|| account.number.clear().to_owned()),
    }
}

pub(crate) fn thread_note(note: Note) -> ThreadNote {
    ThreadNote {
        id: note.id,
        parent: note.parent,
        depth: u32::try_from(note.depth()).unwrap_or(u32::MAX),
        text: note.text().map(LongText::to_string),
        author: note.author.into(),
        added_at: note.added_at,
        visibility: note.visibility,
        edits: note.edits,
        updated_at: note.updated_at,
    }
}

pub(crate) fn settings_view(settings: &Settings) -> SettingsView {
    SettingsView {
        revision: settings.revision,
        number_prefix: settings.number_prefix.clone(),
        organisation: settings.organisation.as_ref().map(ShortText::to_string),
        support_email: settings.support_email.as_ref().map(ShortText::to_string),
        webform: settings.webform.clone(),
        sources: settings.sources.clone(),
        retention_days: settings.retention_days,
    }
}
