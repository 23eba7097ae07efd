//! The inputs for rendering views.

use crate::language::Language;
use crate::model::{Access, Catalog, WorkflowId};

/// The inputs for rendering a view: the catalog, what the actor may see, and the language.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) access: Access,
    pub(crate) language: &'a Language,
}

impl Looking<'_> {
    /// The name of a workflow in this language; `None` if the catalog does not have it.
    pub(super) fn workflow(&self, id: WorkflowId) -> Option<String> {
        let found = self.catalog.workflows.get(&id);
        found.map(|workflow| workflow.name.said(self.language).into_owned())
    }
}
