//! Configuring workflows.

use serde::{Deserialize, Serialize};

use crate::model::{Permission, StepDoer, StepKind};

/// A workflow to be created.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewWorkflow {
    /// One line of 1 to 200 characters, unique without case, width and outer space.
    pub name: String,
    /// The steps in the order in which a screen shows them, 1 to 100.
    pub steps: Vec<NewStep>,
    /// The names of the sources that are asked for data; `None` for all that there are.
    pub sources: Option<Vec<String>>,
}

impl NewWorkflow {
    /// A workflow without steps yet, which asks every source.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same with one more step.
    #[must_use]
    pub fn with_step(mut self, step: NewStep) -> Self {
        self.steps.push(step);
        self
    }

    /// The same with only these sources.
    #[must_use]
    pub fn with_sources(mut self, sources: Vec<String>) -> Self {
        self.sources = Some(sources);
        self
    }
}

/// A step of a workflow.
///
/// ```
/// use casekit_core::command::NewStep;
/// use casekit_core::model::StepKind;
///
/// let second = NewStep::new("second", "Second signature", StepKind::Approval).requires("first").not_by_doer_of("first");
/// assert_eq!(second.requires, ["first"]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewStep {
    /// Its id within the workflow: letters, digits, `_` and `-`.
    pub id: String,
    /// What staff see.
    pub label: String,
    /// What is done there.
    pub kind: StepKind,
    /// The ids of the steps that must be done first.
    pub requires: Vec<String>,
    /// What its doer must be allowed to do; `ReleaseCases` for a release and `DecideSteps` otherwise, if not given.
    pub permission: Option<Permission>,
    /// Whether the holder does it or anyone; a quorum or an exclusion makes it anyone.
    pub doer: StepDoer,
    /// How many different people must approve it, 1 to 100.
    pub quorum: u32,
    /// Whether who raised the case is excluded.
    pub excludes_raiser: bool,
    /// The ids of the steps whose doers are excluded.
    pub excludes_doers_of: Vec<String>,
    /// The codes with which it can be denied: lower-case letters, digits and `_`, up to 100.
    pub denial_codes: Vec<String>,
}

impl NewStep {
    /// A step that the holder of the case does.
    #[must_use]
    pub fn new(id: impl Into<String>, label: impl Into<String>, kind: StepKind) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            kind,
            requires: Vec::new(),
            permission: None,
            doer: StepDoer::Holder,
            quorum: 1,
            excludes_raiser: false,
            excludes_doers_of: Vec::new(),
            denial_codes: Vec::new(),
        }
    }

    /// The same after another step.
    #[must_use]
    pub fn requires(mut self, step: impl Into<String>) -> Self {
        self.requires.push(step.into());
        self
    }

    /// The same, by anyone with the permission.
    #[must_use]
    pub fn by_anyone(mut self) -> Self {
        self.doer = StepDoer::Anyone;
        self
    }

    /// The same, by so many different people.
    #[must_use]
    pub fn with_quorum(mut self, people: u32) -> Self {
        self.quorum = people;
        self
    }

    /// The same, not by who raised the case.
    #[must_use]
    pub fn not_by_raiser(mut self) -> Self {
        self.excludes_raiser = true;
        self
    }

    /// The same, not by who did another step.
    #[must_use]
    pub fn not_by_doer_of(mut self, step: impl Into<String>) -> Self {
        self.excludes_doers_of.push(step.into());
        self
    }

    /// The same, with codes with which it can be denied.
    #[must_use]
    pub fn deniable<'a>(mut self, codes: impl IntoIterator<Item = &'a str>) -> Self {
        self.denial_codes.extend(codes.into_iter().map(str::to_owned));
        self
    }

    /// The same with another permission.
    #[must_use]
    pub fn with_permission(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }
}

/// Changes to a workflow; what is `None` stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WorkflowEdit {
    /// Another name.
    pub name: Option<String>,
    /// All steps from now on; running cases keep theirs.
    pub steps: Option<Vec<NewStep>>,
    /// The names of the sources from now on.
    pub sources: Option<Vec<String>>,
    /// Whether all sources are asked from now on.
    pub all_sources: bool,
    /// The revision that the caller saw.
    pub seen: Option<u64>,
}

impl WorkflowEdit {
    /// No change yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Give it another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Give it these steps.
    #[must_use]
    pub fn steps(mut self, steps: Vec<NewStep>) -> Self {
        self.steps = Some(steps);
        self
    }

    /// Ask these sources and no others.
    #[must_use]
    pub fn sources(mut self, sources: Vec<String>) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Ask every source that the settings have.
    #[must_use]
    pub fn all_sources(mut self) -> Self {
        self.all_sources = true;
        self
    }

    /// Change it only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
