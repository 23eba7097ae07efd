//! Changing the settings.

use serde::{Deserialize, Serialize};

use crate::model::{SourceSetting, WebformTarget};

/// Changes to the settings; what is `None` stays as it is, and blank text takes an optional setting away.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SettingsEdit {
    /// The prefix of numbers from now on: 1 to 12 letters, digits or inner hyphens.
    pub number_prefix: Option<String>,
    /// What the organisation is called on reports.
    pub organisation: Option<String>,
    /// Where users turn for help.
    pub support_email: Option<String>,
    /// Where answers are sent.
    pub webform: Option<WebformTarget>,
    /// Whether answers are sent nowhere from now on.
    pub without_webform: bool,
    /// All sources from now on, up to 100.
    pub sources: Option<Vec<SourceSetting>>,
    /// Days for which snapshots and packages are kept after delivery, 0 to 3,650.
    pub retention_days: Option<u32>,
    /// The revision that the caller saw.
    pub seen: Option<u64>,
}
