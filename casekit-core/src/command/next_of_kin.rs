//! Commands about the people to call in an emergency.

use serde::{Deserialize, Serialize};

/// Somebody to call in an emergency.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewNextOfKin {
    /// The name of the person: one line of 1 to 200 characters.
    pub name: String,
    /// How they are related to the customer, up to 1,000 characters.
    pub relationship: Option<String>,
    /// Their telephone number, up to 1,000 characters.
    pub phone: Option<String>,
    /// Their address: up to 100,000 characters, on one or more lines.
    pub address: Option<String>,
}

impl NewNextOfKin {
    /// A person with a name and nothing else.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same person, with how they are related to the customer.
    #[must_use]
    pub fn with_relationship(mut self, relationship: impl Into<String>) -> Self {
        self.relationship = Some(relationship.into());
        self
    }

    /// The same person, with a telephone number.
    #[must_use]
    pub fn with_phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// The same person, with an address.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

/// Changes to a next of kin of a customer. Fields that are `None` stay as they are; blank text removes an optional text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NextOfKinEdit {
    /// The new name: one line of 1 to 200 characters.
    pub name: Option<String>,
    /// How they are related to the customer, up to 1,000 characters; blank removes it.
    pub relationship: Option<String>,
    /// Their new telephone number, up to 1,000 characters; blank removes it.
    pub phone: Option<String>,
    /// Their new address: up to 100,000 characters, on one or more lines; blank removes it.
    pub address: Option<String>,
    /// The revision of the customer that the caller saw. If the customer has another one by now, the edit is refused with
    /// `Conflict`. `None` skips the check.
    pub seen: Option<u64>,
}

impl NextOfKinEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the person another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says how they are related to the customer.
    #[must_use]
    pub fn relationship(mut self, relationship: impl Into<String>) -> Self {
        self.relationship = Some(relationship.into());
        self
    }

    /// Gives the person another telephone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Gives the person another address.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Changes the person only if the customer still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
