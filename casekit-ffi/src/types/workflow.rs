//! Workflows and their steps.

use casekit::{NewStep, NewWorkflow, Permission, StepDoer, StepKind, WorkflowEdit, WorkflowId, WorkflowView};

/// A workflow to be created.
#[uniffi::remote(Record)]
pub struct NewWorkflow {
    /// One line of 1 to 200 characters, unique without case, width and outer space.
    pub name: String,
    /// The steps in the order in which a screen shows them, 1 to 100.
    #[uniffi(default = [])]
    pub steps: Vec<NewStep>,
    /// The names of the sources that are asked for data; `None` for all that there are.
    #[uniffi(default = None)]
    pub sources: Option<Vec<String>>,
}

/// A step of a workflow.
#[uniffi::remote(Record)]
pub struct NewStep {
    /// Its id within the workflow: letters, digits, `_` and `-`.
    pub id: String,
    /// What staff see.
    pub label: String,
    /// What is done there.
    pub kind: StepKind,
    /// The ids of the steps that must be done first.
    #[uniffi(default = [])]
    pub requires: Vec<String>,
    /// What its doer must be allowed to do; `ReleaseCases` for a release and `DecideSteps` otherwise, if not given.
    #[uniffi(default = None)]
    pub permission: Option<Permission>,
    /// Whether the holder does it or anyone; a quorum or an exclusion makes it anyone.
    pub doer: StepDoer,
    /// How many different people must approve it, 1 to 100.
    #[uniffi(default = 1)]
    pub quorum: u32,
    /// Whether who raised the case is excluded.
    #[uniffi(default = false)]
    pub excludes_raiser: bool,
    /// The ids of the steps whose doers are excluded.
    #[uniffi(default = [])]
    pub excludes_doers_of: Vec<String>,
    /// The codes with which it can be denied: lower-case letters, digits and `_`, up to 100.
    #[uniffi(default = [])]
    pub denial_codes: Vec<String>,
}

/// Changes to a workflow; what is `None` stays as it is.
#[uniffi::remote(Record)]
pub struct WorkflowEdit {
    /// Another name.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// All steps from now on; running cases keep theirs.
    #[uniffi(default = None)]
    pub steps: Option<Vec<NewStep>>,
    /// The names of the sources from now on.
    #[uniffi(default = None)]
    pub sources: Option<Vec<String>>,
    /// Whether all sources are asked from now on.
    #[uniffi(default = false)]
    pub all_sources: bool,
    /// The revision that the caller saw.
    #[uniffi(default = None)]
    pub seen: Option<u64>,
}

/// What is done in a step.
#[uniffi::remote(Enum)]
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
#[uniffi::remote(Enum)]
pub enum StepDoer {
    /// Whoever holds the case; they must have taken it.
    Holder,
    /// Anyone with the step's permission.
    Anyone,
}

/// A workflow.
#[uniffi::remote(Record)]
pub struct WorkflowView {
    /// Its identity.
    pub id: WorkflowId,
    /// Its revision.
    pub revision: u64,
    /// Its name.
    pub name: String,
    /// Whether case types can start it.
    pub active: bool,
    /// The newest version.
    pub version: u32,
    /// The steps of the newest version, in order.
    pub steps: Vec<NewStep>,
    /// The names of the sources that are asked; `None` for all.
    pub sources: Option<Vec<String>>,
}
