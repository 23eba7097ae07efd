//! What happens to a customer.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{Customer, CustomerField, CustomerId, Name, Profile};
use crate::tagged::tagged;

/// What happened to a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum CustomerFact {
    /// A customer was entered. Their profile is in the personal part.
    CustomerCreated {
        /// The fields that were given.
        fields: Vec<CustomerField>,
    },
    /// A customer's profile changed. The old and new values are in the personal part.
    CustomerUpdated {
        /// The fields that changed.
        fields: Vec<CustomerField>,
    },
}

tagged!("event": CustomerFact);

impl CustomerFact {
    /// The customer after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: CustomerId, before: Option<Customer>, event: &Event) -> Option<Customer> {
        let personal = &event.personal;
        match (self, before) {
            (Self::CustomerCreated { fields: _ }, None) => {
                let profile = personal.profile.as_deref().cloned();
                Some(Customer {
                    id,
                    revision: event.revision,
                    profile: profile.unwrap_or_else(|| Profile::named(Name::erased())),
                    created_at: event.header.at,
                    updated_at: event.header.at,
                })
            }
            (Self::CustomerUpdated { fields: _ }, Some(mut customer)) => {
                personal.profile_to.iter().cloned().for_each(|value| customer.profile.set(value));
                customer.revision = event.revision;
                customer.updated_at = event.header.at;
                Some(customer)
            }
            (Self::CustomerCreated { .. }, Some(_)) | (Self::CustomerUpdated { .. }, None) => None,
        }
    }
}
