//! The fields that an organisation gives its customers, in versions.

use serde::{Deserialize, Serialize};

use super::own_field::{field_called, field_with_id};
use super::{FieldDefinition, FieldId, Settings};

/// The fields of customers, in one version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerFields {
    /// The number of the version, from 1.
    pub version: u32,
    /// The fields, in their order; empty if customers have none any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldDefinition>,
}

impl Settings {
    /// The number of the newest version of the fields of customers; 0 if nobody ever defined any.
    #[must_use]
    pub fn customer_fields_version(&self) -> u32 {
        self.customer_fields.last().map_or(0, |version| version.version)
    }

    /// The fields of customers in the newest version, in their order.
    #[must_use]
    pub fn fields_of_customers(&self) -> &[FieldDefinition] {
        self.customer_fields.last().map_or(&[], |version| version.fields.as_slice())
    }

    /// The field of customers with this id, in the newest version that has it; `None` if no version has.
    #[must_use]
    pub fn customer_field(&self, id: &FieldId) -> Option<&FieldDefinition> {
        self.customer_fields.iter().rev().find_map(|version| field_with_id(&version.fields, id))
    }

    /// The field of customers that a caller means by a text, in the newest version that has it.
    pub(crate) fn find_customer_field(&self, text: &str) -> Option<&FieldDefinition> {
        self.customer_fields.iter().rev().find_map(|version| field_called(&version.fields, text))
    }
}
