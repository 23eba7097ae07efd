//! Conversions from states and rows to the views that desks return.

use super::looking::Looking;
use super::own_field_view::{definitions, fields_of_customer};
use super::time_views::{calendar_view, policy_view};
use super::view::{
    BankAccountView, CaseTypeView, CustomerView, NextOfKinView, ResolutionView, SettingsView, StageMoveView,
    StageView, TeamView, ThreadNote, WorkflowView,
};
use crate::command::{NewDefaultRedaction, NewMethod, NewStep, NewTimedMove};
use crate::language::Language;
use crate::model::{
    Access, BankAccount, CaseType, Customer, DefaultRedaction, IdentificationMethod, LongText, Name, Note,
    Reference, Resolution, Settings, ShortText, Step, Team, TimedMove, Workflow,
};

pub(crate) fn workflow_view(workflow: &Workflow, language: &Language) -> WorkflowView {
    let current = workflow.current();
    let method = |one: &IdentificationMethod| NewMethod {
        code: one.code.clone(),
        label: one.label.to_string(),
        assurance: one.assurance,
    };
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
        material: Some(step.material.clone()),
        methods: step.methods.iter().map(method).collect(),
    };
    let redaction = |one: &DefaultRedaction| NewDefaultRedaction {
        source: one.source.clone(),
        column: one.column.clone(),
        reason: one.reason.to_string(),
        table: one.table.clone(),
    };
    WorkflowView {
        id: workflow.id,
        revision: workflow.revision,
        name: workflow.name.said(language).into_owned(),
        active: workflow.active,
        version: current.map_or(0, |version| version.version),
        steps: current.map(|version| version.steps.iter().map(step).collect()).unwrap_or_default(),
        sources: current.and_then(|version| version.sources.clone()),
        redactions: current
            .map(|version| version.redactions.iter().map(redaction).collect())
            .unwrap_or_default(),
        deadlines: workflow.deadlines.iter().map(ToString::to_string).collect(),
    }
}

pub(crate) fn case_type_view(case_type: &CaseType, looking: Looking<'_>) -> CaseTypeView {
    let language = looking.language;
    let current = case_type.current();
    let stages = current.map(|version| version.stages.as_slice()).unwrap_or_default();
    let stage = |stage: &crate::model::Stage| StageView {
        id: stage.id.to_string(),
        label: match looking.for_customer {
            true => case_type.customer_label(&stage.id, language).into_owned(),
            false => case_type.label(&stage.id, language).into_owned(),
        },
        customer_label: case_type.customer_label(&stage.id, language).into_owned(),
        category: stage.category,
        enabled: stage.enabled,
        needs_resolution: stage.needs_resolution,
    };
    let resolution = |one: &Resolution| ResolutionView {
        code: one.code.to_string(),
        label: one.said(looking.for_customer, language).into_owned(),
        customer_label: one.said(true, language).into_owned(),
        by: one.by,
        needs_reason: one.needs_reason,
    };
    let resolutions = current.map(|version| version.resolutions.as_slice()).unwrap_or_default();
    let moves = current.and_then(|version| version.moves.as_ref());
    let one =
        |one: &crate::model::StageMove| StageMoveView { from: one.from.to_string(), to: one.to.to_string() };
    let workflow = current.and_then(|version| version.workflow).and_then(|id| looking.workflow(id));
    let workflow = workflow.filter(|_| !looking.for_customer);
    CaseTypeView {
        id: case_type.id,
        revision: case_type.revision,
        name: case_type.name.said(language).into_owned(),
        description: case_type.description.as_ref().map(|text| text.said(language).into_owned()),
        active: case_type.active,
        default_priority: case_type.default_priority,
        version: current.map_or(0, |version| version.version),
        stages: stages.iter().map(stage).collect(),
        moves: moves.map(|moves| moves.iter().map(one).collect()),
        workflow,
        deadlines: of_staff(&case_type.deadlines, looking).iter().map(ToString::to_string).collect(),
        timed_moves: of_staff(&case_type.timed_moves, looking).iter().map(timed_move).collect(),
        resolutions: resolutions.iter().map(resolution).collect(),
        fields: current.map(|version| definitions(&version.fields, looking)).unwrap_or_default(),
    }
}

/// What is for staff alone.
fn of_staff<'a, T>(all: &'a [T], looking: Looking<'_>) -> &'a [T] {
    if looking.for_customer { &[] } else { all }
}

fn timed_move(one: &TimedMove) -> NewTimedMove {
    NewTimedMove::new(one.from.as_str(), one.to.as_str(), one.after_days)
}

pub(crate) fn team_view(team: &Team) -> TeamView {
    TeamView {
        id: team.id,
        revision: team.revision,
        name: team.name.to_string(),
        description: team.description.as_ref().map(ToString::to_string),
        active: team.active,
    }
}

pub(crate) fn customer_view(customer: Customer, looking: Looking<'_>) -> CustomerView {
    let fields = fields_of_customer(&customer, looking);
    let profile = customer.profile;
    let next_of_kin = profile.next_of_kin.into_iter().map(|kin| NextOfKinView {
        id: kin.id,
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
            .map(|account| account_view(account, looking.access))
            .collect(),
        email: profile.email.map(ShortText::into),
        phone: profile.phone.map(ShortText::into),
        address: profile.address.map(LongText::into),
        external_reference: profile.external_reference.map(Reference::into),
        created_at: customer.created_at,
        updated_at: customer.updated_at,
        fields_version: customer.fields_version,
        fields,
    }
}

fn account_view(account: BankAccount, access: Access) -> BankAccountView {
    BankAccountView {
        id: account.id,
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
        author_name: None,
        added_at: note.added_at,
        visibility: note.visibility,
        edits: note.edits,
        updated_at: note.updated_at,
        message: None,
    }
}

pub(crate) fn settings_view(settings: &Settings, looking: Looking<'_>) -> SettingsView {
    let language = looking.language;
    SettingsView {
        revision: settings.revision,
        number_prefix: settings.number_prefix.clone(),
        organisation: settings.organisation.as_ref().map(ShortText::to_string),
        support_email: settings.support_email.as_ref().map(ShortText::to_string),
        webform: settings.webform.clone(),
        sources: settings.sources.clone(),
        retention_days: settings.retention_days,
        name_staff: settings.name_staff,
        letter: settings.letter.clone(),
        deadlines: settings.deadlines.iter().map(|one| policy_view(one, language)).collect(),
        calendars: settings.calendars.iter().map(|one| calendar_view(one, language)).collect(),
        customer_fields_version: settings.customer_fields_version(),
        customer_fields: definitions(settings.fields_of_customers(), looking),
        time_zone_version: crate::deadline::time_zone_version().to_owned(),
    }
}
