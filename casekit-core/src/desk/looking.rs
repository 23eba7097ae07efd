//! With what views are made.

use crate::language::Language;
use crate::model::{Access, Catalog, WorkflowId};

/// With what a view is made: the definitions, what the actor may see, and in which language.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) access: Access,
    pub(crate) language: &'a Language,
}

impl Looking<'_> {
    /// What a workflow is called.
    pub(super) fn workflow(&self, id: WorkflowId) -> Option<String> {
        let found = self.catalog.workflows.get(&id);
        found.map(|workflow| workflow.name.said(self.language).into_owned())
    }
}
