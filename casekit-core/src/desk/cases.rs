//! Commands and reads of one case: raise, look up, edit, take and return.

use super::case_view::case_view;
use super::look::Look;
use super::{CaseView, Changed, Desk, RaisedCase};
use crate::command::{CaseEdit, NewCase};
use crate::decide::{
    AssignCase, Context, EditCase, MigrateCase, RaiseCase, ReturnCase, TakeCase, TakeOverCase,
    check_new_case, names_of_new_case,
};
use crate::error::Error;
use crate::model::{Case, CaseId, Permission};
use crate::rejection::{FieldError, Rejection};
use crate::store::{LoadPlan, Loaded};

impl Desk {
    /// Raises a case.
    ///
    /// Needs [`RaiseCases`](Permission::RaiseCases).
    ///
    /// # Arguments
    ///
    /// - `new`: the type, the title and the other fields of the case.
    ///
    /// # Returns
    ///
    /// The id and the number of the new case.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, and writes one transaction: the same at a thousand cases and at a million. The
    /// work grows with the length of the texts, of which up to 20,000 different words each are indexed. People, customers and
    /// cases that values of fields name, and values that must be unique, are looked up by an index each.
    ///
    /// A case has up to 100 fields: `Invalid` with `too_many` beyond. A title has 1 to 200 characters, a description up to 100,000: `Invalid` with `too_long` beyond.
    pub fn raise_case(&self, new: NewCase) -> Result<RaisedCase, Error> {
        Ok(self.engine.run(&self.call, &RaiseCase(new))?.raised()?)
    }

    /// Checks a case as a form would raise it.
    ///
    /// Nothing is written, so nothing has to be undone if the form is cancelled. Needs the same permission as raising
    /// the case.
    ///
    /// # Arguments
    ///
    /// - `new`: the fields of the form.
    ///
    /// # Returns
    ///
    /// The errors of all fields at once; empty if the case could be raised now.
    ///
    /// # Cost
    ///
    /// Reads what raising the case would read, and writes nothing.
    pub fn validate_case(&self, new: &NewCase) -> Result<Vec<FieldError>, Error> {
        let look = self.look(Permission::RaiseCases, "validate_case")?;
        let plan = LoadPlan { customers: new.customer.into_iter().collect(), ..LoadPlan::default() };
        let mut loaded = self.engine.store.load(&plan)?;
        self.engine.narrow(&mut loaded, &look.caller);
        let now = self.engine.now()?;
        let context = look.caller.context(&self.call, now, (uuid::Uuid::nil(), [0; 16]), &loaded);
        let named = names_of_new_case(new, &context);
        let named = named.map(|plan| self.engine.load_named(&plan, &look.caller)).transpose()?;
        let context = Context { named: named.as_ref(), ..context };
        match check_new_case(new, &context).map_err(|refused| refused.in_order_of(new)) {
            Ok(_) => Ok(Vec::new()),
            Err(Rejection::Invalid { fields }) => Ok(fields),
            Err(other) => Err(other.into()),
        }
    }

    /// Returns one case with all of its fields.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case and its customer by an index: the same at a thousand cases and at a million, and whatever
    /// happened to the case.
    pub fn case(&self, id: CaseId) -> Result<CaseView, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        self.read_case(&look, LoadPlan::case(id), id)
    }

    pub(super) fn view_of(&self, look: &Look<'_>, loaded: &Loaded, case: Case) -> CaseView {
        let customer =
            case.customer.and_then(|id| loaded.customers.iter().find(|customer| customer.id == id));
        let notes = look.number_of_notes(&case);
        case_view(case, customer, notes, look.looking(&loaded.catalog))
    }

    fn read_case(
        &self,
        look: &Look<'_>,
        mut plan: LoadPlan,
        reference: impl std::fmt::Display,
    ) -> Result<CaseView, Error> {
        plan.case_customers = true;
        let (loaded, case) = look.case(plan, "read_case", reference)?;
        let mut view = self.view_of(look, &loaded, case);
        look.name(&mut view)?;
        self.name_fields(look, &mut view.fields)?;
        Ok(view)
    }

    /// Changes the type, stage, title, description, customer or fields of a case.
    ///
    /// Each field that really changes is recorded as one event. Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `Blocked`: if the move to that stage is not possible; the error lists every reason.
    /// - `Conflict`: if the edit names a revision that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction with an event for each kind of change: the same at a
    /// thousand cases and at a million. If the title, the description, the customer or a field changes, all of the case's
    /// texts are indexed again, which grows with their length. People, customers and cases that values of fields name, and
    /// values that must be unique, are looked up by an index each.
    ///
    /// A title has 1 to 200 characters, a description up to 100,000: `Invalid` with `too_long` beyond. A reason has
    /// up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn edit_case(&self, case: CaseId, edit: CaseEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditCase { case, edit })?.changed())
    }

    /// Moves a case to the newest version of its type.
    ///
    /// Its stage is matched to one of the new version by id, then by name, and its fields by id. Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Errors
    ///
    /// - `Blocked`: if no stage of the newest version matches, a value has no place there, or a field is empty that the
    ///   version requires.
    /// - `Invalid`: if a value must be unique there, and another case has it.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event: the same at a thousand cases and at a
    /// million.
    pub fn migrate_case(&self, case: CaseId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &MigrateCase { case, give_up: Vec::new() })?.changed())
    }

    /// Takes a case that nobody holds.
    ///
    /// A case in an open stage moves to the first active stage, if its type has one and allows the move. Needs
    /// [`TakeCases`](Permission::TakeCases).
    ///
    /// # Errors
    ///
    /// - `AlreadyTaken`: if somebody else took the case first; the error says who.
    /// - `Blocked`: if the case is closed; it has to be reopened first.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events: the same at a thousand cases and
    /// at a million.
    pub fn take_case(&self, case: CaseId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &TakeCase { case })?.changed())
    }

    /// Returns a case, so that anybody can take it.
    ///
    /// Actors return cases that they hold; an actor who may assign cases can return anybody's. Needs
    /// [`TakeCases`](Permission::TakeCases).
    ///
    /// # Arguments
    ///
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event: the same at a thousand cases and at a
    /// million.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn return_case(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = ReturnCase { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Assigns a case to a person, who becomes its holder.
    ///
    /// If that person already holds the case, nothing changes, and `events` in the answer is 0. Needs
    /// [`AssignCases`](Permission::AssignCases).
    ///
    /// # Arguments
    ///
    /// - `to`: the actor id of the person.
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now, for example because the case is closed; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event: the same at a thousand cases and at a
    /// million.
    ///
    /// An actor id has 1 to 200 characters, a reason up to 1,000: `Invalid` with `too_long` beyond.
    pub fn assign_case(&self, case: CaseId, to: &str, reason: Option<&str>) -> Result<Changed, Error> {
        let command = AssignCase { case, to: to.to_owned(), reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Takes over a case that somebody else holds.
    ///
    /// Needs [`TakeOverCases`](Permission::TakeOverCases).
    ///
    /// # Arguments
    ///
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event: the same at a thousand cases and at a
    /// million.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn take_over_case(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = TakeOverCase { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }
}
