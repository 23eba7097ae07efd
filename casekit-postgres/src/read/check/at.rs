//! How far a check has come, as the text by which it goes on.

use casekit_core::model::StreamId;
use casekit_core::store::CheckPlace;
use uuid::Uuid;

use super::wrong::Wrong;

/// How far a check has come, and what it found wrong so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct At {
    pub(super) part: Part,
    pub(super) wrong: Wrong,
}

/// A part of a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Part {
    /// What cannot be split.
    #[default]
    Whole,
    /// The streams after this one.
    Streams(Option<StreamId>),
    /// Nothing is left but to say what was wrong.
    End,
}

impl At {
    /// Reads a place that [`place`](Self::place) wrote; any other text is the beginning.
    pub(super) fn of(place: Option<&CheckPlace>) -> Self {
        place.and_then(|place| Self::read(place.as_str())).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let (part, wrong) = match words.as_slice() {
            ["whole", wrong] => (Part::Whole, wrong),
            ["streams", wrong] => (Part::Streams(None), wrong),
            ["streams", kind, id, wrong] => {
                let stream = StreamId::from_parts(kind.parse().ok()?, Uuid::try_parse(id).ok()?)?;
                (Part::Streams(Some(stream)), wrong)
            }
            ["end", wrong] => (Part::End, wrong),
            _ => return None,
        };
        Some(Self { part, wrong: Wrong::of(wrong)? })
    }

    pub(super) fn place(self) -> CheckPlace {
        let wrong = self.wrong;
        CheckPlace::new(match self.part {
            Part::Whole => format!("whole {wrong}"),
            Part::Streams(None) => format!("streams {wrong}"),
            Part::Streams(Some(stream)) => {
                format!("streams {} {} {wrong}", stream.kind().code(), stream.uuid())
            }
            Part::End => format!("end {wrong}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_any_other_text_is_the_beginning() {
        let mut wrong = Wrong::default();
        wrong.unless(false, "counts of cases");
        let stream = StreamId::Case(Uuid::from_u128(7).into());
        for part in [Part::Whole, Part::Streams(None), Part::Streams(Some(stream)), Part::End] {
            let at = At { part, wrong };
            assert_eq!(At::of(Some(&at.place())), at);
        }
        for text in [
            "",
            "made up",
            "whole",
            "whole x",
            "streams 4 x 0",
            "streams 99 00000000000000000000000000000000 0",
        ] {
            assert_eq!(At::of(Some(&CheckPlace::new(text))), At::default(), "{text}");
        }
    }
}
