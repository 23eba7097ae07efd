//! Heads of the audit trail for paper, and signed.

use std::sync::Arc;

use casekit::{AuditHead, SignedHead};

use super::Desk;
use crate::callback::{HeadSigner, Host};
use crate::error::CasekitError;
use crate::guard::guard;

#[uniffi::export]
impl Desk {
    /// Returns the text of a head for paper: 13 to 24 groups of six characters, the last of which checks its group.
    ///
    /// # Arguments
    ///
    /// - `head`: a head that was taken.
    ///
    /// # Errors
    ///
    /// - `Invalid`: with `malformed`, if its digest is not the hexadecimal form of a SHA-256.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn audit_head_text(&self, head: AuditHead) -> Result<String, CasekitError> {
        self.guard(|| head.to_text().map_err(casekit::Error::from))
    }

    /// Reads the text of a head again, as somebody typed it from paper.
    ///
    /// Upper and lower case are the same, `O` is read as `0`, `I` and `L` as `1`, and there may be any space and hyphens
    /// between groups. A wrong character is found, and so are neighbours that changed places.
    ///
    /// # Arguments
    ///
    /// - `text`: all groups of the text.
    ///
    /// # Errors
    ///
    /// - `Invalid`: with `misread` and the number of the group that is not as it was written; with `malformed`, if groups
    ///   are left out or added; with `does_not_fit`, if they are not of one head, or a newer version wrote them.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn audit_head_of_text(&self, text: String) -> Result<AuditHead, CasekitError> {
        self.guard(|| text.parse().map_err(|error: casekit::FieldError| casekit::Error::from(error)))
    }

    /// Returns the bytes of a head that are signed: six lines of ASCII, which any program can make again.
    ///
    /// # Arguments
    ///
    /// - `head`: a head that was taken.
    ///
    /// # Errors
    ///
    /// - `Invalid`: with `malformed`, if its digest is not the hexadecimal form of a SHA-256.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn audit_head_statement(&self, head: AuditHead) -> Result<Vec<u8>, CasekitError> {
        self.guard(|| head.statement().map_err(casekit::Error::from))
    }

    /// Has a head signed by the application, for another system to keep and to check.
    ///
    /// The library never sees the key. As JSON, what is returned has all that is needed to check it, except the key.
    ///
    /// # Arguments
    ///
    /// - `head`: a head that was taken.
    /// - `signer`: is given the bytes of `audit_head_statement`.
    ///
    /// # Errors
    ///
    /// - `Invalid`: with `malformed`, if the digest of the head is not the hexadecimal form of a SHA-256.
    /// - `Callback`: if the signer failed. The head stays taken, and can be signed again.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing. It takes as long as the signer.
    pub fn sign_audit_head(
        &self,
        head: AuditHead,
        signer: Arc<dyn HeadSigner>,
    ) -> Result<SignedHead, CasekitError> {
        self.guard(|| head.statement().map_err(casekit::Error::from))?;
        guard(|| head.signed_by(&Host(signer)).map_err(|_| CasekitError::callback("head signer")))
    }
}
