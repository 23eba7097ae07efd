//! What happens to a customer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::personal::set_values;
use super::{Event, Personal};
use crate::model::{
    BankAccountField, BankAccountId, Customer, CustomerField, CustomerId, FieldId, Name, NextOfKinField,
    NextOfKinId, Profile,
};
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
        /// The ids of the organisation's own fields that were given a value, in order; the values are in the personal part.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        own_fields: Vec<FieldId>,
        /// The version of the fields of customers by which they were found right; left out if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fields_version: Option<u32>,
    },
    /// A customer's profile changed. The old and new values are in the personal part.
    CustomerUpdated {
        /// The fields that changed.
        fields: Vec<CustomerField>,
    },
    /// Values of the organisation's own fields changed, or were found right by a newer version. The values, old and new, are
    /// in the personal part, in the order of the fields.
    CustomerFieldsChanged {
        /// The ids of the fields, in order; empty if only the version is another.
        fields: Vec<FieldId>,
        /// The version of the fields of customers by which all values were last found right.
        fields_version: u32,
    },
    /// The customer has one more bank account. It is in the personal part.
    BankAccountAdded {
        /// The id of the account.
        account: BankAccountId,
    },
    /// A bank account changed. What it was and what it is now is in the personal part.
    BankAccountChanged {
        /// The id of the account.
        account: BankAccountId,
        /// The fields that changed.
        fields: Vec<BankAccountField>,
    },
    /// A bank account was removed. What it was is in the personal part.
    BankAccountRemoved {
        /// The id of the account.
        account: BankAccountId,
    },
    /// The customer has one more next of kin, who is in the personal part.
    NextOfKinAdded {
        /// The id of the entry.
        person: NextOfKinId,
    },
    /// A next of kin changed. What was known and what is known now is in the personal part.
    NextOfKinChanged {
        /// The id of the entry.
        person: NextOfKinId,
        /// The fields that changed.
        fields: Vec<NextOfKinField>,
    },
    /// A next of kin was removed. What was known is in the personal part.
    NextOfKinRemoved {
        /// The id of the entry.
        person: NextOfKinId,
    },
}

tagged!("event": CustomerFact);

impl CustomerFact {
    /// The id of the bank account or next of kin that it is about; `None` if it is about neither.
    #[must_use]
    pub fn entry(&self) -> Option<Uuid> {
        match self {
            Self::BankAccountAdded { account }
            | Self::BankAccountChanged { account, .. }
            | Self::BankAccountRemoved { account } => Some(account.0),
            Self::NextOfKinAdded { person }
            | Self::NextOfKinChanged { person, .. }
            | Self::NextOfKinRemoved { person } => Some(person.0),
            Self::CustomerCreated { .. }
            | Self::CustomerUpdated { .. }
            | Self::CustomerFieldsChanged { .. } => None,
        }
    }

    /// The customer after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: CustomerId, before: Option<Customer>, event: &Event) -> Option<Customer> {
        let at = event.header.at;
        let begins = matches!(self, Self::CustomerCreated { .. });
        let mut customer = match before {
            None if begins => {
                let profile = event.personal.profile.as_deref().cloned();
                let profile = profile.unwrap_or_else(|| Profile::named(Name::erased()));
                Customer {
                    id,
                    revision: 0,
                    profile,
                    created_at: at,
                    updated_at: at,
                    fields_version: 0,
                    fields: BTreeMap::new(),
                }
            }
            Some(customer) if !begins => customer,
            None | Some(_) => return None,
        };
        self.change(&mut customer.profile, &event.personal);
        self.set_fields(&mut customer, &event.personal);
        customer.revision = event.revision;
        customer.updated_at = at;
        Some(customer)
    }

    /// Sets the values of the organisation's own fields.
    fn set_fields(&self, customer: &mut Customer, personal: &Personal) {
        let (fields, version) = match self {
            Self::CustomerCreated { fields: _, own_fields, fields_version } => {
                (own_fields, fields_version.unwrap_or_default())
            }
            Self::CustomerFieldsChanged { fields, fields_version } => (fields, *fields_version),
            Self::CustomerUpdated { .. }
            | Self::BankAccountAdded { .. }
            | Self::BankAccountChanged { .. }
            | Self::BankAccountRemoved { .. }
            | Self::NextOfKinAdded { .. }
            | Self::NextOfKinChanged { .. }
            | Self::NextOfKinRemoved { .. } => return,
        };
        customer.fields_version = version;
        set_values(&mut customer.fields, fields, personal);
    }

    /// Changes the profile. An entry of which the personal part was erased is not there.
    fn change(&self, profile: &mut Profile, personal: &Personal) {
        let (accounts, kin) = (&mut profile.bank_accounts, &mut profile.next_of_kin);
        match self {
            Self::CustomerCreated { .. } | Self::CustomerFieldsChanged { .. } => {}
            Self::CustomerUpdated { fields: _ } => {
                personal.profile_to.iter().cloned().for_each(|value| profile.set(value));
            }
            Self::BankAccountAdded { account: _ } => {
                accounts.extend(personal.bank_account.as_ref().and_then(|one| one.to.clone()));
            }
            Self::BankAccountChanged { account, fields: _ } => {
                let now = personal.bank_account.as_ref().and_then(|one| one.to.clone());
                let place = accounts.iter_mut().find(|one| one.id == *account);
                if let (Some(place), Some(now)) = (place, now) {
                    *place = now;
                }
            }
            Self::BankAccountRemoved { account } => accounts.retain(|one| one.id != *account),
            Self::NextOfKinAdded { person: _ } => {
                kin.extend(personal.next_of_kin.as_ref().and_then(|one| one.to.clone()));
            }
            Self::NextOfKinChanged { person, fields: _ } => {
                let now = personal.next_of_kin.as_ref().and_then(|one| one.to.clone());
                let place = kin.iter_mut().find(|one| one.id == *person);
                if let (Some(place), Some(now)) = (place, now) {
                    *place = now;
                }
            }
            Self::NextOfKinRemoved { person } => kin.retain(|one| one.id != *person),
        }
    }
}
