//! What is, and an event: what is next. Total, pure, and the only way a state changes.

mod progress;

use crate::event::{Event, Fact};
use crate::model::{
    Case, CaseType, Customer, Holder, Ledger, Name, Note, NoteBody, Profile, State, StreamId, Title, Workflow,
};

/// The state after an event; `None` if the event cannot follow on that state.
#[must_use]
pub fn evolve(state: Option<State>, event: &Event) -> Option<State> {
    match (event.stream, state) {
        (StreamId::Settings, None | Some(State::Settings(_))) => {
            let Fact::SettingsChanged { settings } = &event.fact else { return None };
            let mut settings = settings.clone();
            settings.revision = event.revision;
            Some(State::Settings(settings))
        }
        (StreamId::Workflow(id), None) => {
            let Fact::WorkflowCreated { name, version } = &event.fact else { return None };
            let versions = vec![version.clone()];
            Some(State::Workflow(Workflow {
                id,
                revision: event.revision,
                name: name.clone(),
                active: true,
                versions,
            }))
        }
        (StreamId::Workflow(_), Some(State::Workflow(workflow))) => {
            workflow_next(workflow, event).map(State::Workflow)
        }
        (StreamId::CaseType(id), None) => {
            let Fact::CaseTypeCreated { name, description, active, labels, version } = &event.fact else {
                return None;
            };
            Some(State::CaseType(CaseType {
                id,
                revision: event.revision,
                name: name.clone(),
                description: description.clone(),
                active: *active,
                labels: labels.clone(),
                versions: vec![version.clone()],
            }))
        }
        (StreamId::CaseType(_), Some(State::CaseType(case_type))) => {
            case_type_next(case_type, event).map(State::CaseType)
        }
        (StreamId::Customer(id), None) => {
            let Fact::CustomerCreated { .. } = &event.fact else { return None };
            let profile =
                event.personal.profile.as_deref().cloned().unwrap_or_else(|| Profile::named(Name::erased()));
            let revision = event.revision;
            Some(State::Customer(Customer {
                id,
                revision,
                profile,
                created_at: event.at,
                updated_at: event.at,
            }))
        }
        (StreamId::Customer(_), Some(State::Customer(mut customer))) => {
            let Fact::CustomerUpdated { .. } = &event.fact else { return None };
            for value in event.personal.profile_to.iter().cloned() {
                customer.profile.set(value);
            }
            customer.revision = event.revision;
            customer.updated_at = event.at;
            Some(State::Customer(customer))
        }
        (StreamId::Case(_), None) => case_raised(event).map(|case| State::Case(Box::new(case))),
        (StreamId::Case(_), Some(State::Case(case))) => {
            case_next(*case, event).map(|case| State::Case(Box::new(case)))
        }
        (StreamId::Ledger, None) => Some(State::Ledger(ledger_next(Ledger::default(), event))),
        (StreamId::Ledger, Some(State::Ledger(ledger))) => Some(State::Ledger(ledger_next(ledger, event))),
        (
            StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::CaseType(_)
            | StreamId::Customer(_)
            | StreamId::Case(_)
            | StreamId::Ledger,
            Some(_),
        ) => None,
    }
}

fn ledger_next(mut ledger: Ledger, event: &Event) -> Ledger {
    if let Fact::Restored { number_floor: Some(floor), .. } = &event.fact {
        ledger.number_floor = ledger.number_floor.max(*floor);
    }
    ledger.revision = event.revision;
    ledger
}

