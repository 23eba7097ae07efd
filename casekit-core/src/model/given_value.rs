//! Values of fields as callers give them and read them.

use serde::{Deserialize, Serialize};

use super::{CaseId, CustomerId};
use crate::time::Timestamp;

/// A value as callers give it and as they read it: one of the kind of the field, or a text that is read by that kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenValue {
    /// No value: the field is emptied.
    Nothing,
    /// A text, for every kind; blank empties the field. What is no text has the same form in every language: a number
    /// `-12`, a decimal number `12.50`, money `12.50 EUR`, a day `2026-11-27`, an instant `2026-11-27T09:30:00Z`, `yes`
    /// or `no`, a choice by its code or label, several choices with `;` between them, somebody by their actor id, a
    /// customer or a case by its id.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A decimal number: 12.50 is 1250 with 2 places.
    Decimal {
        /// The number without its point.
        unscaled: i64,
        /// How many of its digits are after the point.
        places: u32,
    },
    /// An amount of money: 12.50 euros is 1250 of `EUR`, 12 yen are 12 of `JPY`.
    Money {
        /// The amount in the smallest unit of the currency, as ISO 4217 has it.
        amount: i64,
        /// The code of the currency in ISO 4217, three letters.
        currency: String,
    },
    /// Yes or no.
    YesNo(bool),
    /// An instant.
    Instant(Timestamp),
    /// Choices, by their codes or labels.
    Choices(Vec<String>),
    /// A customer.
    Customer(CustomerId),
    /// A case.
    Case(CaseId),
}

impl From<&str> for GivenValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for GivenValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for GivenValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for GivenValue {
    fn from(yes: bool) -> Self {
        Self::YesNo(yes)
    }
}

impl From<Timestamp> for GivenValue {
    fn from(at: Timestamp) -> Self {
        Self::Instant(at)
    }
}

impl From<CustomerId> for GivenValue {
    fn from(id: CustomerId) -> Self {
        Self::Customer(id)
    }
}

impl From<CaseId> for GivenValue {
    fn from(id: CaseId) -> Self {
        Self::Case(id)
    }
}
