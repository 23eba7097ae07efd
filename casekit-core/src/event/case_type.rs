//! What happens to a case type.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{CaseType, CaseTypeId, CaseTypeVersion, LongText, Name, StageLabels, Wording};
use crate::tagged::tagged;

/// What happened to a case type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum CaseTypeFact {
    /// A case type was created.
    CaseTypeCreated {
        /// Its name.
        name: Wording<Name>,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Wording<LongText>>,
        /// Whether it can be used at once.
        active: bool,
        /// What its stages are called.
        labels: Vec<StageLabels>,
        /// Its first version.
        version: CaseTypeVersion,
    },
    /// A case type was renamed.
    CaseTypeRenamed {
        /// The old name.
        from: Wording<Name>,
        /// The new name.
        to: Name,
    },
    /// What a case type is for was rewritten.
    CaseTypeDescribed {
        /// The old description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Wording<LongText>>,
        /// The new description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<LongText>,
    },
    /// Stages were called something else.
    StagesLabelled {
        /// The labels before.
        from: Vec<StageLabels>,
        /// The labels from now on.
        to: Vec<StageLabels>,
    },
    /// A case type got a new version of its stages, moves or workflow.
    CaseTypeVersioned {
        /// The new version.
        version: CaseTypeVersion,
    },
    /// A case type can be used again.
    CaseTypeActivated,
    /// A case type can no longer be used for new cases.
    CaseTypeDeactivated,
}

tagged!("event": CaseTypeFact);

impl CaseTypeFact {
    /// The case type after it; `None` if it cannot follow on what was there.
    pub(crate) fn apply(&self, id: CaseTypeId, before: Option<CaseType>, event: &Event) -> Option<CaseType> {
        let mut case_type = match (self, before) {
            (Self::CaseTypeCreated { name, description, active, labels, version }, None) => {
                return Some(CaseType {
                    id,
                    revision: event.revision,
                    name: name.clone(),
                    description: description.clone(),
                    active: *active,
                    labels: labels.clone(),
                    versions: vec![version.clone()],
                });
            }
            (_, before) => before?,
        };
        match self {
            Self::CaseTypeCreated { .. } => return None,
            Self::CaseTypeRenamed { from: _, to } => case_type.name = to.clone().into(),
            Self::CaseTypeDescribed { from: _, to } => case_type.description = to.clone().map(Wording::Given),
            Self::StagesLabelled { from: _, to } => case_type.labels = to.clone(),
            Self::CaseTypeVersioned { version } => case_type.versions.push(version.clone()),
            Self::CaseTypeActivated => case_type.active = true,
            Self::CaseTypeDeactivated => case_type.active = false,
        }
        case_type.revision = event.revision;
        Some(case_type)
    }
}
