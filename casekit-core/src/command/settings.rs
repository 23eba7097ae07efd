//! Changing the settings.

use serde::{Deserialize, Serialize};

/// Changes to the settings; what is `None` stays as it is, and blank text takes an optional setting away.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SettingsEdit {
    /// The prefix of numbers from now on: 1 to 12 letters, digits or inner hyphens.
    pub number_prefix: Option<String>,
    /// What the organisation is called on reports.
    pub organisation: Option<String>,
    /// Where users turn for help.
    pub support_email: Option<String>,
    /// The revision that the caller saw.
    pub seen: Option<u64>,
}
