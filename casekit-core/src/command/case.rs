//! Commands that raise and edit cases.

use serde::{Deserialize, Serialize};

use super::{GivenField, GivenValue};
use crate::model::{CustomerId, Priority, Timestamp};

/// A case to be raised.
///
/// ```
/// use casekit_core::command::NewCase;
///
/// let case = NewCase::new("Support", "Cannot log in").described("Since this morning.").in_stage("In Progress");
/// assert_eq!(case.case_type, "Support");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewCase {
    /// The name or id of an active case type.
    pub case_type: String,
    /// One line of 1 to 200 characters.
    pub title: String,
    /// Up to 100,000 characters; blank counts as none.
    pub description: Option<String>,
    /// The id or label of an enabled stage; if `None`, the type's first open stage.
    pub stage: Option<String>,
    /// The id of the customer that it concerns; `None` for no customer.
    pub customer: Option<CustomerId>,
    /// The name or id of the team with which it stands; `None` for no team. In a scope of one team, `None` is that team.
    pub team: Option<String>,
    /// When the organisation received what it is about, from which deadlines can start: now or in the past; `None` for
    /// now.
    pub received_at: Option<Timestamp>,
    /// How soon it should be worked on; `None` for the default priority of its type. Not in a scope of one customer.
    pub priority: Option<Priority>,
    /// Its tags, up to 20, each by its name or id; a name that no tag has makes one. Not in a scope of one customer.
    pub tags: Vec<String>,
    /// The code or label of how it ended, for a case that is raised in a resolved or closed stage; `None` if nobody says so.
    pub resolution: Option<String>,
    /// Why it ended so, up to 1,000 characters, for staff; needed where the resolution needs it.
    pub reason: Option<String>,
    /// Why it ended so, up to 1,000 characters, in words for the person it concerns.
    pub customer_reason: Option<String>,
    /// Values for the fields of its type, each field once; up to 100.
    pub fields: Vec<GivenField>,
}

impl NewCase {
    /// A case of a type, with a title and nothing else.
    #[must_use]
    pub fn new(case_type: impl Into<String>, title: impl Into<String>) -> Self {
        Self { case_type: case_type.into(), title: title.into(), ..Self::default() }
    }

    /// The same case, for this customer.
    #[must_use]
    pub fn for_customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// The same case, with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same case, standing with a team.
    #[must_use]
    pub fn with_team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// The same case, whose subject was received then: a letter of last week, for example.
    #[must_use]
    pub fn received_at(mut self, at: Timestamp) -> Self {
        self.received_at = Some(at);
        self
    }

    /// The same case, with a priority.
    #[must_use]
    pub fn with_priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// The same case, with a value for a field of its type, by the id or label of the field.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        self.fields.push(GivenField::new(field, value));
        self
    }

    /// The same case, with one more tag.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// The same case, raised in a stage: for example `Closed` for a call that was dealt with at once.
    #[must_use]
    pub fn in_stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// The same case, which ended so.
    #[must_use]
    pub fn with_resolution(mut self, code: impl Into<String>) -> Self {
        self.resolution = Some(code.into());
        self
    }

    /// The same case, with the reason why it ended so, for staff.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same case, with the reason why it ended so, in words for the person it concerns.
    #[must_use]
    pub fn telling(mut self, customer_reason: impl Into<String>) -> Self {
        self.customer_reason = Some(customer_reason.into());
        self
    }
}

/// Changes to a case. Fields that are `None` stay as they are.
///
/// ```
/// use casekit_core::command::CaseEdit;
///
/// let edit = CaseEdit::new().stage("In Progress").title("Refund of order 4711");
/// assert_eq!(edit.stage.as_deref(), Some("In Progress"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseEdit {
    /// The name or id of another active type.
    pub case_type: Option<String>,
    /// The id or label of an enabled stage (of the new type, if the type changes).
    pub stage: Option<String>,
    /// The new title: one line of 1 to 200 characters.
    pub title: Option<String>,
    /// The new description, up to 100,000 characters; blank removes it.
    pub description: Option<String>,
    /// The id of the new customer; not together with `without_customer`.
    pub customer: Option<CustomerId>,
    /// Whether to remove the link to the customer.
    pub without_customer: bool,
    /// The name or id of the team to which the case goes; not together with `without_team`. A case that leaves a team is
    /// returned: nobody holds it until somebody of the new team takes it.
    pub team: Option<String>,
    /// Whether the case stands with no team any more.
    pub without_team: bool,
    /// When the organisation received what it is about: now or in the past. Its deadlines are counted anew.
    pub received_at: Option<Timestamp>,
    /// How soon it should be worked on from now on. Not in a scope of one customer.
    pub priority: Option<Priority>,
    /// The code or label of how it ends, together with a move to a resolved or closed stage, or for a case that is in one.
    pub resolution: Option<String>,
    /// Values for the fields of its type (of the new type, if the type changes), each field once; up to 100. Fields that
    /// are not given stay as they are.
    pub fields: Vec<GivenField>,
    /// Why it is changed, up to 1,000 characters; needed to reopen a resolved or closed case, and where the resolution needs
    /// it.
    pub reason: Option<String>,
    /// Why it ends so, up to 1,000 characters, in words for the person it concerns; only with a resolution.
    pub customer_reason: Option<String>,
    /// The revision that the caller saw. If the case has another one by now, the edit is refused with `Conflict`.
    /// `None` skips the check.
    pub seen: Option<u64>,
}

impl CaseEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the case to another type.
    #[must_use]
    pub fn case_type(mut self, case_type: impl Into<String>) -> Self {
        self.case_type = Some(case_type.into());
        self
    }

    /// Moves the case to another stage.
    #[must_use]
    pub fn stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// Gives the case another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Gives the case another description; blank removes it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Links the case to a customer.
    #[must_use]
    pub fn customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// Removes the link to the customer.
    #[must_use]
    pub fn without_customer(mut self) -> Self {
        self.without_customer = true;
        self
    }

    /// Gives the case to a team.
    #[must_use]
    pub fn team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// Takes the case from its team, so that it stands with none.
    #[must_use]
    pub fn without_team(mut self) -> Self {
        self.without_team = true;
        self
    }

    /// Corrects when the organisation received what the case is about.
    #[must_use]
    pub fn received_at(mut self, at: Timestamp) -> Self {
        self.received_at = Some(at);
        self
    }

    /// Gives the case another priority.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Says how the case ends.
    #[must_use]
    pub fn resolution(mut self, code: impl Into<String>) -> Self {
        self.resolution = Some(code.into());
        self
    }

    /// Gives a field of the type another value, by the id or label of the field; [`GivenValue::Nothing`] and blank text
    /// empty it.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        self.fields.push(GivenField::new(field, value));
        self
    }

    /// Gives the reason for the change.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Gives the reason for how it ends, in words for the person it concerns.
    #[must_use]
    pub fn telling(mut self, customer_reason: impl Into<String>) -> Self {
        self.customer_reason = Some(customer_reason.into());
        self
    }

    /// Changes the case only if it still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}
