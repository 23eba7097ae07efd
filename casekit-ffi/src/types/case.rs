//! Cases, their lists and counts.

use casekit::{
    CaseCountRow, CaseEdit, CaseId, CaseSummary, CaseTypeId, CaseView, Changed, CountBy, CountsQuery,
    CustomerId, Direction, HeldBy, HolderView, NewCase, NoteId, PageRequest, RaisedCase, SearchHit, Sort,
    StageCategory, Timestamp, Visibility,
};

/// A case to be raised.
#[uniffi::remote(Record)]
pub struct NewCase {
    /// The name or id of an active case type.
    pub case_type: String,
    /// One line of 1 to 200 characters.
    pub title: String,
    /// Up to 100,000 characters; blank counts as none.
    #[uniffi(default = None)]
    pub description: Option<String>,
    /// The id or label of an enabled stage; the type's first open stage if none is given.
    #[uniffi(default = None)]
    pub stage: Option<String>,
    /// Whom it concerns.
    #[uniffi(default = None)]
    pub customer: Option<CustomerId>,
}

/// Changes to a case; what is `None` stays as it is.
#[uniffi::remote(Record)]
pub struct CaseEdit {
    /// The name or id of another active type.
    #[uniffi(default = None)]
    pub case_type: Option<String>,
    /// The id or label of an enabled stage (of the new type, if the type changes).
    #[uniffi(default = None)]
    pub stage: Option<String>,
    /// Another title.
    #[uniffi(default = None)]
    pub title: Option<String>,
    /// Another description; blank takes it away.
    #[uniffi(default = None)]
    pub description: Option<String>,
    /// Another customer.
    #[uniffi(default = None)]
    pub customer: Option<CustomerId>,
    /// Whether the link to the customer is taken away.
    #[uniffi(default = false)]
    pub without_customer: bool,
    /// Why; needed to leave `Resolved` or `Closed`. Up to 1,000 characters.
    #[uniffi(default = None)]
    pub reason: Option<String>,
    /// The revision that the caller saw; if the case has another, they get a `Conflict` instead.
    #[uniffi(default = None)]
    pub seen: Option<u64>,
}

/// One case, whole.
#[uniffi::remote(Record)]
pub struct CaseView {
    /// Its identity.
    pub id: CaseId,
    /// Its revision: give it as `seen` to change only what you saw.
    pub revision: u64,
    /// Its number, such as `C-000123`.
    pub number: String,
    /// Its type.
    pub case_type_id: CaseTypeId,
    /// The name of its type.
    pub case_type: String,
    /// The version of the type that it keeps.
    pub type_version: u32,
    /// The id of its stage.
    pub stage_id: String,
    /// The label of its stage, for staff.
    pub stage: String,
    /// The label of its stage, for the customer.
    pub customer_stage: String,
    /// The meaning of the stage.
    pub category: StageCategory,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
    /// Its customer.
    pub customer: Option<CustomerId>,
    /// The customer's name.
    pub customer_name: Option<String>,
    /// In whose hands it is.
    pub holder: Option<HolderView>,
    /// The id of who raised it.
    pub raised_by: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// How often it was reopened.
    pub reopened: u32,
    /// How many notes were ever added.
    pub notes: u32,
}

/// In whose hands a case is.
#[uniffi::remote(Record)]
pub struct HolderView {
    /// Their id.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

/// A case in a list.
#[uniffi::remote(Record)]
pub struct CaseSummary {
    /// Its identity.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// The name of its type.
    pub case_type: String,
    /// The label of its stage.
    pub stage: String,
    /// Its title.
    pub title: String,
    /// Its customer's name.
    pub customer: Option<String>,
    /// The id of its holder.
    pub holder: Option<String>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// The name of its workflow.
    pub workflow: Option<String>,
    /// The code of its status in its workflow: `ready`, `waiting`, `being_delivered`, `failed`, `ended`; `None` without one.
    pub status_code: Option<String>,
    /// Its status in words: the label of its stage, and the ready step, the failure or the outcome.
    pub status: String,
}

/// A case or a note that was found.
#[uniffi::remote(Record)]
pub struct SearchHit {
    /// The case, or that on which the note stands.
    pub case: CaseSummary,
    /// The note, if a note was found.
    pub note: Option<NoteId>,
    /// Who can see the note.
    pub visibility: Option<Visibility>,
}

/// A case was raised.
#[uniffi::remote(Record)]
pub struct RaisedCase {
    /// Its id.
    pub id: CaseId,
    /// Its number, such as `C-000123`.
    pub number: String,
    /// Its revision.
    pub revision: u64,
    /// Whether it was raised before under the same request id.
    pub replayed: bool,
}

/// Something was changed, or was already as asked.
#[uniffi::remote(Record)]
pub struct Changed {
    /// The revision that it has now.
    pub revision: u64,
    /// How many events the change left: none if everything was already as asked.
    pub events: u64,
    /// Whether it was done before under the same request id.
    pub replayed: bool,
}

/// The fixed meaning of a stage, whatever a case type calls it.
#[uniffi::remote(Enum)]
pub enum StageCategory {
    /// Nobody works on it yet.
    Open,
    /// Somebody works on it.
    Active,
    /// It waits for somebody outside.
    Waiting,
    /// It has its answer.
    Resolved,
    /// It is done with.
    Closed,
}

/// What cases are sorted by; the number decides among equals.
#[uniffi::remote(Enum)]
pub enum Sort {
    /// By number.
    Number,
    /// By when they were raised.
    Raised,
    /// By when their newest event happened.
    Updated,
}

/// Which end comes first.
#[uniffi::remote(Enum)]
pub enum Direction {
    /// Least first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// What counts are grouped by.
#[uniffi::remote(Enum)]
pub enum CountBy {
    /// By type.
    CaseType,
    /// By type and stage.
    Stage,
    /// By category.
    Category,
    /// By holder, the untaken ones together.
    Holder,
}

/// In whose hands a case must be.
#[uniffi::remote(Enum)]
pub enum HeldBy {
    /// In nobody's.
    Nobody,
    /// In the actor's own.
    Me,
    /// In those of the person with this id.
    Actor {
        /// Their id.
        id: String,
    },
}

/// Which cases are counted. These conditions are the ones whose counts are kept, so counting costs the same however
/// many cases there are.
#[uniffi::remote(Record)]
pub struct CountsQuery {
    /// Of the type with this name or id.
    #[uniffi(default = None)]
    pub case_type: Option<String>,
    /// In the stage with this id or label.
    #[uniffi(default = None)]
    pub stage: Option<String>,
    /// In a stage of this category.
    #[uniffi(default = None)]
    pub category: Option<StageCategory>,
    /// In whose hands.
    #[uniffi(default = None)]
    pub holder: Option<HeldBy>,
}

/// How many cases there are in one group.
#[uniffi::remote(Record)]
pub struct CaseCountRow {
    /// The name of the type, when grouped by type or stage.
    pub case_type: Option<String>,
    /// The label of the stage, when grouped by stage.
    pub stage: Option<String>,
    /// The category, when grouped by category or stage.
    pub category: Option<StageCategory>,
    /// The id of the holder, when grouped by holder; `None` there for the untaken.
    pub holder: Option<String>,
    /// How many cases.
    pub count: u64,
}

/// Which page of a list.
#[uniffi::remote(Record)]
pub struct PageRequest {
    /// Rows on it: 1 to 500; 50 if not given.
    #[uniffi(default = None)]
    pub size: Option<u32>,
    /// The `next` of the page before.
    #[uniffi(default = None)]
    pub after: Option<String>,
}
