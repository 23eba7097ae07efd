//! A kit as one actor sees it: commands, reads and the records that they return.

mod actions;
mod admission;
mod at;
mod audit;
mod bank_accounts;
mod case_filter;
mod case_view;
mod cases;
mod columns;
mod configure;
mod counts;
mod customer_copy;
mod customers;
mod deadline_view;
mod deadlines;
mod desk_action;
mod desk_actions;
mod due_counts;
mod edit_form;
mod export;
mod failure_view;
mod failures;
mod field_filter;
mod find;
mod form;
mod import;
mod lists;
mod live;
mod look;
mod looking;
mod message_view;
mod messages;
mod migrate;
mod migration_view;
mod moment;
mod my_work;
mod names;
mod next_of_kin;
mod notes;
mod own_field_view;
mod own_fields;
mod page;
mod past;
mod people;
mod person_view;
mod receipt;
mod release;
mod request_view;
mod requests;
mod statistics;
mod stuck;
mod tags;
mod teams;
mod time_views;
mod verify;
mod view;
mod view_of;

pub use crate::audit::{
    AuditHead, BrokenEvent, Damage, HeadSignature, HeadSigner, SignedHead, VerifyProgress, VerifyReport,
};
pub use crate::decide::action::Action;
pub use at::CaseAt;
pub use audit::{Change, Changes};
pub use case_filter::{CasesQuery, DueIn, FailingFor, HeldBy, RaisedBy};
pub use case_view::{CaseResolutionView, CaseSummary, CaseView, HolderView};
pub use columns::{Column, Values};
pub use counts::CaseCountRow;
pub use customer_copy::{CustomerCopy, CustomerNote};
pub use deadline_view::{DeadlineChange, DeadlineExplanation, DeadlineStep, DeadlineSummary};
pub use desk_action::{AvailableDeskAction, DeskAction};
pub use due_counts::{CountUpTo, DueCounts};
pub use edit_form::{EditField, EditForm, ResolutionChoice, StageChoice, TeamChoice, TypeChoice};
pub use export::{ExportHead, ReportProgress};
pub use failure_view::FailureView;
pub use failures::{FailureGroup, FailureOverview, SettingFinding};
pub use field_filter::FieldCondition;
pub use find::{FoundBy, FoundCase};
pub use form::{Form, FormChoice, FormField, FormOf, Submitted};
pub use import::{ImportOutcome, ImportProgress, ImportReport, ImportResult};
pub use live::Live;
pub use message_view::{MessageDirection, MessageReceipt, MessageView, ReceivedAnswer};
pub use migration_view::{MigratedCase, MigratedCustomer, Migration, Misfit};
pub use moment::Moment;
pub use my_work::WorkCounts;
pub use own_field_view::{FieldChoiceView, FieldDefinitionView, FieldView};
pub use own_fields::FieldOnPaper;
pub use page::{
    CasePage, CustomerMigrationPage, CustomerPage, FailingCasePage, HistoryPage, MigrationPage, NotePage,
    Page, PageRequest, PeoplePage, RetriedPage, SearchPage, StuckPage, WorkPage,
};
pub use person_view::{PersonSummary, PersonView};
pub use receipt::{
    AddedBankAccount, AddedNextOfKin, AddedNote, Changed, CreatedCaseType, CreatedCustomer, CreatedTeam,
    RaisedCase, ReceivedRequest,
};
pub use release::{ReleaseReport, ReleasedPackage, Retried};
pub use request_view::{
    ApprovalView, AvailableAction, CredentialView, DataPreview, FailingCase, RedactionView, ReleaseView,
    RequestSummary, RequestView, RoundView, SendingView, SnapshotColumnView, SnapshotTableView, SnapshotView,
    SourceView, StepView,
};
pub use statistics::{StatisticsQuery, StatisticsRow};
pub use stuck::StuckBy;
pub use time_views::{CalendarView, DeadlinePolicyView};
pub use view::{
    BankAccountView, CaseTypeView, CustomerSummary, CustomerView, NextOfKinView, NoteRevision,
    ResolutionView, SearchHit, SettingsView, StageMoveView, StageView, StuckCase, TagView, TeamView,
    ThreadNote, WorkRow, WorkflowView,
};

use std::fmt;
use std::sync::Arc;

use crate::engine::{Call, Engine};
use crate::language::Language;
use crate::model::{Actor, Permission};
use crate::rejection::Rejection;

