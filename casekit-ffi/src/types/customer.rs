//! Customers and their profiles.

use casekit::{
    BankAccountView, CreatedCustomer, CustomerEdit, CustomerField, CustomerId, CustomerSummary, CustomerView,
    EmploymentStatus, Gender, MaritalStatus, NewBankAccount, NewCustomer, NewNextOfKin, NextOfKinView,
    Timestamp,
};

/// A customer to be entered; only what is given is stored.
#[uniffi::remote(Record)]
pub struct NewCustomer {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// As they gave it.
    #[uniffi(default = None)]
    pub gender: Option<Gender>,
    /// As they gave it.
    #[uniffi(default = None)]
    pub marital_status: Option<MaritalStatus>,
    /// As they gave it.
    #[uniffi(default = None)]
    pub employment_status: Option<EmploymentStatus>,
    /// Up to 100.
    #[uniffi(default = [])]
    pub next_of_kin: Vec<NewNextOfKin>,
    /// Up to 100.
    #[uniffi(default = [])]
    pub bank_accounts: Vec<NewBankAccount>,
    /// Up to 1,000 characters with an `@` inside.
    #[uniffi(default = None)]
    pub email: Option<String>,
    /// Up to 1,000 characters.
    #[uniffi(default = None)]
    pub phone: Option<String>,
    /// Up to 100,000 characters over several lines.
    #[uniffi(default = None)]
    pub address: Option<String>,
    /// What another system calls them: up to 200 characters, unique in the file.
    #[uniffi(default = None)]
    pub external_reference: Option<String>,
}

/// Whom to call in need.
#[uniffi::remote(Record)]
pub struct NewNextOfKin {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// What they are to the customer.
    #[uniffi(default = None)]
    pub relationship: Option<String>,
    /// Their telephone number.
    #[uniffi(default = None)]
    pub phone: Option<String>,
    /// Their address.
    #[uniffi(default = None)]
    pub address: Option<String>,
}

/// Where money goes.
#[uniffi::remote(Record)]
pub struct NewBankAccount {
    /// The bank.
    #[uniffi(default = None)]
    pub bank: Option<String>,
    /// In whose name it is kept.
    #[uniffi(default = None)]
    pub account_name: Option<String>,
    /// The account number or IBAN; sensitive.
    pub number: String,
}

/// Changes to a customer's profile; what is `None` stays as it is.
///
/// Blank text takes an optional text away, an empty list empties the list, and [`clear`](Self::clear) empties any
/// field but the name.
#[uniffi::remote(Record)]
pub struct CustomerEdit {
    /// Another name.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// Another gender.
    #[uniffi(default = None)]
    pub gender: Option<Gender>,
    /// Another marital status.
    #[uniffi(default = None)]
    pub marital_status: Option<MaritalStatus>,
    /// Another employment status.
    #[uniffi(default = None)]
    pub employment_status: Option<EmploymentStatus>,
    /// All next of kin from now on.
    #[uniffi(default = None)]
    pub next_of_kin: Option<Vec<NewNextOfKin>>,
    /// All bank accounts from now on.
    #[uniffi(default = None)]
    pub bank_accounts: Option<Vec<NewBankAccount>>,
    /// Another e-mail address.
    #[uniffi(default = None)]
    pub email: Option<String>,
    /// Another telephone number.
    #[uniffi(default = None)]
    pub phone: Option<String>,
    /// Another postal address.
    #[uniffi(default = None)]
    pub address: Option<String>,
    /// Another external reference.
    #[uniffi(default = None)]
    pub external_reference: Option<String>,
    /// Fields to be emptied.
    #[uniffi(default = [])]
    pub clear: Vec<CustomerField>,
    /// The revision that the caller saw.
    #[uniffi(default = None)]
    pub seen: Option<u64>,
}

/// The fields of a profile.
#[uniffi::remote(Enum)]
pub enum CustomerField {
    /// The name.
    Name,
    /// The gender.
    Gender,
    /// The marital status.
    MaritalStatus,
    /// The employment status.
    EmploymentStatus,
    /// The next of kin.
    NextOfKin,
    /// The bank accounts.
    BankAccounts,
    /// The e-mail address.
    Email,
    /// The telephone number.
    Phone,
    /// The postal address.
    Address,
    /// The external reference.
    ExternalReference,
}

/// The usual values, and `Other` with text.
#[uniffi::remote(Enum)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither of the two.
    NonBinary,
    /// They would rather not say.
    NotDisclosed,
    /// Anything else.
    Other {
        /// In their own words: 1 to 1,000 characters on one line.
        text: String,
    },
}

/// The usual values, and `Other` with text.
#[uniffi::remote(Enum)]
pub enum MaritalStatus {
    /// Never married.
    Single,
    /// Married.
    Married,
    /// In a registered partnership.
    Partnership,
    /// Married, living apart.
    Separated,
    /// Divorced.
    Divorced,
    /// Widowed.
    Widowed,
    /// Anything else.
    Other {
        /// In their own words: 1 to 1,000 characters on one line.
        text: String,
    },
}

/// The usual values, and `Other` with text.
#[uniffi::remote(Enum)]
pub enum EmploymentStatus {
    /// Employed.
    Employed,
    /// Self-employed.
    SelfEmployed,
    /// Without work.
    Unemployed,
    /// In education.
    Student,
    /// Retired.
    Retired,
    /// Anything else.
    Other {
        /// In their own words: 1 to 1,000 characters on one line.
        text: String,
    },
}

/// One customer, whole.
#[uniffi::remote(Record)]
pub struct CustomerView {
    /// Their identity.
    pub id: CustomerId,
    /// Their revision.
    pub revision: u64,
    /// Their name.
    pub name: String,
    /// As they gave it.
    pub gender: Option<Gender>,
    /// As they gave it.
    pub marital_status: Option<MaritalStatus>,
    /// As they gave it.
    pub employment_status: Option<EmploymentStatus>,
    /// Whom to call in need.
    pub next_of_kin: Vec<NextOfKinView>,
    /// Where money goes.
    pub bank_accounts: Vec<BankAccountView>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their postal address.
    pub address: Option<String>,
    /// What another system calls them.
    pub external_reference: Option<String>,
    /// When they were entered.
    pub created_at: Timestamp,
    /// When their profile last changed.
    pub updated_at: Timestamp,
}

/// Whom to call in need.
#[uniffi::remote(Record)]
pub struct NextOfKinView {
    /// Their name.
    pub name: String,
    /// What they are to the customer.
    pub relationship: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their address.
    pub address: Option<String>,
}

/// Where money goes.
#[uniffi::remote(Record)]
pub struct BankAccountView {
    /// The bank.
    pub bank: Option<String>,
    /// In whose name it is kept.
    pub account_name: Option<String>,
    /// The number with all but its last four characters hidden.
    pub hint: String,
    /// The number in clear, for those who may read sensitive values.
    pub number: Option<String>,
}

/// A customer in a list.
#[uniffi::remote(Record)]
pub struct CustomerSummary {
    /// Their identity.
    pub id: CustomerId,
    /// Their name.
    pub name: String,
    /// What another system calls them.
    pub external_reference: Option<String>,
}

/// A customer was entered.
#[uniffi::remote(Record)]
pub struct CreatedCustomer {
    /// Their id.
    pub id: CustomerId,
    /// Their revision.
    pub revision: u64,
    /// Whether they were entered before under the same request id.
    pub replayed: bool,
}
