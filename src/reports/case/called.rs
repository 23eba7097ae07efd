//! How a paper calls people.

use std::collections::BTreeMap;

/// How the paper calls people, by their actor ids.
pub(super) struct Called(pub(super) BTreeMap<String, String>);

impl Called {
    pub(super) fn of(&self, id: &str) -> String {
        self.0.get(id).map_or(id, String::as_str).to_owned()
    }
}
