//! What a case is: plain data, made of values that can only be legal.
//!
//! Everything here is a value. Nothing reads a clock, a file or a random source, and a state changes only in
//! [`evolve`](crate::evolve). Values with rules (titles, names, ids) are newtypes that only parsing makes.

mod access;
mod actor;
mod audit_head;
mod case;
mod case_type;
mod catalog;
mod customer;
mod delivery;
mod id;
mod note;
mod number;
mod outcome;
mod progress;
mod redaction;
mod release;
mod request;
mod round;
mod sensitive;
mod settings;
mod shared;
mod shipped;
mod snapshot;
mod stage;
mod status;
mod stream;
mod text;
mod wording;
mod workflow;

pub(crate) use access::Access;
pub use actor::{Actor, Permission, Role, Scope, ScopeCases};
pub use audit_head::AuditHead;
pub use case::{Case, Holder};
pub use case_type::{CaseType, CaseTypeVersion, StageLabels, StageMove};
pub use catalog::Catalog;
pub use customer::{
    BankAccount, Customer, CustomerField, EmploymentStatus, Gender, MaritalStatus, NextOfKin, Profile,
    ProfileValue,
};
pub use delivery::{DeliveryState, Sending};
pub use id::{BlobId, CaseId, CaseTypeId, CustomerId, Lineage, NoteId, WorkflowId};
pub use note::{Note, NoteBody, Visibility};
pub use number::CaseNumber;
pub(crate) use number::is_prefix;
pub use outcome::Outcome;
pub use progress::{
    Approval, DataApproval, Denial, DueTask, Failure, FailureClass, Progress, Responsible, StepState,
};
pub use redaction::{Redaction, RedactionTarget};
pub use release::{PackageRef, Release};
pub use request::{Credential, Request};
pub use round::Round;
pub use sensitive::Sensitive;
pub(crate) use settings::is_source_name;
pub use settings::{PROFILE_SOURCE, Settings, SourceKind, SourceQuery, SourceSetting, WebformTarget};
pub(crate) use shipped::usual_stages;
pub use shipped::{shipped_case_types, shipped_workflows};
pub use snapshot::{ChunkList, ColumnKind, DataColumn, DataTable, DataValue, Snapshot, SnapshotTable};
pub use stage::{Stage, StageCategory, StageId};
pub use status::{Status, StatusStep};
pub use stream::{Branch, Ledger, State, StreamId, StreamKind};
pub use text::{ActorId, LongText, Name, Reference, RequestId, ShortText, Title};
pub use wording::Wording;
pub use workflow::{Step, StepDoer, StepId, StepKind, Workflow, WorkflowVersion};

pub use crate::time::Timestamp;

/// The limits of docs/design.md section 4; an error about one names the field and the limit.
pub mod limits {
    /// Characters in a name or a title.
    pub const NAME: usize = 200;
    /// Characters in a note or a description.
    pub const LONG_TEXT: usize = 100_000;
    /// Characters in a short field, a reason or a label.
    pub const SHORT_TEXT: usize = 1_000;
    /// Characters in a request id, a reference or an actor id.
    pub const REFERENCE: usize = 200;
    /// Case types, and workflows, in one file.
    pub const DEFINITIONS: usize = 1_000;
    /// Stages, fields or steps in one definition; and next of kin or bank accounts of one customer.
    pub const PARTS: usize = 100;
    /// Rows on a page when the caller does not say.
    pub const PAGE_DEFAULT: u32 = 50;
    /// Rows on a page at most.
    pub const PAGE: u32 = 500;
    /// Replies below one another.
    pub const THREAD_DEPTH: usize = 100;
    /// Cells of a snapshot.
    pub const SNAPSHOT_CELLS: u64 = 1_000_000;
    /// Bytes of a snapshot.
    pub const SNAPSHOT_BYTES: u64 = 256 * 1024 * 1024;
    /// Credentials in a request.
    pub const CREDENTIALS: usize = 50;
    /// The greatest case number that may be named as the one to go on from.
    pub const CASE_NUMBER: u64 = 999_999_999_999;
    /// Times a command is decided again when another writer came first.
    pub const DECISIONS: u32 = 16;
    /// Times it is asked what became of a command whose answer was lost.
    pub const SETTLES: u32 = 4;
    /// How far due tasks are counted.
    pub const DUE_COUNTED: u32 = 10_000;
}
