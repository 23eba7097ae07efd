//! Customers and their profiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    BankAccount, CaseField, CustomerId, FieldId, LongText, Name, NextOfKin, Reference, ShortText, Timestamp,
};
use crate::field::FieldError;
use crate::language::Argument;

/// A customer, with only what they gave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// The id of the customer; the library makes it when the customer is entered.
    pub id: CustomerId,
    /// The number of events folded into it.
    pub revision: u64,
    /// What is known about the customer.
    pub profile: Profile,
    /// When the customer was entered; for an imported one, when they were entered in the system that they come from.
    pub created_at: Timestamp,
    /// When the profile last changed; when the customer was entered if it never did.
    pub updated_at: Timestamp,
    /// The version of the fields of customers by which all values were last found right; 0 if they never were.
    #[serde(default, skip_serializing_if = "is_none")]
    pub fields_version: u32,
    /// The values of the organisation's own fields, by the ids of the fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldId, CaseField>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_none(version: &u32) -> bool {
    *version == 0
}

/// What is known about a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Profile {
    /// The name of the customer; `[erased]` if it was erased.
    pub name: Name,
    /// The gender as they gave it; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// The marital status as they gave it; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marital_status: Option<MaritalStatus>,
    /// The employment status as they gave it; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employment_status: Option<EmploymentStatus>,
    /// The people to call in an emergency, up to 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next_of_kin: Vec<NextOfKin>,
    /// The bank accounts, up to 100. Their numbers are sensitive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bank_accounts: Vec<BankAccount>,
    /// The e-mail address: up to 1,000 characters; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<ShortText>,
    /// The telephone number: up to 1,000 characters; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<ShortText>,
    /// The postal address, on one or more lines; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<LongText>,
    /// What another system calls the customer; `None` if not given. It is unique in the file, and compared as names
    /// are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<Reference>,
}

impl Profile {
    /// A profile with a name and nothing else.
    #[must_use]
    pub fn named(name: Name) -> Self {
        Self {
            name,
            gender: None,
            marital_status: None,
            employment_status: None,
            next_of_kin: Vec::new(),
            bank_accounts: Vec::new(),
            email: None,
            phone: None,
            address: None,
            external_reference: None,
        }
    }

    /// The value of one field of the profile.
    #[must_use]
    pub fn value(&self, field: CustomerField) -> ProfileValue {
        match field {
            CustomerField::Name => ProfileValue::Name(self.name.clone()),
            CustomerField::Gender => ProfileValue::Gender(self.gender.clone()),
            CustomerField::MaritalStatus => ProfileValue::MaritalStatus(self.marital_status.clone()),
            CustomerField::EmploymentStatus => ProfileValue::EmploymentStatus(self.employment_status.clone()),
            CustomerField::NextOfKin => ProfileValue::NextOfKin(self.next_of_kin.clone()),
            CustomerField::BankAccounts => ProfileValue::BankAccounts(self.bank_accounts.clone()),
            CustomerField::Email => ProfileValue::Email(self.email.clone()),
            CustomerField::Phone => ProfileValue::Phone(self.phone.clone()),
            CustomerField::Address => ProfileValue::Address(self.address.clone()),
            CustomerField::ExternalReference => {
                ProfileValue::ExternalReference(self.external_reference.clone())
            }
        }
    }

    /// Sets the field that the value belongs to.
    pub fn set(&mut self, value: ProfileValue) {
        match value {
            ProfileValue::Name(name) => self.name = name,
            ProfileValue::Gender(gender) => self.gender = gender,
            ProfileValue::MaritalStatus(status) => self.marital_status = status,
            ProfileValue::EmploymentStatus(status) => self.employment_status = status,
            ProfileValue::NextOfKin(next_of_kin) => self.next_of_kin = next_of_kin,
            ProfileValue::BankAccounts(accounts) => self.bank_accounts = accounts,
            ProfileValue::Email(email) => self.email = email,
            ProfileValue::Phone(phone) => self.phone = phone,
            ProfileValue::Address(address) => self.address = address,
            ProfileValue::ExternalReference(reference) => self.external_reference = reference,
        }
    }
}

/// A field of a customer's profile.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerField {
    /// The name, the only field that is always given.
    Name,
    /// The gender, if given.
    Gender,
    /// The marital status, if given.
    MaritalStatus,
    /// The employment status, if given.
    EmploymentStatus,
    /// The list of next of kin.
    NextOfKin,
    /// The list of bank accounts.
    BankAccounts,
    /// The e-mail address, if given.
    Email,
    /// The telephone number, if given.
    Phone,
    /// The postal address, if given.
    Address,
    /// What another system calls the customer, if given.
    ExternalReference,
}

