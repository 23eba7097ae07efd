//! What happens to a team.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{LongText, Name, Team, TeamId};
use crate::tagged::tagged;

/// What happened to a team.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum TeamFact {
    /// A team was created, and cases can be given to it at once.
    TeamCreated {
        /// The name of the team.
        name: Name,
        /// What the team is for; `None` if there is no description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<LongText>,
    },
    /// A team was renamed. Its id stays the same.
    TeamRenamed {
        /// The name before the change.
        from: Name,
        /// The name after the change.
        to: Name,
    },
    /// The description of a team changed.
    TeamDescribed {
        /// The description before; `None` if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<LongText>,
        /// The description after; `None` if it was removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<LongText>,
    },
    /// Cases can be given to a team again.
    TeamActivated,
    /// Cases can no longer be given to a team.
    TeamDeactivated,
}

tagged!("event": TeamFact);

impl TeamFact {
    /// The team after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: TeamId, before: Option<Team>, event: &Event) -> Option<Team> {
        let mut team = match (self, before) {
            (Self::TeamCreated { name, description }, None) => {
                let (name, description) = (name.clone(), description.clone());
                return Some(Team { id, revision: event.revision, name, description, active: true });
            }
            (_, before) => before?,
        };
        match self {
            Self::TeamCreated { .. } => return None,
            Self::TeamRenamed { from: _, to } => team.name = to.clone(),
            Self::TeamDescribed { from: _, to } => team.description = to.clone(),
            Self::TeamActivated => team.active = true,
            Self::TeamDeactivated => team.active = false,
        }
        team.revision = event.revision;
        Some(team)
    }
}
