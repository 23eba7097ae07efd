//! The command that says what people are called.

use serde::{Deserialize, Serialize};

/// What somebody is called, for the directory of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct PersonName {
    /// The actor id by which the host knows them: 1 to 200 characters. It is kept for good, so it should be opaque: not a
    /// name, not an e-mail address.
    pub id: String,
    /// What they are called: one line of 1 to 200 characters.
    pub name: String,
}

impl PersonName {
    /// The name of the person with this actor id.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}
