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

mod env;
mod kit;

#[doc(inline)]
pub use casekit_core::authorizer::{Authorizer, AuthorizerFailed};
#[doc(inline)]
pub use casekit_core::command::*;
#[doc(inline)]
pub use casekit_core::desk::{
    AddedNote, AuditHead, BankAccountView, BrokenEvent, CaseCountRow, CaseSummary, CaseTypeView, CaseView,
    CasesQuery, Change, Changed, Changes, CountsQuery, CreatedCaseType, CreatedCustomer, CustomerSummary,
    CustomerView, Desk, HeldBy, HolderView, ImportProgress, ImportReport, ImportResult, NextOfKinView,
    NoteRevision, Page, PageRequest, RaisedCase, SearchHit, SettingsView, StageMoveView, StageView,
    ThreadNote, VerifyReport,
};
#[doc(inline)]
pub use casekit_core::history::{FieldChange, HistoryEntry};
#[doc(inline)]
pub use casekit_core::model::{
    Actor, CaseId, CaseTypeId, CustomerField, CustomerId, EmploymentStatus, Gender, MaritalStatus, NoteId,
    Permission, Role, Scope, ScopeCases, StageCategory, StreamId, Timestamp, Visibility, WorkflowId,
};
#[doc(inline)]
pub use casekit_core::rejection::{Blocker, FieldError, FieldRule, Rejection};
#[doc(inline)]
pub use casekit_core::store::{CountBy, Direction, Sort, Store, StoreError, StoreErrorKind};
#[doc(inline)]
pub use casekit_core::{Env, Error, Observer, Subscription};
#[doc(inline)]
pub use casekit_sqlite::{Durability, SqliteOptions, SqliteStore, Trust};
pub use kit::{CaseKit, OpenOptions};

/// The crate with the rules and the contract of stores, for those who write a store of their own.
pub use casekit_core as core;