fn case_type_next(mut case_type: CaseType, event: &Event) -> Option<CaseType> {
    match &event.fact {
        Fact::CaseTypeRenamed { to, .. } => case_type.name = to.clone(),
        Fact::CaseTypeDescribed { to, .. } => case_type.description = to.clone(),
        Fact::StagesLabelled { to, .. } => case_type.labels = to.clone(),
        Fact::CaseTypeVersioned { version } => case_type.versions.push(version.clone()),
        Fact::CaseTypeActivated => case_type.active = true,
        Fact::CaseTypeDeactivated => case_type.active = false,
        Fact::SettingsChanged { .. }
        | Fact::WorkflowCreated { .. }
        | Fact::CaseTypeCreated { .. }
        | Fact::CustomerCreated { .. }
        | Fact::CustomerUpdated { .. }
        | Fact::CaseRaised { .. }
        | Fact::TitleChanged
        | Fact::DescriptionChanged
        | Fact::StageChanged { .. }
        | Fact::TypeChanged { .. }
        | Fact::CustomerChanged { .. }
        | Fact::CaseTaken
        | Fact::CaseReturned { .. }
        | Fact::CaseAssigned { .. }
        | Fact::CaseTakenOver { .. }
        | Fact::NoteAdded { .. }
        | Fact::NoteEdited { .. }
        | Fact::NoteRetracted { .. }
        | Fact::NoteVisibilityChanged { .. }
        | Fact::RequestReceived { .. }
        | Fact::WorkflowStarted { .. }
        | Fact::StepApproved { .. }
        | Fact::StepDenied { .. }
        | Fact::ApprovalRevoked { .. }
        | Fact::ApprovalsLapsed { .. }
        | Fact::SourceAsked { .. }
        | Fact::SnapshotCollected { .. }
        | Fact::StepFailed { .. }
        | Fact::ReleaseRequested { .. }
        | Fact::PackageBuilt { .. }
        | Fact::DeliveryStarted { .. }
        | Fact::Delivered { .. }
        | Fact::WorkflowEnded { .. }
        | Fact::DataDestroyed
        | Fact::WorkflowVersioned { .. }
        | Fact::WorkflowRenamed { .. }
        | Fact::WorkflowActivated
        | Fact::WorkflowDeactivated
        | Fact::Exported { .. }
        | Fact::Imported { .. }
        | Fact::CheckpointTaken { .. }
        | Fact::Restored { .. } => return None,
    }
    case_type.revision = event.revision;
    Some(case_type)
}

fn workflow_next(mut workflow: Workflow, event: &Event) -> Option<Workflow> {
    if let Fact::WorkflowVersioned { version } = &event.fact {
        workflow.versions.push(version.clone());
    } else if let Fact::WorkflowRenamed { to, .. } = &event.fact {
        workflow.name = to.clone();
    } else if let Fact::WorkflowActivated = &event.fact {
        workflow.active = true;
    } else if let Fact::WorkflowDeactivated = &event.fact {
        workflow.active = false;
    } else {
        return None;
    }
    workflow.revision = event.revision;
    Some(workflow)
}

fn case_raised(event: &Event) -> Option<Case> {
    let StreamId::Case(id) = event.stream else { return None };
    let Fact::CaseRaised { number, case_type, type_version, stage, category, customer, reference: _ } =
        &event.fact
    else {
        return None;
    };
    let title = event.personal.title.as_ref().and_then(|title| title.to.clone());
    Some(Case {
        id,
        revision: event.revision,
        number: number.clone(),
        case_type: *case_type,
        type_version: *type_version,
        stage: stage.clone(),
        category: *category,
        title: title.unwrap_or_else(Title::erased),
        description: event.personal.description.as_ref().and_then(|description| description.to.clone()),
        customer: *customer,
        holder: None,
        raised_by: event.actor.clone(),
        raised_for: event.on_behalf_of.clone(),
        raised_at: event.at,
        updated_at: event.at,
        reopened: 0,
        notes: 0,
        request: None,
        progress: None,
    })
}

