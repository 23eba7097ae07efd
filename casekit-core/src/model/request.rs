//! Requests that arrived at the webform.

use serde::{Deserialize, Serialize};

use super::{Name, Reference, Sensitive, ShortText, Timestamp};

/// What a person gave when they asked for their data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// What the webform calls the request: 1 to 200 characters.
    pub reference: Reference,
    /// The name that the requester gave; whether it is theirs is still to be checked.
    pub requester: Name,
    /// Where the answer goes, in a form that the webform understands; `None` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ShortText>,
    /// What the requester gave to prove who they are, up to 50 entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
    /// When the webform handed the request in, by the library's clock.
    pub received_at: Timestamp,
}

/// That a request arrived: what the record keeps of it for good, also after the request itself was erased.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Intake {
    /// What the webform calls the request: 1 to 200 characters.
    pub reference: String,
    /// Which of the requests with that reference it is, from 1.
    pub number: u32,
    /// Whether other requests with other content have the same reference.
    #[serde(default)]
    pub shared: bool,
    /// The salt of the fingerprint, in hexadecimal.
    pub salt: String,
    /// The fingerprint of what arrived, in hexadecimal.
    pub fingerprint: String,
}

/// Something that a requester gave to prove who they are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// What it is, such as `date of birth` or `customer number`.
    pub kind: ShortText,
    /// The value that they gave; sensitive.
    pub value: Sensitive,
}
