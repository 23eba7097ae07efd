//! What a case is: plain data whose values are always legal.
//!
//! Everything here is a value. Nothing reads a clock, a file or a random source, and a state changes only in
//! [`evolve`](crate::evolve). Values with rules (titles, names, ids) are newtypes that only parsing can make.

mod access;
mod actor;
mod audit_head;
mod bank_account;
mod calendar;
mod case;
mod case_clock;
mod case_type;
mod catalog;
mod cell;
mod code;
mod computed;
mod csv;
mod currency;
mod customer;
mod customer_fields;
mod deadline;
mod delivery;
mod failure;
mod field_key;
mod field_value;
mod file;
mod given_value;
mod iban;
mod id;
mod letter;
mod measure;
mod message;
mod month;
mod next_of_kin;
mod no_data;
mod note;
mod number;
mod outcome;
mod own_field;
mod own_id;
mod person;
mod place;
mod priority;
mod progress;
mod redaction;
mod release;
mod request;
mod resolution;
mod round;
mod sensitive;
mod settings;
mod shared;
mod shipped;
mod snapshot;
mod stage;
mod status;
mod stream;
mod tag;
mod team;
mod text;
mod typed;
mod wording;
mod workflow;

pub(crate) use access::Access;
pub use actor::{Actor, Permission, Role, Scope, ScopeCases};
pub use audit_head::AuditHead;
pub use bank_account::{BankAccount, BankAccountField};
pub use calendar::{Calendar, Holiday, Weekday, WorkingHours};
pub use case::{Case, Holder};
pub use case_clock::{CaseClock, CaseDeadline, DeadlinePhase, FollowUp, PastStay, ToldEnd};
pub use case_type::{CaseType, CaseTypeVersion, StageLabels, StageMove, TimedMove};
pub use catalog::Catalog;
pub use code::{CalendarCode, DateCode, PauseReason, PolicyCode};
pub use computed::{Computed, DayOff, DeadlineState, NotExtendable, PauseCause, Segment};
pub use csv::{CsvEncoding, CsvForm, CsvLineBreaks, CsvReaders, CsvSeparator};
pub use currency::Currency;
pub use customer::{Customer, CustomerField, EmploymentStatus, Gender, MaritalStatus, Profile, ProfileValue};
pub use customer_fields::CustomerFields;
pub use deadline::{
    Clock, DeadlineGoal, DeadlineLength, DeadlinePolicy, DeadlineStart, Extension, GivenDate, Identification,
    Pause, Stay,
};
pub use delivery::{DeliveryState, Sending};
pub use failure::{Failure, FailureClass, Responsible};
pub use field_key::FieldKey;
pub(crate) use field_value::is_email;
pub use field_value::{CaseField, FieldValue};
pub use file::SourceFile;
pub use given_value::GivenValue;
pub use id::{
    BankAccountId, BlobId, CaseId, CaseTypeId, CustomerId, Lineage, NextOfKinId, NoteId, PersonId, TagId,
    TeamId, WorkflowId,
};
pub use letter::{LetterBlock, LetterBlockKind};
pub(crate) use letter::{letter_for, same_tag};
pub use measure::Measure;
pub use message::{MessageAnswer, SentMessage};
pub use month::Month;
pub use next_of_kin::{NextOfKin, NextOfKinField};
pub use no_data::NoDataFinding;
pub use note::{Note, NoteBody, NoteOrigin, Visibility};
pub use number::CaseNumber;
pub(crate) use number::is_prefix;
pub use outcome::{Outcome, OutcomeKind};
pub use own_field::{FieldChoice, FieldDefinition, FieldKind, FieldOwner, LocalText, ShownWhen};
pub(crate) use own_field::{field_called, field_with_id};
pub use own_id::{FieldId, StageId};
pub use person::Person;
pub use priority::Priority;
pub use progress::{Approval, DataApproval, Denial, DueTask, Progress, StepState, StepStates};
pub use redaction::{DefaultRedaction, FrozenPlace, Redaction, RedactionTarget};
pub use release::{PackageRef, Release};
pub use request::{Credential, Intake, Request};
pub use resolution::{CaseResolution, Resolution, ResolutionCode, ResolvedBy};
pub use round::Round;
pub use sensitive::Sensitive;
pub(crate) use settings::is_source_name;
pub use settings::{PROFILE_SOURCE, Settings, SourceKind, SourceQuery, SourceSetting, WebformTarget};
pub use shipped::{shipped_case_types, shipped_workflows};
pub(crate) use shipped::{usual_resolutions, usual_stages};
pub use snapshot::{
    ChunkList, ColumnKind, DataColumn, DataTable, DataValue, LeftOut, Snapshot, SnapshotSource,
    SnapshotTable, SourceAnswer, SourceState,
};
pub use stage::{Stage, StageCategory};
pub use status::{Status, StatusStep};
pub use stream::{Branch, Ledger, Recount, State, StreamId, StreamKind};
pub use tag::Tag;
pub use team::Team;
pub use text::{ActorId, LongText, Name, Reference, RequestId, ShortText, Title};
pub(crate) use typed::{Typed, TypedNumber};
pub use wording::Wording;
pub use workflow::{
    Assurance, IdentificationMethod, MaterialField, Step, StepDoer, StepId, StepKind, Workflow,
    WorkflowVersion,
};

