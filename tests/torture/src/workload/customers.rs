//! Customers: entered and updated.

use casekit::{CaseKit, CustomerEdit, Error, NewBankAccount, NewCustomer, StreamId};

use super::{Worker, amara, event, remember};
use crate::ack::Ack;

impl Worker {
    pub(super) fn enter(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let mut new = NewCustomer::named(self.name("Ada Obi")).with_reference(self.name("CRM"));
        new.email = Some("ada@example.org".into());
        new.bank_accounts = vec![NewBankAccount {
            bank: Some("Bank".into()),
            account_name: None,
            number: "DE89370400440532013000".into(),
        }];
        let entered = amara(kit).create_customer(new)?;
        remember(&mut self.customers, entered.id, 60);
        Ok(event(StreamId::Customer(entered.id), entered.revision))
    }

    pub(super) fn update(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(customer) = self.random.pick(&self.customers) else { return Ok(Vec::new()) };
        let edit = CustomerEdit { name: Some(self.name("Ada Obi-Lund")), ..CustomerEdit::default() };
        let changed = amara(kit).update_customer(customer, edit)?;
        Ok(event(StreamId::Customer(customer), changed.revision))
    }
}
