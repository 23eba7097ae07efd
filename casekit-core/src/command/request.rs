//! Requests for data, and the decisions on them.

use serde::{Deserialize, Serialize};

/// A request as the webform hands it in.
///
/// Handing the same reference in again gives the same case and changes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewRequest {
    /// What the webform calls it: 1 to 200 characters, unique in the file.
    pub request_ref: String,
    /// Who says they are asking.
    pub requester: String,
    /// What they gave to prove who they are, up to 50.
    pub credentials: Vec<NewCredential>,
    /// Where the answer goes, as the webform understands it.
    pub reply_to: Option<String>,
    /// The external reference of the customer. If no customer has it, the link is left to the worker.
    pub customer_ref: Option<String>,
    /// The name or id of the case type; `Data request` if not given.
    pub case_type: Option<String>,
    /// The title of the case; `Data request` if not given.
    pub title: Option<String>,
    /// What they wrote.
    pub description: Option<String>,
}

impl NewRequest {
    /// A request with a reference, by somebody.
    #[must_use]
    pub fn new(request_ref: impl Into<String>, requester: impl Into<String>) -> Self {
        Self { request_ref: request_ref.into(), requester: requester.into(), ..Self::default() }
    }

    /// The same with one more credential.
    #[must_use]
    pub fn with_credential(mut self, kind: impl Into<String>, value: impl Into<String>) -> Self {
        self.credentials.push(NewCredential { kind: kind.into(), value: value.into() });
        self
    }

    /// The same for the customer with an external reference.
    #[must_use]
    pub fn about_customer(mut self, external_reference: impl Into<String>) -> Self {
        self.customer_ref = Some(external_reference.into());
        self
    }

    /// The same with where the answer goes.
    #[must_use]
    pub fn reply_to(mut self, reply_to: impl Into<String>) -> Self {
        self.reply_to = Some(reply_to.into());
        self
    }

    /// The same under another type.
    #[must_use]
    pub fn of_type(mut self, case_type: impl Into<String>) -> Self {
        self.case_type = Some(case_type.into());
        self
    }

    /// The same with a title of its own.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Something that a requester gave to prove who they are.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewCredential {
    /// What it is, up to 1,000 characters.
    pub kind: String,
    /// What they gave, up to 1,000 characters; sensitive.
    pub value: String,
}

impl NewCredential {
    /// What it is, and what they gave.
    #[must_use]
    pub fn new(kind: impl Into<String>, value: impl Into<String>) -> Self {
        Self { kind: kind.into(), value: value.into() }
    }
}

impl std::fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCredential").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A column to be hidden.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewRedaction {
    /// The source of the table.
    pub source: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Why, for the person who asked: up to 1,000 characters.
    pub reason: String,
}

impl NewRedaction {
    /// A column of a table, and why it is hidden.
    #[must_use]
    pub fn new(
        source: impl Into<String>,
        table: impl Into<String>,
        column: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { source: source.into(), table: table.into(), column: column.into(), reason: reason.into() }
    }
}

/// Why a request is denied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewDenial {
    /// The id of the step at which it is denied; the first that can be denied now, if not given.
    pub step: Option<String>,
    /// One of the step's denial codes.
    pub code: String,
    /// Why, for staff.
    pub internal_reason: String,
    /// Why, for the person who asked.
    pub customer_reason: String,
}

impl NewDenial {
    /// A denial by a code, with a reason for staff and one for the person who asked.
    #[must_use]
    pub fn new(
        code: impl Into<String>,
        internal_reason: impl Into<String>,
        customer_reason: impl Into<String>,
    ) -> Self {
        Self {
            step: None,
            code: code.into(),
            internal_reason: internal_reason.into(),
            customer_reason: customer_reason.into(),
        }
    }

    /// The same at a step.
    #[must_use]
    pub fn at_step(mut self, step: impl Into<String>) -> Self {
        self.step = Some(step.into());
        self
    }
}
