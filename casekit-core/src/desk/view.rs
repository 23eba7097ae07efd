//! What reads answer: plain records, so that they cross to any host.

use serde::{Deserialize, Serialize};

use super::case_view::CaseSummary;
use crate::command::NewStep;
use crate::model::{
    CaseTypeId, CustomerId, EmploymentStatus, Gender, MaritalStatus, NoteId, SourceSetting, StageCategory,
    Timestamp, Visibility, WebformTarget, WorkflowId,
};

/// A case type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StageMoveView {
    /// The stage that is left.
    pub from: String,
    /// The stage that is entered.
    pub to: String,
}

/// A workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
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

/// One customer, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerView {
    /// Their identity.
    pub id: CustomerId,
    /// Their revision.
    pub revision: u64,
    /// Their name.
    pub name: String,
    /// As they gave it.
    pub gender: Option<Gender>,
    /// As they gave it.
    pub marital_status: Option<MaritalStatus>,
    /// As they gave it.
    pub employment_status: Option<EmploymentStatus>,
    /// Whom to call in need.
    pub next_of_kin: Vec<NextOfKinView>,
    /// Where money goes.
    pub bank_accounts: Vec<BankAccountView>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their postal address.
    pub address: Option<String>,
    /// What another system calls them.
    pub external_reference: Option<String>,
    /// When they were entered.
    pub created_at: Timestamp,
    /// When their profile last changed.
    pub updated_at: Timestamp,
}

/// Whom to call in need.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NextOfKinView {
    /// Their name.
    pub name: String,
    /// What they are to the customer.
    pub relationship: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their address.
    pub address: Option<String>,
}

/// Where money goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct BankAccountView {
    /// The bank.
    pub bank: Option<String>,
    /// In whose name it is kept.
    pub account_name: Option<String>,
    /// The number with all but its last four characters hidden.
    pub hint: String,
    /// The number in clear, for those who may read sensitive values.
    pub number: Option<String>,
}

impl std::fmt::Debug for BankAccountView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BankAccountView").field("hint", &self.hint).finish_non_exhaustive()
    }
}

/// A customer in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerSummary {
    /// Their identity.
    pub id: CustomerId,
    /// Their name.
    pub name: String,
    /// What another system calls them.
    pub external_reference: Option<String>,
}

/// A note in its thread.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ThreadNote {
    /// Its identity.
    pub id: NoteId,
    /// The note that it answers.
    pub parent: Option<NoteId>,
    /// How many notes stand above it: 0 for one that answers nothing.
    pub depth: u32,
    /// The id of who wrote it.
    pub author: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// What it says; `None` if it was retracted.
    pub text: Option<String>,
    /// Who can see it.
    pub visibility: Visibility,
    /// How often it was edited.
    pub edits: u32,
    /// When it was last edited, retracted or shown to others.
    pub updated_at: Timestamp,
}

/// What a note said at some time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NoteRevision {
    /// From 1.
    pub revision: u32,
    /// When it was written.
    pub at: Timestamp,
    /// The id of who wrote it.
    pub by: String,
    /// What it said; `None` for its retraction.
    pub text: Option<String>,
}

/// A case or a note that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SearchHit {
    /// The case, or that on which the note stands.
    pub case: CaseSummary,
    /// The note, if a note was found.
    pub note: Option<NoteId>,
    /// Who can see the note.
    pub visibility: Option<Visibility>,
}

/// The settings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SettingsView {
    /// Their revision.
    pub revision: u64,
    /// The prefix of new case numbers.
    pub number_prefix: String,
    /// What the organisation is called on reports.
    pub organisation: Option<String>,
    /// Where users turn for help.
    pub support_email: Option<String>,
    /// Where answers are sent.
    pub webform: Option<WebformTarget>,
    /// The sources.
    pub sources: Vec<SourceSetting>,
    /// Days for which snapshots and packages are kept after delivery.
    pub retention_days: u32,
}
