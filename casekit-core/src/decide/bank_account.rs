//! Adding, changing and removing the bank accounts of a customer.

use serde::Serialize;

use super::customer::changes;
use super::customer_parse::{given_or, parse_account, within_limit};
use super::{Command, Context, Decision, Subject, not_changed_since};
use crate::command::{BankAccountEdit, NewBankAccount};
use crate::event::{CustomerFact, OldNew, Personal};
use crate::model::{
    BankAccount, BankAccountField, BankAccountId, Customer, CustomerId, Name, Permission, ShortText,
};
use crate::rejection::{Fields, Rejection};
use crate::store::LoadPlan;

/// Adds a bank account to a customer, behind those that are there.
#[derive(Serialize)]
pub(crate) struct AddBankAccount {
    pub(crate) customer: CustomerId,
    pub(crate) new: NewBankAccount,
}

impl Command for AddBankAccount {
    fn action(&self) -> &'static str {
        "add_bank_account"
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
        let room = within_limit(&mut fields, "bank_accounts", customer.profile.bank_accounts.len() + 1);
        let account = parse_account(&mut fields, "", BankAccountId(context.fresh), &self.new);
        let account = fields.finish(room.and(account))?;
        let fact = CustomerFact::BankAccountAdded { account: account.id };
        Ok(changes(customer, context, fact, personal(OldNew::new(account))))
    }
}

/// Changes a bank account: only the fields that are given.
#[derive(Serialize)]
pub(crate) struct EditBankAccount {
    pub(crate) customer: CustomerId,
    pub(crate) account: BankAccountId,
    pub(crate) edit: BankAccountEdit,
}

impl Command for EditBankAccount {
    fn action(&self) -> &'static str {
        "edit_bank_account"
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
        let before = account_of(customer, self.account)?;
        let after = edited(before, &self.edit)?;
        let changed = BankAccountField::ALL.into_iter().filter(|field| !after.agrees_with(before, *field));
        let fields: Vec<BankAccountField> = changed.collect();
        if fields.is_empty() {
            return Ok(Decision::on_customer(customer));
        }
        let fact = CustomerFact::BankAccountChanged { account: self.account, fields };
        Ok(changes(customer, context, fact, personal(OldNew { from: Some(before.clone()), to: Some(after) })))
    }
}

/// Removes a bank account.
#[derive(Serialize)]
pub(crate) struct RemoveBankAccount {
    pub(crate) customer: CustomerId,
    pub(crate) account: BankAccountId,
    pub(crate) seen: Option<u64>,
}

impl Command for RemoveBankAccount {
    fn action(&self) -> &'static str {
        "remove_bank_account"
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
        let before = account_of(customer, self.account)?;
        let fact = CustomerFact::BankAccountRemoved { account: self.account };
        Ok(changes(customer, context, fact, personal(OldNew { from: Some(before.clone()), to: None })))
    }
}

fn account_of(customer: &Customer, id: BankAccountId) -> Result<&BankAccount, Rejection> {
    let found = customer.profile.bank_accounts.iter().find(|account| account.id == id);
    found.ok_or_else(|| Rejection::not_found("bank account", id))
}

/// The account with what the edit gives. A number that is not given stays, so that whoever may not see it cannot lose it.
fn edited(before: &BankAccount, edit: &BankAccountEdit) -> Result<BankAccount, Rejection> {
    let mut fields = Fields::default();
    let bank = given_or(&mut fields, edit.bank.as_deref(), &before.bank, |text| {
        ShortText::parse_optional("bank", Some(text))
    });
    let account_name = given_or(&mut fields, edit.account_name.as_deref(), &before.account_name, |text| {
        Name::parse_optional("account_name", Some(text))
    });
    let number = given_or(&mut fields, edit.number.as_deref(), &before.number, |text| {
        BankAccount::parse_number("number", text)
    });
    let after = bank.zip(account_name).zip(number);
    let whole = |((bank, account_name), number)| BankAccount { id: before.id, bank, account_name, number };
    fields.finish(after.map(whole))
}

