//! What an IT administrator sets for the whole file.

use serde::{Deserialize, Serialize};

use super::ShortText;

/// The settings of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The number of events folded into them.
    pub revision: u64,
    /// The prefix of case numbers raised from now on: 1 to 12 letters, digits or inner hyphens.
    pub number_prefix: String,
    /// What the organisation is called on reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<ShortText>,
    /// Where users turn for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_email: Option<ShortText>,
}
