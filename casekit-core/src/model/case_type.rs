//! Case types: what a case is about, and the stages it can go through.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::own_field::{field_called, field_with_id};
use super::wording::folds_to;
use super::{
    CaseTypeId, FieldDefinition, FieldId, LongText, Name, PolicyCode, Priority, Resolution, ResolutionCode,
    ShortText, Stage, StageCategory, StageId, Wording, WorkflowId,
};
use crate::language::Language;
use crate::text::fold_name;

/// A case type. Its name, description, labels, default priority, deadlines, timed moves and `active` apply at once; its
/// stages, moves, workflow and resolutions come in versions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseType {
    /// The id of the case type; the library makes it when the type is created.
    pub id: CaseTypeId,
    /// The number of events folded into it.
    pub revision: u64,
    /// The name, unique when compared without case, width and outer space.
    pub name: Wording<Name>,
    /// What the type is for; `None` if there is no description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Wording<LongText>>,
    /// Whether cases can be raised under the type, or moved to it.
    pub active: bool,
    /// The priority of a new case of the type, if nobody gives another one.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub default_priority: Priority,
    /// The labels of every stage of every version.
    pub labels: Vec<StageLabels>,
    /// Every version, oldest first; never empty.
    pub versions: Vec<CaseTypeVersion>,
    /// The codes of the deadlines that its cases have, in order. They are in the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<PolicyCode>,
    /// The moves that the library makes by itself, at most one from each stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timed_moves: Vec<TimedMove>,
}

/// A move that the library makes by itself once a case has been in a stage long enough.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimedMove {
    /// The id of the stage that the case leaves.
    pub from: StageId,
    /// The id of the stage that it enters.
    pub to: StageId,
    /// After how many days of 24 hours, 1 to 3,650.
    pub after_days: u32,
}

/// The labels of a stage.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StageLabels {
    /// The id of the stage.
    pub stage: StageId,
    /// The label that staff see.
    pub label: Wording<ShortText>,
    /// The label that the customer sees; `None` if it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_label: Option<ShortText>,
}

/// The versioned part of a case type. A case keeps the version under which it was raised, until it is migrated or moved
/// to another type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseTypeVersion {
    /// The number of the version, from 1.
    pub version: u32,
    /// The stages, in the order in which screens show them.
    pub stages: Vec<Stage>,
    /// The moves between stages that are allowed after raising; `None` if any move is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<Vec<StageMove>>,
    /// The id of the approval workflow that its cases start; `None` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowId>,
    /// The ways in which its cases can end, in the order in which screens show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolution>,
    /// The fields of its cases, in the order in which screens show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldDefinition>,
}

/// One allowed move between stages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StageMove {
    /// The id of the stage that the case leaves.
    pub from: StageId,
    /// The id of the stage that the case enters.
    pub to: StageId,
}

impl CaseType {
    /// The newest version, under which new cases are raised.
    #[must_use]
    pub fn current(&self) -> Option<&CaseTypeVersion> {
        self.versions.last()
    }

    /// The version with this number; `None` if there is none.
    #[must_use]
    pub fn version(&self, number: u32) -> Option<&CaseTypeVersion> {
        self.versions.iter().find(|version| version.version == number)
    }

    /// The resolution with this code, as the newest version that has it says; `None` if no version has.
    #[must_use]
    pub fn resolution(&self, code: &ResolutionCode) -> Option<&Resolution> {
        self.versions.iter().rev().find_map(|version| version.resolution(code))
    }

    /// The field with this id, in the newest version that has it: what it is called today. `None` if no version has it.
    #[must_use]
    pub fn field(&self, id: &FieldId) -> Option<&FieldDefinition> {
        self.versions.iter().rev().find_map(|version| version.field(id))
    }

    /// A field of some version as the newest version that has it defines it.
    pub(crate) fn newest<'a>(&'a self, field: &'a FieldDefinition) -> &'a FieldDefinition {
        self.field(&field.id).unwrap_or(field)
    }

    /// The label of a stage as staff see it; its id if it has no label.
    #[must_use]
    pub fn label<'a>(&'a self, stage: &'a StageId, language: &'a Language) -> Cow<'a, str> {
        self.labels_of(stage).map_or(Cow::Borrowed(stage.as_str()), |labels| labels.label.said(language))
    }

    /// The label of a stage as the customer sees it; the one for staff if there is no other.
    #[must_use]
    pub fn customer_label<'a>(&'a self, stage: &'a StageId, language: &'a Language) -> Cow<'a, str> {
        let own = self.labels_of(stage).and_then(|labels| labels.customer_label.as_ref());
        own.map_or_else(|| self.label(stage, language), |label| Cow::Borrowed(label.as_str()))
    }

    /// The labels of a stage, for staff and for the customer; `None` if it has none.
    #[must_use]
    pub fn labels_of(&self, stage: &StageId) -> Option<&StageLabels> {
        self.labels.iter().find(|labels| labels.stage == *stage)
    }

    /// The stage of `version` that a caller means by a text: its id; else a label that somebody gave; else its shipped
    /// label, first in the caller's language and then in English; else its id in another spelling. Labels are compared
    /// as names are.
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
    /// The stage with this id; `None` if this version has no such stage.
    #[must_use]
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == *id)
    }

    /// The resolution with this code; `None` if this version has none.
    #[must_use]
    pub fn resolution(&self, code: &ResolutionCode) -> Option<&Resolution> {
        self.resolutions.iter().find(|one| one.code == *code)
    }

    /// The resolution that a caller means by a text: its code; else its label, first in the caller's language and then in
    /// English.
    #[must_use]
    pub fn find_resolution(&self, text: &str, language: &Language) -> Option<&Resolution> {
        let wanted = fold_name(text);
        let called =
            |language: &Language| self.resolutions.iter().find(|one| one.label.is_said(&wanted, language));
        let of_code = self.resolutions.iter().find(|one| one.code.as_str() == text.trim());
        of_code.or_else(|| called(language)).or_else(|| called(Language::english()))
    }

    /// The field with this id; `None` if this version has no such field.
    #[must_use]
    pub fn field(&self, id: &FieldId) -> Option<&FieldDefinition> {
        field_with_id(&self.fields, id)
    }

    /// The field that a caller means by a text: its id, or its label in any language, compared as names are.
    #[must_use]
    pub fn find_field(&self, text: &str) -> Option<&FieldDefinition> {
        field_called(&self.fields, text)
    }

    /// The stage in which a new case starts if nobody names one: the first enabled open stage; else the first enabled
    /// one that has not ended.
    #[must_use]
    pub fn start(&self) -> Option<&Stage> {
        let enabled = || self.stages.iter().filter(|stage| stage.enabled && !stage.category.is_ended());
        enabled().find(|stage| stage.category == StageCategory::Open).or_else(|| enabled().next())
    }

    /// The first enabled stage of a category; `None` if there is none.
    #[must_use]
    pub fn first_of(&self, category: StageCategory) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.enabled && stage.category == category)
    }

    /// Whether this version allows a case to move from one stage to another.
    #[must_use]
    pub fn allows(&self, from: &StageId, to: &StageId) -> bool {
        match &self.moves {
            Some(moves) => moves.iter().any(|one| one.from == *from && one.to == *to),
            None => true,
        }
    }
}
