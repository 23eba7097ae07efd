//! One case: raise, look up, edit, take and put back.

use casekit::{CaseEdit, CaseId, CaseView, Changed, FieldError, NewCase, RaisedCase};

use super::Desk;
use crate::error::CasekitError;

#[uniffi::export]
impl Desk {
    /// Raises a case.
    ///
    /// `Invalid` names every wrong field. Needs `raise_cases`.
    pub fn raise_case(&self, new: NewCase) -> Result<RaisedCase, CasekitError> {
        self.guard(|| self.desk.raise_case(new))
    }

    /// Checks a case as a form would raise it: every field's error at once, none if it could be raised now.
    /// Nothing is written, so cancelling the form leaves nothing.
    pub fn validate_case(&self, new: NewCase) -> Result<Vec<FieldError>, CasekitError> {
        self.guard(|| self.desk.validate_case(&new))
    }

    /// One case, whole. Needs `read_cases`.
    pub fn case(&self, id: CaseId) -> Result<CaseView, CasekitError> {
        self.guard(|| self.desk.case(id))
    }

    /// The case that a person means by its number in any letter case (`C-000123`), by bare digits, or by its id.
    pub fn find_case(&self, text: String) -> Result<CaseView, CasekitError> {
        self.guard(|| self.desk.find_case(&text))
    }

    /// Edits type, stage, title, description and customer: one event for each thing that really changes.
    ///
    /// `Invalid` names every wrong field; `Blocked` lists every reason why a move is not possible; `Conflict` if the
    /// edit names a revision that is no longer the present one. Needs `edit_cases`.
    pub fn edit_case(&self, case: CaseId, edit: CaseEdit) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.edit_case(case, edit))
    }

    /// Brings a case to the newest version of its type; its stage goes along by id, then by name.
    /// Needs `edit_cases`.
    pub fn migrate_case(&self, case: CaseId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.migrate_case(case))
    }

    /// Takes a case that nobody holds; from an open stage it moves into progress.
    ///
    /// `AlreadyTaken` says who was first. Needs `take_cases`.
    pub fn take_case(&self, case: CaseId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.take_case(case))
    }

    /// Puts a case back that the actor holds; who may assign cases puts back any.
    /// Needs `take_cases`.
    #[uniffi::method(default(reason = None))]
    pub fn return_case(&self, case: CaseId, reason: Option<String>) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.return_case(case, reason.as_deref()))
    }

    /// Puts a case in the hands of the person with the id `to`. Needs `assign_cases`.
    #[uniffi::method(default(reason = None))]
    pub fn assign_case(
        &self,
        case: CaseId,
        to: String,
        reason: Option<String>,
    ) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.assign_case(case, &to, reason.as_deref()))
    }

    /// Takes a case out of another's hands. Needs `take_over_cases`.
    #[uniffi::method(default(reason = None))]
    pub fn take_over_case(&self, case: CaseId, reason: Option<String>) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.take_over_case(case, reason.as_deref()))
    }
}
