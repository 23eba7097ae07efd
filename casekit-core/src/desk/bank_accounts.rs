//! The bank accounts of customers: add, change and remove.

use super::{AddedBankAccount, Changed, Desk};
use crate::command::{BankAccountEdit, NewBankAccount};
use crate::decide::{AddBankAccount, EditBankAccount, RemoveBankAccount};
use crate::error::Error;
use crate::model::{BankAccountId, CustomerId};

impl Desk {
    /// Adds a bank account to a customer, behind those that are there.
    ///
    /// Needs [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `new`: the account. What looks like an IBAN must have its country's length and the right check digits.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer.
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile, and writes one transaction of one event: the same at a
    /// thousand customers and at a million.
    ///
    /// A customer has up to 100 bank accounts: `Invalid` with `too_many` beyond. The name of the owner has up to 200
    /// characters, number and bank up to 1,000: `Invalid` with `too_long` beyond.
    pub fn add_bank_account(
        &self,
        customer: CustomerId,
        new: NewBankAccount,
    ) -> Result<AddedBankAccount, Error> {
        Ok(self.engine.run(&self.call, &AddBankAccount { customer, new })?.added_bank_account()?)
    }

    /// Changes a bank account of a customer.
    ///
    /// A number that is not given stays: somebody who may not read it can change the rest. The event records what the
    /// account was and what it is now. Needs [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `account`: its id, as [`customer`](Self::customer) shows it.
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer, or they have no such account.
    /// - `Invalid`: if a field is not valid, such as the hint of a number given as the number.
    /// - `Conflict`: if the edit names a revision of the customer that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile, and writes one transaction of one event: the same at a
    /// thousand customers and at a million.
    ///
    /// The name of the owner has up to 200 characters, number and bank up to 1,000: `Invalid` with `too_long` beyond.
    pub fn edit_bank_account(
        &self,
        customer: CustomerId,
        account: BankAccountId,
        edit: BankAccountEdit,
    ) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditBankAccount { customer, account, edit })?.changed())
    }

    /// Removes a bank account of a customer. What it was stays in the history.
    ///
    /// Needs [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `account`: its id, as [`customer`](Self::customer) shows it.
    /// - `seen`: the revision of the customer that the caller saw; `None` skips the check.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer, or they have no such account.
    /// - `Conflict`: if the customer has another revision by now than was seen.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile, and writes one transaction of one event: the same at a
    /// thousand customers and at a million.
    pub fn remove_bank_account(
        &self,
        customer: CustomerId,
        account: BankAccountId,
        seen: Option<u64>,
    ) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &RemoveBankAccount { customer, account, seen })?.changed())
    }
}
