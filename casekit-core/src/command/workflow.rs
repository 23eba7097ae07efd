//! Commands that create and edit workflows.

use serde::{Deserialize, Serialize};

use crate::model::{Assurance, MaterialField, Permission, StepDoer, StepKind};

/// A workflow to be created.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewWorkflow {
    /// One line of 1 to 200 characters, unique without case, width and outer space.
    pub name: String,
    /// The steps, in the order in which a screen shows them, 1 to 100.
    pub steps: Vec<NewStep>,
    /// The names of the sources that are asked for data, up to 100; `None` for all sources.
    pub sources: Option<Vec<String>>,
    /// The columns that are hidden from the requester unless somebody shows them for a case, up to 100.
    pub redactions: Vec<NewDefaultRedaction>,
    /// The codes of the deadlines that its cases have, such as `eu_gdpr`, up to 10.
    pub deadlines: Vec<String>,
}

impl NewWorkflow {
    /// A workflow without steps, which asks every source for data.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same workflow, with one more step.
    #[must_use]
    pub fn with_step(mut self, step: NewStep) -> Self {
        self.steps.push(step);
        self
    }

    /// The same workflow, hiding one more column by default.
    #[must_use]
    pub fn hiding(mut self, redaction: NewDefaultRedaction) -> Self {
        self.redactions.push(redaction);
        self
    }

    /// The same workflow, whose cases have one more deadline.
    #[must_use]
    pub fn with_deadline(mut self, policy: impl Into<String>) -> Self {
        self.deadlines.push(policy.into());
        self
    }

    /// The same workflow, asking only these sources for data.
    #[must_use]
    pub fn with_sources(mut self, sources: Vec<String>) -> Self {
        self.sources = Some(sources);
        self
    }
}

/// A column that a workflow hides from the requester wherever a source finds it, unless somebody shows it for a case.
///
/// Tables and columns are compared without case, width and outer space.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewDefaultRedaction {
    /// The name of the source.
    pub source: String,
    /// The name of the column, 1 to 1,000 characters.
    pub column: String,
    /// Why it is hidden, in words for the requester: 1 to 1,000 characters.
    pub reason: String,
    /// The name of the table; `None` for every table of the source.
    pub table: Option<String>,
}

impl NewDefaultRedaction {
    /// A column of every table of a source, and why it is hidden.
    #[must_use]
    pub fn new(source: impl Into<String>, column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { source: source.into(), column: column.into(), reason: reason.into(), table: None }
    }

    /// The same column, of this table alone.
    #[must_use]
    pub fn of_table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }
}

/// A way of identifying a requester, for a step that is created or edited.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewMethod {
    /// The code, unique within the step: lower-case letters, digits and `_`.
    pub code: String,
    /// What staff call it, 1 to 1,000 characters.
    pub label: String,
    /// How sure it makes the organisation; if `None`, whoever identifies somebody says.
    pub assurance: Option<Assurance>,
}

impl NewMethod {
    /// A method with its code and label.
    #[must_use]
    pub fn new(code: impl Into<String>, label: impl Into<String>) -> Self {
        Self { code: code.into(), label: label.into(), assurance: None }
    }

    /// The same method, with its level of assurance.
    #[must_use]
    pub fn assured(mut self, assurance: Assurance) -> Self {
        self.assurance = Some(assurance);
        self
    }
}

/// A step of a workflow that is created or edited.
///
/// ```
/// use casekit_core::command::NewStep;
/// use casekit_core::model::StepKind;
///
/// let second = NewStep::new("second", "Second signature", StepKind::Approval).requires("first").not_by_doer_of("first");
/// assert_eq!(second.requires, ["first"]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewStep {
    /// The id of the step within the workflow: letters, digits, `_` and `-`, 1 to 200 characters.
    pub id: String,
    /// The label that staff see, 1 to 1,000 characters.
    pub label: String,
    /// What is done in the step.
    pub kind: StepKind,
    /// The ids of the steps that must be done before it.
    pub requires: Vec<String>,
    /// The permission that its doer needs; if `None`, `ReleaseCases` for a release and `DecideSteps` otherwise.
    pub permission: Option<Permission>,
    /// Whether only the holder does it, or anyone. With a quorum or an exclusion, anyone can.
    pub doer: StepDoer,
    /// How many different people must approve it, 1 to 100.
    pub quorum: u32,
    /// Whether the people who raised the case are excluded from doing it.
    pub excludes_raiser: bool,
    /// The ids of the steps whose doers are excluded from doing it.
    pub excludes_doers_of: Vec<String>,
    /// The codes with which a request can be denied at it: lower-case letters, digits and `_`; up to 100 codes.
    pub denial_codes: Vec<String>,
    /// What its approvals cover besides the type, the customer and who asked: if it changes, they lapse. If `None`, the
    /// title and the description for an `Approval`, and nothing more for other steps. A release can have none.
    pub material: Option<Vec<MaterialField>>,
    /// How a requester can be identified, up to 100 methods; empty for any way that somebody describes. Only for an
    /// `Identification`.
    pub methods: Vec<NewMethod>,
}

