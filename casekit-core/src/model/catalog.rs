//! The definitions of a file, as one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::wording::folds_to;
use super::{CaseType, CaseTypeId, Name, Settings, StageId, Wording, Workflow, WorkflowId};
use crate::language::Language;
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
    /// The case type that a caller means: by its id, then by a name that somebody gave, then by its word in the caller's
    /// language and in English, or by the id under which it ships; compared as names are.
    #[must_use]
    pub fn find_case_type(&self, text: &str, language: &Language) -> Option<&Arc<CaseType>> {
        if let Ok(id) = text.parse::<CaseTypeId>() {
            return self.case_types.get(&id);
        }
        meant(self.case_types.values(), |case_type| &case_type.name, text, language)
    }

    /// The workflow that a caller means, in the same order.
    #[must_use]
    pub fn find_workflow(&self, text: &str, language: &Language) -> Option<&Arc<Workflow>> {
        if let Ok(id) = text.parse::<WorkflowId>() {
            return self.workflows.get(&id);
        }
        meant(self.workflows.values(), |workflow| &workflow.name, text, language)
    }

    /// What staff call a case type; its id if the file has lost it.
    #[must_use]
    pub fn type_name(&self, id: CaseTypeId, language: &Language) -> String {
        let found = self.case_types.get(&id);
        found.map_or_else(|| id.to_string(), |case_type| case_type.name.said(language).into_owned())
    }

    /// What staff call a stage of a type.
    #[must_use]
    pub fn stage_label(&self, id: CaseTypeId, stage: &StageId, language: &Language) -> String {
        let found = self.case_types.get(&id);
        found.map_or_else(|| stage.to_string(), |case_type| case_type.label(stage, language).into_owned())
    }
}

/// What somebody named wins over what ships: a language that is loaded later takes no name away.
fn meant<'a, T>(
    all: impl Iterator<Item = &'a Arc<T>> + Clone,
    name: impl Fn(&T) -> &Wording<Name>,
    text: &str,
    language: &Language,
) -> Option<&'a Arc<T>> {
    let wanted = fold_name(text);
    let given = |one: &&Arc<T>| name(one).given().is_some_and(|given| folds_to(given.as_str(), &wanted));
    let said = |language: &Language| all.clone().find(|one| name(one).is_said(&wanted, language));
    all.clone()
        .find(given)
        .or_else(|| said(language))
        .or_else(|| said(Language::english()))
        .or_else(|| all.clone().find(|one| name(one).shipped_id() == Some(wanted.as_str())))
}
