//! Case management as an embeddable library: link it in, open one file, and an application has cases, case types,
//! stages, approvals, note threads, an audit trail and reports. What SQLite is to data, casekit is to cases.
//!
//! ```
//! use casekit::{Actor, CaseEdit, CaseKit, NewCase, NewCustomer, PageRequest, Role};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # std::env::set_current_dir(&folder)?;
//! let kit = CaseKit::open("cases.db")?; // creates the file, with the shipped case types, stages and workflow
//! let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
//! let ada = desk.create_customer(NewCustomer::named("Ada Obi"))?;
//! let case = desk.raise_case(
//!     NewCase::new("Enquiries", "Where is my refund?")
//!         .for_customer(ada.id)
//!         .described("Ordered in May, returned in June."),
//! )?;
//! let note = desk.add_note(case.id, "Called, no answer.")?;
//! desk.reply(note.id, "Reached her at 14:10, sending the form.")?;
//! desk.edit_case(case.id, CaseEdit::new().stage("In Progress").title("Refund of order 4711"))?;
//! for row in desk.interactions(ada.id, PageRequest::first())?.rows {
//!     println!("{} {} {}", row.number, row.stage, row.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # How it is made
//!
//! - A [`CaseKit`] is one open file. It can be used from many threads, and many processes may open the same file.
//! - A [`Desk`] is the kit as one [`Actor`] sees it: every command and every read goes through one, and checks what the
//!   actor may do. The host vouches for who they are.
//! - Commands and views are plain records. What comes in is checked whole: [`Rejection::Invalid`] names every wrong
//!   field, [`Rejection::Blocked`] every reason why something is not possible now.
//! - Every change is one atomic commit: the new state and its events, in an append-only, hash-chained trail that
//!   [`Desk::verify`] proves.

mod adapters;
#[cfg(feature = "postgres")]
mod connecting;
mod copying;
mod due_runs;
mod env;
mod files;
mod kit;
mod languages;
mod options;
mod polling;
pub mod reports;

#[doc(inline)]
pub use casekit_core::authorizer::{Authorizer, AuthorizerFailed};
#[doc(inline)]
pub use casekit_core::command::*;
#[doc(inline)]
pub use casekit_core::desk::*;

/// ```
/// # fn main() -> Result<(), casekit::Error> {
/// use casekit::{Actor, CaseEdit, CaseKit, NewCase, PageRequest, Role, StreamId};
///
/// let kit = CaseKit::in_memory()?;
/// let amara = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
/// let case = amara.raise_case(NewCase::new("Support", "Cannot log in"))?;
/// amara.take_case(case.id)?;
/// amara.edit_case(case.id, CaseEdit::new().stage("Resolved"))?;
///
/// // Another desk, other permissions: an auditor reads the history and changes nothing.
/// let ines = kit.desk(Actor::new("ines", "Inês Prata").with_role(Role::Auditor));
/// let history = ines.history(StreamId::Case(case.id), PageRequest::first())?;
/// assert_eq!(history.rows[1].text, "took the case");
/// assert_eq!(ines.take_case(case.id).unwrap_err().code(), "forbidden");
/// # Ok(())
/// # }
/// ```
#[doc(inline)]
pub use casekit_core::desk::Desk;

/// ```
/// # fn main() -> Result<(), casekit::Error> {
/// use casekit::{Actor, CaseKit, CasesQuery, NewCase, PageRequest, Role};
///
/// let kit = CaseKit::in_memory()?;
/// let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
/// for n in 1..=5 {
///     desk.raise_case(NewCase::new("Support", format!("Case {n}")))?;
/// }
/// let open = CasesQuery { stages: vec!["Open".into()], ..CasesQuery::default() };
/// let (mut numbers, mut next) = (Vec::new(), Some(PageRequest::first().of(2)));
/// while let Some(request) = next {
///     let page = desk.cases(&open, request)?;
///     next = page.next_request();
///     numbers.extend(page.into_iter().map(|row| row.number));
/// }
/// assert_eq!(numbers, ["C-000005", "C-000004", "C-000003", "C-000002", "C-000001"]);
/// # Ok(())
/// # }
/// ```
#[doc(inline)]
pub use casekit_core::desk::Page;
#[doc(inline)]
pub use casekit_core::history::{FieldChange, HistoryEntry};
#[doc(inline)]
pub use casekit_core::language::{self, Argument, Language, LanguageError, Message};
#[doc(inline)]
pub use casekit_core::model::{
    Actor, Assurance, BankAccountId, BlobId, CaseId, CaseTypeId, ColumnKind, CsvEncoding, CsvForm,
    CsvLineBreaks, CsvReaders, CsvSeparator, CustomerField, CustomerId, DataColumn, DataTable, DataValue,
    DeadlineGoal, DeadlineLength, EmploymentStatus, FailureClass, FieldKind, Gender, LetterBlock,
    LetterBlockKind, MaritalStatus, MaterialField, Measure, NextOfKinId, NoDataFinding, NoteId, OutcomeKind,
    Permission, PersonId, Priority, RedactionTarget, ResolvedBy, Responsible, Role, Scope, ScopeCases,
    Sensitive, SourceFile, SourceKind, SourceQuery, SourceSetting, SourceState, StageCategory, StepDoer,
    StepKind, StepState, StreamId, TagId, TeamId, Timestamp, Visibility, WebformTarget, Weekday, WorkflowId,
};
#[doc(inline)]
pub use casekit_core::rejection::{Blocker, Choices, FieldError, FieldRule};

