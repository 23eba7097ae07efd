//! The directory of people: what actors are called.

use serde::{Deserialize, Serialize};

use super::{ActorId, Name, PersonId};

/// An entry of the directory of people: what an actor is called.
///
/// The audit trail knows people by their actor ids alone. Names are kept here, so that one of them can change, or be
/// erased, without the trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// The id of the entry.
    pub id: PersonId,
    /// The number of events in its history.
    pub revision: u64,
    /// The id by which the host knows the person.
    pub actor: ActorId,
    /// What they are called; `None` once that was erased.
    pub name: Option<Name>,
}
