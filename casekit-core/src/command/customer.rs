//! Commands that enter and edit customers.

use serde::{Deserialize, Serialize};

use super::{GivenField, GivenValue, NewBankAccount, NewNextOfKin};
use crate::model::{CustomerField, EmploymentStatus, Gender, MaritalStatus};

/// A customer to be entered. Only what is given is stored.
///
/// ```
/// use casekit_core::command::NewCustomer;
///
/// let ada = NewCustomer { email: Some("ada@example.org".into()), ..NewCustomer::named("Ada Obi") };
/// assert_eq!(ada.name, "Ada Obi");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewCustomer {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// The gender as they gave it; `None` if not given.
    pub gender: Option<Gender>,
    /// The marital status as they gave it; `None` if not given.
    pub marital_status: Option<MaritalStatus>,
    /// The employment status as they gave it; `None` if not given.
    pub employment_status: Option<EmploymentStatus>,
    /// The people to call in an emergency, up to 100.
    pub next_of_kin: Vec<NewNextOfKin>,
    /// The bank accounts, up to 100. Their numbers are sensitive.
    pub bank_accounts: Vec<NewBankAccount>,
    /// The e-mail address: up to 1,000 characters without spaces, with an `@` inside.
    pub email: Option<String>,
    /// The telephone number: up to 1,000 characters.
    pub phone: Option<String>,
    /// The postal address: up to 100,000 characters, on one or more lines.
    pub address: Option<String>,
    /// What another system calls them: up to 200 characters, unique in the file.
    pub external_reference: Option<String>,
    /// Values of the organisation's own fields, up to 100.
    pub fields: Vec<GivenField>,
}

impl NewCustomer {
    /// A customer with a name and nothing else.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same customer, with what another system calls them.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.external_reference = Some(reference.into());
        self
    }

    /// The same customer, with a gender.
    #[must_use]
    pub fn with_gender(mut self, gender: Gender) -> Self {
        self.gender = Some(gender);
        self
    }

    /// The same customer, with a marital status.
    #[must_use]
    pub fn with_marital_status(mut self, marital_status: MaritalStatus) -> Self {
        self.marital_status = Some(marital_status);
        self
    }

    /// The same customer, with an employment status.
    #[must_use]
    pub fn with_employment_status(mut self, employment_status: EmploymentStatus) -> Self {
        self.employment_status = Some(employment_status);
        self
    }

    /// The same customer, with one more person to call in an emergency.
    #[must_use]
    pub fn with_next_of_kin(mut self, person: NewNextOfKin) -> Self {
        self.next_of_kin.push(person);
        self
    }

    /// The same customer, with one more bank account.
    #[must_use]
    pub fn with_bank_account(mut self, account: NewBankAccount) -> Self {
        self.bank_accounts.push(account);
        self
    }

    /// The same customer, with an e-mail address.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// The same customer, with a telephone number.
    #[must_use]
    pub fn with_phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// The same customer, with a value of one of the organisation's own fields, by its id or label.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        self.fields.push(GivenField::new(field, value));
        self
    }

    /// The same customer, with a postal address.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

/// Changes to a customer's profile. Fields that are `None` stay as they are.
///
/// Blank text removes an optional text. [`clear`](Self::clear) removes any field but the name. Next of kin and bank
/// accounts are added, changed and removed one by one, each with a command of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerEdit {
    /// The new name: one line of 1 to 200 characters.
    pub name: Option<String>,
    /// The new gender, as they gave it.
    pub gender: Option<Gender>,
    /// The new marital status, as they gave it.
    pub marital_status: Option<MaritalStatus>,
    /// The new employment status, as they gave it.
    pub employment_status: Option<EmploymentStatus>,
    /// The new e-mail address; blank removes it.
    pub email: Option<String>,
    /// The new telephone number; blank removes it.
    pub phone: Option<String>,
    /// The new postal address; blank removes it.
    pub address: Option<String>,
    /// The new external reference, unique in the file; blank removes it.
    pub external_reference: Option<String>,
    /// The fields to be emptied; the name cannot be one of them.
    pub clear: Vec<CustomerField>,
    /// Values of the organisation's own fields, up to 100. A field that is not named keeps its value.
    pub fields: Vec<GivenField>,
    /// The revision that the caller saw. If the customer has another one by now, the edit is refused with `Conflict`.
    /// `None` skips the check.
    pub seen: Option<u64>,
}

impl CustomerEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the customer another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives the customer another gender.
    #[must_use]
    pub fn gender(mut self, gender: Gender) -> Self {
        self.gender = Some(gender);
        self
    }

    /// Gives the customer another marital status.
    #[must_use]
    pub fn marital_status(mut self, marital_status: MaritalStatus) -> Self {
        self.marital_status = Some(marital_status);
        self
    }

    /// Gives the customer another employment status.
    #[must_use]
    pub fn employment_status(mut self, employment_status: EmploymentStatus) -> Self {
        self.employment_status = Some(employment_status);
        self
    }

    /// Gives the customer another e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Gives the customer another telephone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Gives the customer another postal address.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Gives the customer another external reference.
    #[must_use]
    pub fn external_reference(mut self, external_reference: impl Into<String>) -> Self {
        self.external_reference = Some(external_reference.into());
        self
    }

    /// Gives one of the organisation's own fields another value, or none, by its id or label.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        self.fields.push(GivenField::new(field, value));
        self
    }

    /// Empties a field other than the name.
    #[must_use]
    pub fn without(mut self, field: CustomerField) -> Self {
        self.clear.push(field);
        self
    }

    /// Changes the customer only if they still have this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
