//! Data requests, as a worker's screen shows them.

use casekit::{
    Action, ApprovalView, AvailableAction, BlobId, Blocker, CaseView, ColumnKind, CredentialView,
    CustomerView, DataPreview, DataValue, FailureView, NewCredential, NewDenial, NewRedaction, NewRequest,
    ReleaseReport, ReleaseView, RequestSummary, RequestView, SendingView, SnapshotColumnView,
    SnapshotTableView, SnapshotView, StepKind, StepState, StepView, ThreadNote, Timestamp,
};

/// A request as the webform hands it in.
///
/// Handing the same reference in again gives the same case and changes nothing.
#[uniffi::remote(Record)]
pub struct NewRequest {
    /// What the webform calls it: 1 to 200 characters, unique in the file.
    pub request_ref: String,
    /// Who says they are asking.
    pub requester: String,
    /// What they gave to prove who they are, up to 50.
    #[uniffi(default = [])]
    pub credentials: Vec<NewCredential>,
    /// Where the answer goes, as the webform understands it.
    #[uniffi(default = None)]
    pub reply_to: Option<String>,
    /// The external reference of the customer. If no customer has it, the link is left to the worker.
    #[uniffi(default = None)]
    pub customer_ref: Option<String>,
    /// The name or id of the case type; `Data request` if not given.
    #[uniffi(default = None)]
    pub case_type: Option<String>,
    /// The title of the case; `Data request` if not given.
    #[uniffi(default = None)]
    pub title: Option<String>,
    /// What they wrote.
    #[uniffi(default = None)]
    pub description: Option<String>,
}

/// Something that a requester gave to prove who they are.
#[uniffi::remote(Record)]
pub struct NewCredential {
    /// What it is, up to 1,000 characters.
    pub kind: String,
    /// What they gave, up to 1,000 characters; sensitive.
    pub value: String,
}

/// A column to be hidden.
#[uniffi::remote(Record)]
pub struct NewRedaction {
    /// The source of the table.
    pub source: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Why, for the person who asked: up to 1,000 characters.
    pub reason: String,
}

/// Why a request is denied.
#[uniffi::remote(Record)]
pub struct NewDenial {
    /// The id of the step at which it is denied; the first that can be denied now, if not given.
    #[uniffi(default = None)]
    pub step: Option<String>,
    /// One of the step's denial codes.
    pub code: String,
    /// Why, for staff.
    pub internal_reason: String,
    /// Why, for the person who asked.
    pub customer_reason: String,
}

/// One case as a worker's screen shows it.
#[uniffi::remote(Record)]
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
    /// The journey of the answer, once it was asked for.
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
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct CredentialView {
    /// What it is.
    pub kind: String,
    /// What they gave, with all but its last four characters hidden.
    pub hint: String,
    /// What they gave, in clear, for those who may read sensitive values.
    pub value: Option<String>,
}

/// A box on the screen.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct ApprovalView {
    /// The id of who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The digest of what was approved, in hexadecimal.
    pub digest: String,
    /// Whether it says that there is no data.
    pub no_data: bool,
    /// The columns that are hidden, as `source.table.column`.
    pub hidden: Vec<String>,
    /// How the requester was identified.
    pub method: Option<String>,
    /// What was checked for that.
    pub checked: Vec<String>,
}

/// What was collected, without its rows; or why nothing was.
#[uniffi::remote(Record)]
pub struct SnapshotView {
    /// Its id, for the approval; `None` if collecting failed.
    pub id: Option<BlobId>,
    /// Its tables.
    pub tables: Vec<SnapshotTableView>,
    /// Why nothing was collected.
    pub failure: Option<FailureView>,
}

/// A table of what was collected.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct SnapshotColumnView {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// Rows of a table of what was collected.
#[uniffi::remote(Record)]
pub struct DataPreview {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a value for each column.
    pub rows: Vec<Vec<DataValue>>,
    /// How many rows the table has.
    pub of: u64,
}

/// An answer, and how far it has come.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct AvailableAction {
    /// What.
    pub action: Action,
    /// The id of the step that it acts on.
    pub step: Option<String>,
    /// Every reason why it is not possible now; empty if it is.
    pub blockers: Vec<Blocker>,
}

/// What can be done to a case, as its screen offers it.
#[uniffi::remote(Enum)]
pub enum Action {
    /// Take the case.
    TakeCase,
    /// Put it back.
    ReturnCase,
    /// Approve that the requester is who they say.
    ApproveIdentification,
    /// Collect the data.
    PrepareData,
    /// Approve that there is no data.
    ApproveNoData,
    /// Approve the data that was collected.
    ApproveData,
    /// Approve a step without data.
    ApproveStep,
    /// Deny the request.
    Deny,
    /// Take an approval back.
    Revoke,
    /// Build the answer and send it.
    Release,
    /// Send a delivered answer once more.
    SendAgain,
    /// Try again what failed.
    Retry,
    /// End the workflow because the request was withdrawn.
    Withdraw,
}

/// What the boxes on the screen show.
#[uniffi::remote(Enum)]
pub enum StepState {
    /// A required step is not done.
    Locked,
    /// It can be done now.
    Ready,
    /// It is done.
    Done,
    /// It was denied here.
    Denied,
    /// Something failed here.
    Failed,
}

/// How far an answer came.
#[uniffi::remote(Enum)]
pub enum ReleaseReport {
    /// It has arrived.
    Delivered {
        /// What the receiver answered.
        receipt: Option<String>,
    },
    /// It failed on the way; the case is among the cases with errors until a retry succeeds.
    Failed {
        /// What, and who must mend it.
        failure: FailureView,
    },
    /// Another process goes on with it just now.
    UnderWay,
    /// No answer was asked for yet: what had failed works now, and the case waits for its next decision.
    Mended,
    /// The request was denied in a workflow that releases nothing: it has ended, and nothing is sent.
    Ended {
        /// The word for what the case ended as: `denied`.
        outcome: String,
    },
}