impl NewStep {
    /// A step that the holder of the case does, with a quorum of 1 and without denial codes.
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
            material: None,
            methods: Vec::new(),
        }
    }

    /// The same step, after another one is done.
    #[must_use]
    pub fn requires(mut self, step: impl Into<String>) -> Self {
        self.requires.push(step.into());
        self
    }

    /// The same step, done by anyone with its permission.
    #[must_use]
    pub fn by_anyone(mut self) -> Self {
        self.doer = StepDoer::Anyone;
        self
    }

    /// The same step, approved by this many different people.
    #[must_use]
    pub fn with_quorum(mut self, people: u32) -> Self {
        self.quorum = people;
        self
    }

    /// The same step, not done by the people who raised the case.
    #[must_use]
    pub fn not_by_raiser(mut self) -> Self {
        self.excludes_raiser = true;
        self
    }

    /// The same step, not done by the people who did another one.
    #[must_use]
    pub fn not_by_doer_of(mut self, step: impl Into<String>) -> Self {
        self.excludes_doers_of.push(step.into());
        self
    }

    /// The same step, with codes with which a request can be denied at it.
    #[must_use]
    pub fn deniable<'a>(mut self, codes: impl IntoIterator<Item = &'a str>) -> Self {
        self.denial_codes.extend(codes.into_iter().map(str::to_owned));
        self
    }

    /// The same step, with one more method of identification.
    #[must_use]
    pub fn with_method(mut self, method: NewMethod) -> Self {
        self.methods.push(method);
        self
    }

    /// The same step, whose approvals cover exactly these fields besides the type, the customer and who asked.
    #[must_use]
    pub fn covering(mut self, material: impl IntoIterator<Item = MaterialField>) -> Self {
        self.material = Some(material.into_iter().collect());
        self
    }

    /// The same step, with another permission.
    #[must_use]
    pub fn with_permission(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }
}

/// Changes to a workflow. Fields that are `None` stay as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct WorkflowEdit {
    /// The new name: one line of 1 to 200 characters, unique in the file.
    pub name: Option<String>,
    /// All steps from now on, in order. Cases that have started keep the steps that they have.
    pub steps: Option<Vec<NewStep>>,
    /// The names of the sources that are asked from now on; not together with `all_sources`.
    pub sources: Option<Vec<String>>,
    /// Whether all sources are asked from now on.
    pub all_sources: bool,
    /// All columns that are hidden by default from now on. Cases that have started keep those that they have.
    pub redactions: Option<Vec<NewDefaultRedaction>>,
    /// The codes of all deadlines that its cases have from now on, those that are running too.
    pub deadlines: Option<Vec<String>>,
    /// The revision that the caller saw. If the workflow has another one by now, the edit is refused with `Conflict`.
    /// `None` skips the check.
    pub seen: Option<u64>,
}

impl WorkflowEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the workflow another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Replaces the steps with these.
    #[must_use]
    pub fn steps(mut self, steps: Vec<NewStep>) -> Self {
        self.steps = Some(steps);
        self
    }

    /// Asks only these sources for data.
    #[must_use]
    pub fn sources(mut self, sources: Vec<String>) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Asks every source for data.
    #[must_use]
    pub fn all_sources(mut self) -> Self {
        self.all_sources = true;
        self
    }

    /// Hides these columns by default.
    #[must_use]
    pub fn redactions(mut self, redactions: Vec<NewDefaultRedaction>) -> Self {
        self.redactions = Some(redactions);
        self
    }

    /// Gives its cases these deadlines.
    #[must_use]
    pub fn deadlines<'a>(mut self, policies: impl IntoIterator<Item = &'a str>) -> Self {
        self.deadlines = Some(policies.into_iter().map(str::to_owned).collect());
        self
    }

    /// Changes the workflow only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
