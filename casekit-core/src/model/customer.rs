//! Whom a case concerns.

use serde::{Deserialize, Serialize};

use super::{CustomerId, LongText, Name, Reference, Sensitive, ShortText, Timestamp};
use crate::field::FieldError;
use crate::language::Argument;

/// A customer and what they gave; only what was given is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// Its identity.
    pub id: CustomerId,
    /// The number of events folded into it.
    pub revision: u64,
    /// What is known of them.
    pub profile: Profile,
    /// When they were entered.
    pub created_at: Timestamp,
    /// When their profile last changed.
    pub updated_at: Timestamp,
}

/// What is known of a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Profile {
    /// How they are called.
    pub name: Name,
    /// As they gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// As they gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marital_status: Option<MaritalStatus>,
    /// As they gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employment_status: Option<EmploymentStatus>,
    /// Whom to call in need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next_of_kin: Vec<NextOfKin>,
    /// Where money goes; the numbers are sensitive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bank_accounts: Vec<BankAccount>,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<ShortText>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<ShortText>,
    /// A postal address, over several lines if need be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<LongText>,
    /// What another system calls them; unique in a file, compared as names are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<Reference>,
}

impl Profile {
    /// A profile of which only the name is known.
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

    /// What stands in one field.
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

    /// Puts a value into its field.
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

/// The fields of a profile.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl CustomerField {
    /// Every field.
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

    /// The word used in errors and histories.
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

/// One field of a profile with what stands in it; the personal part of an update is a list of these.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileValue {
    /// The name.
    Name(Name),
    /// The gender.
    Gender(Option<Gender>),
    /// The marital status.
    MaritalStatus(Option<MaritalStatus>),
    /// The employment status.
    EmploymentStatus(Option<EmploymentStatus>),
    /// The next of kin, all of them.
    NextOfKin(Vec<NextOfKin>),
    /// The bank accounts, all of them.
    BankAccounts(Vec<BankAccount>),
    /// The e-mail address.
    Email(Option<ShortText>),
    /// The telephone number.
    Phone(Option<ShortText>),
    /// The postal address.
    Address(Option<LongText>),
    /// The external reference.
    ExternalReference(Option<Reference>),
}

impl ProfileValue {
    /// What stands in a field of one value, for a language to say; `None` for nothing. Lists are told by the names in
    /// them, and account numbers by their hints.
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

/// One of the usual values, or what somebody said in their own words.
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
            /// Anything else.
            Other {
                /// In their own words: 1 to 1,000 characters on one line.
                text: String,
            },
        }

        impl $name {
            /// The same value with its text checked and trimmed; commands are checked before they are decided.
            pub fn parse(self, field: &str) -> Result<Self, FieldError> {
                match self {
                    Self::Other { text } => ShortText::parse(field, &text).map(|text| Self::Other { text: text.into() }),
                    $(Self::$variant => Ok(Self::$variant),)*
                }
            }

            /// The word for it, or their own words.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Other { text } => text,
                }
            }

            /// What they said in their own words, where none of the usual values was it.
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
    /// The usual values, and `Other` with text.
    Gender {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither of the two.
        NonBinary = "non_binary",
        /// They would rather not say.
        NotDisclosed = "not_disclosed",
    }
    /// The usual values, and `Other` with text.
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
    /// The usual values, and `Other` with text.
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

/// Whom to call in need.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NextOfKin {
    /// Their name.
    pub name: Name,
    /// What they are to the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<ShortText>,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<ShortText>,
    /// Their address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<LongText>,
}

/// Where money goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BankAccount {
    /// The bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<ShortText>,
    /// In whose name it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<Name>,
    /// The account number or IBAN.
    pub number: Sensitive,
}
