//! What a worker's screen shows of a data request.

use serde::{Deserialize, Serialize};

use super::{CaseView, CustomerView, ThreadNote};
use crate::decide::blockers::Action;
use crate::language::Language;
use crate::model::{
    Access, BlobId, CaseId, ColumnKind, DataApproval, DataValue, Failure, FailureClass, Progress, Release,
    Request, Responsible, Sending, Snapshot, Step, StepKind, StepState, Timestamp,
};
use crate::rejection::Blocker;

/// One case as a worker's screen shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RequestSummary {
    /// The case.
    pub case: CaseView,
    /// Its customer, for who may read customers.
    pub customer: Option<CustomerView>,
    /// The request that it came from.
    pub request: Option<RequestView>,
    /// What the requester gave to prove who they are.
    pub credentials: Vec<CredentialView>,
    /// The name of its workflow.
    pub workflow: Option<String>,
    /// The steps with their states: the boxes on the screen.
    pub steps: Vec<StepView>,
    /// What was collected.
    pub snapshot: Option<SnapshotView>,
    /// The delivery of the answer, once it was asked for.
    pub release: Option<ReleaseView>,
    /// What stands in the way.
    pub failure: Option<FailureView>,
    /// The code of its status in its workflow: `ready`, `waiting`, `being_delivered`, `failed`, `ended`; `None` without one.
    pub status_code: Option<String>,
    /// Its status in words, as in a list.
    pub status: String,
    /// The code of what the case ended as: `data_released`, `no_data`, `denied`, `approved`, `withdrawn`.
    pub outcome_code: Option<String>,
    /// What the case ended as, in words.
    pub outcome: Option<String>,
    /// What the actor may do now, and why not.
    pub actions: Vec<AvailableAction>,
    /// The five newest notes.
    pub last_notes: Vec<ThreadNote>,
}

/// A request that arrived at the webform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RequestView {
    /// What the webform calls it.
    pub reference: String,
    /// Who says they are asking, for who may read customers.
    pub requester: Option<String>,
    /// Where the answer goes, for who may read customers.
    pub reply_to: Option<String>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// Something that a requester gave to prove who they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CredentialView {
    /// What it is.
    pub kind: String,
    /// What they gave, with all but its last four characters hidden.
    pub hint: String,
    /// What they gave, in clear, for those who may read sensitive values.
    pub value: Option<String>,
}

impl std::fmt::Debug for CredentialView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialView").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A box on the screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StepView {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// What is done there.
    pub kind: StepKind,
    /// What the box shows.
    pub state: StepState,
    /// The ids of the steps that it waits for.
    pub requires: Vec<String>,
    /// How many different people must approve it.
    pub quorum: u32,
    /// Whether the holder of the case does it.
    pub by_holder: bool,
    /// The codes with which it can be denied.
    pub denial_codes: Vec<String>,
    /// Who approved it so far.
    pub approvals: Vec<ApprovalView>,
}

/// One person's approval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ApprovalView {
    /// The id of who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The digest of what was approved, in hexadecimal.
    pub digest: String,
    /// Whether it says that there is no data.
    pub no_data: bool,
    /// What is hidden: columns as `source.table.column`, rows as `source.table[3]`, single values as
    /// `source.table[3].column`.
    pub hidden: Vec<String>,
    /// How the requester was identified.
    pub method: Option<String>,
    /// What was checked for that.
    pub checked: Vec<String>,
}

/// What was collected, without its rows; or why nothing was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SnapshotView {
    /// Its id, for the approval; `None` if collecting failed.
    pub id: Option<BlobId>,
    /// Its tables.
    pub tables: Vec<SnapshotTableView>,
    /// Why nothing was collected.
    pub failure: Option<FailureView>,
}

/// A table of what was collected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SnapshotTableView {
    /// The source.
    pub source: String,
    /// The name.
    pub name: String,
    /// The columns.
    pub columns: Vec<SnapshotColumnView>,
    /// How many rows.
    pub rows: u64,
}

/// A column of what was collected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SnapshotColumnView {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// Rows of a table of what was collected.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DataPreview {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a value for each column.
    pub rows: Vec<Vec<DataValue>>,
    /// How many rows the table has.
    pub of: u64,
}

/// What stands in the way of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailureView {
    /// The stable word for the cause.
    pub code: String,
    /// The cause in words.
    pub label: String,
    /// What kind of fault.
    pub class: FailureClass,
    /// Who must act.
    pub responsible: Responsible,
    /// The id of the step at which it happened.
    pub step: String,
    /// The setting that is wrong, if one is.
    pub setting: Option<String>,
    /// What to do, in words; a host's own hint as the host gave it.
    pub hint: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was last tried.
    pub at: Timestamp,
}

/// An answer, and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ReleaseView {
    /// The id of the step that asked for it; for a denial the step that was denied.
    pub step: String,
    /// The id of who asked for it.
    pub by: String,
    /// When.
    pub requested_at: Timestamp,
    /// The digest of the content that is released, in hexadecimal.
    pub content_digest: String,
    /// SHA-256 of the package, in hexadecimal, once it is built.
    pub package_sha256: Option<String>,
    /// Bytes of the package, once it is built.
    pub package_size: Option<u64>,
    /// How often it was tried to send it the first time.
    pub attempts: u32,
    /// When it arrived first.
    pub delivered_at: Option<Timestamp>,
    /// What the receiver answered then.
    pub receipt: Option<String>,
    /// All its sendings, oldest first: there are several if it was sent again.
    pub sendings: Vec<SendingView>,
}

