//! What a case is about.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::wording::folds_to;
use super::{CaseTypeId, LongText, Name, ShortText, Stage, StageCategory, StageId, Wording, WorkflowId};
use crate::language::Language;
use crate::text::fold_name;

/// A case type: name, description, labels and `active` apply at once; stages, moves and workflow are versioned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseType {
    /// Its identity.
    pub id: CaseTypeId,
    /// The number of events folded into it.
    pub revision: u64,
    /// Unique when compared without case, width and outer space.
    pub name: Wording<Name>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Wording<LongText>>,
    /// Whether a case can be raised under it or moved to it.
    pub active: bool,
    /// What its stages are called, for every stage of every version.
    pub labels: Vec<StageLabels>,
    /// Every version, oldest first; never empty.
    pub versions: Vec<CaseTypeVersion>,
}

/// What a stage is called.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StageLabels {
    /// The stage.
    pub stage: StageId,
    /// What staff see.
    pub label: Wording<ShortText>,
    /// What the customer sees, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_label: Option<ShortText>,
}

/// The versioned part of a case type; a case keeps the version under which it was raised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseTypeVersion {
    /// From 1.
    pub version: u32,
    /// The stages in their order.
    pub stages: Vec<Stage>,
    /// The moves allowed after raising; `None` for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<Vec<StageMove>>,
    /// The approval workflow that its cases start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowId>,
}

/// One allowed move between stages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StageMove {
    /// The stage that is left.
    pub from: StageId,
    /// The stage that is entered.
    pub to: StageId,
}

impl CaseType {
    /// The newest version.
    #[must_use]
    pub fn current(&self) -> Option<&CaseTypeVersion> {
        self.versions.last()
    }

    /// The version with that number.
    #[must_use]
    pub fn version(&self, number: u32) -> Option<&CaseTypeVersion> {
        self.versions.iter().find(|version| version.version == number)
    }

    /// What staff call a stage; its id where it has no label.
    #[must_use]
    pub fn label<'a>(&'a self, stage: &'a StageId, language: &'a Language) -> Cow<'a, str> {
        self.labels_of(stage).map_or(Cow::Borrowed(stage.as_str()), |labels| labels.label.said(language))
    }

    /// What the customer reads for a stage.
    #[must_use]
    pub fn customer_label<'a>(&'a self, stage: &'a StageId, language: &'a Language) -> Cow<'a, str> {
        let own = self.labels_of(stage).and_then(|labels| labels.customer_label.as_ref());
        own.map_or_else(|| self.label(stage, language), |label| Cow::Borrowed(label.as_str()))
    }

    /// What a stage is called, whoever reads it.
    #[must_use]
    pub fn labels_of(&self, stage: &StageId) -> Option<&StageLabels> {
        self.labels.iter().find(|labels| labels.stage == *stage)
    }

    /// The stage of `version` that a caller means: by its id, then by a label that somebody gave, then by its word in the
    /// caller's language and in English; labels compared as names are.
    #[must_use]
    pub fn find_stage<'a>(
        &self,
        version: &'a CaseTypeVersion,
        text: &str,
        language: &Language,
    ) -> Option<&'a Stage> {
        let wanted = fold_name(text);
        let stages = || version.stages.iter();
        let given = |stage: &&Stage| {
            let label = self.labels_of(&stage.id).and_then(|labels| labels.label.given());
            label.is_some_and(|label| folds_to(label.as_str(), &wanted))
        };
        let called =
            |language: &Language| stages().find(|stage| folds_to(&self.label(&stage.id, language), &wanted));
        stages()
            .find(|stage| stage.id.as_str() == text.trim())
            .or_else(|| stages().find(given))
            .or_else(|| called(language))
            .or_else(|| called(Language::english()))
            .or_else(|| stages().find(|stage| folds_to(stage.id.as_str(), &wanted)))
    }
}

impl CaseTypeVersion {
    /// The stage with that id.
    #[must_use]
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == *id)
    }

    /// Where a new case starts when nobody says: the first enabled stage that is open, else not ended.
    #[must_use]
    pub fn start(&self) -> Option<&Stage> {
        let enabled = || self.stages.iter().filter(|stage| stage.enabled && !stage.category.is_ended());
        enabled().find(|stage| stage.category == StageCategory::Open).or_else(|| enabled().next())
    }

    /// The first enabled stage of a category.
    #[must_use]
    pub fn first_of(&self, category: StageCategory) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.enabled && stage.category == category)
    }

    /// Whether a case may move from one stage to another.
    #[must_use]
    pub fn allows(&self, from: &StageId, to: &StageId) -> bool {
        match &self.moves {
            Some(moves) => moves.iter().any(|one| one.from == *from && one.to == *to),
            None => true,
        }
    }
}
