//! The organisation's own fields of customers: values in a new customer and in an edit, and what a newer version makes of
//! them.
//!
//! Customers have no type that each keeps a version of: what is given is checked by the newest fields. A customer says by
//! which version all of it was last found right.

use serde::Serialize;

use super::fields::{Giving, Settled, shown};
use super::{Command, Context, Decision, Subject};
use crate::command::GivenField;
use crate::event::{CustomerFact, Fact};
use crate::model::{
    Customer, CustomerId, FieldDefinition, FieldId, Permission, Settings, StreamId, field_with_id,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// The newest fields of customers.
fn defined<'a>(context: &Context<'a>) -> &'a [FieldDefinition] {
    context.loaded.catalog.settings.as_ref().map_or(&[], |settings| settings.fields_of_customers())
}

fn newest(context: &Context<'_>) -> u32 {
    context.loaded.catalog.settings.as_ref().map_or(0, |settings| settings.customer_fields_version())
}

/// Has a decision rely on the definitions by which values were checked.
pub(super) fn rely_on_definitions(decision: &mut Decision, context: &Context<'_>) {
    if let Some(settings) = &context.loaded.catalog.settings {
        decision.relies_on(StreamId::Settings, settings.revision);
    }
}

/// What values name; `None` for nothing. `customer` has values before; `None` for a new one.
pub(super) fn names_of(
    customer: Option<&Customer>,
    given: &[GivenField],
    context: &Context<'_>,
) -> Option<LoadPlan> {
    if given.is_empty() {
        return None;
    }
    Giving::to_customer(customer, defined(context), given, context).names()
}

/// The values of a new customer.
pub(super) fn of_new(fields: &mut Fields, given: &[GivenField], context: &Context<'_>) -> Settled {
    Giving::to_customer(None, defined(context), given, context).of_new(fields, None)
}

/// The fact that a customer is entered with these values, without the fields of the profile.
pub(super) fn created(
    fields: Vec<crate::model::CustomerField>,
    values: &Settled,
    context: &Context<'_>,
) -> CustomerFact {
    CustomerFact::CustomerCreated {
        fields,
        own_fields: values.after.keys().cloned().collect(),
        fields_version: Some(newest(context)).filter(|version| *version > 0),
    }
}

/// The values of a customer who is edited; `None` if none is given.
pub(super) fn of_edited(
    fields: &mut Fields,
    customer: &Customer,
    given: &[GivenField],
    context: &Context<'_>,
) -> Option<Settled> {
    (!given.is_empty())
        .then(|| Giving::to_customer(Some(customer), defined(context), given, context).of_edited(fields))
}

/// Has a decision give a customer these values. Nothing happens if they are theirs already.
pub(super) fn give(decision: &mut Decision, customer: &Customer, values: &Settled, context: &Context<'_>) {
    rely_on_definitions(decision, context);
    values.relied_on(decision);
    let is_right = wrong_by(defined(context), values).next().is_none();
    let fields_version = if is_right { newest(context) } else { customer.fields_version };
    let (fields, personal) = values.changes(&customer.fields);
    if !fields.is_empty() || fields_version != customer.fields_version {
        let fact = CustomerFact::CustomerFieldsChanged { fields, fields_version };
        decision.drafts.push(context.draft(Fact::Customer(customer.id, fact), personal));
    }
}

/// What keeps values from being right by these fields: what is required and empty, and values that their field cannot have. The
/// value of a field that is gone is kept, and is no obstacle.
fn wrong_by<'a>(
    defined: &'a [FieldDefinition],
    values: &'a Settled,
) -> impl Iterator<Item = (&'a FieldDefinition, FieldRule)> {
    let lacking = shown(defined, &values.after)
        .filter(|field| field.required && !values.after.contains_key(&field.id))
        .map(|field| (field, FieldRule::Required));
    let unfit = values.after.iter().filter_map(|(id, kept)| {
        let field = field_with_id(defined, id).filter(|field| !kept.value.fits(field))?;
        Some((
            field,
            FieldRule::unknown(&kept.value.text(), field.choices.iter().map(|one| one.code.as_str())),
        ))
    });
    lacking.chain(unfit)
}

/// Brings the values of one customer to the newest fields of customers, or says what does not fit.
#[derive(Serialize)]
pub(crate) struct MigrateCustomer {
    pub(crate) customer: CustomerId,
    /// The ids of fields whose values go where the newest fields have no place for them.
    pub(crate) give_up: Vec<String>,
}

impl MigrateCustomer {
    /// The customer without the values that are given up.
    fn lightened(&self, customer: &Customer, defined: &[FieldDefinition]) -> Customer {
        let has_place = |id: &FieldId| {
            let field = field_with_id(defined, id);
            field.is_some_and(|field| customer.fields.get(id).is_some_and(|kept| kept.value.fits(field)))
        };
        let gone =
            |id: &FieldId| self.give_up.iter().any(|given| given.trim() == id.as_str()) && !has_place(id);
        let mut lighter = customer.clone();
        lighter.fields.retain(|id, _| !gone(id));
        lighter
    }

    fn settings<'a>(context: &Context<'a>) -> Result<&'a Settings, Rejection> {
        let settings = context.loaded.catalog.settings.as_deref();
        settings.ok_or_else(|| Rejection::not_found("settings", ""))
    }
}

impl Command for MigrateCustomer {
    fn action(&self) -> &'static str {
        "migrate_customers"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Customer(self.customer))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::customer(self.customer))
    }

    /// Values that are there already must be unique where a newer version says so.
    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        let customer = context.customer(self.customer).ok().filter(|customer| !customer.fields.is_empty())?;
        Giving::to_customer(Some(customer), defined(context), &[], context).names()
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCustomers, self.action())?;
        context.beyond_one_customer(self.action())?;
        let customer = context.customer(self.customer)?;
        let settings = Self::settings(context)?;
        let mut decision = Decision::on_customer(customer);
        if customer.fields_version == settings.customer_fields_version() {
            return Ok(decision);
        }
        let lighter = self.lightened(customer, settings.fields_of_customers());
        let mut fields = Fields::default();
        let giving = Giving::to_customer(Some(&lighter), settings.fields_of_customers(), &[], context);
        let values = giving.of_edited(&mut fields);
        for (field, rule) in wrong_by(settings.fields_of_customers(), &values) {
            let path = format!("fields.{}", field.id);
            if !fields.has(&path) {
                fields.add(path, rule);
            }
        }
        let values = fields.finish(Some(values))?;
        give(&mut decision, customer, &values, context);
        Ok(decision)
    }
}

#[cfg(test)]
mod tests;
