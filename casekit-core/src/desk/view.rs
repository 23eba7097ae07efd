//! The records that reads return. They are plain data, so that they can cross to any host.

use serde::{Deserialize, Serialize};

use super::case_view::CaseSummary;
use super::{CalendarView, DeadlinePolicyView, FieldDefinitionView, FieldView, MessageView};
use crate::command::{NewDefaultRedaction, NewStep, NewTimedMove};
use crate::model::{
    BankAccountId, CaseTypeId, CustomerId, EmploymentStatus, Gender, LetterBlock, MaritalStatus, NextOfKinId,
    NoteId, Priority, ResolvedBy, SourceSetting, StageCategory, TagId, TeamId, Timestamp, Visibility,
    WebformTarget, WorkflowId,
};

/// A case type, as its newest version has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseTypeView {
    /// The id of the type; it never changes.
    pub id: CaseTypeId,
    /// The number of events in its history. Give it as `seen` in an edit to change only what you saw.
    pub revision: u64,
    /// The name in the desk's language; unique in a file.
    pub name: String,
    /// What the type is for; `None` if nobody described it.
    pub description: Option<String>,
    /// Whether cases can be raised under this type or moved to it.
    pub active: bool,
    /// The priority of a new case if nobody gives another one.
    pub default_priority: Priority,
    /// The number of its newest version, from 1.
    pub version: u32,
    /// The stages of the newest version, in order.
    pub stages: Vec<StageView>,
    /// The moves that the newest version allows; `None` if every move is allowed.
    pub moves: Option<Vec<StageMoveView>>,
    /// The name of the workflow that its cases start; `None` if they start none.
    pub workflow: Option<String>,
    /// The codes of the deadlines that its cases have, in order; none for a customer.
    pub deadlines: Vec<String>,
    /// The moves that the library makes by itself, between stages by their ids; none for a customer.
    pub timed_moves: Vec<NewTimedMove>,
    /// The fields of its cases in the newest version, in order.
    pub fields: Vec<FieldDefinitionView>,
    /// The ways in which its cases can end in the newest version, in order.
    pub resolutions: Vec<ResolutionView>,
}

/// A way in which cases of a type can end, in its newest version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ResolutionView {
    /// The code, such as `withdrawn`; unique within the type and the same across its versions.
    pub code: String,
    /// The label that staff see, in the desk's language.
    pub label: String,
    /// The label that the customer sees; the same as `label` unless the type has another one.
    pub customer_label: String,
    /// Whose decision it is.
    pub by: ResolvedBy,
    /// Whether a case ends so only with a reason.
    pub needs_reason: bool,
}

/// A stage of a case type, in its newest version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StageView {
    /// The id, such as `in_progress`; unique within the type and the same across its versions.
    pub id: String,
    /// The label that staff see, in the desk's language.
    pub label: String,
    /// The label that the customer sees; the same as `label` unless the type has another one.
    pub customer_label: String,
    /// The fixed meaning of the stage, whatever its label is.
    pub category: StageCategory,
    /// Whether cases can be put into this stage.
    pub enabled: bool,
    /// Whether a case comes to this stage only with a resolution.
    pub needs_resolution: bool,
}

/// A move between two stages that a case type allows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StageMoveView {
    /// The id of the stage that the case leaves.
    pub from: String,
    /// The id of the stage that the case enters.
    pub to: String,
}

/// A tag of cases.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct TagView {
    /// The id of the tag; it never changes.
    pub id: TagId,
    /// The revision of the tag.
    pub revision: u64,
    /// The name; unique among the tags of a file.
    pub name: String,
    /// The number of cases that have the tag and that the actor sees.
    pub count: u64,
}

/// A team with which cases stand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct TeamView {
    /// The id of the team; it never changes. A scope names the team by it.
    pub id: TeamId,
    /// The number of events in its history. Give it as `seen` in an edit to change only what you saw.
    pub revision: u64,
    /// The name; unique among the teams of a file.
    pub name: String,
    /// What the team is for; `None` if nobody described it.
    pub description: Option<String>,
    /// Whether cases can be given to the team.
    pub active: bool,
}