fn personal(account: OldNew<BankAccount>) -> Personal {
    Personal { bank_account: Some(Box::new(account)), ..Personal::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{Given, agent, customer, nobody};
    use crate::event::Fact;
    use crate::model::limits;
    use crate::rejection::FieldRule;

    const NUMBER: &str = "DE89370400440532013000";

    fn account(number: u128) -> BankAccount {
        BankAccount {
            id: BankAccountId(uuid::Uuid::from_u128(number)),
            bank: None,
            account_name: None,
            number: BankAccount::parse_number("number", NUMBER).unwrap(),
        }
    }

    fn given(accounts: usize) -> Given {
        let mut ada = customer("Ada Obi");
        ada.profile.bank_accounts = (1..=accounts).map(|number| account(number as u128)).collect();
        Given::new().by(agent()).with_customer(ada)
    }

    fn edit(given: &Given, number: u128, edit: BankAccountEdit) -> Result<Decision, Rejection> {
        let account = BankAccountId(uuid::Uuid::from_u128(number));
        given.when(&EditBankAccount { customer: given.customers[0].id, account, edit })
    }

    fn why(why: &str) -> Rejection {
        Rejection::field("number", FieldRule::DoesNotFit { why: why.into() })
    }

    #[test]
    fn the_bank_is_renamed_without_the_number() {
        let given = given(2);
        let decision = edit(&given, 2, BankAccountEdit::new().bank(" First Bank ")).unwrap();
        let fields = vec![BankAccountField::Bank];
        let fact = CustomerFact::BankAccountChanged { account: account(2).id, fields };
        assert_eq!(decision.drafts[0].fact, Fact::Customer(given.customers[0].id, fact));
        let bank = Some(ShortText::parse("bank", "First Bank").unwrap());
        let changed = OldNew { from: Some(account(2)), to: Some(BankAccount { bank, ..account(2) }) };
        assert_eq!(decision.drafts[0].personal.bank_account.as_deref(), Some(&changed));
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_no_event() {
        let decision = edit(&given(1), 1, BankAccountEdit::new().number(NUMBER).bank(" ")).unwrap();
        assert_eq!(decision.drafts, []);
        assert_eq!(decision.expect.len(), 1);
    }

    #[test]
    fn the_hint_of_a_number_does_not_replace_the_number() {
        let given = given(1);
        assert_eq!(edit(&given, 1, BankAccountEdit::new().number("…3000")), Err(why("hint_of_a_number")));
        let (customer, new) = (given.customers[0].id, NewBankAccount::numbered("…3000"));
        assert_eq!(given.when(&AddBankAccount { customer, new }), Err(why("hint_of_a_number")));
    }

    #[test]
    fn a_mistyped_iban_is_refused() {
        let mistyped = BankAccountEdit::new().number("DE98 3704 0044 0532 0130 00");
        assert_eq!(edit(&given(1), 1, mistyped), Err(why("iban_check_digits")));
    }

    #[test]
    fn an_account_is_not_found_with_another_customer() {
        let missing = Rejection::not_found("bank account", account(3).id);
        assert_eq!(edit(&given(2), 3, BankAccountEdit::new().bank("x")), Err(missing.clone()));
        let given = given(2);
        let (customer, account) = (given.customers[0].id, account(3).id);
        assert_eq!(given.when(&RemoveBankAccount { customer, account, seen: None }), Err(missing));
    }

    #[test]
    fn an_edit_of_what_was_seen_before_it_changed_is_refused() {
        let given = given(1);
        let stale = edit(&given, 1, BankAccountEdit::new().bank("x").seen(7));
        assert_eq!(stale, Err(Rejection::Conflict { seen: 7, now: 1 }));
        let (customer, account) = (given.customers[0].id, account(1).id);
        let stale = given.when(&RemoveBankAccount { customer, account, seen: Some(7) });
        assert_eq!(stale, Err(Rejection::Conflict { seen: 7, now: 1 }));
    }

    #[test]
    fn a_customer_has_no_more_accounts_than_the_limit() {
        let given = given(limits::PARTS);
        let (customer, new) = (given.customers[0].id, NewBankAccount::numbered("1"));
        let too_many = FieldRule::TooMany { limit: limits::PARTS as u64 };
        let refused = given.when(&AddBankAccount { customer, new });
        assert_eq!(refused, Err(Rejection::field("bank_accounts", too_many)));
    }

    #[test]
    fn changing_accounts_needs_the_permission() {
        let given = given(1).by(nobody());
        let (customer, account) = (given.customers[0].id, account(1).id);
        let new = NewBankAccount::numbered("1");
        assert_eq!(given.when(&AddBankAccount { customer, new }).unwrap_err().code(), "forbidden");
        assert_eq!(edit(&given, 1, BankAccountEdit::new()).unwrap_err().code(), "forbidden");
        let remove = RemoveBankAccount { customer, account, seen: None };
        assert_eq!(given.when(&remove).unwrap_err().code(), "forbidden");
    }
}
