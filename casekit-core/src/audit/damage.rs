//! What is wrong with a file: the kinds of damage, and the text for each.

use serde::{Deserialize, Serialize};

use super::BrokenEvent;
use crate::commit::Flaw;
use crate::error::Error;
use crate::language::{Language, Message};
use crate::model::StreamId;
use crate::store::StoreError;

/// The kind of damage that verifying found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Damage {
    /// An event is not as it was written: its bytes, its actor, its time, or what it says.
    Altered,
    /// Something that was written is gone: an event, its personal part, the newest events of a stream, or a whole
    /// stream's state.
    Missing,
    /// Something is there that no event tells of.
    Added,
    /// Something stands under the id, or at the place, of something else.
    Misplaced,
    /// What reads show is not what the events say. The events themselves are in order.
    StateDiffers,
    /// A head in the file does not match what it covers, or cannot have been taken where it is.
    HeadDiffers,
    /// The file has another head under the number of one that was kept: its history was written anew.
    KeptHeadDiffers,
    /// The file has no head under the number of one that was kept: its newest part was cut off, or it is another file.
    KeptHeadMissing,
    /// The store cannot read something any more.
    Unreadable,
}

impl Damage {
    /// The code of the kind, for callers to match on; it never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Misplaced => "misplaced",
            Self::StateDiffers => "state_differs",
            Self::HeadDiffers => "head_differs",
            Self::KeptHeadDiffers => "kept_head_differs",
            Self::KeptHeadMissing => "kept_head_missing",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What exactly is wrong, before a language says it.
#[derive(Debug)]
pub(super) enum Wrong {
    Event(Flaw),
    NoteOfNoCase,
    EventsMissing,
    StateDiffers,
    StateMissing,
    OtherStream,
    HeadNumber,
    HeadPlace,
    HeadCoversLater,
    HeadNotAfterLast,
    HeadAltered,
    KeptHeadDiffers,
    KeptHeadMissing,
    /// The store found damage itself.
    Unreadable(StoreError),
}

impl Wrong {
    fn kind(&self) -> Damage {
        match self {
            Self::Event(flaw) => match flaw {
                Flaw::Altered | Flaw::Impossible | Flaw::PersonalAltered | Flaw::NoteUnknown => {
                    Damage::Altered
                }
                Flaw::OutOfTurn | Flaw::PersonalMissing => Damage::Missing,
                Flaw::Misplaced => Damage::Misplaced,
                Flaw::Unreadable => Damage::Unreadable,
            },
            Self::EventsMissing | Self::StateMissing => Damage::Missing,
            Self::NoteOfNoCase => Damage::Added,
            Self::OtherStream => Damage::Misplaced,
            Self::StateDiffers => Damage::StateDiffers,
            Self::HeadNumber
            | Self::HeadPlace
            | Self::HeadCoversLater
            | Self::HeadNotAfterLast
            | Self::HeadAltered => Damage::HeadDiffers,
            Self::KeptHeadDiffers => Damage::KeptHeadDiffers,
            Self::KeptHeadMissing => Damage::KeptHeadMissing,
            Self::Unreadable(_) => Damage::Unreadable,
        }
    }

    fn said(self, language: &Language) -> String {
        let code = match self {
            Self::Event(flaw) => match flaw {
                Flaw::OutOfTurn => "broken.event_missing",
                Flaw::Altered => "broken.event_altered",
                Flaw::Misplaced => "broken.event_misplaced",
                Flaw::PersonalMissing => "broken.personal_missing",
                Flaw::PersonalAltered => "broken.personal_altered",
                Flaw::Unreadable => "broken.event_unreadable",
                Flaw::Impossible => "broken.event_impossible",
                Flaw::NoteUnknown => "broken.note_unknown",
            },
            Self::NoteOfNoCase => "broken.note_of_no_case",
            Self::EventsMissing => "broken.events_missing",
            Self::StateDiffers => "broken.state_differs",
            Self::StateMissing => "broken.state_missing",
            Self::OtherStream => "broken.other_stream",
            Self::HeadNumber => "broken.head_number",
            Self::HeadPlace => "broken.head_place",
            Self::HeadCoversLater => "broken.head_covers_later",
            Self::HeadNotAfterLast => "broken.head_not_after_last",
            Self::HeadAltered => "broken.head_altered",
            Self::KeptHeadDiffers => "broken.kept_head_differs",
            Self::KeptHeadMissing => "broken.kept_head_missing",
            Self::Unreadable(fault) => return language.error(&Error::Store(fault)),
        };
        language.render(&Message::new(code))
    }
}

/// The first thing that is wrong, and where.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) stream: StreamId,
    pub(super) revision: u64,
    pub(super) position: Option<u64>,
    pub(super) wrong: Wrong,
}

impl Found {
    pub(super) fn told(self, language: &Language) -> BrokenEvent {
        let Self { stream, revision, position, wrong } = self;
        let kind = wrong.kind();
        let advice = language.word_of("damage", kind.code());
        BrokenEvent { stream, revision, position, kind, why: wrong.said(language), advice }
    }
}
