//! The inputs for rendering views.

use std::cell::OnceCell;

use crate::engine::Engine;
use crate::language::Language;
use crate::model::{Access, CaseTypeId, Catalog, ResolutionCode, StageId, Timestamp, WorkflowId};

/// The inputs for rendering a view: the catalog, what the actor may see, for whom it is, and the language.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) access: Access,
    /// Whether it is for a customer, who is told what stages are called for them, and nothing of how staff work.
    pub(crate) for_customer: bool,
    pub(crate) language: &'a Language,
    /// The present, by which deadlines are over or not.
    pub(crate) present: &'a Present<'a>,
}

/// The present of one call: read once, and only if something depends on it, since the clock can be the application's.
pub(crate) struct Present<'a> {
    engine: &'a Engine,
    at: OnceCell<Timestamp>,
}

impl<'a> Present<'a> {
    pub(super) fn of(engine: &'a Engine) -> Self {
        Self { engine, at: OnceCell::new() }
    }

    /// The present; the first instant there is if the clock has none that can be kept, so that nothing is over.
    pub(crate) fn now(&self) -> Timestamp {
        *self.at.get_or_init(|| self.engine.now().unwrap_or(Timestamp::MIN_UTC))
    }
}

impl Looking<'_> {
    /// The label of a stage for this reader; the stage's id if the file has no such type or stage.
    pub(super) fn stage(&self, case_type: CaseTypeId, stage: &StageId) -> String {
        let found = self.catalog.case_types.get(&case_type);
        let labels = found.and_then(|found| found.labels_of(stage)).filter(|_| self.for_customer);
        let own = labels.and_then(|labels| labels.customer_label.as_ref());
        match own {
            Some(label) => label.as_str().to_owned(),
            None => self.catalog.stage_label(case_type, stage, self.language),
        }
    }

    /// The label of a resolution for this reader; its code if the file has no such type or resolution.
    pub(super) fn resolution(&self, case_type: CaseTypeId, code: &ResolutionCode) -> String {
        let found = self.catalog.case_types.get(&case_type).and_then(|found| found.resolution(code));
        found.map_or_else(|| code.to_string(), |one| one.said(self.for_customer, self.language).into_owned())
    }

    /// The name of a workflow in this language; `None` if the catalog does not have it.
    pub(super) fn workflow(&self, id: WorkflowId) -> Option<String> {
        let found = self.catalog.workflows.get(&id);
        found.map(|workflow| workflow.name.said(self.language).into_owned())
    }
}
