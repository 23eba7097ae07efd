//! What a paper for the customer says of a case: a record that has room for nothing else.

use serde::{Deserialize, Serialize};

use super::Desk;
use super::case_view::case_view;
use super::looking::{Looking, Present};
use super::own_field_view::FieldView;
use crate::error::Error;
use crate::model::{CaseId, Permission, ShortText, Timestamp};
pub use crate::release::CustomerNote;
use crate::store::LoadPlan;

/// A case as its customer may have it on paper, whoever prints it: no internal notes, no history, no steps, no ids of staff.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerCopy {
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The title.
    pub title: String,
    /// The name of its case type, in the desk's language.
    pub case_type: String,
    /// The label of its stage for the customer.
    pub stage: String,
    /// The description; `None` if there is none.
    pub description: Option<String>,
    /// The name of its customer; `None` if the case has none, or the actor may not read customers.
    pub customer: Option<String>,
    /// The reference under which the request arrived; `None` for a case that was raised by hand.
    pub request: Option<String>,
    /// When the case was raised.
    pub raised_at: Timestamp,
    /// When the case was resolved; `None` if it is not.
    pub resolved_at: Option<Timestamp>,
    /// How the request ended, as text; `None` until then.
    pub outcome: Option<String>,
    /// How the case ended, as its type calls it for the customer; `None` if nobody said so.
    pub resolution: Option<String>,
    /// Why the request was denied or the case ended so, as the person is told; `None` if nobody gave a reason.
    pub reason: Option<String>,
    /// The organisation's own fields that are for customers and have a value, in their order.
    pub fields: Vec<FieldView>,
    /// The notes that the customer can see, in reading order; empty if the actor may not read notes.
    pub notes: Vec<CustomerNote>,
}

impl Desk {
    /// What a paper for the customer says of a case.
    ///
    /// Who wrote a note is asked of the application's authorizer, by the actor id: if their scope is that customer, it was the
    /// customer, and staff otherwise. Without an authorizer every note is from staff.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases). The notes are included only if the actor may read them.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case and its customer by an index, and every note that the customer can see, 500 at a time, and holds them:
    /// it grows with the thread, without a limit. It asks the authorizer once for everybody who wrote one of them.
    pub fn customer_copy(&self, case: CaseId) -> Result<CustomerCopy, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let plan = LoadPlan { cases: vec![case], case_customers: true, ..LoadPlan::default() };
        let (loaded, mut case) = look.case(plan, "read_case", case)?;
        let (language, access) = (self.language(), self.access());
        let customer = case.customer.and_then(|id| loaded.customers.iter().find(|one| one.id == id));
        let name = customer.filter(|_| access.customers).map(|one| one.profile.name.as_str());
        let names_staff = loaded.catalog.names_staff();
        let notes = match look.may_read_notes() {
            true => self.engine.customer_notes(&case, name, names_staff, language)?,
            false => Vec::new(),
        };
        let (request, progress) = (case.request.take(), case.progress.take());
        let present = Present::of(&self.engine);
        let looking =
            Looking { catalog: &loaded.catalog, access, for_customer: true, language, present: &present };
        let view = case_view(case, customer, None, looking);
        let outcome = progress.as_ref().and_then(|progress| progress.outcome.as_ref());
        let denial = progress.as_ref().and_then(|progress| progress.denial.as_ref());
        Ok(CustomerCopy {
            outcome: outcome.map(|outcome| language.render(&outcome.message())),
            reason: denial
                .filter(|_| outcome.is_some())
                .map(|denial| ShortText::to_string(&denial.customer_reason))
                .or_else(|| view.resolution.as_ref().and_then(|ended| ended.customer_reason.clone())),
            resolution: view.resolution.map(|ended| ended.customer_label),
            number: view.number,
            title: view.title,
            case_type: view.case_type,
            stage: view.customer_stage,
            description: view.description,
            customer: view.customer_name,
            request: request.map(|request| request.reference.to_string()),
            raised_at: view.raised_at,
            resolved_at: view.resolved_at,
            fields: view.fields.into_iter().filter(|field| field.text.is_some()).collect(),
            notes,
        })
    }
}
