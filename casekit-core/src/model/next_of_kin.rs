//! Somebody to call in an emergency.

use serde::{Deserialize, Serialize};

use super::{LongText, Name, NextOfKinId, ShortText};
use crate::language::Argument;

/// Somebody to call in an emergency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NextOfKin {
    /// The id of the entry; it never changes.
    pub id: NextOfKinId,
    /// The name of the person, 1 to 200 characters.
    pub name: Name,
    /// How they are related to the customer; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<ShortText>,
    /// Their telephone number: up to 1,000 characters; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<ShortText>,
    /// Their address, on one or more lines; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<LongText>,
}

impl NextOfKin {
    /// The value of one field as an argument of a message; `None` if there is none.
    #[must_use]
    pub fn argument(&self, field: NextOfKinField) -> Option<Argument> {
        let text = |text: &dyn std::fmt::Display| Argument::Text(text.to_string());
        match field {
            NextOfKinField::Name => Some(text(&self.name)),
            NextOfKinField::Relationship => self.relationship.as_ref().map(|value| text(value)),
            NextOfKinField::Phone => self.phone.as_ref().map(|value| text(value)),
            NextOfKinField::Address => self.address.as_ref().map(|value| text(value)),
        }
    }
}

/// A field of a next of kin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextOfKinField {
    /// The name of the person.
    Name,
    /// How they are related to the customer.
    Relationship,
    /// Their telephone number.
    Phone,
    /// Their address.
    Address,
}

impl NextOfKinField {
    /// Every field, in the order of declaration.
    pub const ALL: [Self; 4] = [Self::Name, Self::Relationship, Self::Phone, Self::Address];

    /// The stable word for it in errors and in the history, such as `relationship`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Relationship => "relationship",
            Self::Phone => "phone",
            Self::Address => "address",
        }
    }
}
