//! Adding, changing and removing the people to call in an emergency.

use serde::Serialize;

use super::customer::changes;
use super::customer_parse::{given_or, parse_person, within_limit};
use super::{Command, Context, Decision, Subject, not_changed_since};
use crate::command::{NewNextOfKin, NextOfKinEdit};
use crate::event::{CustomerFact, OldNew, Personal};
use crate::model::{
    Customer, CustomerId, LongText, Name, NextOfKin, NextOfKinField, NextOfKinId, Permission, ShortText,
};
use crate::rejection::{Fields, Rejection};
use crate::store::LoadPlan;

/// Adds a next of kin to a customer, behind those that are there.
#[derive(Serialize)]
pub(crate) struct AddNextOfKin {
    pub(crate) customer: CustomerId,
    pub(crate) new: NewNextOfKin,
}

impl Command for AddNextOfKin {
    fn action(&self) -> &'static str {
        "add_next_of_kin"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Customer(self.customer))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::customer(self.customer))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCustomers, self.action())?;
        let customer = context.customer(self.customer)?;
        let mut fields = Fields::default();
        let room = within_limit(&mut fields, "next_of_kin", customer.profile.next_of_kin.len() + 1);
        let person = parse_person(&mut fields, "", NextOfKinId(context.fresh), &self.new);
        let person = fields.finish(room.and(person))?;
        let fact = CustomerFact::NextOfKinAdded { person: person.id };
        Ok(changes(customer, context, fact, personal(OldNew::new(person))))
    }
}

/// Changes a next of kin: only the fields that are given.
#[derive(Serialize)]
pub(crate) struct EditNextOfKin {
    pub(crate) customer: CustomerId,
    pub(crate) person: NextOfKinId,
    pub(crate) edit: NextOfKinEdit,
}

impl Command for EditNextOfKin {
    fn action(&self) -> &'static str {
        "edit_next_of_kin"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Customer(self.customer))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::customer(self.customer))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCustomers, self.action())?;
        let customer = context.customer(self.customer)?;
        not_changed_since(self.edit.seen, customer.revision)?;
        let before = person_of(customer, self.person)?;
        let after = edited(before, &self.edit)?;
        let differs = |field: &NextOfKinField| after.argument(*field) != before.argument(*field);
        let fields: Vec<NextOfKinField> = NextOfKinField::ALL.into_iter().filter(differs).collect();
        if fields.is_empty() {
            return Ok(Decision::on_customer(customer));
        }
        let fact = CustomerFact::NextOfKinChanged { person: self.person, fields };
        Ok(changes(customer, context, fact, personal(OldNew { from: Some(before.clone()), to: Some(after) })))
    }
}

/// Removes a next of kin.
#[derive(Serialize)]
pub(crate) struct RemoveNextOfKin {
    pub(crate) customer: CustomerId,
    pub(crate) person: NextOfKinId,
    pub(crate) seen: Option<u64>,
}

impl Command for RemoveNextOfKin {
    fn action(&self) -> &'static str {
        "remove_next_of_kin"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Customer(self.customer))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::customer(self.customer))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCustomers, self.action())?;
        let customer = context.customer(self.customer)?;
        not_changed_since(self.seen, customer.revision)?;
        let before = person_of(customer, self.person)?;
        let fact = CustomerFact::NextOfKinRemoved { person: self.person };
        Ok(changes(customer, context, fact, personal(OldNew { from: Some(before.clone()), to: None })))
    }
}

fn person_of(customer: &Customer, id: NextOfKinId) -> Result<&NextOfKin, Rejection> {
    let found = customer.profile.next_of_kin.iter().find(|person| person.id == id);
    found.ok_or_else(|| Rejection::not_found("next of kin", id))
}

/// The person with what the edit gives.
fn edited(before: &NextOfKin, edit: &NextOfKinEdit) -> Result<NextOfKin, Rejection> {
    let mut fields = Fields::default();
    let name = given_or(&mut fields, edit.name.as_deref(), &before.name, |text| Name::parse("name", text));
    let relationship = given_or(&mut fields, edit.relationship.as_deref(), &before.relationship, |text| {
        ShortText::parse_optional("relationship", Some(text))
    });
    let phone = given_or(&mut fields, edit.phone.as_deref(), &before.phone, |text| {
        ShortText::parse_optional("phone", Some(text))
    });
    let address = given_or(&mut fields, edit.address.as_deref(), &before.address, |text| {
        LongText::parse_optional("address", Some(text))
    });
    let after = name.zip(relationship).zip(phone.zip(address));
    let whole = |((name, relationship), (phone, address))| NextOfKin {
        id: before.id,
        name,
        relationship,
        phone,
        address,
    };
    fields.finish(after.map(whole))
}

