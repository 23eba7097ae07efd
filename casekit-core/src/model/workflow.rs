//! The approval workflow, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Name, Permission, ShortText, Wording, WorkflowId};
use crate::field::FieldError;
use crate::language::Language;

/// An approval workflow; its steps are versioned, and a running case keeps the version it started with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Workflow {
    /// Its identity.
    pub id: WorkflowId,
    /// The number of events folded into it.
    pub revision: u64,
    /// Unique when compared without case, width and outer space.
    pub name: Wording<Name>,
    /// Whether a case type may start it.
    pub active: bool,
    /// Every version, oldest first; never empty.
    pub versions: Vec<WorkflowVersion>,
}

impl Workflow {
    /// The newest version.
    #[must_use]
    pub fn current(&self) -> Option<&WorkflowVersion> {
        self.versions.last()
    }
}

/// One version of a workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkflowVersion {
    /// From 1.
    pub version: u32,
    /// The steps in the order in which a screen shows them.
    pub steps: Vec<Step>,
    /// The names of the sources that are asked; `None` for all that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<String>>,
}

/// Names a step within its workflow: `data_approval`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub(crate) String);

impl StepId {
    /// Reads an id that a caller gave for `field`: letters, digits, `_` and `-`, 1 to 200 characters.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        super::StageId::parse(field, text).map(|id| Self(id.as_str().to_owned()))
    }

    /// The id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One box on the screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Its name within the workflow.
    pub id: StepId,
    /// What staff see.
    pub label: Wording<ShortText>,
    /// What is done there.
    pub kind: StepKind,
    /// The steps that must be done first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<StepId>,
    /// What its doer must be allowed to do.
    pub permission: Permission,
    /// Whether the holder of the case does it, or anyone with the permission.
    pub doer: StepDoer,
    /// How many different people must approve; 1 unless said otherwise.
    pub quorum: u32,
    /// Whether who raised the case is excluded.
    #[serde(default)]
    pub excludes_raiser: bool,
    /// The steps whose doers are excluded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes_doers_of: Vec<StepId>,
    /// The codes with which it can be denied; empty if it cannot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denial_codes: Vec<String>,
}

impl Step {
    /// What staff call it, in a language.
    #[must_use]
    pub fn called(&self, language: &Language) -> String {
        self.label.said(language).into_owned()
    }
}

/// What is done in a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Somebody satisfies themselves who is asking.
    Identification,
    /// Somebody approves the data, or that there is none.
    DataApproval,
    /// Somebody approves, without data.
    Approval,
    /// The answer is built and sent.
    Release,
}

/// Who does a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepDoer {
    /// Whoever holds the case; they must have taken it.
    Holder,
    /// Anyone with the step's permission.
    Anyone,
}
