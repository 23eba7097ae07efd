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

impl SettingsEdit {
    /// No change yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number cases with another prefix from now on.
    #[must_use]
    pub fn number_prefix(mut self, number_prefix: impl Into<String>) -> Self {
        self.number_prefix = Some(number_prefix.into());
        self
    }

    /// Call the organisation otherwise on reports.
    #[must_use]
    pub fn organisation(mut self, organisation: impl Into<String>) -> Self {
        self.organisation = Some(organisation.into());
        self
    }

    /// Send users elsewhere for help.
    #[must_use]
    pub fn support_email(mut self, support_email: impl Into<String>) -> Self {
        self.support_email = Some(support_email.into());
        self
    }

    /// Send answers there.
    #[must_use]
    pub fn webform(mut self, webform: WebformTarget) -> Self {
        self.webform = Some(webform);
        self
    }

    /// Send answers nowhere.
    #[must_use]
    pub fn without_webform(mut self) -> Self {
        self.without_webform = true;
        self
    }

    /// Replace the sources.
    #[must_use]
    pub fn sources(mut self, sources: Vec<SourceSetting>) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Keep snapshots and packages for so many days after delivery.
    #[must_use]
    pub fn retention_days(mut self, retention_days: u32) -> Self {
        self.retention_days = Some(retention_days);
        self
    }

    /// Change it only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
