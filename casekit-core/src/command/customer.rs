//! Keeping customers.

use serde::{Deserialize, Serialize};

use crate::model::{CustomerField, EmploymentStatus, Gender, MaritalStatus};

/// A customer to be entered; only what is given is stored.
///
/// ```
/// use casekit_core::command::NewCustomer;
///
/// let ada = NewCustomer { email: Some("ada@example.org".into()), ..NewCustomer::named("Ada Obi") };
/// assert_eq!(ada.name, "Ada Obi");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewCustomer {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// As they gave it.
    pub gender: Option<Gender>,
    /// As they gave it.
    pub marital_status: Option<MaritalStatus>,
    /// As they gave it.
    pub employment_status: Option<EmploymentStatus>,
    /// Up to 100.
    pub next_of_kin: Vec<NewNextOfKin>,
    /// Up to 100.
    pub bank_accounts: Vec<NewBankAccount>,
    /// Up to 1,000 characters with an `@` inside.
    pub email: Option<String>,
    /// Up to 1,000 characters.
    pub phone: Option<String>,
    /// Up to 100,000 characters over several lines.
    pub address: Option<String>,
    /// What another system calls them: up to 200 characters, unique in the file.
    pub external_reference: Option<String>,
}

impl NewCustomer {
    /// A customer of whom only the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same with what another system calls them.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.external_reference = Some(reference.into());
        self
    }

    /// The same with a gender.
    #[must_use]
    pub fn with_gender(mut self, gender: Gender) -> Self {
        self.gender = Some(gender);
        self
    }

    /// The same with a marital status.
    #[must_use]
    pub fn with_marital_status(mut self, marital_status: MaritalStatus) -> Self {
        self.marital_status = Some(marital_status);
        self
    }

    /// The same with an employment status.
    #[must_use]
    pub fn with_employment_status(mut self, employment_status: EmploymentStatus) -> Self {
        self.employment_status = Some(employment_status);
        self
    }

    /// The same with one more person to call in need.
    #[must_use]
    pub fn with_next_of_kin(mut self, person: NewNextOfKin) -> Self {
        self.next_of_kin.push(person);
        self
    }

    /// The same with one more account.
    #[must_use]
    pub fn with_bank_account(mut self, account: NewBankAccount) -> Self {
        self.bank_accounts.push(account);
        self
    }

    /// The same with an address for e-mail.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// The same with a telephone number.
    #[must_use]
    pub fn with_phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// The same with a postal address.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

/// Whom to call in need.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewNextOfKin {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// What they are to the customer.
    pub relationship: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their address.
    pub address: Option<String>,
}

impl NewNextOfKin {
    /// Somebody of whom only the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same, with what they are to the customer.
    #[must_use]
    pub fn with_relationship(mut self, relationship: impl Into<String>) -> Self {
        self.relationship = Some(relationship.into());
        self
    }

    /// The same with a telephone number.
    #[must_use]
    pub fn with_phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// The same with an address.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

/// Where money goes.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewBankAccount {
    /// The bank.
    pub bank: Option<String>,
    /// In whose name it is kept.
    pub account_name: Option<String>,
    /// The account number or IBAN; sensitive.
    pub number: String,
}

impl NewBankAccount {
    /// An account of which only the number or IBAN is known.
    #[must_use]
    pub fn numbered(number: impl Into<String>) -> Self {
        Self { number: number.into(), ..Self::default() }
    }

    /// The same at a bank.
    #[must_use]
    pub fn at_bank(mut self, bank: impl Into<String>) -> Self {
        self.bank = Some(bank.into());
        self
    }

    /// The same, with in whose name it is kept.
    #[must_use]
    pub fn with_account_name(mut self, account_name: impl Into<String>) -> Self {
        self.account_name = Some(account_name.into());
        self
    }
}

impl std::fmt::Debug for NewBankAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewBankAccount")
            .field("bank", &self.bank)
            .field("account_name", &self.account_name)
            .finish_non_exhaustive()
    }
}

/// Changes to a customer's profile; what is `None` stays as it is.
///
/// Blank text takes an optional text away, an empty list empties the list, and [`clear`](Self::clear) empties any
/// field but the name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CustomerEdit {
    /// Another name.
    pub name: Option<String>,
    /// Another gender.
    pub gender: Option<Gender>,
    /// Another marital status.
    pub marital_status: Option<MaritalStatus>,
    /// Another employment status.
    pub employment_status: Option<EmploymentStatus>,
    /// All next of kin from now on.
    pub next_of_kin: Option<Vec<NewNextOfKin>>,
    /// All bank accounts from now on.
    pub bank_accounts: Option<Vec<NewBankAccount>>,
    /// Another e-mail address.
    pub email: Option<String>,
    /// Another telephone number.
    pub phone: Option<String>,
    /// Another postal address.
    pub address: Option<String>,
    /// Another external reference.
    pub external_reference: Option<String>,
    /// Fields to be emptied.
    pub clear: Vec<CustomerField>,
    /// The revision that the caller saw.
    pub seen: Option<u64>,
}

impl CustomerEdit {
    /// No change yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Give them another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Give them another gender.
    #[must_use]
    pub fn gender(mut self, gender: Gender) -> Self {
        self.gender = Some(gender);
        self
    }

    /// Give them another marital status.
    #[must_use]
    pub fn marital_status(mut self, marital_status: MaritalStatus) -> Self {
        self.marital_status = Some(marital_status);
        self
    }

    /// Give them another employment status.
    #[must_use]
    pub fn employment_status(mut self, employment_status: EmploymentStatus) -> Self {
        self.employment_status = Some(employment_status);
        self
    }

    /// Replace the people to call in need.
    #[must_use]
    pub fn next_of_kin(mut self, next_of_kin: Vec<NewNextOfKin>) -> Self {
        self.next_of_kin = Some(next_of_kin);
        self
    }

    /// Replace the accounts.
    #[must_use]
    pub fn bank_accounts(mut self, bank_accounts: Vec<NewBankAccount>) -> Self {
        self.bank_accounts = Some(bank_accounts);
        self
    }

    /// Give them another address for e-mail.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Give them another telephone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Give them another postal address.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Give them another external reference.
    #[must_use]
    pub fn external_reference(mut self, external_reference: impl Into<String>) -> Self {
        self.external_reference = Some(external_reference.into());
        self
    }

    /// Empty a field.
    #[must_use]
    pub fn without(mut self, field: CustomerField) -> Self {
        self.clear.push(field);
        self
    }

    /// Change it only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
