//! Creating and updating customers.

use serde::Serialize;

use super::case_type::is_claimed;
use super::customer_fields::{created, give, names_of, of_edited, of_new, rely_on_definitions};
use super::customer_parse::{parse_edit, parse_new};
use super::{Command, Context, Decision, Subject, fields::Settled, not_changed_since};
use crate::command::{CustomerEdit, NewCustomer};
use crate::commit::{Claim, ClaimKind};
use crate::event::{CustomerFact, Fact, Personal};
use crate::model::{
    Customer, CustomerField, CustomerId, Permission, Profile, ProfileValue, Reference, StreamId,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Creates a customer; an external reference must be free.
#[derive(Serialize)]
pub(crate) struct CreateCustomer(pub(crate) NewCustomer);

impl Command for CreateCustomer {
    fn action(&self) -> &'static str {
        "create_customer"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { claims: claims(self.0.external_reference.as_deref()), ..LoadPlan::default() })
    }

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        names_of(None, &self.0.fields, context)
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCustomers, self.action())?;
        context.beyond_one_customer(self.action())?;
        let (profile, values) = parse_whole(&self.0, context)?;
        let (mut decision, fact, personal) = enters(profile, &values, context)?;
        decision.drafts.push(context.draft(fact, personal));
        Ok(decision)
    }
}

/// The profile and the values of a new customer; every wrong one is named.
pub(super) fn parse_whole(new: &NewCustomer, context: &Context<'_>) -> Result<(Profile, Settled), Rejection> {
    let mut fields = Fields::default();
    let profile = parse_new(&mut fields, new, context.fresh);
    let values = of_new(&mut fields, &new.fields, context);
    fields.finish(profile.map(|profile| (profile, values)))
}

/// What enters a customer, who does not exist yet.
pub(super) fn enters(
    profile: Profile,
    values: &Settled,
    context: &Context<'_>,
) -> Result<(Decision, Fact, Personal), Rejection> {
    let mut decision = Decision::default();
    let id = CustomerId(context.fresh);
    decision.makes(StreamId::Customer(id));
    rely_on_definitions(&mut decision, context);
    reference_is_free(&mut decision, context, &profile)?;
    values.relied_on(&mut decision);
    let fact = created(given_fields(&profile), values, context);
    let fields_to = values.after.values().cloned().map(Some).collect();
    let personal = Personal { profile: Some(Box::new(profile)), fields_to, ..Personal::default() };
    Ok((decision, Fact::Customer(id, fact), personal))
}

/// Updates a customer's profile: only the fields that are given.
#[derive(Serialize)]
pub(crate) struct UpdateCustomer {
    pub(crate) customer: CustomerId,
    pub(crate) edit: CustomerEdit,
}

impl Command for UpdateCustomer {
    fn action(&self) -> &'static str {
        "update_customer"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Customer(self.customer))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let claims = claims(self.edit.external_reference.as_deref());
        Ok(LoadPlan { customers: vec![self.customer], claims, ..LoadPlan::default() })
    }

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        names_of(context.customer(self.customer).ok(), &self.edit.fields, context)
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCustomers, self.action())?;
        let customer = context.customer(self.customer)?;
        not_changed_since(self.edit.seen, customer.revision)?;
        let mut fields = Fields::default();
        let values = parse_edit(&mut fields, &self.edit);
        let own = of_edited(&mut fields, customer, &self.edit.fields, context);
        let (values, own) = fields.finish(Some((values, own)))?;
        let mut profile = customer.profile.clone();
        values.into_iter().for_each(|value| profile.set(value));
        let mut decision = updates(customer, &profile, context)?;
        if let Some(own) = own {
            give(&mut decision, customer, &own, context);
        }
        Ok(decision)
    }
}

/// What gives a customer another profile: one event with every field that differs, or none.
pub(super) fn updates(
    customer: &Customer,
    profile: &Profile,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let mut decision = Decision::on_customer(customer);
    let folded = |profile: &Profile| profile.external_reference.as_ref().map(reference_claim);
    if folded(profile) != folded(&customer.profile) {
        reference_is_free(&mut decision, context, profile)?;
    }
    let changed = CustomerField::ALL.into_iter();
    let fields: Vec<CustomerField> =
        changed.filter(|field| profile.value(*field) != customer.profile.value(*field)).collect();
    if !fields.is_empty() {
        let values = |profile: &Profile| fields.iter().map(|field| profile.value(*field)).collect();
        let (profile_from, profile_to): (Vec<ProfileValue>, Vec<ProfileValue>) =
            (values(&customer.profile), values(profile));
        let personal = Personal { profile_from, profile_to, ..Personal::default() };
        let fact = CustomerFact::CustomerUpdated { fields };
        decision.drafts.push(context.draft(Fact::Customer(customer.id, fact), personal));
    }
    Ok(decision)
}

/// The decision that one thing happens to a customer.
pub(super) fn changes(
    customer: &Customer,
    context: &Context<'_>,
    fact: CustomerFact,
    personal: Personal,
) -> Decision {
    let mut decision = Decision::on_customer(customer);
    decision.drafts.push(context.draft(Fact::Customer(customer.id, fact), personal));
    decision
}

/// The fields of a profile that have a value.
pub(super) fn given_fields(profile: &Profile) -> Vec<CustomerField> {
    let bare = Profile::named(profile.name.clone());
    let given =
        |field: &CustomerField| *field == CustomerField::Name || profile.value(*field) != bare.value(*field);
    CustomerField::ALL.into_iter().filter(given).collect()
}

