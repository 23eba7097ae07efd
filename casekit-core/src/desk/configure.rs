//! Case types, workflows and settings: create, change and read.

use super::view_of::{case_type_view, settings_view, workflow_view};
use super::{CaseTypeView, Changed, CreatedCaseType, Desk, SettingsView, WorkflowView, admission};
use crate::command::{CaseTypeEdit, NewCaseType, NewWorkflow, SettingsEdit, WorkflowEdit};
use crate::decide::{
    ChangeSettings, CreateCaseType, CreateWorkflow, EditCaseType, EditWorkflow, SetCaseTypeActive,
    SetWorkflowActive,
};
use crate::error::Error;
use crate::model::{CaseTypeId, WorkflowId};
use crate::rejection::Rejection;

impl Desk {
    /// Creates a case type.
    ///
    /// Needs [`ConfigureCaseTypes`](crate::model::Permission::ConfigureCaseTypes).
    ///
    /// # Arguments
    ///
    /// - `new`: the name, the stages, the moves, the workflow and the fields.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    ///
    /// A file has up to 1,000 case types: `Blocked` with `limit_reached` beyond. A type has up to 100 stages, 10,000
    /// moves and 100 fields with 100 choices each: `Invalid` with `too_many` beyond. Its name has 1 to 200 characters, its description up to
    /// 100,000, a label up to 1,000: `Invalid` with `too_long` beyond.
    pub fn create_case_type(&self, new: NewCaseType) -> Result<CreatedCaseType, Error> {
        Ok(self.engine.run(&self.call, &CreateCaseType(new))?.created_case_type()?)
    }

    /// Changes a case type.
    ///
    /// A new name, description or label of a stage applies at once. Other stages, other moves, other fields or another
    /// workflow make a new version; cases keep the version under which they were raised until they are migrated. Needs
    /// [`ConfigureCaseTypes`](crate::model::Permission::ConfigureCaseTypes).
    ///
    /// # Arguments
    ///
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `Conflict`: if the edit names a revision, or the desk has seen one, that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Writes one transaction with an event for each kind of change. After it, every kit on the file reads all
    /// definitions again, which grows with their number and with the versions of each. No case is read or written.
    ///
    /// A type has up to 100 stages, 10,000 moves and 100 fields with 100 choices each: `Invalid` with `too_many` beyond. Its name has 1 to 200
    /// characters, its description up to 100,000, a label up to 1,000: `Invalid` with `too_long` beyond.
    pub fn edit_case_type(&self, case_type: CaseTypeId, edit: CaseTypeEdit) -> Result<Changed, Error> {
        // The revision that the desk has seen is told in the edit.
        let mut call = self.call.clone();
        let seen = call.seen.take().or(edit.seen);
        let edit = CaseTypeEdit { seen, ..edit };
        Ok(self.engine.run(&call, &EditCaseType { case_type, edit })?.changed())
    }

