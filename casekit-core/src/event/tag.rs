//! What happens to a tag.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{Name, Tag, TagId};
use crate::tagged::tagged;

/// What happened to a tag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum TagFact {
    /// A tag was made, by whoever first gave it to a case.
    TagCreated {
        /// The name of the tag, as it was written.
        name: Name,
    },
    /// A tag was renamed. Its id stays the same.
    TagRenamed {
        /// The name before the change.
        from: Name,
        /// The name after the change.
        to: Name,
    },
    /// A tag was merged into another one: every case that has it has the other one from then on.
    TagMerged {
        /// The id of the other tag.
        into: TagId,
    },
}

tagged!("event": TagFact);

impl TagFact {
    /// The tag after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: TagId, before: Option<Tag>, event: &Event) -> Option<Tag> {
        let mut tag = match (self, before) {
            (Self::TagCreated { name }, None) => {
                return Some(Tag { id, revision: event.revision, name: name.clone(), merged_into: None });
            }
            (_, before) => before?,
        };
        match self {
            Self::TagCreated { .. } => return None,
            Self::TagRenamed { from: _, to } => tag.name = to.clone(),
            // A tag is merged once. What it was merged into may be merged further.
            Self::TagMerged { .. } if tag.merged_into.is_some() => return None,
            Self::TagMerged { into } => tag.merged_into = Some(*into),
        }
        tag.revision = event.revision;
        Some(tag)
    }
}
