//! Teams: groups of people among whom cases are divided.

use serde::{Deserialize, Serialize};

use super::{LongText, Name, TeamId};

/// A team with which cases stand. Who belongs to it is the host's to say, in the scope of each actor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Team {
    /// The id of the team; the library makes it when the team is created.
    pub id: TeamId,
    /// The number of events folded into it.
    pub revision: u64,
    /// The name, unique among teams when compared without case, width and outer space.
    pub name: Name,
    /// What the team is for; `None` if there is no description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LongText>,
    /// Whether cases can be given to the team.
    pub active: bool,
}