pub use crate::field::kept_instant;
pub use crate::time::Timestamp;

/// The limits of docs/design.md section 4. An error about a limit names the field and the limit.
///
/// Each documentation begins with the unit: `docs/limits.md` is made from it.
pub mod limits {
    /// Characters in a name or a title.
    pub const NAME: usize = 200;
    /// Characters in a note or a description.
    pub const LONG_TEXT: usize = 100_000;
    /// Characters in a short field, a reason or a label.
    pub const SHORT_TEXT: usize = 1_000;
    /// Deadlines of one case type or workflow.
    pub const DEADLINES: usize = 10;
    /// Pauses and extensions of the deadlines of one case, and dates that were given it, each.
    pub const PAUSES: usize = 1_000;
    /// Characters in a code, such as that of a deadline policy.
    pub const CODE: usize = 100;
    /// Days that counting a deadline looks at in a row, so that it ends with any calendar.
    pub const DEADLINE_DAYS: usize = 20_000;
    /// Months in the length of a deadline.
    pub const DEADLINE_MONTHS: u32 = 120;
    /// Days or working days in the length of a deadline.
    pub const DEADLINE_LENGTH: u32 = 3_660;
    /// Working minutes in the length of a deadline: a thousand hours.
    pub const DEADLINE_MINUTES: u32 = 60_000;
    /// Holidays in one calendar.
    pub const HOLIDAYS: usize = 1_000;
    /// Different terms of a text to search for.
    pub const QUERY_TERMS: usize = 64;
    /// Characters in a request id, a reference or an actor id.
    pub const REFERENCE: usize = 200;
    /// Case types in one file, and also workflows, teams, and tags with those that were merged.
    pub const DEFINITIONS: usize = 1_000;
    /// Stages, resolutions, sources or steps in one definition; also next of kin or bank accounts of one customer.
    pub const PARTS: usize = 100;
    /// Tags of one case.
    pub const TAGS: usize = 20;
    /// People in one command that names them.
    pub const NAMED: usize = 500;
    /// Rows on a page if the caller does not say how many.
    pub const PAGE_DEFAULT: u32 = 50;
    /// Rows on one page at most; a caller can ask for fewer.
    pub const PAGE: u32 = 500;
    /// Levels of replies in a thread of notes.
    pub const THREAD_DEPTH: usize = 100;
    /// Cells of one snapshot, over all its tables.
    pub const SNAPSHOT_CELLS: u64 = 1_000_000;
    /// Bytes of one snapshot or one package.
    pub const SNAPSHOT_BYTES: u64 = 256 * 1024 * 1024;
    /// Files in one snapshot, over all its tables.
    pub const FILES: usize = 1_000;
    /// Hidden columns, rows and values that one approval of data names.
    pub const REDACTIONS: usize = 1_000;
    /// Texts of the organisation for its answers, over all outcomes and languages.
    pub const LETTER_BLOCKS: usize = 200;
    /// Characters in a text of the organisation for its answers.
    pub const LETTER_TEXT: usize = 10_000;
    /// Rows of a workbook, below its heading: as many as a sheet of Excel has.
    pub const WORKBOOK_ROWS: u64 = 1_048_575;
    /// Credentials in one request.
    pub const CREDENTIALS: usize = 50;
    /// Number of the next case at most, where one is given when a backup is restored.
    pub const CASE_NUMBER: u64 = 999_999_999_999;
    /// Attempts to decide a command before it gives up because other commits keep coming first.
    pub const DECISIONS: u32 = 16;
    /// Questions to the store about what became of a command whose answer was lost.
    pub const SETTLES: u32 = 4;
    /// Seconds to wait at most, for a writer in another process or for running calls: a day.
    pub const WAIT: u64 = 86_400;
    /// Attempts to build, to send or to collect that follow each other by themselves; then a person has to look.
    pub const ATTEMPTS: u32 = 20;
    /// Cases in one call of `run_due`. If more are due, the call says so.
    pub const DUE_AT_ONCE: u32 = 100;
    /// Months of statistics that are told one by one, at most: ten years.
    pub const STATISTICS_MONTHS: u32 = 120;
    /// Days in which nothing happens to a case that is listed as quiet, at most: a century.
    pub const QUIET_DAYS: u32 = 36_500;
    /// Due tasks of a kind in the health of a kit at most, so that asking for it stays cheap.
    pub const DUE_COUNTED: u32 = 10_000;
    /// Cases that are overdue, or due soon, are counted up to here: what is more is said as so many or more.
    pub const DUE_CASES_COUNTED: u32 = 10_000;
}
