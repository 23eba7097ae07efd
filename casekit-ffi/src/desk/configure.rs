//! Case types, workflows and settings.

use casekit::{
    CaseTypeEdit, CaseTypeId, CaseTypeView, Changed, CreatedCaseType, NewCaseType, NewWorkflow, SettingsEdit,
    SettingsView, WorkflowEdit, WorkflowId, WorkflowView,
};

use super::Desk;
use crate::error::CasekitError;

#[uniffi::export]
impl Desk {
    /// Creates a case type. Needs `configure_case_types`.
    pub fn create_case_type(&self, new: NewCaseType) -> Result<CreatedCaseType, CasekitError> {
        self.guard(|| self.desk.create_case_type(new))
    }

    /// Edits a case type. Name, description and labels apply at once; other stages, moves or another workflow make a
    /// new version, and cases keep the version under which they were raised until they are migrated.
    /// Needs `configure_case_types`.
    pub fn edit_case_type(&self, case_type: CaseTypeId, edit: CaseTypeEdit) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.edit_case_type(case_type, edit))
    }

    /// Lets cases be raised under a type again. Needs `configure_case_types`.
    pub fn activate_case_type(&self, case_type: CaseTypeId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.activate_case_type(case_type))
    }

    /// Lets no case be raised under a type or moved to it any more; its cases live on.
    /// Needs `configure_case_types`.
    pub fn deactivate_case_type(&self, case_type: CaseTypeId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.deactivate_case_type(case_type))
    }

    /// Every case type that the actor may see, by name. Needs `read_cases` or
    /// `configure_case_types`.
    pub fn case_types(&self) -> Result<Vec<CaseTypeView>, CasekitError> {
        self.guard(|| self.desk.case_types())
    }

    /// The case type that a caller means by its name, compared as names are, or its id.
    pub fn case_type(&self, name: String) -> Result<CaseTypeView, CasekitError> {
        self.guard(|| self.desk.case_type(&name))
    }

    /// Creates a workflow, checked as a whole: unknown or circular requirements, and no way to finish, are each named.
    /// Needs `configure_workflows`.
    pub fn create_workflow(&self, new: NewWorkflow) -> Result<WorkflowView, CasekitError> {
        self.guard(|| self.desk.create_workflow(new))
    }

    /// Edits a workflow; other steps or sources make a new version, and running cases keep theirs.
    /// Needs `configure_workflows`.
    pub fn edit_workflow(&self, workflow: WorkflowId, edit: WorkflowEdit) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.edit_workflow(workflow, edit))
    }

    /// Lets case types start a workflow again. Needs `configure_workflows`.
    pub fn activate_workflow(&self, workflow: WorkflowId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.activate_workflow(workflow))
    }

    /// Lets no case type take a workflow any more; running cases go on.
    /// Needs `configure_workflows`.
    pub fn deactivate_workflow(&self, workflow: WorkflowId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.deactivate_workflow(workflow))
    }

    /// Every workflow, by name. Needs `read_cases` or
    /// `configure_workflows`.
    pub fn workflows(&self) -> Result<Vec<WorkflowView>, CasekitError> {
        self.guard(|| self.desk.workflows())
    }

    /// The workflow that a caller means by its name, compared as names are, or its id.
    pub fn workflow(&self, name: String) -> Result<WorkflowView, CasekitError> {
        self.guard(|| self.desk.workflow(&name))
    }

    /// The settings. Needs `check_settings`.
    pub fn settings(&self) -> Result<SettingsView, CasekitError> {
        self.guard(|| self.desk.settings())
    }

    /// Changes the settings. Needs `change_settings`.
    pub fn change_settings(&self, edit: SettingsEdit) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.change_settings(edit))
    }
}
