//! What an organisation says in every answer to a request: the texts that the law asks for beside the data.

use serde::{Deserialize, Serialize};

use super::OutcomeKind;

/// A text of the organisation that stands in its answers: what the data is for, who gets it, how to complain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LetterBlock {
    /// What the text is about.
    pub kind: LetterBlockKind,
    /// The tag of the language that it is in, such as `de` or `pt-BR`.
    pub language: String,
    /// The text, 1 to 10,000 characters; an empty line begins another paragraph.
    pub text: String,
    /// The outcome whose answers have it: `data_released`, `no_data`, `denied` or `approved`; `None` for every answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeKind>,
    /// What stands above it, up to 200 characters; `None` for the usual heading of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
}

/// What a text of the organisation is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterBlockKind {
    /// What the data is processed for, and on what grounds: GDPR, article 15 (1) (a).
    Purposes,
    /// Which kinds of data there are: article 15 (1) (b).
    Categories,
    /// Who gets the data, also in other countries: article 15 (1) (c) and (2).
    Recipients,
    /// How long the data is kept: article 15 (1) (d).
    Retention,
    /// What the person may ask for: correction, erasure, restriction, to object: article 15 (1) (e).
    Rights,
    /// Where to complain: article 15 (1) (f), and for a denial article 12 (4).
    Complaint,
    /// How to go to court over a denial: article 12 (4).
    Remedy,
    /// Where the data comes from, if not from the person: article 15 (1) (g).
    Origin,
    /// Decisions that no human makes: article 15 (1) (h).
    Automation,
    /// Anything else. An answer can have several of these.
    Other,
}

impl LetterBlockKind {
    /// Every kind, in the order in which a letter has them.
    pub const ALL: [Self; 10] = [
        Self::Purposes,
        Self::Categories,
        Self::Recipients,
        Self::Retention,
        Self::Origin,
        Self::Automation,
        Self::Rights,
        Self::Complaint,
        Self::Remedy,
        Self::Other,
    ];

    /// The stable word for it in the store and in packages, such as `purposes`; also the key of its usual heading.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Purposes => "purposes",
            Self::Categories => "categories",
            Self::Recipients => "recipients",
            Self::Retention => "retention",
            Self::Rights => "rights",
            Self::Complaint => "complaint",
            Self::Remedy => "remedy",
            Self::Origin => "origin",
            Self::Automation => "automation",
            Self::Other => "other",
        }
    }
}

impl LetterBlock {
    /// A text in a language, for every answer, below the usual heading of its kind.
    ///
    /// ```
    /// use casekit_core::model::{LetterBlock, LetterBlockKind, OutcomeKind};
    ///
    /// let court = LetterBlock::new(LetterBlockKind::Remedy, "en", "You can go to the administrative court.")
    ///     .for_outcome(OutcomeKind::Denied)
    ///     .headed("If you disagree");
    /// assert_eq!(court.heading.as_deref(), Some("If you disagree"));
    /// ```
    #[must_use]
    pub fn new(kind: LetterBlockKind, language: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind, outcome: None, language: language.into(), heading: None, text: text.into() }
    }

    /// The same text, in the answers with this outcome only.
    #[must_use]
    pub fn for_outcome(mut self, outcome: OutcomeKind) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// The same text, below this heading.
    #[must_use]
    pub fn headed(mut self, heading: impl Into<String>) -> Self {
        self.heading = Some(heading.into());
        self
    }
}

/// The texts for an answer with this outcome in this language, in the order of a letter.
///
/// Of each kind it is the one for exactly this outcome, else the one for every answer; of these the one in exactly this
/// language (`de-AT`), else in its main language (`de`), else none. Of the kind `Other` it is all that are so chosen.
pub(crate) fn letter_for<'a>(
    blocks: &'a [LetterBlock],
    outcome: OutcomeKind,
    language: &str,
) -> Vec<&'a LetterBlock> {
    let main = language.split(['-', '_']).next().unwrap_or_default();
    let is_in = |block: &LetterBlock, tag: &str| same_tag(&block.language, tag);
    let of_kind = |kind: LetterBlockKind| {
        let all = || blocks.iter().filter(move |block| block.kind == kind);
        let chosen = |outcome: Option<OutcomeKind>| {
            let mut tags = [language, main].into_iter();
            tags.find_map(|tag| {
                let found: Vec<_> = all().filter(|one| one.outcome == outcome && is_in(one, tag)).collect();
                (!found.is_empty()).then_some(found)
            })
            .unwrap_or_default()
        };
        let (own, usual) = (chosen(Some(outcome)), chosen(None));
        match kind {
            LetterBlockKind::Other => own.into_iter().chain(usual).collect(),
            LetterBlockKind::Purposes
            | LetterBlockKind::Categories
            | LetterBlockKind::Recipients
            | LetterBlockKind::Retention
            | LetterBlockKind::Rights
            | LetterBlockKind::Complaint
            | LetterBlockKind::Remedy
            | LetterBlockKind::Origin
            | LetterBlockKind::Automation => {
                if own.is_empty() {
                    usual
                } else {
                    own
                }
            }
        }
    };
    LetterBlockKind::ALL.into_iter().flat_map(of_kind).collect()
}

/// Whether two language tags are the same: case does not count, nor which of `-` and `_` stands between their parts.
pub(crate) fn same_tag(one: &str, other: &str) -> bool {
    one.replace('_', "-").eq_ignore_ascii_case(&other.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(blocks: &[LetterBlock], outcome: OutcomeKind, language: &str) -> Vec<String> {
        letter_for(blocks, outcome, language).into_iter().map(|one| one.text.clone()).collect()
    }

    #[test]
    fn an_answer_has_the_texts_of_its_outcome_and_language_and_otherwise_the_general_ones() {
        use LetterBlockKind::{Complaint, Other, Purposes, Remedy};
        let block = LetterBlock::new;
        let blocks = [
            block(Complaint, "de", "complain"),
            block(Complaint, "de", "complain about a denial").for_outcome(OutcomeKind::Denied),
            block(Remedy, "de", "court").for_outcome(OutcomeKind::Denied),
            block(Purposes, "de", "purposes"),
            block(Purposes, "de-AT", "purposes in Austria"),
            block(Purposes, "fr", "buts"),
            block(Other, "de", "one"),
            block(Other, "de", "two"),
            block(Other, "de", "three").for_outcome(OutcomeKind::Denied),
        ];
        assert_eq!(said(&blocks, OutcomeKind::NoData, "de"), ["purposes", "complain", "one", "two"]);
        assert_eq!(
            said(&blocks, OutcomeKind::Denied, "de"),
            ["purposes", "complain about a denial", "court", "three", "one", "two"]
        );
        assert_eq!(said(&blocks, OutcomeKind::NoData, "de_at")[0], "purposes in Austria");
        assert_eq!(said(&blocks, OutcomeKind::NoData, "de-CH")[0], "purposes");
        assert_eq!(said(&blocks, OutcomeKind::Denied, "fr-CA"), ["buts"]);
        assert_eq!(said(&blocks, OutcomeKind::Denied, "en"), [""; 0]);
    }

    #[test]
    fn every_kind_is_listed_once() {
        let codes: std::collections::BTreeSet<_> = LetterBlockKind::ALL.map(LetterBlockKind::code).into();
        assert_eq!(codes.len(), LetterBlockKind::ALL.len());
    }
}
