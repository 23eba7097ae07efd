//! The kit as one actor sees it.

mod audit;
mod case_view;
mod cases;
mod columns;
mod configure;
mod customers;
mod export;
mod failures;
mod import;
mod lists;
mod live;
mod look;
mod looking;
mod notes;
mod page;
mod receipt;
mod release;
mod request_view;
mod requests;
mod view;
mod view_of;

pub use crate::audit::{AuditHead, BrokenEvent, VerifyReport};
pub use crate::decide::blockers::Action;
pub use audit::{Change, Changes};
pub use case_view::{CaseSummary, CaseView, HolderView};
pub use columns::{Column, Values};
pub use export::ExportHead;
pub use failures::{FailureGroup, FailureOverview, Retried, SettingFinding};
pub use import::{ImportProgress, ImportReport, ImportResult};
pub use lists::{CaseCountRow, CasesQuery, CountsQuery, HeldBy};
pub use live::Live;
pub use page::{
    CasePage, CustomerPage, FailingCasePage, HistoryPage, NotePage, Page, PageRequest, SearchPage,
};
pub use receipt::{AddedNote, Changed, CreatedCaseType, CreatedCustomer, RaisedCase};
pub use release::ReleaseReport;
pub use request_view::{
    ApprovalView, AvailableAction, CredentialView, DataPreview, FailingCase, FailureView, ReleaseView,
    RequestSummary, RequestView, SendingView, SnapshotColumnView, SnapshotTableView, SnapshotView, StepView,
};
pub use view::{
    BankAccountView, CaseTypeView, CustomerSummary, CustomerView, NextOfKinView, NoteRevision, SearchHit,
    SettingsView, StageMoveView, StageView, ThreadNote, WorkflowView,
};

use std::fmt;
use std::sync::Arc;

use crate::engine::{Call, Engine};
use crate::language::Language;
use crate::model::{Actor, Permission};
use crate::rejection::Rejection;

/// A kit as one actor sees it: every command and every read goes through a desk.
///
/// A desk is cheap to make and to clone, and can be used from many threads. Every method checks the actor's
/// permissions first; what a host's authorizer hides is as if it were not there.
///
/// # Errors
///
/// Every method returns [`Error`](crate::Error): [`Rejected`](crate::Error::Rejected) with an answer about the domain, or
/// [`Store`](crate::Error::Store) with a fault. After either, nothing was changed.
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
    /// The desk of an actor, for whom the host vouches.
    #[must_use]
    pub fn desk(self: &Arc<Self>, actor: Actor) -> Desk {
        let call = self.call(actor);
        Desk { engine: Arc::clone(self), call }
    }
}

impl Desk {
    /// The same desk for one request with an id of the caller's: carried out at most once.
    ///
    /// The command that is called next claims the id, scoped to this actor. Called again with the same id it answers
    /// with the first receipt and changes nothing; another command under the same id is refused with `request_id_reused`.
    #[must_use]
    pub fn request(&self, id: impl Into<String>) -> Self {
        let mut desk = self.clone();
        desk.call.request = Some(id.into());
        desk
    }

    /// The same desk for a part of this call.
    pub(crate) fn part(&self, part: impl std::fmt::Display) -> Self {
        Self { engine: Arc::clone(&self.engine), call: self.call.part(part) }
    }

    /// The same desk in another language: what people read, and the names by which they may mean a case type, a stage or a
    /// workflow. Codes and ids are the same in every language.
    #[must_use]
    pub fn in_language(&self, language: Arc<Language>) -> Self {
        let mut desk = self.clone();
        desk.call.language = language;
        desk
    }

    /// The language in which it speaks.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        &self.call.language
    }

    /// Whose desk it is.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.call.actor
    }

    pub(crate) fn require(&self, permission: Permission, action: &str) -> Result<(), Rejection> {
        if self.call.actor.may(permission) {
            return Ok(());
        }
        Err(Rejection::Forbidden { action: action.to_owned(), permission })
    }
}