/// A workflow, as its newest version has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct WorkflowView {
    /// The id of the workflow; it never changes.
    pub id: WorkflowId,
    /// The number of events in its history. Give it as `seen` in an edit to change only what you saw.
    pub revision: u64,
    /// The name in the desk's language; unique in a file.
    pub name: String,
    /// Whether case types can start this workflow.
    pub active: bool,
    /// The number of its newest version, from 1.
    pub version: u32,
    /// The steps of the newest version, in order.
    pub steps: Vec<NewStep>,
    /// The names of the sources that are asked for data; `None` for all sources.
    pub sources: Option<Vec<String>>,
    /// The columns that are hidden from the requester unless somebody shows them for a case.
    pub redactions: Vec<NewDefaultRedaction>,
    /// The codes of the deadlines that its cases have, in order.
    pub deadlines: Vec<String>,
}

/// A customer with the whole profile. Fields of the profile that nobody gave are `None` or empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerView {
    /// The id of the customer; it never changes.
    pub id: CustomerId,
    /// The number of events in the customer's history. Give it as `seen` in an edit to change only what you saw.
    pub revision: u64,
    /// The name of the customer, 1 to 200 characters.
    pub name: String,
    /// The gender, as the customer gave it.
    pub gender: Option<Gender>,
    /// The marital status, as the customer gave it.
    pub marital_status: Option<MaritalStatus>,
    /// The employment status, as the customer gave it.
    pub employment_status: Option<EmploymentStatus>,
    /// The people to contact in an emergency.
    pub next_of_kin: Vec<NextOfKinView>,
    /// The accounts that money is paid into.
    pub bank_accounts: Vec<BankAccountView>,
    /// The customer's e-mail address.
    pub email: Option<String>,
    /// The customer's telephone number, as it was entered.
    pub phone: Option<String>,
    /// The postal address; it can have several lines.
    pub address: Option<String>,
    /// The id of the customer in another system; unique in a file.
    pub external_reference: Option<String>,
    /// When the customer was entered.
    pub created_at: Timestamp,
    /// When the profile last changed.
    pub updated_at: Timestamp,
    /// The version of the fields of customers by which all values were last found right; 0 if they never were.
    pub fields_version: u32,
    /// The organisation's own fields that are for the actor, in their order, with or without a value; then those that customers
    /// have no longer, where this one has a value.
    pub fields: Vec<FieldView>,
}

/// A person to contact in an emergency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NextOfKinView {
    /// The id of the entry, by which the person is changed or removed; it never changes.
    pub id: NextOfKinId,
    /// The person's name, 1 to 200 characters.
    pub name: String,
    /// The relationship to the customer, such as `mother`.
    pub relationship: Option<String>,
    /// The person's telephone number, as it was entered.
    pub phone: Option<String>,
    /// The person's postal address; it can have several lines.
    pub address: Option<String>,
}

/// An account that money is paid into.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct BankAccountView {
    /// The id of the account, by which it is changed or removed; it never changes.
    pub id: BankAccountId,
    /// The name of the bank, if it was given.
    pub bank: Option<String>,
    /// The name of the account holder, if it was given.
    pub account_name: Option<String>,
    /// `…` and the last four characters of the number; only `…` for a number of fewer than 8 characters. It is no number:
    /// to keep the number, leave it out of an edit.
    pub hint: String,
    /// The account number or IBAN in clear; `None` unless the actor may read sensitive values.
    pub number: Option<String>,
}

impl std::fmt::Debug for BankAccountView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BankAccountView").field("hint", &self.hint).finish_non_exhaustive()
    }
}

/// A customer as a list shows them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerSummary {
    /// The id of the customer; it never changes.
    pub id: CustomerId,
    /// The name of the customer, 1 to 200 characters.
    pub name: String,
    /// The id of the customer in another system, if it was given.
    pub external_reference: Option<String>,
    /// The e-mail address, if it was given.
    pub email: Option<String>,
    /// The telephone number, if it was given.
    pub phone: Option<String>,
}

