//! The audit trail.

use casekit::{
    AuditHead, BrokenEvent, CaseId, CaseTypeId, Change, Changes, Cursor, CustomerId, FieldChange,
    HistoryEntry, NoteId, StreamId, Timestamp, VerifyReport, WorkflowId,
};

/// Names a stream.
#[uniffi::remote(Enum)]
pub enum StreamId {
    /// The settings of the file; there is one.
    Settings,
    /// A workflow.
    Workflow(WorkflowId),
    /// A case type.
    CaseType(CaseTypeId),
    /// A customer.
    Customer(CustomerId),
    /// A case, with its notes.
    Case(CaseId),
    /// What was done to the file as a whole (imports, exports, checkpoints); there is one.
    Ledger,
}

/// One entry of a history.
#[uniffi::remote(Record)]
pub struct HistoryEntry {
    /// Its place in the stream, from 1.
    pub revision: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The id of who did it.
    pub actor: String,
    /// The id of the person for whom they did it.
    pub on_behalf_of: Option<String>,
    /// The id of who imported it.
    pub imported_by: Option<String>,
    /// What happened, as a code such as `stage_changed`.
    pub code: String,
    /// What happened, as a sentence without its actor: `moved from Open to In Progress`.
    pub text: String,
    /// What changed, from what to what.
    pub changes: Vec<FieldChange>,
    /// Why, if a reason was given.
    pub reason: Option<String>,
    /// The note that it is about.
    pub note: Option<NoteId>,
}

/// One field that changed. Its `Debug` shows no sensitive value, also to those who may read it.
#[uniffi::remote(Record)]
pub struct FieldChange {
    /// The code of the field: `title`, `stage`, `next_of_kin`.
    pub field: String,
    /// What the field is called, in the reader's language.
    pub label: String,
    /// What stood there; `None` for nothing, or for text that was erased.
    pub from: Option<String>,
    /// What stands there now.
    pub to: Option<String>,
}

/// The head of the audit trail, for the host to keep elsewhere: with it a cut tail or a missing stream is shown.
#[uniffi::remote(Record)]
pub struct AuditHead {
    /// Which one it is, from 1.
    pub number: u64,
    /// Its own position in the file.
    pub position: u64,
    /// The position up to which it covers every event.
    pub covers: u64,
    /// How many events these are.
    pub events: u64,
    /// SHA-256 over the digest of the head before and where every stream stands that has changed since, in hexadecimal.
    pub digest: String,
}

/// What verifying found.
#[uniffi::remote(Record)]
pub struct VerifyReport {
    /// How many streams were looked at.
    pub streams: u64,
    /// How many events.
    pub events: u64,
    /// The first thing that is wrong, if anything is.
    pub broken: Option<BrokenEvent>,
}

/// The first event that is not what it was when it was written.
#[uniffi::remote(Record)]
pub struct BrokenEvent {
    /// The stream.
    pub stream: StreamId,
    /// The place of the event in it.
    pub revision: u64,
    /// Its position in the file, where it is known.
    pub position: Option<u64>,
    /// What is wrong with it.
    pub why: String,
}

/// One change, as a hint of what to read again.
#[uniffi::remote(Record)]
pub struct Change {
    /// The stream that changed.
    pub stream: StreamId,
    /// Its revision with this change.
    pub revision: u64,
    /// When.
    pub at: Timestamp,
    /// What happened, as a code such as `case_taken`.
    pub code: String,
}

/// Changes in their order.
#[uniffi::remote(Record)]
pub struct Changes {
    /// The changes.
    pub changes: Vec<Change>,
    /// Where to go on; keep it. Nothing ever appears behind it.
    pub cursor: Cursor,
    /// Whether there is more to be read at once.
    pub more: bool,
}
