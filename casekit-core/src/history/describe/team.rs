//! Messages for teams.

use super::{Said, change, only, text};
use crate::event::TeamFact;
use crate::language::{Argument, Message};

pub(super) fn describe(fact: &TeamFact) -> Said {
    match fact {
        TeamFact::TeamCreated { name, .. } => {
            only(Message::new("fact.team_created").with("name", name.as_str()))
        }
        TeamFact::TeamRenamed { from, to } => {
            let (from, to) = (Argument::from(from.as_str()), Argument::from(to.as_str()));
            let said = Message::new("fact.team_renamed").with("from", from.clone()).with("to", to.clone());
            (said, vec![change("name", Some(from), Some(to))])
        }
        TeamFact::TeamDescribed { from, to } => {
            let changes = vec![change("description", text(from.as_ref()), text(to.as_ref()))];
            (Message::new("fact.team_described"), changes)
        }
        TeamFact::TeamActivated => only(Message::new("fact.team_activated")),
        TeamFact::TeamDeactivated => only(Message::new("fact.team_deactivated")),
    }
}
