//! Case types and settings.

use super::view_of::{case_type_view, settings_view, workflow_view};
use super::{CaseTypeView, Changed, CreatedCaseType, Desk, SettingsView, WorkflowView};
use crate::command::{CaseTypeEdit, NewCaseType, NewWorkflow, SettingsEdit, WorkflowEdit};
use crate::decide::{
    ChangeSettings, CreateCaseType, CreateWorkflow, EditCaseType, EditWorkflow, SetCaseTypeActive,
    SetWorkflowActive,
};
use crate::error::Error;
use crate::model::{CaseTypeId, Permission, WorkflowId};
use crate::rejection::Rejection;

/// One of these is needed to read case types.
const READ_TYPES: (Permission, Permission) = (Permission::ReadCases, Permission::ConfigureCaseTypes);

/// One of these is needed to read workflows.
const READ_WORKFLOWS: (Permission, Permission) = (Permission::ReadCases, Permission::ConfigureWorkflows);

impl Desk {
    /// Creates a case type. Needs [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    ///
    /// # Arguments
    ///
    /// - `new`: its name, stages, moves and workflow.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    pub fn create_case_type(&self, new: NewCaseType) -> Result<CreatedCaseType, Error> {
        Ok(self.engine.run(&self.call, &CreateCaseType(new))?.created_case_type()?)
    }

    /// Edits a case type. Name, description and labels apply at once; other stages, moves or another workflow make a
    /// new version, and cases keep the version under which they were raised until they are migrated. Needs
    /// [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    ///
    /// # Arguments
    ///
    /// - `edit`: what is to change; the rest stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    /// - `Conflict`: if the edit names a revision that is no longer the present one.
    pub fn edit_case_type(&self, case_type: CaseTypeId, edit: CaseTypeEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditCaseType { case_type, edit })?.changed())
    }

    /// Lets cases be raised under a type again. Needs [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    pub fn activate_case_type(&self, case_type: CaseTypeId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetCaseTypeActive { case_type, active: true })?.changed())
    }

    /// Lets no more cases be raised under a type or moved to it; those that it has go on. Needs
    /// [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    pub fn deactivate_case_type(&self, case_type: CaseTypeId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetCaseTypeActive { case_type, active: false })?.changed())
    }

    /// Every case type that the actor may see, by name. Needs [`ReadCases`](Permission::ReadCases) or
    /// [`ConfigureCaseTypes`](Permission::ConfigureCaseTypes).
    pub fn case_types(&self) -> Result<Vec<CaseTypeView>, Error> {
        let look = self.look_with_either(READ_TYPES, "read_case_types")?;
        let catalog = look.catalog()?;
        let types = catalog.case_types.values().filter(|one| look.sees_type(one.id));
        let mut types: Vec<_> = types.collect();
        types.sort_by_cached_key(|case_type| crate::text::fold_name(&case_type.name.said(self.language())));
        Ok(types.into_iter().map(|case_type| case_type_view(case_type, self.looking(&catalog))).collect())
    }

    /// One case type.
    ///
    /// # Arguments
    ///
    /// - `name`: its name, compared as names are, or its id.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such type, or the actor may not see it.
    pub fn case_type(&self, name: &str) -> Result<CaseTypeView, Error> {
        let look = self.look_with_either(READ_TYPES, "read_case_type")?;
        let catalog = look.catalog()?;
        let found = catalog.find_case_type(name, self.language()).filter(|one| look.sees_type(one.id));
        let found = found.ok_or_else(|| Rejection::not_found("case type", ""))?;
        Ok(case_type_view(found, self.looking(&catalog)))
    }

    /// Creates a workflow, checked as a whole: unknown or circular requirements, and no way to finish, are each named.
    /// Needs [`ConfigureWorkflows`](Permission::ConfigureWorkflows).
    ///
    /// # Arguments
    ///
    /// - `new`: its steps and sources.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    pub fn create_workflow(&self, new: NewWorkflow) -> Result<WorkflowView, Error> {
        let created = self.engine.run(&self.call, &CreateWorkflow(new))?.workflow()?;
        self.workflow(&created.to_string())
    }

    /// Edits a workflow; other steps or sources make a new version, and running cases keep theirs. Needs
    /// [`ConfigureWorkflows`](Permission::ConfigureWorkflows).
    ///
    /// # Arguments
    ///
    /// - `edit`: what is to change; the rest stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    /// - `Conflict`: if the edit names a revision that is no longer the present one.
    pub fn edit_workflow(&self, workflow: WorkflowId, edit: WorkflowEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditWorkflow { workflow, edit })?.changed())
    }

    /// Lets case types start a workflow again. Needs [`ConfigureWorkflows`](Permission::ConfigureWorkflows).
    pub fn activate_workflow(&self, workflow: WorkflowId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetWorkflowActive { workflow, active: true })?.changed())
    }

    /// Lets no case type start a workflow any more; running cases go on. Needs
    /// [`ConfigureWorkflows`](Permission::ConfigureWorkflows).
    pub fn deactivate_workflow(&self, workflow: WorkflowId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetWorkflowActive { workflow, active: false })?.changed())
    }

    /// Every workflow, by name. Needs [`ReadCases`](Permission::ReadCases) or
    /// [`ConfigureWorkflows`](Permission::ConfigureWorkflows).
    pub fn workflows(&self) -> Result<Vec<WorkflowView>, Error> {
        let catalog = self.look_with_either(READ_WORKFLOWS, "read_workflows")?.catalog()?;
        let mut workflows: Vec<_> = catalog.workflows.values().collect();
        workflows.sort_by_cached_key(|workflow| crate::text::fold_name(&workflow.name.said(self.language())));
        Ok(workflows.into_iter().map(|workflow| workflow_view(workflow, self.language())).collect())
    }

    /// One workflow.
    ///
    /// # Arguments
    ///
    /// - `name`: its name, compared as names are, or its id.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such workflow.
    pub fn workflow(&self, name: &str) -> Result<WorkflowView, Error> {
        let catalog = self.look_with_either(READ_WORKFLOWS, "read_workflow")?.catalog()?;
        let found = catalog
            .find_workflow(name, self.language())
            .ok_or_else(|| Rejection::not_found("workflow", ""))?;
        Ok(workflow_view(found, self.language()))
    }

    /// The settings. Needs [`CheckSettings`](Permission::CheckSettings).
    pub fn settings(&self) -> Result<SettingsView, Error> {
        let catalog = self.look(Permission::CheckSettings, "read_settings")?.catalog()?;
        let settings = catalog.settings.as_ref().ok_or_else(|| Rejection::not_found("settings", ""))?;
        Ok(settings_view(settings))
    }

    /// Changes the settings. Needs [`ChangeSettings`](Permission::ChangeSettings).
    ///
    /// # Arguments
    ///
    /// - `edit`: what is to change; the rest stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    /// - `Conflict`: if the edit names a revision that is no longer the present one.
    pub fn change_settings(&self, edit: SettingsEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &ChangeSettings(edit))?.changed())
    }
}
