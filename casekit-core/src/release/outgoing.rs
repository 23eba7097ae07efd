//! What is sent to the person who asked, and the interface of what sends it.

use std::fmt;

use super::Fault;
use crate::model::Timestamp;

/// Sends something to the person who asked. A closure that takes the outgoing record is a delivery.
pub trait Delivery: Send + Sync {
    /// Sends it, and returns once the receiver has it for good. casekit may call this again for the same sending. The
    /// key and the content are then the same, so that a receiver can recognise the key and act only once.
    ///
    /// # Errors
    /// Any fault of the delivery. A delivery that does not support a [kind](OutgoingKind) returns
    /// [`Fault::cannot_carry`]; later versions may add kinds.
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault>;
}

impl<F: Fn(&Outgoing) -> Result<Delivered, Fault> + Send + Sync> Delivery for F {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        self(outgoing)
    }
}

/// Something that is to be sent to the person who asked.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Outgoing {
    /// The key of the sending, the same for all attempts: 32 hexadecimal digits. If the same thing is sent again later,
    /// `-2`, `-3` and so on follow them.
    pub key: String,
    /// The case number, such as `C-000123`.
    pub case_number: String,
    /// The webform's reference for the request; empty for a case that was raised by hand.
    pub request_ref: String,
    /// Which of the requests with that reference it answers, from 1 in the order of their arrival; 0 for a case that was raised
    /// by hand.
    pub reference_number: u32,
    /// Whether other requests with other content have the same reference. Who knows the reference may then be another person:
    /// hand the answer out by `reply_to`, never by the reference alone.
    pub reference_shared: bool,
    /// Where it goes, in a form that the webform understands; empty if nobody gave it.
    pub reply_to: String,
    /// When this attempt was made, by the kit's clock: each attempt has another, so that a receiver can refuse a copy of
    /// an old one.
    pub sent_at: Timestamp,
    /// The kind of thing that is sent, with its content.
    pub kind: OutgoingKind,
}

impl Outgoing {
    /// Something to send for a case, for code that tries out a delivery. It was sent in 1970, until `sent_at` is set.
    #[must_use]
    pub fn new(key: impl Into<String>, case_number: impl Into<String>, kind: OutgoingKind) -> Self {
        Self {
            key: key.into(),
            case_number: case_number.into(),
            request_ref: String::new(),
            reference_number: 0,
            reference_shared: false,
            reply_to: String::new(),
            sent_at: Timestamp::UNIX_EPOCH,
            kind,
        }
    }
}

/// What can be sent. So far, casekit sends only packages.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum OutgoingKind {
    /// The answer to the request, as a package.
    Package {
        /// A generated file name: letters, digits and hyphens, with the ending `.zip`.
        file_name: String,
        /// The code of the outcome that the case will have: `data_released`, `no_data` or `denied`.
        outcome: String,
        /// SHA-256 of the bytes, in hexadecimal.
        sha256: String,
        /// The bytes of the package, a ZIP archive.
        bytes: Vec<u8>,
    },
    /// A message, such as a question about the request.
    Message {
        /// The text for the person to read.
        text: String,
        /// The reference that a reply has to give; empty if no reply is expected.
        answer_ref: String,
    },
    /// A code to send back, which proves that the person reads what is sent to this address.
    Code {
        /// The code that the person has to send back.
        code: String,
        /// The instant at which the code expires.
        valid_until: Timestamp,
    },
}

impl OutgoingKind {
    /// The code of the kind, in headers and in hosts: `package`, `message` or `code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Package { .. } => "package",
            Self::Message { .. } => "message",
            Self::Code { .. } => "code",
        }
    }
}

/// Leaves out the content, which is personal data.
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

/// The answer of the receiver.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Delivered {
    /// The receiver's own reference; `None` if it gave none. What is longer than 200 characters is kept as its first 120,
    /// `… sha256:` and the SHA-256 of all of it, in hexadecimal; control characters are kept as spaces.
    pub receipt: Option<String>,
}
