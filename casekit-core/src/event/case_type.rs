//! What happens to a case type.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{
    CaseType, CaseTypeId, CaseTypeVersion, LongText, Name, PolicyCode, Priority, StageLabels, TimedMove,
    Wording,
};
use crate::tagged::tagged;

/// What happened to a case type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum CaseTypeFact {
    /// A case type was created, with its first version.
    CaseTypeCreated {
        /// The name of the type.
        name: Wording<Name>,
        /// What the type is for; `None` if there is no description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Wording<LongText>>,
        /// Whether it can be used at once.
        active: bool,
        /// The priority of its new cases if nobody gives another one; left out if it is normal.
        #[serde(default, skip_serializing_if = "Priority::is_normal")]
        default_priority: Priority,
        /// The labels of its stages.
        labels: Vec<StageLabels>,
        /// The first version of its stages, moves and workflow.
        version: CaseTypeVersion,
        /// The codes of its deadlines.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deadlines: Vec<PolicyCode>,
        /// The moves that the library makes by itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        timed_moves: Vec<TimedMove>,
    },
    /// A case type was renamed. Its id stays the same.
    CaseTypeRenamed {
        /// The name before the change.
        from: Wording<Name>,
        /// The name after the change.
        to: Name,
    },
    /// The description of a case type changed.
    CaseTypeDescribed {
        /// The description before; `None` if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Wording<LongText>>,
        /// The description after; `None` if it was removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<LongText>,
    },
    /// The labels of stages changed.
    StagesLabelled {
        /// All labels before the change.
        from: Vec<StageLabels>,
        /// All labels after the change.
        to: Vec<StageLabels>,
    },
    /// A case type got a new version of its stages, moves or workflow.
    CaseTypeVersioned {
        /// The new version, which new cases get.
        version: CaseTypeVersion,
    },
    /// The cases of a type have other deadlines from now on.
    CaseTypeDeadlinesChanged {
        /// The codes of all deadlines before the change.
        from: Vec<PolicyCode>,
        /// The codes of all deadlines after the change.
        to: Vec<PolicyCode>,
    },
    /// The library moves the cases of a type otherwise from now on.
    TimedMovesChanged {
        /// All such moves before the change.
        from: Vec<TimedMove>,
        /// All such moves after the change.
        to: Vec<TimedMove>,
    },
    /// New cases of a case type have another priority if nobody gives one.
    DefaultPriorityChanged {
        /// The priority before the change.
        from: Priority,
        /// The priority after the change.
        to: Priority,
    },
    /// A case type can be used again.
    CaseTypeActivated,
    /// A case type can no longer be used for new cases.
    CaseTypeDeactivated,
}

tagged!("event": CaseTypeFact);

impl CaseTypeFact {
    /// The case type after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: CaseTypeId, before: Option<CaseType>, event: &Event) -> Option<CaseType> {
        let mut case_type = match (self, before) {
            (
                Self::CaseTypeCreated {
                    name,
                    description,
                    active,
                    default_priority,
                    labels,
                    version,
                    deadlines,
                    timed_moves,
                },
                None,
            ) => {
                return Some(CaseType {
                    id,
                    revision: event.revision,
                    name: name.clone(),
                    description: description.clone(),
                    active: *active,
                    default_priority: *default_priority,
                    labels: labels.clone(),
                    versions: vec![version.clone()],
                    deadlines: deadlines.clone(),
                    timed_moves: timed_moves.clone(),
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
            Self::CaseTypeDeadlinesChanged { from: _, to } => case_type.deadlines.clone_from(to),
            Self::TimedMovesChanged { from: _, to } => case_type.timed_moves.clone_from(to),
            Self::DefaultPriorityChanged { from: _, to } => case_type.default_priority = *to,
            Self::CaseTypeActivated => case_type.active = true,
            Self::CaseTypeDeactivated => case_type.active = false,
        }
        case_type.revision = event.revision;
        Some(case_type)
    }
}