    /// Activates a case type, so that cases can be raised under it again.
    ///
    /// Needs [`ConfigureCaseTypes`](crate::model::Permission::ConfigureCaseTypes).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    pub fn activate_case_type(&self, case_type: CaseTypeId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetCaseTypeActive { case_type, active: true })?.changed())
    }

    /// Deactivates a case type, so that no more cases can be raised under it or moved to it.
    ///
    /// Cases that already have the type continue as before. Needs
    /// [`ConfigureCaseTypes`](crate::model::Permission::ConfigureCaseTypes).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    pub fn deactivate_case_type(&self, case_type: CaseTypeId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetCaseTypeActive { case_type, active: false })?.changed())
    }

    /// Lists every case type that the actor may see, by name.
    ///
    /// Needs [`ReadCases`](crate::model::Permission::ReadCases), [`RaiseCases`](crate::model::Permission::RaiseCases) or
    /// [`ConfigureCaseTypes`](crate::model::Permission::ConfigureCaseTypes).
    ///
    /// # Cost
    ///
    /// Reads no cases: the definitions are in memory. All types are answered at once, with their stages and moves.
    ///
    /// A file has up to 1,000 case types.
    pub fn case_types(&self) -> Result<Vec<CaseTypeView>, Error> {
        let look = self.enter(&admission::CASE_TYPES, "read_case_types")?;
        let catalog = look.catalog()?;
        let types = catalog.case_types.values().filter(|one| look.sees_type(one.id));
        let mut types: Vec<_> = types.collect();
        types.sort_by_cached_key(|case_type| crate::text::fold_name(&case_type.name.said(self.language())));
        Ok(types.into_iter().map(|case_type| case_type_view(case_type, look.looking(&catalog))).collect())
    }

    /// Returns one case type, by its name or id.
    ///
    /// # Arguments
    ///
    /// - `name`: the name, in which letter case, character width and outer spaces do not matter, or the id.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such type, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads no cases: the names of the definitions in memory are compared one by one.
    pub fn case_type(&self, name: &str) -> Result<CaseTypeView, Error> {
        let look = self.enter(&admission::CASE_TYPES, "read_case_type")?;
        let catalog = look.catalog()?;
        let found = catalog.find_case_type(name, self.language()).filter(|one| look.sees_type(one.id));
        let found = found.ok_or_else(|| {
            let names = catalog.type_names(self.language(), |one| look.sees_type(one.id));
            Rejection::none_called("case type", name, names)
        })?;
        Ok(case_type_view(found, look.looking(&catalog)))
    }

    /// Creates a workflow, which is checked as a whole.
    ///
    /// Requirements that are unknown or circular, and a workflow that can never finish, are reported as errors of
    /// fields. Needs [`ConfigureWorkflows`](crate::model::Permission::ConfigureWorkflows).
    ///
    /// # Arguments
    ///
    /// - `new`: the name, the steps and the sources.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    ///
    /// A file has up to 1,000 workflows: `Blocked` with `limit_reached` beyond. A workflow has up to 100 steps and
    /// 100 sources: `Invalid` with `too_many` beyond. Its name has 1 to 200 characters, a label up to 1,000:
    /// `Invalid` with `too_long` beyond.
    pub fn create_workflow(&self, new: NewWorkflow) -> Result<WorkflowView, Error> {
        let created = self.engine.run(&self.call, &CreateWorkflow(new))?.workflow()?;
        self.workflow(&created.to_string())
    }

    /// Changes a workflow.
    ///
    /// Other steps or sources make a new version; running cases keep the version with which they started. Needs
    /// [`ConfigureWorkflows`](crate::model::Permission::ConfigureWorkflows).
    ///
    /// # Arguments
    ///
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `Conflict`: if the edit names a revision that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Writes one transaction with an event for each kind of change. After it, every kit on the file reads all
    /// definitions again, which grows with their number and with the versions of each. No case is read or written.
    ///
    /// A workflow has up to 100 steps and 100 sources: `Invalid` with `too_many` beyond. Its name has 1 to 200
    /// characters, a label up to 1,000: `Invalid` with `too_long` beyond.
    pub fn edit_workflow(&self, workflow: WorkflowId, edit: WorkflowEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditWorkflow { workflow, edit })?.changed())
    }

    /// Activates a workflow, so that case types can start it again.
    ///
    /// Needs [`ConfigureWorkflows`](crate::model::Permission::ConfigureWorkflows).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    pub fn activate_workflow(&self, workflow: WorkflowId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetWorkflowActive { workflow, active: true })?.changed())
    }

    /// Deactivates a workflow, so that no case type can start it.
    ///
    /// Cases that already run it continue as before. Needs [`ConfigureWorkflows`](crate::model::Permission::ConfigureWorkflows).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    pub fn deactivate_workflow(&self, workflow: WorkflowId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetWorkflowActive { workflow, active: false })?.changed())
    }

    /// Lists every workflow, by name.
    ///
    /// Needs [`ReadCases`](crate::model::Permission::ReadCases) or [`ConfigureWorkflows`](crate::model::Permission::ConfigureWorkflows).
    ///
    /// # Cost
    ///
    /// Reads no cases: the definitions are in memory. All workflows are answered at once, with their steps.
    ///
    /// A file has up to 1,000 workflows.
    pub fn workflows(&self) -> Result<Vec<WorkflowView>, Error> {
        let look = self.enter(&admission::WORKFLOWS, "read_workflows")?;
        let catalog = look.catalog()?;
        let mut workflows: Vec<_> = catalog.workflows.values().filter(|_| !look.is_for_customer()).collect();
        workflows.sort_by_cached_key(|workflow| crate::text::fold_name(&workflow.name.said(self.language())));
        Ok(workflows.into_iter().map(|workflow| workflow_view(workflow, self.language())).collect())
    }

    /// Returns one workflow, by its name or id.
    ///
    /// # Arguments
    ///
    /// - `name`: the name, in which letter case, character width and outer spaces do not matter, or the id.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such workflow.
    ///
    /// # Cost
    ///
    /// Reads no cases: the names of the definitions in memory are compared one by one.
    pub fn workflow(&self, name: &str) -> Result<WorkflowView, Error> {
        let look = self.enter(&admission::WORKFLOWS, "read_workflow")?;
        let catalog = look.catalog()?;
        let found = catalog.find_workflow(name, self.language()).filter(|_| !look.is_for_customer());
        let found = found.ok_or_else(|| {
            let names = catalog.workflow_names(self.language(), |_| !look.is_for_customer());
            Rejection::none_called("workflow", name, names)
        })?;
        Ok(workflow_view(found, self.language()))
    }

    /// Returns the settings of the file.
    ///
    /// Needs [`CheckSettings`](crate::model::Permission::CheckSettings).
    ///
    /// # Cost
    ///
    /// Reads no cases: the settings are in memory.
    pub fn settings(&self) -> Result<SettingsView, Error> {
        let action = "read_settings";
        let look = self.enter(&admission::SETTINGS, action)?;
        let catalog = look.catalog()?;
        let settings = catalog.settings.as_ref().ok_or_else(|| Rejection::not_found("settings", ""))?;
        Ok(settings_view(settings, look.looking(&catalog)))
    }

    /// Changes the settings of the file.
    ///
    /// Needs [`ChangeSettings`](crate::model::Permission::ChangeSettings).
    ///
    /// # Arguments
    ///
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `Conflict`: if the edit names a revision that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Writes one transaction with an event for each kind of change. After it, every kit on the file reads all
    /// definitions again, which grows with their number and with the versions of each.
    ///
    /// Settings have up to 100 sources, and a source up to 100 queries: `Invalid` with `too_many` beyond. Data is
    /// kept for 0 to 3,650 days: `Invalid` with `out_of_range` beyond.
    pub fn change_settings(&self, edit: SettingsEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &ChangeSettings(edit))?.changed())
    }
}