impl CustomerField {
    /// Every field, in the order of declaration.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Gender,
        Self::MaritalStatus,
        Self::EmploymentStatus,
        Self::NextOfKin,
        Self::BankAccounts,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::ExternalReference,
    ];

    /// The stable word for it in errors and in the history, such as `next_of_kin`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Gender => "gender",
            Self::MaritalStatus => "marital_status",
            Self::EmploymentStatus => "employment_status",
            Self::NextOfKin => "next_of_kin",
            Self::BankAccounts => "bank_accounts",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::ExternalReference => "external_reference",
        }
    }
}

/// One field of a profile with its value. The personal part of an update is a list of these.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileValue {
    /// The name, which is always given.
    Name(Name),
    /// The gender; `None` if there is none.
    Gender(Option<Gender>),
    /// The marital status; `None` if there is none.
    MaritalStatus(Option<MaritalStatus>),
    /// The employment status; `None` if there is none.
    EmploymentStatus(Option<EmploymentStatus>),
    /// All next of kin; empty if there are none.
    NextOfKin(Vec<NextOfKin>),
    /// All bank accounts; empty if there are none.
    BankAccounts(Vec<BankAccount>),
    /// The e-mail address; `None` if there is none.
    Email(Option<ShortText>),
    /// The telephone number; `None` if there is none.
    Phone(Option<ShortText>),
    /// The postal address; `None` if there is none.
    Address(Option<LongText>),
    /// The external reference; `None` if there is none.
    ExternalReference(Option<Reference>),
}

impl ProfileValue {
    /// The value as an argument of a message; `None` if there is none. A list shows the names in it, and bank accounts
    /// show the hints of their numbers.
    #[must_use]
    pub fn argument(&self) -> Option<Argument> {
        let some = |all: Vec<Argument>| (!all.is_empty()).then_some(Argument::List(all));
        let text = |text: &dyn std::fmt::Display| Argument::Text(text.to_string());
        match self {
            Self::Name(name) => Some(text(name)),
            Self::Gender(gender) => gender.as_ref().map(|one| chosen("gender", one.code(), one.own_words())),
            Self::MaritalStatus(status) => {
                status.as_ref().map(|one| chosen("marital_status", one.code(), one.own_words()))
            }
            Self::EmploymentStatus(status) => {
                status.as_ref().map(|one| chosen("employment_status", one.code(), one.own_words()))
            }
            Self::NextOfKin(all) => some(all.iter().map(|kin| text(&kin.name)).collect()),
            Self::BankAccounts(all) => some(all.iter().map(|account| account.number.hint().into()).collect()),
            Self::Email(value) | Self::Phone(value) => value.as_ref().map(|value| text(value)),
            Self::Address(value) => value.as_ref().map(|value| text(value)),
            Self::ExternalReference(value) => value.as_ref().map(|value| text(value)),
        }
    }
}

/// The key of a usual value, or what somebody said in their own words.
fn chosen(group: &str, code: &str, own_words: Option<&str>) -> Argument {
    own_words.map_or_else(|| Argument::word(group, code), Argument::from)
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// None of the usual values.
            Other {
                /// What they said in their own words: 1 to 1,000 characters on one line.
                text: String,
            },
        }

        impl $name {
            /// The same value, with the text of `Other` checked and trimmed. Call it before a command is decided.
            pub fn parse(self, field: &str) -> Result<Self, FieldError> {
                match self {
                    Self::Other { text } => ShortText::parse(field, &text).map(|text| Self::Other { text: text.into() }),
                    $(Self::$variant => Ok(Self::$variant),)*
                }
            }

            /// The stable word for a usual value; for `Other`, their own words.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Other { text } => text,
                }
            }

            /// Their own words; `None` if they gave one of the usual values.
            #[must_use]
            pub fn own_words(&self) -> Option<&str> {
                match self {
                    $(Self::$variant => None,)*
                    Self::Other { text } => Some(text),
                }
            }
        }
    )*};
}

choices! {
    /// A gender: one of the usual values, or `Other` with text.
    Gender {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither female nor male.
        NonBinary = "non_binary",
        /// They prefer not to say.
        NotDisclosed = "not_disclosed",
    }
    /// A marital status: one of the usual values, or `Other` with text.
    MaritalStatus {
        /// Never married.
        Single = "single",
        /// Married.
        Married = "married",
        /// In a registered partnership.
        Partnership = "partnership",
        /// Married, living apart.
        Separated = "separated",
        /// Divorced.
        Divorced = "divorced",
        /// Widowed.
        Widowed = "widowed",
    }
    /// An employment status: one of the usual values, or `Other` with text.
    EmploymentStatus {
        /// Employed.
        Employed = "employed",
        /// Self-employed.
        SelfEmployed = "self_employed",
        /// Without work.
        Unemployed = "unemployed",
        /// In education.
        Student = "student",
        /// Retired.
        Retired = "retired",
    }
}
