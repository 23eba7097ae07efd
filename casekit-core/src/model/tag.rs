//! Tags: words by which people group cases, made as they are used.

use serde::{Deserialize, Serialize};

use super::{Name, TagId};

/// A tag of cases. It is a definition of its own, so that renaming it is one event however many cases have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tag {
    /// The id of the tag; the library makes it when the tag is first used.
    pub id: TagId,
    /// The number of events folded into it.
    pub revision: u64,
    /// The name as it was first written, unique among tags when compared without case, width and outer space.
    pub name: Name,
    /// The tag into which it was merged, and which whoever has this one has; `None` for a tag that is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TagId>,
}