fn personal(person: OldNew<NextOfKin>) -> Personal {
    Personal { next_of_kin: Some(Box::new(person)), ..Personal::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{Given, agent, customer, nobody};
    use crate::event::Fact;
    use crate::model::limits;
    use crate::rejection::FieldRule;

    fn chidi(number: u128) -> NextOfKin {
        NextOfKin {
            id: NextOfKinId(uuid::Uuid::from_u128(number)),
            name: Name::parse("name", "Chidi Obi").unwrap(),
            relationship: ShortText::parse_optional("relationship", Some("husband")).unwrap(),
            phone: None,
            address: None,
        }
    }

    fn given(people: usize) -> Given {
        let mut ada = customer("Ada Obi");
        ada.profile.next_of_kin = (1..=people).map(|number| chidi(number as u128)).collect();
        Given::new().by(agent()).with_customer(ada)
    }

    fn edit(given: &Given, number: u128, edit: NextOfKinEdit) -> Result<Decision, Rejection> {
        let person = NextOfKinId(uuid::Uuid::from_u128(number));
        given.when(&EditNextOfKin { customer: given.customers[0].id, person, edit })
    }

    #[test]
    fn one_person_is_changed_and_the_event_says_what_changed() {
        let given = given(2);
        let decision = edit(&given, 2, NextOfKinEdit::new().phone("+234 1 555").relationship(" ")).unwrap();
        let fields = vec![NextOfKinField::Relationship, NextOfKinField::Phone];
        let fact = CustomerFact::NextOfKinChanged { person: chidi(2).id, fields };
        assert_eq!(decision.drafts[0].fact, Fact::Customer(given.customers[0].id, fact));
        let phone = ShortText::parse_optional("phone", Some("+234 1 555")).unwrap();
        let now = NextOfKin { relationship: None, phone, ..chidi(2) };
        let changed = OldNew { from: Some(chidi(2)), to: Some(now) };
        assert_eq!(decision.drafts[0].personal.next_of_kin.as_deref(), Some(&changed));
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_no_event() {
        let decision = edit(&given(1), 1, NextOfKinEdit::new().name(" Chidi Obi ").phone("")).unwrap();
        assert_eq!(decision.drafts, []);
        assert_eq!(decision.expect.len(), 1);
    }

    #[test]
    fn a_person_keeps_a_name() {
        let refused = edit(&given(1), 1, NextOfKinEdit::new().name(" "));
        assert_eq!(refused, Err(Rejection::field("name", FieldRule::Required)));
    }

    #[test]
    fn a_person_is_not_found_with_another_customer() {
        let missing = Rejection::not_found("next of kin", chidi(3).id);
        assert_eq!(edit(&given(2), 3, NextOfKinEdit::new().phone("1")), Err(missing.clone()));
        let given = given(2);
        let (customer, person) = (given.customers[0].id, chidi(3).id);
        assert_eq!(given.when(&RemoveNextOfKin { customer, person, seen: None }), Err(missing));
    }

    #[test]
    fn an_edit_of_what_was_seen_before_it_changed_is_refused() {
        let stale = edit(&given(1), 1, NextOfKinEdit::new().phone("1").seen(7));
        assert_eq!(stale, Err(Rejection::Conflict { seen: 7, now: 1 }));
    }

    #[test]
    fn a_customer_has_no_more_next_of_kin_than_the_limit() {
        let given = given(limits::PARTS);
        let (customer, new) = (given.customers[0].id, NewNextOfKin::named("x"));
        let too_many = FieldRule::TooMany { limit: limits::PARTS as u64 };
        let refused = given.when(&AddNextOfKin { customer, new });
        assert_eq!(refused, Err(Rejection::field("next_of_kin", too_many)));
    }

    #[test]
    fn changing_next_of_kin_needs_the_permission() {
        let given = given(1).by(nobody());
        let (customer, person) = (given.customers[0].id, chidi(1).id);
        let new = NewNextOfKin::named("x");
        assert_eq!(given.when(&AddNextOfKin { customer, new }).unwrap_err().code(), "forbidden");
        assert_eq!(edit(&given, 1, NextOfKinEdit::new()).unwrap_err().code(), "forbidden");
        let remove = RemoveNextOfKin { customer, person, seen: None };
        assert_eq!(given.when(&remove).unwrap_err().code(), "forbidden");
    }
}