/// A note in the thread of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ThreadNote {
    /// The id of the note; it never changes.
    pub id: NoteId,
    /// The note that this one replies to; `None` if it is not a reply.
    pub parent: Option<NoteId>,
    /// How many notes this one is nested below: 0 for a note that replies to nothing, at most 100.
    pub depth: u32,
    /// The actor id of the author.
    pub author: String,
    /// What the author is called; `None` if the directory of people does not say, or it is not for the actor.
    pub author_name: Option<String>,
    /// When the note was added.
    pub added_at: Timestamp,
    /// The text after the last edit; `None` if the note was retracted.
    pub text: Option<String>,
    /// Who can see the note: staff only, or the customer too.
    pub visibility: Visibility,
    /// How often the text was edited; 0 for a note as it was added.
    pub edits: u32,
    /// When the note was last edited, retracted, or made visible to others; before that, when it was added.
    pub updated_at: Timestamp,
    /// How it went to the requester, or that it came from them; `None` for any other note.
    pub message: Option<MessageView>,
}

/// One revision of a note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NoteRevision {
    /// The number of the revision, from 1 for the note as it was added.
    pub revision: u32,
    /// When this revision was written.
    pub at: Timestamp,
    /// The actor id of whoever wrote this revision.
    pub by: String,
    /// What they are called; `None` if the directory of people does not say, or it is not for the actor.
    pub by_name: Option<String>,
    /// The text of this revision; `None` if the note was retracted with it.
    pub text: Option<String>,
}

/// A case of the actor's work, with every reason for which it is among it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct WorkRow {
    /// The case.
    pub case: CaseSummary,
    /// Whether the actor holds it, and it is not closed.
    pub held: bool,
    /// Whether it is pending for the actor.
    pub pending: bool,
    /// Whether the actor raised it, and it is not closed.
    pub raised: bool,
}

/// A case that is neither resolved nor closed and does not go on, and why it is thought to be stuck.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StuckCase {
    /// The case. `updated_at` is since when nothing happened to it.
    pub case: CaseSummary,
    /// Since when it is in its stage.
    pub stage_since: Timestamp,
    /// How long it is in its stage, in seconds.
    pub seconds_in_stage: u64,
    /// Nine of ten cases that left the stage in the last twelve months, and in this one, were in it for no longer than so many
    /// seconds. It is right to a sixteenth of its value; `None` if fewer than 10 left it.
    pub usual_seconds: Option<u64>,
}

/// A search result: a case, or a note on a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SearchHit {
    /// The case that was found, or the case of the note that was found.
    pub case: CaseSummary,
    /// The note that was found; `None` if the case itself was found.
    pub note: Option<NoteId>,
    /// Who can see the note; `None` if the case itself was found.
    pub visibility: Option<Visibility>,
}

/// The settings of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SettingsView {
    /// The number of events in their history. Give it as `seen` in an edit to change only what you saw.
    pub revision: u64,
    /// The prefix of new case numbers, such as `C`: 1 to 12 letters, digits or inner hyphens.
    pub number_prefix: String,
    /// The name of the organisation on reports; `None` if it is not set.
    pub organisation: Option<String>,
    /// The e-mail address at which users get help; `None` if it is not set.
    pub support_email: Option<String>,
    /// Where answers are sent; `None` if it is not set, and then no answer can be sent.
    pub webform: Option<WebformTarget>,
    /// The sources of data that were set up, besides the customer's profile and the host's own sources.
    pub sources: Vec<SourceSetting>,
    /// For how many days snapshots and packages are kept after delivery: 0 to 3,650.
    pub retention_days: u32,
    /// Whether customers are told the names of staff: in packages, and at desks that see no internal notes.
    pub name_staff: bool,
    /// What the organisation says in its answers, in the order in which it was set.
    pub letter: Vec<LetterBlock>,
    /// The deadline policies, in the order in which they were set.
    pub deadlines: Vec<DeadlinePolicyView>,
    /// The calendars, in the order in which they were set.
    pub calendars: Vec<CalendarView>,
    /// The number of the newest version of the fields of customers; 0 if nobody ever defined any.
    pub customer_fields_version: u32,
    /// The organisation's own fields of customers, in their order.
    pub customer_fields: Vec<FieldDefinitionView>,
    /// The version of the IANA time zone database whose rules are built in, such as `2025b`.
    pub time_zone_version: String,
}
