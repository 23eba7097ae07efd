//! Verification, and the heads that the host keeps elsewhere.

use super::Desk;
use super::look::Look;
use crate::audit::{self, AuditHead, Verifier, VerifyReport};
use crate::error::Error;
use crate::event::Fact;
use crate::model::{Permission, StreamId, limits};
use crate::rejection::Rejection;
use crate::store::{EventQuery, LoadPlan, unreadable};

impl Desk {
    /// Verifies the history of one stream.
    ///
    /// That is, its hashes, its commitments, and that folding its events gives its state. Needs
    /// [`Verify`](Permission::Verify).
    ///
    /// # Arguments
    ///
    /// - `stream`: the stream whose history is verified.
    ///
    /// # Returns
    ///
    /// What was counted, and the first place that is broken, if any.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such stream, or it is outside the actor's scope.
    ///
    /// # Cost
    ///
    /// Reads every event and note of the stream, and holds the notes: it grows with the stream.
    pub fn verify_stream(&self, stream: StreamId) -> Result<VerifyReport, Error> {
        let look = self.look(Permission::Verify, "verify")?;
        if self.is_outside(&look, stream)? {
            return Err(Rejection::not_found(stream.kind().word(), stream.uuid()).into());
        }
        let report = Verifier::begin(self.engine.store.as_ref())?.stream(stream)?;
        if report.events == 0 && report.broken.is_none() {
            return Err(Rejection::not_found(stream.kind().word(), stream.uuid()).into());
        }
        Ok(report)
    }

    /// Whether a stream is outside the scope. A case without a state is not: that it was taken away is what verifying
    /// finds out.
    fn is_outside(&self, look: &Look<'_>, stream: StreamId) -> Result<bool, Error> {
        match stream {
            StreamId::Case(id) if look.caller.is_narrowed() => {
                let loaded = self.engine.store.load(&LoadPlan::case(id))?;
                Ok(loaded.cases.iter().any(|case| !look.caller.sees(case)))
            }
            StreamId::CaseType(id) => Ok(!look.sees_type(id)),
            StreamId::Case(_)
            | StreamId::Customer(_)
            | StreamId::Workflow(_)
            | StreamId::Settings
            | StreamId::Ledger => Ok(false),
        }
    }

    /// Verifies the whole file: every stream, and every head that was taken.
    ///
    /// Others can write in the meantime: what is verified and counted is the file as it was when the call began. Needs
    /// [`Verify`](Permission::Verify).
    ///
    /// # Arguments
    ///
    /// - `kept`: a head that the host kept elsewhere. With it, a history that was cut off at its end or a stream that
    ///   is missing is found too.
    ///
    /// # Returns
    ///
    /// What was counted, and the first place that is broken, if any.
    ///
    /// # Cost
    ///
    /// Reads every stream, event and note of the file once: it grows with the file. It holds the notes of one case,
    /// and every head that was taken; nobody waits for it.
    pub fn verify(&self, kept: Option<&AuditHead>) -> Result<VerifyReport, Error> {
        self.look(Permission::Verify, "verify")?;
        Ok(Verifier::begin(self.engine.store.as_ref())?.whole(kept)?)
    }

    /// Takes the head of the audit trail.
    ///
    /// This appends a checkpoint over the previous head and everything since, which the host keeps elsewhere. Needs
    /// [`Verify`](Permission::Verify).
    ///
    /// # Cost
    ///
    /// Reads the whole ledger, and every event since the head before; the first head reads every event of the file.
    /// It holds an entry for each stream that changed since, so a head that is taken often is cheap. Writes one
    /// transaction of one event.
    pub fn audit_head(&self) -> Result<AuditHead, Error> {
        self.require(Permission::Verify, "audit_head")?;
        for _ in 0..limits::DECISIONS {
            let due = audit::due(self.engine.store.as_ref())?;
            match self.engine.run(&self.call, &due) {
                Ok(done) if done.replayed => return self.head_at(done.receipt.position),
                Ok(done) => return Ok(due.taken_at(done.receipt.position)),
                // Another call has written to the ledger in the meantime, so the head is computed again.
                Err(Error::Rejected(Rejection::Conflict { .. })) => {}
                Err(other) => return Err(other),
            }
        }
        Err(Rejection::Contended { attempts: limits::DECISIONS }.into())
    }

    /// The head that was taken at a position, for a call that was repeated with the same request id.
    fn head_at(&self, position: u64) -> Result<AuditHead, Error> {
        let query = EventQuery::All { after: position.saturating_sub(1), limit: 1 };
        let event = self.engine.store.events(&query)?.pop().filter(|event| event.position == position);
        match event.map(|event| event.open()).transpose().map_err(unreadable)?.map(|event| event.fact) {
            Some(Fact::Ledger(fact)) => fact.head().ok_or_else(|| crate::engine::unsound().into()),
            Some(_) | None => Err(crate::engine::unsound().into()),
        }
    }
}
