//! A request that arrived at the webform.

use serde::{Deserialize, Serialize};

use super::{Name, Reference, Sensitive, ShortText, Timestamp};

/// What a person gave when they asked for their data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// What the webform calls it.
    pub reference: Reference,
    /// Who says they are asking.
    pub requester: Name,
    /// Where the answer goes, as the webform understands it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ShortText>,
    /// What they gave to prove who they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// Something that a requester gave to prove who they are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// What it is: `date of birth`, `customer number`.
    pub kind: ShortText,
    /// What they gave; sensitive.
    pub value: Sensitive,
}
