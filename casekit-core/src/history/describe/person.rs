//! Messages for the directory of people.

use super::{About, Said, changed};
use crate::event::{PersonFact, Personal};
use crate::language::Message;

pub(super) fn describe(fact: &PersonFact, personal: &mut Personal, about: About<'_>) -> Said {
    let names = vec![changed("name", personal.name.take())];
    match fact {
        PersonFact::PersonEntered { actor } => {
            (Message::new("fact.person_entered").with("actor", about.person(actor)), names)
        }
        PersonFact::PersonRenamed => (Message::new("fact.person_renamed"), names),
    }
}
