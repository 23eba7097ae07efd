//! A head with a signature of the host's, to be checked elsewhere. No key ever enters the library.

use serde::{Deserialize, Serialize};

use super::AuditHead;
use crate::commit::hex;
use crate::field::FieldError;
use crate::release::Fault;

/// Signs heads with a key that only the host has: a file, a key store, a smart card, a time-stamp service. A closure that
/// takes the statement is a signer.
pub trait HeadSigner: Send + Sync {
    /// Signs these bytes, which are those of [`AuditHead::statement`], and says under which key. It has to end its own
    /// waiting.
    ///
    /// # Errors
    /// Any fault of the key or of the service. The head is taken all the same, and can be signed again.
    fn sign(&self, statement: &[u8]) -> Result<HeadSignature, Fault>;
}

impl<F: Fn(&[u8]) -> Result<HeadSignature, Fault> + Send + Sync> HeadSigner for F {
    fn sign(&self, statement: &[u8]) -> Result<HeadSignature, Fault> {
        self(statement)
    }
}

/// What a signer answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeadSignature {
    /// The id of the key, by which whoever checks the signature finds the key: `audit-2026`, or a fingerprint.
    pub key_id: String,
    /// The algorithm, as whoever checks it calls it: `ed25519`, `hmac-sha256`, `rfc3161`.
    pub algorithm: String,
    /// The signature itself.
    pub signature: Vec<u8>,
}

/// A head with a signature, for another system to keep and to check. As JSON it has everything except the key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SignedHead {
    /// The head that was signed.
    pub head: AuditHead,
    /// The id of the key.
    pub key_id: String,
    /// The algorithm of the signature.
    pub algorithm: String,
    /// The signature over the head's [statement](AuditHead::statement), in hexadecimal.
    pub signature: String,
}

impl AuditHead {
    /// The bytes that are signed: six lines of ASCII, each ended by a line feed, which any program can make again.
    ///
    /// ```text
    /// casekit audit head 1
    /// number 2
    /// position 16
    /// covers 15
    /// events 15
    /// digest 9abd09a7ae214ff1337edba22ed37cea25a9fe10c08b4183f4a42dcf9117e43f
    /// ```
    ///
    /// # Errors
    /// `Malformed` if the digest is not the hexadecimal form of a SHA-256, as that of every head of a file is.
    pub fn statement(&self) -> Result<Vec<u8>, FieldError> {
        let Self { number, position, covers, events, .. } = self;
        let digest = hex(&self.digest_bytes()?);
        let lines = format!(
            "casekit audit head 1\nnumber {number}\nposition {position}\ncovers {covers}\nevents {events}\ndigest {digest}\n"
        );
        Ok(lines.into_bytes())
    }

    /// The head with the signature that the host's signer gives it.
    ///
    /// # Errors
    /// The signer's own fault; a permanent one with the code `head_malformed` if this is no head of a file.
    pub fn signed_by(self, signer: &dyn HeadSigner) -> Result<SignedHead, Fault> {
        let statement =
            self.statement().map_err(|error| Fault::permanent("head_malformed", error.message()))?;
        let HeadSignature { key_id, algorithm, signature } = signer.sign(&statement)?;
        Ok(SignedHead { head: self, key_id, algorithm, signature: hex(&signature) })
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha256;

    use super::*;

    fn mac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(bytes);
        mac.finalize().into_bytes().to_vec()
    }

    fn head() -> AuditHead {
        let digest = "9abd09a7ae214ff1337edba22ed37cea25a9fe10c08b4183f4a42dcf9117e43f".to_owned();
        AuditHead { number: 2, position: 16, covers: 15, events: 15, digest }
    }

    #[test]
    fn a_signed_head_is_checked_with_nothing_but_its_json_and_the_key() {
        let signer = |statement: &[u8]| {
            let (key_id, algorithm) = ("audit-2026".to_owned(), "hmac-sha256".to_owned());
            Ok(HeadSignature { key_id, algorithm, signature: mac(b"the host's key", statement) })
        };
        let signed = head().signed_by(&signer).unwrap();
        let json = serde_json::to_string(&signed).unwrap();
        assert!(!json.contains("the host's key"));

        // Elsewhere, by hand.
        let kept: serde_json::Value = serde_json::from_str(&json).unwrap();
        let said = kept["head"].as_object().unwrap();
        let mut statement = "casekit audit head 1\n".to_owned();
        for field in ["number", "position", "covers", "events"] {
            statement += &format!("{field} {}\n", said[field]);
        }
        statement += &format!("digest {}\n", said["digest"].as_str().unwrap());
        assert_eq!(kept["signature"], hex(&mac(b"the host's key", statement.as_bytes())));
        assert_eq!(serde_json::from_str::<SignedHead>(&json).unwrap(), signed);
        for wrong in [
            AuditHead { number: 3, ..head() },
            AuditHead { position: 17, ..head() },
            AuditHead { covers: 16, ..head() },
            AuditHead { events: 16, ..head() },
            AuditHead { digest: "00".repeat(32), ..head() },
        ] {
            let other = hex(&mac(b"the host's key", &wrong.statement().unwrap()));
            assert_ne!(other, signed.signature, "{wrong:?}");
        }
    }

    #[test]
    fn what_a_signer_cannot_do_is_its_own_fault() {
        let fails = |_: &[u8]| Err(Fault::transient("key_store_locked", "unlock the key store"));
        assert_eq!(head().signed_by(&fails).unwrap_err().code, "key_store_locked");
        let foreign = AuditHead { digest: "2\nnumber 3".into(), ..head() };
        assert_eq!(foreign.signed_by(&fails).unwrap_err().code, "head_malformed");
    }
}
