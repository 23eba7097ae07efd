//! What happens to an entry of the directory of people.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{ActorId, Person, PersonId};
use crate::tagged::tagged;

/// What happened to an entry of the directory of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum PersonFact {
    /// Somebody was named for the first time. The name is in the personal part.
    PersonEntered {
        /// The id by which the host knows them.
        actor: ActorId,
    },
    /// Somebody is called something else. The old and new names are in the personal part.
    PersonRenamed,
}

tagged!("event": PersonFact);

impl PersonFact {
    /// The entry after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: PersonId, before: Option<Person>, event: &Event) -> Option<Person> {
        let name = event.personal.name.as_ref().and_then(|name| name.to.clone());
        let revision = event.revision;
        match (self, before) {
            (Self::PersonEntered { actor }, None) => {
                Some(Person { id, revision, actor: actor.clone(), name })
            }
            (Self::PersonRenamed, Some(before)) => Some(Person { revision, name, ..before }),
            (Self::PersonEntered { .. }, Some(_)) | (Self::PersonRenamed, None) => None,
        }
    }
}
