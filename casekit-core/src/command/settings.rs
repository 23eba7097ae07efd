//! The command that changes the settings.

use serde::{Deserialize, Serialize};

use super::{NewCalendar, NewDeadlinePolicy, NewField};
use crate::model::{LetterBlock, SourceSetting, WebformTarget};

/// Changes to the settings. Fields that are `None` stay as they are, and blank text removes an optional setting.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SettingsEdit {
    /// The prefix of the numbers of new cases: 1 to 12 letters, digits or inner hyphens.
    pub number_prefix: Option<String>,
    /// The name of the organisation on reports; blank removes it.
    pub organisation: Option<String>,
    /// The e-mail address where users find help; blank removes it.
    pub support_email: Option<String>,
    /// Where answers are sent; not together with `without_webform`.
    pub webform: Option<WebformTarget>,
    /// Whether answers are not sent anywhere from now on.
    pub without_webform: bool,
    /// All sources of data from now on, up to 100.
    pub sources: Option<Vec<SourceSetting>>,
    /// For how many days snapshots and packages are kept after delivery: 0 to 3,650.
    pub retention_days: Option<u32>,
    /// Whether customers are told the names of staff from now on: in packages, and at desks that see no internal notes.
    pub name_staff: Option<bool>,
    /// All texts of the organisation for its answers from now on, up to 200; one for each kind, outcome and language, but
    /// any number of the kind `other`.
    pub letter: Option<Vec<LetterBlock>>,
    /// All deadline policies from now on, up to 100. Those that a case type or a workflow names must be among them. Cases
    /// that are not closed are counted anew, by the next calls of `run_due`.
    pub deadlines: Option<Vec<NewDeadlinePolicy>>,
    /// All calendars from now on, up to 100. Those by which a policy is counted must be among them.
    pub calendars: Option<Vec<NewCalendar>>,
    /// All fields of customers from now on, up to 100. What differs makes a new version of them; customers keep their values,
    /// also of fields that are left out.
    pub customer_fields: Option<Vec<NewField>>,
    /// The revision that the caller saw. If the settings have another one by now, the edit is refused with `Conflict`.
    /// `None` skips the check.
    pub seen: Option<u64>,
}

impl SettingsEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the numbers of new cases another prefix.
    #[must_use]
    pub fn number_prefix(mut self, number_prefix: impl Into<String>) -> Self {
        self.number_prefix = Some(number_prefix.into());
        self
    }

    /// Sets the name of the organisation on reports.
    #[must_use]
    pub fn organisation(mut self, organisation: impl Into<String>) -> Self {
        self.organisation = Some(organisation.into());
        self
    }

    /// Sets the e-mail address where users find help.
    #[must_use]
    pub fn support_email(mut self, support_email: impl Into<String>) -> Self {
        self.support_email = Some(support_email.into());
        self
    }

    /// Sets where answers are sent.
    #[must_use]
    pub fn webform(mut self, webform: WebformTarget) -> Self {
        self.webform = Some(webform);
        self
    }

    /// Makes it so that answers are not sent anywhere.
    #[must_use]
    pub fn without_webform(mut self) -> Self {
        self.without_webform = true;
        self
    }

    /// Replaces the sources of data with these.
    #[must_use]
    pub fn sources(mut self, sources: Vec<SourceSetting>) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Sets for how many days snapshots and packages are kept after delivery.
    #[must_use]
    pub fn retention_days(mut self, retention_days: u32) -> Self {
        self.retention_days = Some(retention_days);
        self
    }

    /// Sets whether customers are told the names of staff.
    #[must_use]
    pub fn name_staff(mut self, name_staff: bool) -> Self {
        self.name_staff = Some(name_staff);
        self
    }

    /// Replaces the texts of the organisation for its answers with these.
    #[must_use]
    pub fn letter(mut self, letter: Vec<LetterBlock>) -> Self {
        self.letter = Some(letter);
        self
    }

    /// Replaces the deadline policies with these.
    #[must_use]
    pub fn deadlines(mut self, deadlines: Vec<NewDeadlinePolicy>) -> Self {
        self.deadlines = Some(deadlines);
        self
    }

    /// Replaces the calendars with these.
    #[must_use]
    pub fn calendars(mut self, calendars: Vec<NewCalendar>) -> Self {
        self.calendars = Some(calendars);
        self
    }

    /// Replaces the fields of customers with these.
    #[must_use]
    pub fn customer_fields(mut self, customer_fields: Vec<NewField>) -> Self {
        self.customer_fields = Some(customer_fields);
        self
    }

    /// Changes the settings only if they still have this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
