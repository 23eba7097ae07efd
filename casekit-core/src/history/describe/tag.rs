//! Messages for tags.

use super::{About, Said, change, only};
use crate::event::TagFact;
use crate::language::{Argument, Message};

pub(super) fn describe(fact: &TagFact, about: About<'_>) -> Said {
    match fact {
        TagFact::TagCreated { name } => only(Message::new("fact.tag_created").with("name", name.as_str())),
        TagFact::TagRenamed { from, to } => {
            let (from, to) = (Argument::from(from.as_str()), Argument::from(to.as_str()));
            let said = Message::new("fact.tag_renamed").with("from", from.clone()).with("to", to.clone());
            (said, vec![change("name", Some(from), Some(to))])
        }
        TagFact::TagMerged { into } => only(Message::new("fact.tag_merged").with("into", about.tag(*into))),
    }
}
