//! Commands that create and edit teams.

use serde::{Deserialize, Serialize};

/// A team to be created.
///
/// ```
/// use casekit_core::command::NewTeam;
///
/// let team = NewTeam::new("Billing").described("Invoices and refunds");
/// assert_eq!(team.name, "Billing");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewTeam {
    /// One line of 1 to 200 characters, unique among teams without case, width and outer space.
    pub name: String,
    /// Up to 100,000 characters; blank counts as none.
    pub description: Option<String>,
}

impl NewTeam {
    /// A team with a name, which is active.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: None }
    }

    /// The same team, with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Changes to a team. Fields that are `None` stay as they are.
///
/// ```
/// use casekit_core::command::TeamEdit;
///
/// let edit = TeamEdit::new().name("Billing and refunds");
/// assert_eq!(edit.description, None);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct TeamEdit {
    /// The new name: one line of 1 to 200 characters, unique among teams.
    pub name: Option<String>,
    /// The new description, up to 100,000 characters; blank removes it.
    pub description: Option<String>,
    /// The revision that the caller saw. If the team has another one by now, the edit is refused with `Conflict`.
    /// `None` skips the check.
    pub seen: Option<u64>,
}

impl TeamEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the team another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives the team another description; blank removes it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Changes the team only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
