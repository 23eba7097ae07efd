//! Configuring case types.

use serde::{Deserialize, Serialize};

use crate::model::StageCategory;

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
pub struct NewCaseType {
    /// One line of 1 to 200 characters, unique without case, width and outer space.
    pub name: String,
    /// Up to 100,000 characters; blank counts as none.
    pub description: Option<String>,
    /// Whether it stays out of use until it is activated.
    pub inactive: bool,
    /// The stages in their order, 1 to 100; Open, In Progress, Resolved and Closed if none are given.
    pub stages: Vec<NewStage>,
    /// The moves allowed after raising; `None` for any.
    pub moves: Option<Vec<NewStageMove>>,
    /// The name or id of the approval workflow that its cases start.
    pub workflow: Option<String>,
}

impl NewCaseType {
    /// A type with the usual stages.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same with stages of its own.
    #[must_use]
    pub fn with_stages(mut self, stages: Vec<NewStage>) -> Self {
        self.stages = stages;
        self
    }

    /// The same with only these moves, each from a stage to a stage, by id or label.
    #[must_use]
    pub fn with_moves<'a>(mut self, moves: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.moves = Some(
            moves.into_iter().map(|(from, to)| NewStageMove { from: from.into(), to: to.into() }).collect(),
        );
        self
    }

    /// The same with an approval workflow.
    #[must_use]
    pub fn with_workflow(mut self, workflow: impl Into<String>) -> Self {
        self.workflow = Some(workflow.into());
        self
    }

    /// The same, out of use until it is activated.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.inactive = true;
        self
    }
}

/// A stage of a case type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewStage {
    /// Its id: of a stage that there is, to keep it; made from the label if none is given.
    pub id: Option<String>,
    /// What staff see: 1 to 1,000 characters, different from the other stages' labels.
    pub label: String,
    /// What the customer sees, where it differs.
    pub customer_label: Option<String>,
    /// Its fixed meaning.
    pub category: StageCategory,
    /// Whether it is out of use.
    pub disabled: bool,
}

impl NewStage {
    /// An enabled stage.
    #[must_use]
    pub fn new(label: impl Into<String>, category: StageCategory) -> Self {
        Self { id: None, label: label.into(), customer_label: None, category, disabled: false }
    }

    /// The same with an id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same with another label for the customer.
    #[must_use]
    pub fn shown_as(mut self, customer_label: impl Into<String>) -> Self {
        self.customer_label = Some(customer_label.into());
        self
    }

    /// The same, out of use.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

/// A move from one stage to another, each by id or label.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewStageMove {
    /// The stage that is left.
    pub from: String,
    /// The stage that is entered.
    pub to: String,
}

impl NewStageMove {
    /// A move from a stage to a stage.
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { from: from.into(), to: to.into() }
    }
}

/// Changes to a case type; what is `None` stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CaseTypeEdit {
    /// Another name.
    pub name: Option<String>,
    /// Another description; blank takes it away.
    pub description: Option<String>,
    /// All stages in their order. A stage with the id of one that there is keeps its cases' meaning.
    pub stages: Option<Vec<NewStage>>,
    /// All moves allowed from now on.
    pub moves: Option<Vec<NewStageMove>>,
    /// Whether any move is allowed from now on.
    pub any_move: bool,
    /// The name or id of another workflow.
    pub workflow: Option<String>,
    /// Whether it has no workflow from now on.
    pub without_workflow: bool,
    /// The revision that the caller saw.
    pub seen: Option<u64>,
}

impl CaseTypeEdit {
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

    /// Give it another description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Give it these stages.
    #[must_use]
    pub fn stages(mut self, stages: Vec<NewStage>) -> Self {
        self.stages = Some(stages);
        self
    }

    /// Allow these moves and no others.
    #[must_use]
    pub fn moves(mut self, moves: Vec<NewStageMove>) -> Self {
        self.moves = Some(moves);
        self
    }

    /// Allow any move.
    #[must_use]
    pub fn any_move(mut self) -> Self {
        self.any_move = true;
        self
    }

    /// Have its cases start another workflow.
    #[must_use]
    pub fn workflow(mut self, workflow: impl Into<String>) -> Self {
        self.workflow = Some(workflow.into());
        self
    }

    /// Have its cases start no workflow.
    #[must_use]
    pub fn without_workflow(mut self) -> Self {
        self.without_workflow = true;
        self
    }

    /// Change it only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