/// A kit as one actor sees it: every command and every read goes through a desk.
///
/// A desk is cheap to create and to clone, and can be used from several threads at once. Every method first checks the
/// actor's permissions. What the host's authorizer hides from the actor is treated as if it did not exist.
///
/// # Errors
///
/// Every method returns [`Error`](crate::Error): [`Rejected`](crate::Error::Rejected) if the rules of the domain refuse
/// the call, or [`Store`](crate::Error::Store) for a fault of the store. After either, nothing was changed, except that
/// after `Uncertain` the command may have been carried out.
///
/// # Cost
///
/// Every call asks the host's authorizer for the scope, and once more for each single case that it opens. Case types,
/// workflows and settings are held in memory, and read again, all of them, after one has changed. A case is read whole,
/// with its description and the steps of its workflow, but without its notes and its history. An id that names nothing
/// is looked for once more, by indexes, among other kinds of records, so that the error can say of what it is. A
/// command writes one transaction, unless it says otherwise; callers of one process that write at the same time share
/// one. It waits for the disk if the file is opened with `Durability::Full`, and for a writer in another process at
/// most for the `busy_timeout`: `Busy` beyond. No call leaves a transaction open.
///
/// A command that other commits keep overtaking is decided 16 times at most: `Contended` beyond. Ids of actors and of
/// requests have 1 to 200 characters: `Invalid` with `too_long` beyond.
#[derive(Clone)]
pub struct Desk {
    pub(crate) engine: Arc<Engine>,
    pub(crate) call: Call,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("actor", &self.call.actor.id).finish_non_exhaustive()
    }
}

impl Engine {
    /// Returns the desk of an actor.
    ///
    /// The host vouches for the actor's identity; it is not checked here.
    #[must_use]
    pub fn desk(self: &Arc<Self>, actor: Actor) -> Desk {
        let call = self.call(actor);
        Desk { engine: Arc::clone(self), call }
    }
}

impl Desk {
    /// Returns the same desk with a request id of the caller's choice, under which a command is carried out at most
    /// once.
    ///
    /// The next command claims the id, which is scoped to this actor. If the command is called again with the same id,
    /// the answer is the receipt of the first call, and nothing is changed. Another command with the same id is refused
    /// with `request_id_reused`.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    ///
    /// An id has 1 to 200 characters: beyond, the next command answers `Invalid` with `too_long`.
    #[must_use]
    pub fn request(&self, id: impl Into<String>) -> Self {
        let mut desk = self.clone();
        desk.call.request = Some(id.into());
        desk
    }

    /// Returns the same desk, whose next command is carried out only if what it changes still has the revision that the
    /// caller saw.
    ///
    /// Every command that changes a case, a note of it or a customer, and an edit of a case type, can be given so. Where the record has another
    /// revision by now, the command is refused with `Conflict`, before any other reason but a missing permission. A
    /// command on something else is refused. A repeated request is answered as the first time, whatever was seen.
    ///
    /// # Arguments
    ///
    /// - `revision`: the revision of the case, the customer or the case type, as it was shown.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    #[must_use]
    pub fn seen(&self, revision: u64) -> Self {
        let mut desk = self.clone();
        desk.call.seen = Some(revision);
        desk
    }

    /// The desk for one part of a larger call. Its request id, if there is one, is derived from that of the call.
    pub(crate) fn part(&self, part: impl std::fmt::Display) -> Self {
        Self { engine: Arc::clone(&self.engine), call: self.call.part(part) }
    }

    /// Returns the same desk in another language.
    ///
    /// The language applies to all text for people, and to the names by which callers refer to case types, stages and
    /// workflows. Codes and ids are the same in every language. The time zone of the text stays that of the kit.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    #[must_use]
    pub fn in_language(&self, language: Arc<Language>) -> Self {
        let mut desk = self.clone();
        desk.call.language = language.beside(self.language());
        desk
    }

    /// The language of the text that this desk returns: the kit's, unless another one was chosen.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        &self.call.language
    }

    /// The actor whose permissions this desk checks, and who is recorded in the history.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.call.actor
    }

    /// The refusal of an id that names nothing of the kind that was asked for, with the kind that it does name.
    pub(crate) fn not_found(&self, what: &str, id: impl fmt::Display) -> Rejection {
        self.engine.with_instead(&self.call, Rejection::not_found(what, id))
    }

    pub(crate) fn require(&self, permission: Permission, action: &str) -> Result<(), Rejection> {
        if self.call.actor.may(permission) {
            return Ok(());
        }
        Err(Rejection::Forbidden { action: action.to_owned(), permission })
    }
}
