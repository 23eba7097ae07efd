//! The fields that an organisation gives its customers, in versions.

use serde::{Deserialize, Serialize};

use super::FieldDefinition;

/// The fields of customers, in one version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerFields {
    /// The number of the version, from 1.
    pub version: u32,
    /// The fields, in their order; empty if customers have none any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldDefinition>,
}
