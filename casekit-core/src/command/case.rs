//! Raising and editing cases.

use serde::{Deserialize, Serialize};

use crate::model::CustomerId;

/// A case to be raised.
///
/// ```
/// use casekit_core::command::NewCase;
///
/// let case = NewCase::new("Support", "Cannot log in").described("Since this morning.").in_stage("In Progress");
/// assert_eq!(case.case_type, "Support");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewCase {
    /// The name or id of an active case type.
    pub case_type: String,
    /// One line of 1 to 200 characters.
    pub title: String,
    /// Up to 100,000 characters; blank counts as none.
    pub description: Option<String>,
    /// The id or label of an enabled stage; the type's first open stage if none is given.
    pub stage: Option<String>,
    /// Whom it concerns.
    pub customer: Option<CustomerId>,
}

impl NewCase {
    /// A case of a type, with a title.
    #[must_use]
    pub fn new(case_type: impl Into<String>, title: impl Into<String>) -> Self {
        Self { case_type: case_type.into(), title: title.into(), ..Self::default() }
    }

    /// The same for a customer.
    #[must_use]
    pub fn for_customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// The same with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same in a stage, such as `Closed` for a call that was dealt with at once.
    #[must_use]
    pub fn in_stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }
}

/// Changes to a case; what is `None` stays as it is.
///
/// ```
/// use casekit_core::command::CaseEdit;
///
/// let edit = CaseEdit::new().stage("In Progress").title("Refund of order 4711");
/// assert_eq!(edit.stage.as_deref(), Some("In Progress"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CaseEdit {
    /// The name or id of another active type.
    pub case_type: Option<String>,
    /// The id or label of an enabled stage (of the new type, if the type changes).
    pub stage: Option<String>,
    /// Another title.
    pub title: Option<String>,
    /// Another description; blank takes it away.
    pub description: Option<String>,
    /// Another customer.
    pub customer: Option<CustomerId>,
    /// Whether the link to the customer is taken away.
    pub without_customer: bool,
    /// Why; needed to leave `Resolved` or `Closed`. Up to 1,000 characters.
    pub reason: Option<String>,
    /// The revision that the caller saw; if the case has another, they get a `Conflict` instead.
    pub seen: Option<u64>,
}

impl CaseEdit {
    /// No change yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Move it to another type.
    #[must_use]
    pub fn case_type(mut self, case_type: impl Into<String>) -> Self {
        self.case_type = Some(case_type.into());
        self
    }

    /// Move it to another stage.
    #[must_use]
    pub fn stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// Give it another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Give it another description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Link it to a customer.
    #[must_use]
    pub fn customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// Take the link to its customer away.
    #[must_use]
    pub fn without_customer(mut self) -> Self {
        self.without_customer = true;
        self
    }

    /// Say why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Change it only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
