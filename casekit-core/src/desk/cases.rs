//! One case: raise, look up, edit, take and put back.

use super::case_view::case_view;
use super::look::Look;
use super::{CaseView, Changed, Desk, RaisedCase};
use crate::command::{CaseEdit, NewCase};
use crate::decide::{
    AssignCase, EditCase, MigrateCase, RaiseCase, ReturnCase, TakeCase, TakeOverCase, check_new_case,
};
use crate::error::Error;
use crate::model::{CaseId, CaseNumber, Permission};
use crate::rejection::{FieldError, Rejection};
use crate::store::LoadPlan;

impl Desk {
    /// Raises a case.
    ///
    /// `Invalid` names every wrong field. Needs [`RaiseCases`](Permission::RaiseCases).
    pub fn raise_case(&self, new: NewCase) -> Result<RaisedCase, Error> {
        Ok(self.engine.run(&self.call, &RaiseCase(new))?.raised()?)
    }

    /// Checks a case as a form would raise it: every field's error at once, none if it could be raised now.
    /// Nothing is written, so cancelling the form leaves nothing.
    pub fn validate_case(&self, new: &NewCase) -> Result<Vec<FieldError>, Error> {
        let look = self.look(Permission::RaiseCases, "validate_case")?;
        let plan = LoadPlan { customers: new.customer.into_iter().collect(), ..LoadPlan::default() };
        let loaded = self.engine.store.load(&plan)?;
        let now = self.engine.now();
        let context = look.caller.context(&self.call, now, (uuid::Uuid::nil(), [0; 16]), &loaded);
        match check_new_case(new, &context) {
            Ok(_) => Ok(Vec::new()),
            Err(Rejection::Invalid { fields }) => Ok(fields),
            Err(other) => Err(other.into()),
        }
    }

    /// One case, whole. Needs [`ReadCases`](Permission::ReadCases).
    pub fn case(&self, id: CaseId) -> Result<CaseView, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        self.read_case(&look, LoadPlan::case(id), id)
    }

    /// The case that a person means by its number in any letter case (`C-000123`), by bare digits, or by its id.
    pub fn find_case(&self, text: &str) -> Result<CaseView, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let plan = match (text.parse::<CaseId>(), CaseNumber::parse_value(text)) {
            (Ok(id), _) => LoadPlan::case(id),
            (Err(_), Some(number)) => LoadPlan { case_number: Some(number), ..LoadPlan::default() },
            (Err(_), None) => return Err(Rejection::not_found("case", "").into()),
        };
        // A long row of digits may be somebody's account number: it is not repeated.
        let shown = if text.trim().chars().count() <= 36
            && plan.case_number.is_none_or(|number| number < 1_000_000_000)
        {
            text.trim()
        } else {
            ""
        };
        self.read_case(&look, plan, shown)
    }

    fn read_case(
        &self,
        look: &Look<'_>,
        mut plan: LoadPlan,
        reference: impl std::fmt::Display,
    ) -> Result<CaseView, Error> {
        plan.case_customers = true;
        let (loaded, case) = look.case(plan, "read_case", reference)?;
        let customer =
            case.customer.and_then(|id| loaded.customers.iter().find(|customer| customer.id == id));
        Ok(case_view(case, customer, self.looking(&loaded.catalog)))
    }

    /// Edits type, stage, title, description and customer: one event for each thing that really changes.
    ///
    /// `Invalid` names every wrong field; `Blocked` lists every reason why a move is not possible; `Conflict` if the
    /// edit names a revision that is no longer the present one. Needs [`EditCases`](Permission::EditCases).
    pub fn edit_case(&self, case: CaseId, edit: CaseEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditCase { case, edit })?.changed())
    }

    /// Brings a case to the newest version of its type; its stage goes along by id, then by name.
    /// Needs [`EditCases`](Permission::EditCases).
    pub fn migrate_case(&self, case: CaseId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &MigrateCase { case })?.changed())
    }

    /// Takes a case that nobody holds; from an open stage it moves into progress.
    ///
    /// `AlreadyTaken` says who was first. A closed case is reopened first: until then it is `Blocked`. Needs
    /// [`TakeCases`](Permission::TakeCases).
    pub fn take_case(&self, case: CaseId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &TakeCase { case })?.changed())
    }

    /// Puts a case back that the actor holds; who may assign cases puts back any.
    /// Needs [`TakeCases`](Permission::TakeCases).
    pub fn return_case(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = ReturnCase { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Puts a case that is not closed in the hands of the person with the id `to`. If they hold it already nothing changes,
    /// and `events` is 0. Needs [`AssignCases`](Permission::AssignCases).
    pub fn assign_case(&self, case: CaseId, to: &str, reason: Option<&str>) -> Result<Changed, Error> {
        let command = AssignCase { case, to: to.to_owned(), reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Takes a case that is not closed out of another's hands. Needs [`TakeOverCases`](Permission::TakeOverCases).
    pub fn take_over_case(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = TakeOverCase { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }
}
