//! Definitions and settings, as JSON.

use casekit::{
    CaseTypeEdit, NewCase, NewCaseType, NewWorkflow, PageRequest, SettingsEdit, StreamId, WorkflowEdit,
};
use serde::Deserialize;

use crate::pair::Pair;

/// What an administrator does. Edits are of what was defined last.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Definition {
    CaseType(NewCaseType),
    CaseTypeEdit(CaseTypeEdit),
    Workflow(NewWorkflow),
    WorkflowEdit(WorkflowEdit),
}

/// A list of definitions; a case is raised in each type.
pub(crate) fn definitions(bytes: &[u8]) {
    let Ok(given) = serde_json::from_slice::<Vec<Definition>>(bytes) else { return };
    let pair = Pair::new();
    let (mut newest_type, mut newest_workflow) = (None, None);
    for definition in given {
        match definition {
            Definition::CaseType(new) => {
                let created = pair.both(|desk| desk.create_case_type(new.clone()));
                newest_type = created.ok().map(|created| created.id).or(newest_type);
            }
            Definition::CaseTypeEdit(edit) => {
                let Some(id) = newest_type else { continue };
                let _ = pair.both(|desk| desk.edit_case_type(id, edit.clone()));
            }
            Definition::Workflow(new) => {
                let created = pair.both(|desk| desk.create_workflow(new.clone()));
                newest_workflow = created.ok().map(|created| created.id).or(newest_workflow);
            }
            Definition::WorkflowEdit(edit) => {
                let Some(id) = newest_workflow else { continue };
                let _ = pair.both(|desk| desk.edit_workflow(id, edit.clone()));
            }
        }
        if let Some(id) = newest_type {
            let _ = pair.both(|desk| desk.raise_case(NewCase::new(id.to_string(), "In it")));
            pair.both(|desk| desk.history(StreamId::CaseType(id), PageRequest::first())).unwrap();
        }
        if let Some(id) = newest_workflow {
            pair.both(|desk| desk.history(StreamId::Workflow(id), PageRequest::first())).unwrap();
        }
    }
    pair.both(|desk| desk.case_types()).unwrap();
    pair.both(|desk| desk.workflows()).unwrap();
    pair.is_sound();
}

/// A list of edits of the settings.
pub(crate) fn settings(bytes: &[u8]) {
    let Ok(edits) = serde_json::from_slice::<Vec<SettingsEdit>>(bytes) else { return };
    let pair = Pair::new();
    for edit in edits {
        let _ = pair.both(|desk| desk.change_settings(edit.clone()));
        pair.both(|desk| desk.settings()).unwrap();
        pair.both(|desk| desk.raise_case(NewCase::new("Support", "With a number"))).unwrap();
    }
    pair.both(|desk| desk.history(StreamId::Settings, PageRequest::first())).unwrap();
    for kit in &pair.kits {
        kit.purge_expired().unwrap();
    }
    pair.is_sound();
}