/// Rejects the profile if another customer has its external reference, and expects it to be free still when written.
pub(super) fn reference_is_free(
    decision: &mut Decision,
    context: &Context<'_>,
    profile: &Profile,
) -> Result<(), Rejection> {
    let Some(claim) = profile.external_reference.as_ref().map(reference_claim) else { return Ok(()) };
    if is_claimed(context.loaded, &claim) {
        return Err(Rejection::field("external_reference", FieldRule::AlreadyInUse));
    }
    decision.claims(claim);
    Ok(())
}

fn claims(reference: Option<&str>) -> Vec<Claim> {
    reference.map(|text| Claim::new(ClaimKind::CustomerReference, text)).into_iter().collect()
}

fn reference_claim(reference: &Reference) -> Claim {
    Claim::new(ClaimKind::CustomerReference, reference.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{NewBankAccount, NewNextOfKin};
    use crate::decide::testing::{Given, agent, customer, nobody};
    use crate::model::Gender;
    use crate::rejection::FieldError;
    use crate::store::Located;

    fn update(edit: CustomerEdit, given: &Given) -> Result<Decision, Rejection> {
        given.when(&UpdateCustomer { customer: given.customers[0].id, edit })
    }

    fn fact(decision: &Decision) -> &CustomerFact {
        let Fact::Customer(_, fact) = &decision.drafts[0].fact else { panic!() };
        fact
    }

    #[test]
    fn only_what_is_given_is_stored() {
        let new = NewCustomer { phone: Some("  ".into()), ..NewCustomer::named("Ada Obi") };
        let decision = Given::new().by(agent()).when(&CreateCustomer(new)).unwrap();
        assert_eq!(
            fact(&decision),
            &CustomerFact::CustomerCreated {
                fields: vec![CustomerField::Name],
                own_fields: Vec::new(),
                fields_version: None,
            }
        );
        let profile = decision.drafts[0].personal.profile.as_deref();
        assert_eq!(profile, Some(&customer("Ada Obi").profile));
    }

    #[test]
    fn an_update_says_which_fields_changed_from_what_to_what() {
        let given = Given::new().by(agent()).with_customer(customer("Ada Obi"));
        let edit = CustomerEdit {
            name: Some("Ada Obi".into()),
            gender: Some(Gender::Other { text: " agender ".into() }),
            ..CustomerEdit::default()
        };
        let decision = update(edit, &given).unwrap();
        let draft = &decision.drafts[0];
        assert_eq!(fact(&decision), &CustomerFact::CustomerUpdated { fields: vec![CustomerField::Gender] });
        assert_eq!(draft.personal.profile_from, [ProfileValue::Gender(None)]);
        let agender = Gender::Other { text: "agender".into() };
        assert_eq!(draft.personal.profile_to, [ProfileValue::Gender(Some(agender))]);
    }

    #[test]
    fn an_update_that_changes_nothing_leaves_no_event() {
        let given = Given::new().by(agent()).with_customer(customer("Ada Obi"));
        let edit = CustomerEdit {
            name: Some(" Ada Obi ".into()),
            email: Some(String::new()),
            ..CustomerEdit::default()
        };
        assert_eq!(update(edit, &given).unwrap().drafts, Vec::new());
    }

    #[test]
    fn fields_are_emptied_but_the_name() {
        let mut ada = customer("Ada Obi");
        ada.profile.gender = Some(Gender::Female);
        let given = Given::new().by(agent()).with_customer(ada);
        let clear = vec![CustomerField::Gender];
        let decision = update(CustomerEdit { clear, ..CustomerEdit::default() }, &given).unwrap();
        assert_eq!(decision.drafts[0].personal.profile_to, [ProfileValue::Gender(None)]);
        let clear = vec![CustomerField::Name];
        let refused = update(CustomerEdit { clear, ..CustomerEdit::default() }, &given);
        assert_eq!(refused, Err(Rejection::field("name", FieldRule::Required)));
    }

    #[test]
    fn an_external_reference_belongs_to_one_customer() {
        let mut given = Given::new().by(agent());
        let other = StreamId::Customer(CustomerId(uuid::Uuid::from_u128(5)));
        given
            .claims
            .push(Located { claim: Claim::new(ClaimKind::CustomerReference, "CRM-1"), stream: other });
        let new = NewCustomer::named("Ada").with_reference(" CRM-1 ");
        let refused = given.when(&CreateCustomer(new));
        assert_eq!(refused, Err(Rejection::field("external_reference", FieldRule::AlreadyInUse)));
    }

    #[test]
    fn every_wrong_field_is_named_with_its_place() {
        let new = NewCustomer {
            next_of_kin: vec![NewNextOfKin::default()],
            bank_accounts: vec![NewBankAccount { number: "\u{0}".into(), ..NewBankAccount::default() }],
            email: Some("nowhere".into()),
            ..NewCustomer::named("")
        };
        let rejection = Given::new().by(agent()).when(&CreateCustomer(new)).unwrap_err();
        assert_eq!(
            rejection.fields(),
            [
                FieldError::new("name", FieldRule::Required),
                FieldError::new("email", FieldRule::Malformed { form: "email".into() }),
                FieldError::new("next_of_kin[0].name", FieldRule::Required),
                FieldError::new("bank_accounts[0].number", FieldRule::ControlCharacter),
            ]
        );
    }

    #[test]
    fn keeping_customers_needs_the_permission() {
        let given = Given::new().by(nobody()).with_customer(customer("Ada Obi"));
        assert_eq!(given.when(&CreateCustomer(NewCustomer::named("x"))).unwrap_err().code(), "forbidden");
        assert_eq!(update(CustomerEdit::default(), &given).unwrap_err().code(), "forbidden");
    }
}
