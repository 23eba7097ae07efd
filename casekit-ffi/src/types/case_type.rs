//! Case types and their stages.

use casekit::{
    CaseTypeEdit, CaseTypeId, CaseTypeView, CreatedCaseType, NewCaseType, NewStage, NewStageMove,
    StageCategory, StageMoveView, StageView,
};

/// A case type to be created.
#[uniffi::remote(Record)]
pub struct NewCaseType {
    /// One line of 1 to 200 characters, unique without case, width and outer space.
    pub name: String,
    /// Up to 100,000 characters; blank counts as none.
    #[uniffi(default = None)]
    pub description: Option<String>,
    /// Whether it stays out of use until it is activated.
    #[uniffi(default = false)]
    pub inactive: bool,
    /// The stages in their order, 1 to 100; Open, In Progress, Resolved and Closed if none are given.
    #[uniffi(default = [])]
    pub stages: Vec<NewStage>,
    /// The moves allowed after raising; `None` for any.
    #[uniffi(default = None)]
    pub moves: Option<Vec<NewStageMove>>,
    /// The name or id of the approval workflow that its cases start.
    #[uniffi(default = None)]
    pub workflow: Option<String>,
}

/// A stage of a case type.
#[uniffi::remote(Record)]
pub struct NewStage {
    /// Its id: of a stage that there is, to keep it; made from the label if none is given.
    #[uniffi(default = None)]
    pub id: Option<String>,
    /// What staff see: 1 to 1,000 characters, different from the other stages' labels.
    pub label: String,
    /// What the customer sees, where it differs.
    #[uniffi(default = None)]
    pub customer_label: Option<String>,
    /// Its fixed meaning.
    pub category: StageCategory,
    /// Whether it is out of use.
    #[uniffi(default = false)]
    pub disabled: bool,
}

/// A move from one stage to another, each by id or label.
#[uniffi::remote(Record)]
pub struct NewStageMove {
    /// The stage that is left.
    pub from: String,
    /// The stage that is entered.
    pub to: String,
}

/// Changes to a case type; what is `None` stays as it is.
#[uniffi::remote(Record)]
pub struct CaseTypeEdit {
    /// Another name.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// Another description; blank takes it away.
    #[uniffi(default = None)]
    pub description: Option<String>,
    /// All stages in their order. A stage with the id of one that there is keeps its cases' meaning.
    #[uniffi(default = None)]
    pub stages: Option<Vec<NewStage>>,
    /// All moves allowed from now on.
    #[uniffi(default = None)]
    pub moves: Option<Vec<NewStageMove>>,
    /// Whether any move is allowed from now on.
    #[uniffi(default = false)]
    pub any_move: bool,
    /// The name or id of another workflow.
    #[uniffi(default = None)]
    pub workflow: Option<String>,
    /// Whether it has no workflow from now on.
    #[uniffi(default = false)]
    pub without_workflow: bool,
    /// The revision that the caller saw.
    #[uniffi(default = None)]
    pub seen: Option<u64>,
}

/// A case type.
#[uniffi::remote(Record)]
pub struct CaseTypeView {
    /// Its identity.
    pub id: CaseTypeId,
    /// Its revision.
    pub revision: u64,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether cases can be raised under it.
    pub active: bool,
    /// The newest version.
    pub version: u32,
    /// The stages of the newest version, in order.
    pub stages: Vec<StageView>,
    /// The moves allowed in the newest version; `None` for any.
    pub moves: Option<Vec<StageMoveView>>,
    /// The name of its workflow.
    pub workflow: Option<String>,
}

/// A stage of a case type.
#[uniffi::remote(Record)]
pub struct StageView {
    /// Its id, the same across versions.
    pub id: String,
    /// What staff see.
    pub label: String,
    /// What the customer sees.
    pub customer_label: String,
    /// Its meaning.
    pub category: StageCategory,
    /// Whether a case may be put there.
    pub enabled: bool,
}

/// An allowed move, by stage ids.
#[uniffi::remote(Record)]
pub struct StageMoveView {
    /// The stage that is left.
    pub from: String,
    /// The stage that is entered.
    pub to: String,
}

/// A case type was created.
#[uniffi::remote(Record)]
pub struct CreatedCaseType {
    /// Its id.
    pub id: CaseTypeId,
    /// Its revision.
    pub revision: u64,
    /// Whether it was created before under the same request id.
    pub replayed: bool,
}
