//! What goes out to the person who asked, and who brings it.

use std::fmt;

use super::Fault;
use crate::model::Timestamp;

/// Brings something to the person who asked. A function of what goes out is a delivery.
pub trait Delivery: Send + Sync {
    /// Sends it, and comes back when it has arrived for good. It may be called again for the same sending: the key and
    /// what is sent never change, so a receiver who honours the key sees one effect.
    ///
    /// # Errors
    /// Whatever went wrong. A delivery that cannot carry a [kind](OutgoingKind) says so with
    /// [`Fault::cannot_carry`]; kinds may be added.
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault>;
}

impl<F: Fn(&Outgoing) -> Result<Delivered, Fault> + Send + Sync> Delivery for F {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        self(outgoing)
    }
}

/// Something on its way to the person who asked.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Outgoing {
    /// The same for every attempt of this sending: 32 hexadecimal digits; when the same thing is sent again later, with
    /// `-2` and so on behind them.
    pub key: String,
    /// The case's number.
    pub case_number: String,
    /// What the webform called the request; empty for a case that was raised by hand.
    pub request_ref: String,
    /// Where it goes, as the webform understands it; empty if nobody gave it.
    pub reply_to: String,
    /// What it is.
    pub kind: OutgoingKind,
}

impl Outgoing {
    /// Something of a case, for who tries a delivery.
    #[must_use]
    pub fn new(key: impl Into<String>, case_number: impl Into<String>, kind: OutgoingKind) -> Self {
        let (request_ref, reply_to) = (String::new(), String::new());
        Self { key: key.into(), case_number: case_number.into(), request_ref, reply_to, kind }
    }
}

/// What can go out. So far only packages do.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum OutgoingKind {
    /// The answer, as a package.
    Package {
        /// A name for a file: letters, digits and hyphens with `.zip`, generated.
        file_name: String,
        /// What the case ends as: `data_released`, `no_data`, `denied`.
        outcome: String,
        /// SHA-256 of the bytes, in hexadecimal.
        sha256: String,
        /// The package.
        bytes: Vec<u8>,
    },
    /// A message, such as a question about the request.
    Message {
        /// What it says.
        text: String,
        /// What an answer to it has to name; empty if none is asked for.
        answer_ref: String,
    },
    /// A code that proves, when it comes back, that the person reads what is sent there.
    Code {
        /// The code.
        code: String,
        /// Until when it is good.
        valid_until: Timestamp,
    },
}

impl OutgoingKind {
    /// The word for it in headers and hosts: `package`, `message`, `code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Package { .. } => "package",
            Self::Message { .. } => "message",
            Self::Code { .. } => "code",
        }
    }
}

/// Without what is sent: that is personal.
impl fmt::Debug for OutgoingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package { file_name, outcome, sha256, bytes } => f
                .debug_struct("Package")
                .field("file_name", file_name)
                .field("outcome", outcome)
                .field("sha256", sha256)
                .field("bytes", &bytes.len())
                .finish(),
            Self::Message { answer_ref, .. } => {
                f.debug_struct("Message").field("answer_ref", answer_ref).finish_non_exhaustive()
            }
            Self::Code { valid_until, .. } => {
                f.debug_struct("Code").field("valid_until", valid_until).finish_non_exhaustive()
            }
        }
    }
}

/// What a receiver answered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Delivered {
    /// The receiver's own reference, up to 200 characters, if it gave one.
    pub receipt: Option<String>,
}