fn case_next(mut case: Case, event: &Event) -> Option<Case> {
    let held = |by: &crate::model::ActorId| Some(Holder { by: by.clone(), since: event.at });
    match &event.fact {
        Fact::TitleChanged => {
            let title = event.personal.title.as_ref().and_then(|title| title.to.clone());
            case.title = title.unwrap_or_else(Title::erased);
        }
        Fact::DescriptionChanged => {
            case.description =
                event.personal.description.as_ref().and_then(|description| description.to.clone());
        }
        Fact::StageChanged { from: _, to, category, reopened } => {
            case.stage = to.clone();
            case.category = *category;
            case.reopened += u32::from(*reopened);
        }
        Fact::TypeChanged { from: _, from_version: _, to, to_version, stage, category, reopened } => {
            case.reopened += u32::from(*reopened);
            case.case_type = *to;
            case.type_version = *to_version;
            case.stage = stage.clone();
            case.category = *category;
        }
        Fact::CustomerChanged { from: _, to } => case.customer = *to,
        Fact::CaseTaken | Fact::CaseTakenOver { .. } => case.holder = held(&event.actor),
        Fact::CaseAssigned { from: _, to } => case.holder = held(to),
        Fact::CaseReturned { .. } => case.holder = None,
        Fact::NoteAdded { .. } => case.notes += 1,
        Fact::NoteEdited { .. } | Fact::NoteRetracted { .. } | Fact::NoteVisibilityChanged { .. } => {}
        Fact::RequestReceived { .. } => case.request = event.personal.request.as_deref().cloned(),
        Fact::WorkflowStarted { .. }
        | Fact::StepApproved { .. }
        | Fact::StepDenied { .. }
        | Fact::ApprovalRevoked { .. }
        | Fact::ApprovalsLapsed { .. }
        | Fact::SourceAsked { .. }
        | Fact::SnapshotCollected { .. }
        | Fact::StepFailed { .. }
        | Fact::ReleaseRequested { .. }
        | Fact::PackageBuilt { .. }
        | Fact::DeliveryStarted { .. }
        | Fact::Delivered { .. }
        | Fact::WorkflowEnded { .. }
        | Fact::DataDestroyed => {
            case.progress = progress::next(case.progress, event);
        }
        Fact::SettingsChanged { .. }
        | Fact::WorkflowCreated { .. }
        | Fact::CaseTypeCreated { .. }
        | Fact::CaseTypeRenamed { .. }
        | Fact::CaseTypeDescribed { .. }
        | Fact::StagesLabelled { .. }
        | Fact::CaseTypeVersioned { .. }
        | Fact::CaseTypeActivated
        | Fact::CaseTypeDeactivated
        | Fact::CustomerCreated { .. }
        | Fact::CustomerUpdated { .. }
        | Fact::CaseRaised { .. }
        | Fact::WorkflowVersioned { .. }
        | Fact::WorkflowRenamed { .. }
        | Fact::WorkflowActivated
        | Fact::WorkflowDeactivated
        | Fact::Exported { .. }
        | Fact::Imported { .. }
        | Fact::CheckpointTaken { .. }
        | Fact::Restored { .. } => return None,
    }
    case.revision = event.revision;
    case.updated_at = event.at;
    Some(case)
}

/// The note after an event about it; `None` if the event cannot follow on that note.
#[must_use]
pub fn evolve_note(note: Option<Note>, event: &Event) -> Option<Note> {
    let StreamId::Case(case) = event.stream else { return None };
    let text = event.personal.text.as_ref().and_then(|text| text.to.clone());
    let body = text.map_or(NoteBody::Retracted, NoteBody::Text);
    if let Fact::NoteAdded { note: id, parent, path, visibility } = &event.fact {
        return Some(Note {
            id: *id,
            case,
            parent: *parent,
            path: path.clone(),
            author: event.actor.clone(),
            added_at: event.at,
            visibility: *visibility,
            body,
            edits: 0,
            updated_at: event.at,
        });
    }
    let mut note = note?;
    if let Fact::NoteEdited { .. } = &event.fact {
        note.body = body;
        note.edits += 1;
    } else if let Fact::NoteRetracted { .. } = &event.fact {
        note.body = NoteBody::Retracted;
    } else if let Fact::NoteVisibilityChanged { to, .. } = &event.fact {
        note.visibility = *to;
    } else {
        return None;
    }
    note.updated_at = event.at;
    Some(note)
}
