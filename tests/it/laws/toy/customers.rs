//! Customers as the toy has them.

use casekit::{CustomerEdit, NewCustomer};

use super::cases::given_fields;
use super::fields::{self, CUSTOMERS, Given, Values};
use super::{AMARA, Customer, Outcome, Toy};
use crate::build::Office;
use crate::laws::ask_each;
use crate::laws::instruction::NAMES;

impl Toy {
    pub(super) fn new_customer(
        &mut self,
        offices: &[Office],
        name: usize,
        given: &Given,
    ) -> (Outcome, Result<u64, String>) {
        let mut new = NewCustomer::named(NAMES[name]);
        new.fields = given_fields(given, |field| fields::LABELS[field].to_uppercase());
        let answer = ask_each(offices, AMARA, |desk| desk.create_customer(new.clone()));
        let found = answer.as_ref().map(|_| 1).map_err(Clone::clone);
        let values = fields::settled(CUSTOMERS, &Values::new(), given);
        let Some(values) = values.ok().filter(|values| !fields::is_lacking(CUSTOMERS, values, None, true))
        else {
            return (Err("invalid"), found);
        };
        self.customers.extend(answer.ok().map(|created| Customer { id: created.id, name, values }));
        (Ok(1), found)
    }

    pub(super) fn update_customer(
        &mut self,
        offices: &[Office],
        customer: usize,
        name: Option<usize>,
        given: &Given,
    ) -> Option<(Outcome, Result<u64, String>)> {
        let customer = customer.checked_rem(self.customers.len())?;
        let edit = CustomerEdit {
            name: name.map(|name| NAMES[name].to_owned()),
            fields: given_fields(given, |field| fields::IDS[field].to_owned()),
            ..CustomerEdit::default()
        };
        let id = self.customers[customer].id;
        let answer = ask_each(offices, AMARA, |desk| desk.update_customer(id, edit.clone()));
        Some((self.updated(customer, name, given), answer.map(|changed| changed.events)))
    }

    fn updated(&mut self, customer: usize, name: Option<usize>, given: &Given) -> Outcome {
        let customer = &mut self.customers[customer];
        let values = fields::settled(CUSTOMERS, &customer.values, given)?;
        if fields::is_left_empty(CUSTOMERS, &customer.values, given, &values) {
            return Err("invalid");
        }
        let name = name.unwrap_or(customer.name);
        let events = u64::from(name != customer.name) + u64::from(values != customer.values);
        (customer.name, customer.values) = (name, values);
        Ok(events)
    }
}
