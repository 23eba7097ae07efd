//! Verification, and the heads that the host keeps elsewhere.

use std::ops::ControlFlow;

use super::look::Look;
use super::{Desk, admission};
use crate::audit::{self, AuditHead, Verifier, VerifyProgress, VerifyReport};
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
    /// Reads every event and note of the stream, and holds the notes: it grows with the stream. The ledger has an event
    /// for each head, import, export and restore of the file.
    pub fn verify_stream(&self, stream: StreamId) -> Result<VerifyReport, Error> {
        self.verify_stream_with(stream, |_| ControlFlow::Continue(()))
    }

    /// Verifies the history of one stream like [`verify_stream`](Self::verify_stream), and tells how far it has come.
    ///
    /// # Arguments
    ///
    /// - `stream`: the stream whose history is verified.
    /// - `tell`: called at the beginning, after each 1,000 events and notes, and at the end. It can end the call with
    ///   `Break`.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such stream, or it is outside the actor's scope.
    /// - `Store`: of the kind `Cancelled`, after `Break`. Nothing is proven then.
    ///
    /// # Cost
    ///
    /// As [`verify_stream`](Self::verify_stream). It ends within 1,000 events and notes of the `Break`.
    pub fn verify_stream_with(
        &self,
        stream: StreamId,
        mut tell: impl FnMut(VerifyProgress) -> ControlFlow<()>,
    ) -> Result<VerifyReport, Error> {
        let look = self.enter(&admission::VERIFY, "verify")?;
        if self.is_outside(&look, stream)? {
            return Err(self.not_found(stream.kind().word(), stream.uuid()).into());
        }
        let store = self.engine.store.as_ref();
        let report = Verifier::stream(store, stream, self.language(), &mut tell)?;
        if report.events == 0 && report.broken.is_none() {
            return Err(self.not_found(stream.kind().word(), stream.uuid()).into());
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
            StreamId::Customer(id) => Ok(!look.sees_customer(id)),
            StreamId::Person(_) | StreamId::Team(_) | StreamId::Tag(_) => Ok(look.is_for_customer()),
            StreamId::Case(_) | StreamId::Workflow(_) | StreamId::Settings | StreamId::Ledger => Ok(false),
        }
    }

    /// Verifies the whole file: every stream, and every head that was taken.
    ///
    /// Others can write in the meantime: what is verified and counted is the file as it was when the call began. Needs
    /// [`Verify`](Permission::Verify).
    ///
    /// Without a head that was kept elsewhere, whoever can write the file can also write its whole history anew, heads
    /// and all, and nothing in the file tells. With one, everything up to the position that it covers is proven.
    ///
    /// # Arguments
    ///
    /// - `kept`: the heads that the host kept elsewhere, in any order. With one, a history that was cut off at its end or
    ///   written anew, or a stream that is missing, is found too. With several, the report says how far back the file is
    ///   still what it was.
    ///
    /// # Returns
    ///
    /// What was counted, which of the kept heads are confirmed, and the first place that is broken, if any, with what may
    /// have happened there.
    ///
    /// # Cost
    ///
    /// Reads every stream, event and note of the file once: it grows with the file. It holds a page of each, the notes of
    /// one case, and every head that was taken; nobody waits for it.
    pub fn verify<'a>(&self, kept: impl IntoIterator<Item = &'a AuditHead>) -> Result<VerifyReport, Error> {
        self.verify_with(kept, |_| ControlFlow::Continue(()))
    }

    /// Verifies the whole file like [`verify`](Self::verify), and tells how far it has come.
    ///
    /// # Arguments
    ///
    /// - `kept`: the heads that the host kept elsewhere.
    /// - `tell`: called at the beginning, after each 1,000 rows, events and notes, and at the end. It can end the call
    ///   with `Break`.
    ///
    /// # Errors
    ///
    /// - `Store`: of the kind `Cancelled`, after `Break`. Nothing is proven then.
    ///
    /// # Cost
    ///
    /// As [`verify`](Self::verify). It ends within 1,000 rows of the `Break`.
    pub fn verify_with<'a>(
        &self,
        kept: impl IntoIterator<Item = &'a AuditHead>,
        mut tell: impl FnMut(VerifyProgress) -> ControlFlow<()>,
    ) -> Result<VerifyReport, Error> {
        self.enter(&admission::VERIFY, "verify")?;
        let kept: Vec<&AuditHead> = kept.into_iter().collect();
        Ok(Verifier::whole(self.engine.store.as_ref(), &kept, self.language(), &mut tell)?)
    }

    /// Takes the head of the audit trail.
    ///
    /// This appends a checkpoint over the previous head and everything since, which the host keeps elsewhere. Needs
    /// [`Verify`](Permission::Verify).
    ///
    /// # Errors
    ///
    /// - `Store`: with `corrupt`, if a head in the file cannot have been taken where it is. A head on top of it would
    ///   make the file look right: verify it, and restore a backup.
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
