//! Commands about the tags of cases.

use serde::{Deserialize, Serialize};

/// Which tags a case gets, and which it loses.
///
/// ```
/// use casekit_core::command::TagsEdit;
///
/// let edit = TagsEdit::new().with("Roof").without("Cellar");
/// assert_eq!((edit.add, edit.remove), (vec!["Roof".to_owned()], vec!["Cellar".to_owned()]));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct TagsEdit {
    /// The tags that the case gets, each by its name or id; a name that no tag has makes one. A name has 1 to 200 characters on
    /// one line, and letter case, character width and outer spaces do not matter. A tag that the case has already stays.
    pub add: Vec<String>,
    /// The tags that the case loses, each by its name or id. One that the case has not is no error.
    pub remove: Vec<String>,
}

impl TagsEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the case a tag.
    #[must_use]
    pub fn with(mut self, tag: impl Into<String>) -> Self {
        self.add.push(tag.into());
        self
    }

    /// Takes a tag off the case.
    #[must_use]
    pub fn without(mut self, tag: impl Into<String>) -> Self {
        self.remove.push(tag.into());
        self
    }
}