/// ```
/// # fn main() -> Result<(), casekit::Error> {
/// use casekit::{Actor, CaseKit, Error, NewCase, Rejection, Role};
///
/// let kit = CaseKit::in_memory()?;
/// let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
/// let refused = desk.raise_case(NewCase::new("Suport", " "));
/// let Err(Error::Rejected(Rejection::Invalid { fields })) = refused else { unreachable!() };
/// let told: Vec<String> = fields.iter().map(ToString::to_string).collect();
/// assert!(told[0].starts_with("`case type` names nothing that exists: did you mean `Support`? There are "));
/// assert_eq!(told[1], "`title` must not be empty");
/// # Ok(())
/// # }
/// ```
#[doc(inline)]
pub use casekit_core::rejection::Rejection;
#[doc(inline)]
pub use casekit_core::release::{
    Adapters, CustomerNote, DataSource, Decided, Delivered, Delivery, Fault, GivenCredential, HiddenPart,
    LetterPart, Outgoing, OutgoingKind, PackageBuilder, PackageContent, PackageTable, Reach, Secrets,
    ShownField, SourceQuestion,
};
#[doc(inline)]
pub use casekit_core::store::{
    BackupProgress, CopyProgress, CopyStep, CountBy, Cursor, Direction, Safeguards, Sort, Store, StoreError,
    StoreErrorKind, TellCopy, copy_store,
};
#[doc(inline)]
pub use casekit_core::{
    ChangedStreams, CheckProgress, CheckReport, DueReport, Env, Error, Health, HealthFault, Observer,
    Restored, Resumed, Subscription, UnknownZone, Watch, Zone,
};
#[doc(inline)]
pub use casekit_sqlite::{
    Access, Creation, Durability, Network, SearchProgress, Sharing, SourceLimits, SqliteOptions,
    SqliteSource, SqliteStore, Trust,
};
pub use copying::copy;
pub use due_runs::DueRuns;
pub use env::SystemEnv;
pub use kit::CaseKit;
pub use languages::language_from_file;
pub use options::OpenOptions;
pub use polling::Polling;

pub use adapters::{DirectoryDelivery, HostAdapters};
#[cfg(feature = "http")]
pub use adapters::{HttpDelivery, HttpOptions, Signing};

/// PDF, CSV and data packages, for programs that make documents of their own.
pub use casekit_export as export;

/// The crate that a [`Timestamp`] is of, in the version that it is of.
pub use chrono;

/// The crate with the rules and the contract of stores, for writing a store.
pub use casekit_core;

/// The guides, whose programs run as tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/guide-embedders.md")]
    struct ForEmbedders;
    #[doc = include_str!("../docs/guide-data-requests.md")]
    struct DataRequests;
    #[doc = include_str!("../docs/guide-operations.md")]
    struct Operations;
    #[cfg(feature = "postgres")]
    #[doc = include_str!("../docs/guide-postgres.md")]
    struct OnPostgres;
    #[doc = include_str!("../docs/guide-stores.md")]
    struct ForWritersOfStores;
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_program_of_the_readme_is_the_one_that_runs_above() {
        let above = include_str!("lib.rs").lines().skip_while(|line| *line != "//! ```").skip(1);
        let above = above.take_while(|line| *line != "//! ```").filter_map(|line| line.strip_prefix("//! "));
        let shown: Vec<&str> = above.map(str::trim).filter(|line| !line.starts_with('#')).collect();
        let readme: Vec<&str> = include_str!("../README.md").lines().map(str::trim).collect();
        assert!(shown.len() > 10);
        for line in shown {
            assert!(readme.contains(&line), "the README lacks `{line}`");
        }
    }
}
