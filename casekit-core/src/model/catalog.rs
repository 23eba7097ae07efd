//! The definitions of a file, as one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{CaseType, CaseTypeId, Settings, StageId, Workflow, WorkflowId};
use crate::text::fold_name;

/// Settings, case types and workflows: small, read by nearly every call, so a store keeps them ready.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalog {
    /// The settings; `None` only in a file that was never set up.
    pub settings: Option<Arc<Settings>>,
    /// Every case type.
    pub case_types: BTreeMap<CaseTypeId, Arc<CaseType>>,
    /// Every workflow.
    pub workflows: BTreeMap<WorkflowId, Arc<Workflow>>,
}

impl Catalog {
    /// The case type that a caller means by an id or a name, compared as names are.
    #[must_use]
    pub fn find_case_type(&self, text: &str) -> Option<&Arc<CaseType>> {
        if let Ok(id) = text.parse::<CaseTypeId>() {
            return self.case_types.get(&id);
        }
        let wanted = fold_name(text);
        self.case_types.values().find(|case_type| fold_name(case_type.name.as_str()) == wanted)
    }

    /// The workflow that a caller means by an id or a name.
    #[must_use]
    pub fn find_workflow(&self, text: &str) -> Option<&Arc<Workflow>> {
        if let Ok(id) = text.parse::<WorkflowId>() {
            return self.workflows.get(&id);
        }
        let wanted = fold_name(text);
        self.workflows.values().find(|workflow| fold_name(workflow.name.as_str()) == wanted)
    }

    /// What staff call a case type; its id if the file has lost it.
    #[must_use]
    pub fn type_name(&self, id: CaseTypeId) -> String {
        self.case_types.get(&id).map_or_else(|| id.to_string(), |case_type| case_type.name.to_string())
    }

    /// What staff call a stage of a type.
    #[must_use]
    pub fn stage_label(&self, id: CaseTypeId, stage: &StageId) -> String {
        self.case_types
            .get(&id)
            .map_or_else(|| stage.to_string(), |case_type| case_type.label(stage).to_owned())
    }
}
