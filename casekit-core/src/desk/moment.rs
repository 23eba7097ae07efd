//! A time at which a case is looked at.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::field::FieldRule;
use crate::model::Timestamp;
use crate::rejection::Rejection;

/// A time at which a case is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Right after the event of the case with this revision, from 1: that of an entry of its history, or one that a
    /// caller saw.
    Revision(u64),
    /// Right after the event of the file at this position, such as the `position` of an audit head. It need not be an
    /// event of the case.
    Position(u64),
    /// An instant, with everything that happened up to it and at it. What counts is when something happened, as the
    /// history says: an imported event happened in the other system. An event counts as having happened no earlier than
    /// the one before it in its history, whatever the clock said.
    Instant(Timestamp),
}

impl Moment {
    /// Whether an event of the case came after it.
    pub(super) fn is_before(self, event: &Event) -> bool {
        match self {
            Self::Revision(revision) => event.revision > revision,
            Self::Position(position) => event.position > position,
            Self::Instant(at) => event.header.at > at,
        }
    }

    /// Whether an event of another stream had come by then. A revision says nothing of other streams.
    pub(super) fn has_seen(self, event: &Event) -> bool {
        match self {
            Self::Revision(_) => false,
            Self::Position(position) => event.position <= position,
            Self::Instant(at) => event.header.at <= at,
        }
    }
}

/// Refuses a revision or a position that is not among those that there are.
pub(super) fn number_within(field: &str, given: u64, least: u64, most: u64) -> Result<(), Rejection> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let shown = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Err(Rejection::field(field, FieldRule::OutOfRange { least: shown(least), most: shown(most) }))
}

/// Refuses an instant at which the case was not there yet, or that has not come yet.
pub(super) fn instant_within(given: Timestamp, first: Timestamp, last: Timestamp) -> Result<(), Rejection> {
    if (first..=last).contains(&given) {
        return Ok(());
    }
    Err(Rejection::field("instant", FieldRule::InstantOutOfRange { first, last }))
}