/// One sending of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SendingView {
    /// The key that the receiver gets; that of the first is the package's.
    pub key: String,
    /// The id of who asked for it.
    pub by: String,
    /// When.
    pub requested_at: Timestamp,
    /// Why, of all but the first.
    pub reason: Option<String>,
    /// The word for how far it has come: `building`, `not_built`, `built`, `sending`, `not_sent`, `arrived`, `stopped`.
    pub state: String,
    /// How often it was tried to send it.
    pub attempts: u32,
    /// When it arrived.
    pub arrived_at: Option<Timestamp>,
    /// What the receiver answered.
    pub receipt: Option<String>,
}

/// Something that can be done, and every reason why not now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AvailableAction {
    /// What.
    pub action: Action,
    /// The id of the step that it acts on.
    pub step: Option<String>,
    /// Every reason why it is not possible now; empty if it is.
    pub blockers: Vec<Blocker>,
}

/// A case with an error, without what an administrator has no business to see.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailingCase {
    /// Its identity.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// What stands in its way.
    pub failure: FailureView,
}

pub(super) fn request_view_of(request: &Request, access: Access) -> RequestView {
    RequestView {
        reference: request.reference.to_string(),
        requester: access.customers.then(|| request.requester.to_string()),
        reply_to: request.reply_to.as_ref().filter(|_| access.customers).map(ToString::to_string),
        received_at: request.received_at,
    }
}

pub(super) fn credential_views(request: &Request, access: Access) -> Vec<CredentialView> {
    let view = |one: &crate::model::Credential| CredentialView {
        kind: one.kind.to_string(),
        hint: one.value.hint(),
        value: access.sensitive.then(|| one.value.clear().to_owned()),
    };
    request.credentials.iter().map(view).collect()
}

pub(super) fn step_views(progress: &Progress, language: &Language) -> Vec<StepView> {
    let view = |step: &Step| StepView {
        id: step.id.to_string(),
        label: step.called(language),
        kind: step.kind,
        state: progress.state_of(step),
        requires: step.requires.iter().map(ToString::to_string).collect(),
        quorum: step.quorum,
        by_holder: Progress::is_for_holder(step),
        denial_codes: step.denial_codes.clone(),
        approvals: progress.approvals_of(&step.id).map(approval_view).collect(),
    };
    progress.steps.iter().map(view).collect()
}

fn approval_view(approval: &crate::model::Approval) -> ApprovalView {
    let redactions = match &approval.data {
        Some(DataApproval::Data { redactions, .. }) => redactions.as_slice(),
        Some(DataApproval::NoData) | None => &[],
    };
    ApprovalView {
        by: approval.by.to_string(),
        at: approval.at,
        digest: approval.digest.clone(),
        no_data: approval.data == Some(DataApproval::NoData),
        hidden: redactions.iter().map(|one| one.target.place(&one.source, &one.table)).collect(),
        method: approval.method.as_ref().map(ToString::to_string),
        checked: approval.checked.iter().map(ToString::to_string).collect(),
    }
}

pub(super) fn snapshot_view(snapshot: &Snapshot) -> SnapshotView {
    let table = |table: &crate::model::SnapshotTable| SnapshotTableView {
        source: table.source.clone(),
        name: table.name.clone(),
        columns: table
            .columns
            .iter()
            .map(|one| SnapshotColumnView { name: one.name.clone(), kind: one.kind })
            .collect(),
        rows: table.rows,
    };
    SnapshotView { id: Some(snapshot.id), tables: snapshot.tables.iter().map(table).collect(), failure: None }
}

pub(super) fn release_view(release: &Release) -> ReleaseView {
    let package = release.package.as_ref();
    let first = release.first();
    ReleaseView {
        step: release.step.to_string(),
        by: release.by().to_string(),
        requested_at: release.requested_at(),
        content_digest: release.digest.clone(),
        package_sha256: package.map(|package| package.sha256.clone()),
        package_size: package.map(|package| package.size),
        attempts: first.attempts(),
        delivered_at: release.delivered_at(),
        receipt: first.receipt().map(ToString::to_string),
        sendings: release.sendings().map(sending_view).collect(),
    }
}

fn sending_view(sending: &Sending) -> SendingView {
    SendingView {
        key: sending.key.clone(),
        by: sending.by.to_string(),
        requested_at: sending.requested_at,
        reason: sending.reason.as_ref().map(ToString::to_string),
        state: sending.state.code().to_owned(),
        attempts: sending.attempts(),
        arrived_at: sending.arrived_at(),
        receipt: sending.receipt().map(ToString::to_string),
    }
}

pub(super) fn failure_view(failure: &Failure, language: &Language) -> FailureView {
    FailureView {
        code: failure.code.clone(),
        class: failure.class,
        responsible: failure.responsible,
        step: failure.step.to_string(),
        setting: failure.setting.clone(),
        hint: language.render(&failure.hint),
        label: language.word_of("failure", &failure.code),
        attempts: failure.attempts,
        at: failure.at,
    }
}
