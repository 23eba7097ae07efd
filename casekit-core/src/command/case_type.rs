//! Commands that create and edit case types.

use serde::{Deserialize, Serialize};

use super::{NewField, NewResolution};
use crate::model::{Priority, StageCategory};

/// A case type to be created.
///
/// ```
/// use casekit_core::command::{NewCaseType, NewStage};
/// use casekit_core::model::StageCategory;
///
/// let refunds = NewCaseType::new("Refunds").with_stages(vec![
///     NewStage::new("New", StageCategory::Open),
///     NewStage::new("With the bank", StageCategory::Waiting).shown_as("In progress"),
///     NewStage::new("Paid", StageCategory::Resolved),
/// ]);
/// assert_eq!(refunds.stages.len(), 3);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewCaseType {
    /// One line of 1 to 200 characters, unique without case, width and outer space.
    pub name: String,
    /// Up to 100,000 characters; blank counts as none.
    pub description: Option<String>,
    /// Whether the type stays out of use until somebody activates it.
    pub inactive: bool,
    /// The stages in their order, 1 to 100; if empty, Open, In Progress, Resolved and Closed.
    pub stages: Vec<NewStage>,
    /// The moves between stages that are allowed after raising; `None` to allow any.
    pub moves: Option<Vec<NewStageMove>>,
    /// The name or id of the approval workflow that its cases start; `None` for none.
    pub workflow: Option<String>,
    /// The codes of the deadlines that its cases have, such as `first_answer`, up to 10.
    pub deadlines: Vec<String>,
    /// The moves that the library makes by itself, one from each stage at most.
    pub timed_moves: Vec<NewTimedMove>,
    /// The priority of a new case if nobody gives another one; `None` for [`Normal`](Priority::Normal).
    pub default_priority: Option<Priority>,
    /// The ways in which its cases can end, up to 100; `None` for the usual ones, which are done, withdrawn by the person,
    /// cancelled by staff, duplicate and no answer.
    pub resolutions: Option<Vec<NewResolution>>,
    /// The fields of its cases in their order, up to 100.
    pub fields: Vec<NewField>,
}

impl NewCaseType {
    /// A case type with the usual stages, which is active and has no workflow.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same case type, with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same case type, with these stages instead of the usual ones.
    #[must_use]
    pub fn with_stages(mut self, stages: Vec<NewStage>) -> Self {
        self.stages = stages;
        self
    }

    /// The same case type, with only these moves allowed, each from one stage to another by id or label.
    #[must_use]
    pub fn with_moves<'a>(mut self, moves: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.moves = Some(
            moves.into_iter().map(|(from, to)| NewStageMove { from: from.into(), to: to.into() }).collect(),
        );
        self
    }

    /// The same case type, with an approval workflow by name or id.
    #[must_use]
    pub fn with_workflow(mut self, workflow: impl Into<String>) -> Self {
        self.workflow = Some(workflow.into());
        self
    }

    /// The same case type, whose cases have one more deadline.
    #[must_use]
    pub fn with_deadline(mut self, policy: impl Into<String>) -> Self {
        self.deadlines.push(policy.into());
        self
    }

    /// The same case type, whose cases the library moves by itself once they have been in a stage so many days.
    #[must_use]
    pub fn moving(mut self, timed_move: NewTimedMove) -> Self {
        self.timed_moves.push(timed_move);
        self
    }

    /// The same case type, whose cases have this priority if nobody gives another one.
    #[must_use]
    pub fn with_default_priority(mut self, priority: Priority) -> Self {
        self.default_priority = Some(priority);
        self
    }

    /// The same case type, whose cases can end so instead of in the usual ways.
    #[must_use]
    pub fn with_resolutions(mut self, resolutions: Vec<NewResolution>) -> Self {
        self.resolutions = Some(resolutions);
        self
    }

    /// The same case type, whose cases have these fields.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<NewField>) -> Self {
        self.fields = fields;
        self
    }

    /// The same case type, out of use until somebody activates it.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.inactive = true;
        self
    }
}

/// A stage of a case type that is created or edited.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewStage {
    /// The id of the stage. Give the id of an existing stage to keep that stage. If `None`, it is the id of the
    /// existing stage with this label, or a new one made from the label.
    pub id: Option<String>,
    /// The label that staff see: 1 to 1,000 characters, different from the labels of the other stages.
    pub label: String,
    /// The label that the customer sees, up to 1,000 characters; `None` to show the one for staff.
    pub customer_label: Option<String>,
    /// The category of the stage, which is its fixed meaning.
    pub category: StageCategory,
    /// Whether no case can be put into the stage.
    pub disabled: bool,
    /// Whether a case comes to the stage only with a resolution; only of a resolved or closed stage.
    pub needs_resolution: bool,
}

impl NewStage {
    /// An enabled stage with a label, whose id is made from the label.
    #[must_use]
    pub fn new(label: impl Into<String>, category: StageCategory) -> Self {
        Self {
            id: None,
            label: label.into(),
            customer_label: None,
            category,
            disabled: false,
            needs_resolution: false,
        }
    }

