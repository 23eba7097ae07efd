//! Approval workflows, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DefaultRedaction, Name, Permission, PolicyCode, ShortText, Wording, WorkflowId};
use crate::field::FieldError;
use crate::language::Language;

/// An approval workflow. Its steps come in versions, and a case keeps the version with which it started.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Workflow {
    /// The id of the workflow; the library makes it when the workflow is created.
    pub id: WorkflowId,
    /// The number of events folded into it.
    pub revision: u64,
    /// The name, unique when compared without case, width and outer space.
    pub name: Wording<Name>,
    /// Whether case types can start it.
    pub active: bool,
    /// Every version, oldest first; never empty.
    pub versions: Vec<WorkflowVersion>,
    /// The codes of the deadlines that its cases have, in order. They are in the settings, and apply at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<PolicyCode>,
}

impl Workflow {
    /// The newest version, with which new cases start.
    #[must_use]
    pub fn current(&self) -> Option<&WorkflowVersion> {
        self.versions.last()
    }
}

/// One version of a workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkflowVersion {
    /// The number of the version, from 1.
    pub version: u32,
    /// The steps, in the order in which a screen shows them.
    pub steps: Vec<Step>,
    /// The names of the sources that are asked for data; `None` for all sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<String>>,
    /// The columns that are hidden from the requester unless somebody shows them for a case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redactions: Vec<DefaultRedaction>,
}

/// Identifies a step within its workflow: `data_approval`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub(crate) String);

impl StepId {
    /// Checks an id that a caller gave for `field`: letters, digits, `_` and `-`, 1 to 200 characters.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        super::StageId::parse(field, text).map(|id| Self(id.as_str().to_owned()))
    }

    /// The id as text, such as `data_approval`.
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

/// One step of a workflow, which a screen shows as a box.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// The id of the step, unique within the workflow.
    pub id: StepId,
    /// The label that staff see.
    pub label: Wording<ShortText>,
    /// What is done in the step.
    pub kind: StepKind,
    /// The ids of the steps that must be done before it; empty if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<StepId>,
    /// The permission that its doer needs.
    pub permission: Permission,
    /// Whether only the holder of the case does it, or anyone with the permission.
    pub doer: StepDoer,
    /// How many different people must approve it, 1 to 100; 1 unless set otherwise.
    pub quorum: u32,
    /// Whether the people who raised the case are excluded from doing it.
    #[serde(default)]
    pub excludes_raiser: bool,
    /// The ids of the steps whose doers are excluded from doing it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes_doers_of: Vec<StepId>,
    /// The codes with which a request can be denied at it; empty if it cannot be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denial_codes: Vec<String>,
    /// What its approvals cover besides the type, the customer and who asked, each field once and in the order of
    /// [`MaterialField`]; empty if nothing else. A release has none: it covers what the approvals before it do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<MaterialField>,
    /// How a requester can be identified at it; empty for any way that somebody describes, and for steps that identify
    /// nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<IdentificationMethod>,
}

/// A way of identifying a requester.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IdentificationMethod {
    /// The code, unique within the step: lower-case letters, digits and `_`.
    pub code: String,
    /// What staff call it.
    pub label: ShortText,
    /// How sure it makes the organisation; `None` if whoever identifies somebody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
}

/// How sure an organisation is that somebody is who they say they are: the levels of Regulation (EU) 910/2014, article 8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Limited confidence.
    Low,
    /// Substantial confidence.
    Substantial,
    /// A higher confidence than substantial.
    High,
}

impl Assurance {
    /// The stable word for it in hosts, such as `substantial`; also the key of its label in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }
}

impl Step {
    /// Its label as staff see it, in a language.
    #[must_use]
    pub fn called(&self, language: &Language) -> String {
        self.label.said(language).into_owned()
    }
}

/// A field of a case that the approvals of a step can cover. If it changes, they lapse.
///
/// The type, the customer and the requester of a case are covered by every approval.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum MaterialField {
    /// The title of the case.
    Title,
    /// The description of the case.
    Description,
}

impl MaterialField {
    /// The stable word for it in digests and in hosts, such as `title`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
        }
    }
}

/// What is done in a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Somebody makes sure who the requester is.
    Identification,
    /// Somebody approves the data that was found, or that there is none.
    DataApproval,
    /// Somebody gives an approval that is not about data.
    Approval,
    /// The answer is built and sent.
    Release,
}

impl StepKind {
    /// The stable word for it in hosts, such as `data_approval`; also the key of its label in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Identification => "identification",
            Self::DataApproval => "data_approval",
            Self::Approval => "approval",
            Self::Release => "release",
        }
    }
}

/// Who can do a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepDoer {
    /// The holder of the case, so somebody must hold it.
    Holder,
    /// Anyone with the permission of the step.
    Anyone,
}
