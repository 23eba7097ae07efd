//! People of the directory, as they are shown.

use serde::{Deserialize, Serialize};

use crate::model::{Person, PersonId};
use crate::store::PersonRow;

/// Somebody in the directory of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct PersonSummary {
    /// The actor id by which the host knows them.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// Whether somebody else in the directory has the very same name, so that a list should show the id too.
    pub name_shared: bool,
}

/// Somebody in the directory of people, with what leads to the history of their names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct PersonView {
    /// The actor id by which the host knows them.
    pub id: String,
    /// What they are called; `None` once that was erased.
    pub name: Option<String>,
    /// The id of their entry, for the history of what they were called.
    pub entry: PersonId,
    /// The number of events in that history.
    pub revision: u64,
}

pub(super) fn person_summary(row: PersonRow) -> PersonSummary {
    PersonSummary { id: row.actor.into(), name: row.name.into(), name_shared: row.shared }
}

pub(super) fn person_view(person: Person) -> PersonView {
    PersonView {
        id: person.actor.into(),
        name: person.name.map(String::from),
        entry: person.id,
        revision: person.revision,
    }
}
