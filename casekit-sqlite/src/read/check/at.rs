//! How far a check has come, as the text by which it goes on.

use casekit_core::store::CheckPlace;

use super::wrong::Wrong;

/// How far a check has come, and what it found wrong so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct At {
    pub(super) part: Part,
    /// The key of the last row of the part that was checked.
    pub(super) after: i64,
    pub(super) wrong: Wrong,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Part {
    #[default]
    Whole,
    Cases,
    Customers,
    Definitions,
    People,
    End,
}

impl Part {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Whole, "whole"),
        (Self::Cases, "cases"),
        (Self::Customers, "customers"),
        (Self::Definitions, "definitions"),
        (Self::People, "people"),
        (Self::End, "end"),
    ];

    pub(super) fn next(self) -> Self {
        match self {
            Self::Whole => Self::Cases,
            Self::Cases => Self::Customers,
            Self::Customers => Self::Definitions,
            Self::Definitions => Self::People,
            Self::People | Self::End => Self::End,
        }
    }
}

impl At {
    /// Reads a place that `place` wrote; any other text is the beginning.
    pub(crate) fn of(place: Option<&CheckPlace>) -> Self {
        place.and_then(|place| Self::read(place.as_str())).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let [named, after, wrong] = words.as_slice() else { return None };
        let (part, _) = Part::ALL.iter().find(|(_, name)| name == named)?;
        Some(Self { part: *part, after: after.parse().ok()?, wrong: Wrong::of(wrong)? })
    }

    pub(crate) fn place(self) -> CheckPlace {
        let named = Part::ALL.iter().find(|(part, _)| *part == self.part).map_or("", |(_, name)| *name);
        CheckPlace::new(format!("{named} {} {}", self.after, self.wrong))
    }

    /// Whether every row has been checked.
    pub(crate) fn is_end(self) -> bool {
        self.part == Part::End
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_any_other_text_is_the_beginning() {
        let mut wrong = Wrong::default();
        wrong.unless(false, "counts of cases");
        let at = At { part: Part::Customers, after: -7, wrong };
        assert_eq!(At::of(Some(&at.place())), at);
        for text in ["", "made up", "cases x 0", "cases 1 x", "nowhere 1 0", "cases 1 0 0"] {
            assert_eq!(At::of(Some(&CheckPlace::new(text))), At::default(), "{text}");
        }
    }
}