    /// The same stage, with this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same stage, with another label for the customer.
    #[must_use]
    pub fn shown_as(mut self, customer_label: impl Into<String>) -> Self {
        self.customer_label = Some(customer_label.into());
        self
    }

    /// The same stage, into which no case can be put.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// The same stage, to which a case comes only with a resolution.
    #[must_use]
    pub fn needing_resolution(mut self) -> Self {
        self.needs_resolution = true;
        self
    }
}

/// A move from one stage to another, each by id or label.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewStageMove {
    /// The id or label of the stage that the case leaves.
    pub from: String,
    /// The id or label of the stage that the case enters.
    pub to: String,
}

impl NewStageMove {
    /// An allowed move between two stages.
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { from: from.into(), to: to.into() }
    }
}

/// A move that the library makes by itself once a case has been in a stage long enough.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewTimedMove {
    /// The id or label of the stage that the case leaves.
    pub from: String,
    /// The id or label of the stage that it enters.
    pub to: String,
    /// After how many days of 24 hours, 1 to 3,650.
    pub after_days: u32,
}

impl NewTimedMove {
    /// A move from one stage to another after so many days.
    ///
    /// ```
    /// use casekit_core::command::NewTimedMove;
    ///
    /// assert_eq!(NewTimedMove::new("Resolved", "Closed", 14).after_days, 14);
    /// ```
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>, after_days: u32) -> Self {
        Self { from: from.into(), to: to.into(), after_days }
    }
}

/// Changes to a case type. Fields that are `None` stay as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseTypeEdit {
    /// The new name: one line of 1 to 200 characters, unique in the file.
    pub name: Option<String>,
    /// The new description, up to 100,000 characters; blank removes it.
    pub description: Option<String>,
    /// All stages from now on, in their order. A stage with the id of an existing one stays that stage for its cases.
    pub stages: Option<Vec<NewStage>>,
    /// All moves that are allowed from now on; not together with `any_move`.
    pub moves: Option<Vec<NewStageMove>>,
    /// Whether to allow any move from now on.
    pub any_move: bool,
    /// The name or id of the new workflow; not together with `without_workflow`.
    pub workflow: Option<String>,
    /// Whether its cases start no workflow from now on.
    pub without_workflow: bool,
    /// The codes of all deadlines that its cases have from now on, those that are open too.
    pub deadlines: Option<Vec<String>>,
    /// All moves that the library makes by itself from now on.
    pub timed_moves: Option<Vec<NewTimedMove>>,
    /// The priority of a new case from now on if nobody gives another one. Cases that there are keep theirs.
    pub default_priority: Option<Priority>,
    /// All ways in which its cases can end from now on, in their order. Cases keep how they ended.
    pub resolutions: Option<Vec<NewResolution>>,
    /// All fields from now on, in their order. A field with the id of an existing one stays that field.
    pub fields: Option<Vec<NewField>>,
    /// The revision that the caller saw. If the type has another one by now, the edit is refused with `Conflict`.
    /// `None` skips the check.
    pub seen: Option<u64>,
}

impl CaseTypeEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the type another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives the type another description; blank removes it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Replaces the stages with these.
    #[must_use]
    pub fn stages(mut self, stages: Vec<NewStage>) -> Self {
        self.stages = Some(stages);
        self
    }

    /// Allows these moves and no others.
    #[must_use]
    pub fn moves(mut self, moves: Vec<NewStageMove>) -> Self {
        self.moves = Some(moves);
        self
    }

    /// Allows any move between stages.
    #[must_use]
    pub fn any_move(mut self) -> Self {
        self.any_move = true;
        self
    }

    /// Makes its cases start another workflow, by name or id.
    #[must_use]
    pub fn workflow(mut self, workflow: impl Into<String>) -> Self {
        self.workflow = Some(workflow.into());
        self
    }

    /// Makes its cases start no workflow.
    #[must_use]
    pub fn without_workflow(mut self) -> Self {
        self.without_workflow = true;
        self
    }

    /// Gives its cases these deadlines.
    #[must_use]
    pub fn deadlines<'a>(mut self, policies: impl IntoIterator<Item = &'a str>) -> Self {
        self.deadlines = Some(policies.into_iter().map(str::to_owned).collect());
        self
    }

    /// Has the library make these moves by itself, and no others.
    #[must_use]
    pub fn timed_moves(mut self, timed_moves: Vec<NewTimedMove>) -> Self {
        self.timed_moves = Some(timed_moves);
        self
    }

    /// Gives new cases this priority if nobody gives another one.
    #[must_use]
    pub fn default_priority(mut self, priority: Priority) -> Self {
        self.default_priority = Some(priority);
        self
    }

    /// Replaces the ways in which its cases can end with these.
    #[must_use]
    pub fn resolutions(mut self, resolutions: Vec<NewResolution>) -> Self {
        self.resolutions = Some(resolutions);
        self
    }

    /// Replaces the fields of its cases with these.
    #[must_use]
    pub fn fields(mut self, fields: Vec<NewField>) -> Self {
        self.fields = Some(fields);
        self
    }

    /// Changes the type only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
