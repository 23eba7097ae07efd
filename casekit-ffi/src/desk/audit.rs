//! The audit trail: changes, history, verification, and the head to keep.

use casekit::{AuditHead, Changes, Cursor, PageRequest, StreamId, VerifyReport};

use super::Desk;
use crate::error::CasekitError;
use crate::types::HistoryPage;

#[uniffi::export]
impl Desk {
    /// The history of a stream in words that a screen can show, oldest first, with from and to.
    ///
    /// Notes outside the scope are left out, and sensitive values are shown to those who may read them. Needs
    /// `read_history`, and `read_cases` or
    /// `read_customers` for the history of these.
    #[uniffi::method(default(page = None))]
    pub fn history(&self, stream: StreamId, page: Option<PageRequest>) -> Result<HistoryPage, CasekitError> {
        self.guard(|| self.desk.history(stream, super::page(page)).map(Into::into))
    }

    /// What changed since a cursor, oldest first: start with `None`, go on with the cursor that comes back. Changes
    /// of cases and case types outside the actor's scope are left out. At most 500 at a time.
    ///
    /// A cursor from behind a backup that was restored since, or of another store, is refused with
    /// `cursor_not_of_this_store`: read everything anew. Needs `read_cases`.
    #[uniffi::method(default(cursor = None, limit = 500))]
    pub fn changes_since(&self, cursor: Option<String>, limit: u32) -> Result<Changes, CasekitError> {
        self.guard(|| {
            let cursor = cursor
                .map(|text| Cursor::parse("cursor", &text))
                .transpose()
                .map_err(casekit::Error::from)?;
            self.desk.changes_since(cursor.as_ref(), limit)
        })
    }

    /// Verifies the history of one stream: hashes, commitments, and that its events fold to its state.
    /// Needs `verify`.
    pub fn verify_stream(&self, stream: StreamId) -> Result<VerifyReport, CasekitError> {
        self.guard(|| self.desk.verify_stream(stream))
    }

    /// Verifies the whole file: every stream, and every head that was taken. With a head that the host kept, a tail
    /// that was cut off or a stream that is missing is shown too. Needs `verify`.
    #[uniffi::method(default(kept = None))]
    pub fn verify(&self, kept: Option<AuditHead>) -> Result<VerifyReport, CasekitError> {
        self.guard(|| self.desk.verify(kept.as_ref()))
    }

    /// Takes the head of the audit trail: appends a checkpoint over the one before and everything since, for the host
    /// to keep elsewhere. Needs `verify`.
    pub fn audit_head(&self) -> Result<AuditHead, CasekitError> {
        self.guard(|| self.desk.audit_head())
    }
}
