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
    /// Raises a case. Needs [`RaiseCases`](Permission::RaiseCases).
    ///
    /// # Arguments
    ///
    /// - `new`: what the case says.
    ///
    /// # Returns
    ///
    /// Its id and its number.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    pub fn raise_case(&self, new: NewCase) -> Result<RaisedCase, Error> {
        Ok(self.engine.run(&self.call, &RaiseCase(new))?.raised()?)
    }

    /// Checks a case as a form would raise it. Nothing is written, so cancelling the form leaves nothing.
    ///
    /// # Arguments
    ///
    /// - `new`: what the case would say.
    ///
    /// # Returns
    ///
    /// Every field's error at once; none if it could be raised now.
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
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    pub fn case(&self, id: CaseId) -> Result<CaseView, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        self.read_case(&look, LoadPlan::case(id), id)
    }

    /// The case that a person means. Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `text`: its number in any letter case (`C-000123`), bare digits, or its id.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
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

    /// Edits type, stage, title, description and customer: one event for each thing that really changes. Needs
    /// [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `edit`: what is to change; the rest stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is wrong; it names every one.
    /// - `Blocked`: if the move to that stage is not possible; it lists every reason.
    /// - `Conflict`: if the edit names a revision that is no longer the present one.
    pub fn edit_case(&self, case: CaseId, edit: CaseEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditCase { case, edit })?.changed())
    }

    /// Brings a case to the newest version of its type. Its stage is found there by id, then by name. Needs
    /// [`EditCases`](Permission::EditCases).
    ///
    /// # Errors
    ///
    /// - `Blocked`: if the newest version has no place for its stage.
    pub fn migrate_case(&self, case: CaseId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &MigrateCase { case })?.changed())
    }

    /// Takes a case that nobody holds; from an open stage it moves into progress. Needs
    /// [`TakeCases`](Permission::TakeCases).
    ///
    /// # Errors
    ///
    /// - `AlreadyTaken`: if somebody else was first; it says who.
    /// - `Blocked`: if the case is closed; it must be reopened first.
    pub fn take_case(&self, case: CaseId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &TakeCase { case })?.changed())
    }

    /// Puts back a case that the actor holds; an actor who may assign cases puts back anybody's. Needs
    /// [`TakeCases`](Permission::TakeCases).
    ///
    /// # Arguments
    ///
    /// - `reason`: why; the history keeps it.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; it lists every reason.
    pub fn return_case(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = ReturnCase { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Gives a case to a person, who holds it from then on. If they hold it already nothing changes, and `events` is 0.
    /// Needs [`AssignCases`](Permission::AssignCases).
    ///
    /// # Arguments
    ///
    /// - `to`: the id of the person.
    /// - `reason`: why; the history keeps it.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now, as when the case is closed; it lists every reason.
    pub fn assign_case(&self, case: CaseId, to: &str, reason: Option<&str>) -> Result<Changed, Error> {
        let command = AssignCase { case, to: to.to_owned(), reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Takes over a case that somebody else holds. Needs [`TakeOverCases`](Permission::TakeOverCases).
    ///
    /// # Arguments
    ///
    /// - `reason`: why; the history keeps it.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; it lists every reason.
    pub fn take_over_case(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = TakeOverCase { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }
}
