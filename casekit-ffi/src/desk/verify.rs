//! Verifying a file, for hosts: they are told how far it has come.

use std::ops::ControlFlow;
use std::sync::Arc;

use casekit::{AuditHead, StreamId, VerifyProgress, VerifyReport};

use super::Desk;
use crate::callback::VerifyListener;
use crate::error::CasekitError;

#[uniffi::export]
impl Desk {
    /// Verifies the whole file: every stream, and every head that was taken.
    ///
    /// Others can write in the meantime: what is verified and counted is the file as it was when the call began. Needs
    /// `verify`.
    ///
    /// Without a head that was kept elsewhere, whoever can write the file can also write its whole history anew, heads
    /// and all, and nothing in the file tells. With one, everything up to the position that it covers is proven.
    ///
    /// # Arguments
    ///
    /// - `kept`: the heads that the host kept elsewhere, in any order. With one, a history that was cut off at its end or
    ///   written anew, or a stream that is missing, is found too. With several, the report says how far back the file is
    ///   still what it was.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing is proven then.
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
    #[uniffi::method(default(kept = [], listener = None))]
    pub fn verify(
        &self,
        kept: Vec<AuditHead>,
        listener: Option<Arc<dyn VerifyListener>>,
    ) -> Result<VerifyReport, CasekitError> {
        self.told(listener, |tell| self.desk.verify_with(&kept, tell))
    }

    /// Verifies the history of one stream.
    ///
    /// That is, its hashes, its commitments, and that folding its events gives its state. Needs
    /// `verify`.
    ///
    /// # Arguments
    ///
    /// - `stream`: the stream whose history is verified.
    /// - `listener`: is told the progress, and answers whether to continue. If it answers no, the call fails as a `Store`
    ///   error with `cancelled`; if it fails itself, with `Callback`. Nothing is proven then.
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
    #[uniffi::method(default(listener = None))]
    pub fn verify_stream(
        &self,
        stream: StreamId,
        listener: Option<Arc<dyn VerifyListener>>,
    ) -> Result<VerifyReport, CasekitError> {
        self.told(listener, |tell| self.desk.verify_stream_with(stream, tell))
    }
}

impl Desk {
    /// Verifies while a host's listener is told; what the listener itself fails with comes before what the library says.
    fn told(
        &self,
        listener: Option<Arc<dyn VerifyListener>>,
        verify: impl FnOnce(
            &mut dyn FnMut(VerifyProgress) -> ControlFlow<()>,
        ) -> Result<VerifyReport, casekit::Error>,
    ) -> Result<VerifyReport, CasekitError> {
        let mut failed = false;
        let mut tell = |progress| {
            let answer = listener.as_ref().map_or(Ok(true), |listener| listener.progress(progress));
            failed = answer.is_err();
            if answer == Ok(true) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let verified = self.guard(|| verify(&mut tell));
        if failed { Err(CasekitError::callback("verify listener")) } else { verified }
    }
}
