//! Commands that hand in requests for data and decide on them.

use serde::{Deserialize, Serialize};

use super::{GivenField, GivenValue};
use crate::model::{Assurance, CustomerId};
use crate::time::Timestamp;

/// A request as the webform hands it in.
///
/// Handing in the same request again returns the same case and changes nothing. It is the same if all of it is: the reference,
/// what the person gave, and the tags and fields in any order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewRequest {
    /// What the webform calls the request: 1 to 200 characters, unique in the file.
    pub request_ref: String,
    /// The name that the requester gave, 1 to 200 characters.
    pub requester: String,
    /// What the requester gave to prove who they are, up to 50 entries.
    pub credentials: Vec<NewCredential>,
    /// Where the answer goes, in a form that the webform understands; up to 1,000 characters.
    pub reply_to: Option<String>,
    /// The external reference of the customer. If no customer has it, the case worker links the case to one.
    pub customer_ref: Option<String>,
    /// The name or id of the case type; `Data request` if `None`.
    pub case_type: Option<String>,
    /// The title of the case; if `None`, the name of its type in the language of the kit.
    pub title: Option<String>,
    /// What the requester wrote, up to 100,000 characters.
    pub description: Option<String>,
    /// The name or id of the team with which the case stands; `None` for no team.
    pub team: Option<String>,
    /// When the organisation received the request, not later than now; `None` for now. A letter is handed in days after it
    /// arrived, and the time for an answer runs from its arrival.
    pub received_at: Option<Timestamp>,
    /// The tags of the case, up to 20, each by its name or id; a name that no tag has makes one. They are the application's
    /// words, such as the form that was used, and not what a person typed. Not in a scope of one customer.
    pub tags: Vec<String>,
    /// Values for the fields of the case type that are for customers, each field once; up to 100. Those that are required
    /// have to be given.
    pub fields: Vec<GivenField>,
}

impl NewRequest {
    /// A request with a reference, by the person with this name.
    #[must_use]
    pub fn new(request_ref: impl Into<String>, requester: impl Into<String>) -> Self {
        Self { request_ref: request_ref.into(), requester: requester.into(), ..Self::default() }
    }

    /// The same request, with one more credential.
    #[must_use]
    pub fn with_credential(mut self, kind: impl Into<String>, value: impl Into<String>) -> Self {
        self.credentials.push(NewCredential { kind: kind.into(), value: value.into() });
        self
    }

    /// The same request, about the customer with this external reference.
    #[must_use]
    pub fn about_customer(mut self, external_reference: impl Into<String>) -> Self {
        self.customer_ref = Some(external_reference.into());
        self
    }

    /// The same request, with where the answer goes.
    #[must_use]
    pub fn reply_to(mut self, reply_to: impl Into<String>) -> Self {
        self.reply_to = Some(reply_to.into());
        self
    }

    /// The same request, under another case type.
    #[must_use]
    pub fn of_type(mut self, case_type: impl Into<String>) -> Self {
        self.case_type = Some(case_type.into());
        self
    }

    /// The same request, for a team.
    #[must_use]
    pub fn with_team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// The same request, received at this instant.
    #[must_use]
    pub fn received_at(mut self, at: Timestamp) -> Self {
        self.received_at = Some(at);
        self
    }

    /// The same request, with one more tag for its case.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// The same request, with a value for a field of the case type, by the id or label of the field.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        self.fields.push(GivenField::new(field, value));
        self
    }

    /// The same request, with a title of its own.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same request, with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Something that a requester gave to prove who they are.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewCredential {
    /// What it is, such as `date of birth`: up to 1,000 characters.
    pub kind: String,
    /// The value that they gave, up to 1,000 characters; sensitive.
    pub value: String,
}

impl NewCredential {
    /// A credential from what it is and the value that was given.
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

/// Corrections of a request. Fields that are `None` stay as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RequestEdit {
    /// The name of the person who asked, 1 to 200 characters.
    pub requester: Option<String>,
    /// Where the answer goes, in a form that the webform understands; up to 1,000 characters. Blank text removes it.
    pub reply_to: Option<String>,
    /// What the person gave later to prove who they are, to be added; up to 50 entries with those that the request has.
    /// One that it has already is not added again.
    pub credentials: Vec<NewCredential>,
    /// When the organisation received the request, not later than now.
    pub received_at: Option<Timestamp>,
    /// Why it is corrected, up to 1,000 characters; recorded in the history.
    pub reason: Option<String>,
    /// The revision that the caller saw. If the case has another one by now, the edit is refused with `Conflict`. `None`
    /// skips the check.
    pub seen: Option<u64>,
}

impl RequestEdit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that another person asked.
    #[must_use]
    pub fn requester(mut self, requester: impl Into<String>) -> Self {
        self.requester = Some(requester.into());
        self
    }

    /// Sends the answer somewhere else; nowhere if the text is blank.
    #[must_use]
    pub fn reply_to(mut self, reply_to: impl Into<String>) -> Self {
        self.reply_to = Some(reply_to.into());
        self
    }

    /// Adds a credential that the person gave later.
    #[must_use]
    pub fn with_credential(mut self, kind: impl Into<String>, value: impl Into<String>) -> Self {
        self.credentials.push(NewCredential { kind: kind.into(), value: value.into() });
        self
    }

    /// Says that the request was received at another instant.
    #[must_use]
    pub fn received_at(mut self, at: Timestamp) -> Self {
        self.received_at = Some(at);
        self
    }

    /// Says why it is corrected.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Changes the request only if the case still has this revision.
    #[must_use]
    pub fn seen(mut self, revision: u64) -> Self {
        self.seen = Some(revision);
        self
    }
}

/// A part of the data that is to be hidden from the requester: a column, a row or a single value. Or a column that is shown
/// although the workflow hides it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewRedaction {
    /// The name of the source that the table comes from.
    pub source: String,
    /// The name of the table.
    pub table: String,
    /// The name of the column; `None` for a whole row.
    pub column: Option<String>,
    /// Why it is hidden or shown, up to 1,000 characters. The requester reads why something is hidden.
    pub reason: String,
    /// The number of the row in the snapshot, from 1; `None` for a whole column. With a column, the value of that row in
    /// it.
    pub row: Option<u64>,
    /// Whether it is shown: a column that the workflow hides by default.
    pub shown: bool,
}

impl NewRedaction {
    /// A column of a table of a source, and why it is hidden.
    #[must_use]
    pub fn new(
        source: impl Into<String>,
        table: impl Into<String>,
        column: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        let column = Some(column.into());
        Self {
            source: source.into(),
            table: table.into(),
            column,
            reason: reason.into(),
            row: None,
            shown: false,
        }
    }

    /// A row of a table of a source, by its number from 1, and why it is hidden.
    #[must_use]
    pub fn row(
        source: impl Into<String>,
        table: impl Into<String>,
        row: u64,
        reason: impl Into<String>,
    ) -> Self {
        Self { column: None, row: Some(row), ..Self::new(source, table, "", reason) }
    }

    /// The value of one row in one column, and why it is hidden.
    #[must_use]
    pub fn cell(
        source: impl Into<String>,
        table: impl Into<String>,
        row: u64,
        column: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { row: Some(row), ..Self::new(source, table, column, reason) }
    }

    /// A column that the workflow hides by default, and why it is shown for this case.
    #[must_use]
    pub fn show(
        source: impl Into<String>,
        table: impl Into<String>,
        column: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { shown: true, ..Self::new(source, table, column, reason) }
    }
}

/// How a requester was identified.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewIdentification {
    /// How: the code or label of one of the methods that the step lists; if it lists none, any text of 1 to 1,000
    /// characters.
    pub method: String,
    /// What was checked, up to 100 entries of up to 1,000 characters.
    pub checked: Vec<String>,
    /// How sure that makes the organisation; if `None`, as sure as the method says.
    pub assurance: Option<Assurance>,
    /// Which of the credentials that the requester gave were found to be right: their places in the summary, from 0.
    pub credentials: Vec<u32>,
    /// What else there is to say, up to 1,000 characters.
    pub note: Option<String>,
    /// The customer who the requester was found to be. The case is linked to them in the same step, which needs
    /// [`EditCases`](crate::model::Permission::EditCases) too.
    pub customer: Option<CustomerId>,
}

impl NewIdentification {
    /// An identification by this method.
    #[must_use]
    pub fn by(method: impl Into<String>) -> Self {
        Self { method: method.into(), ..Self::default() }
    }

    /// The same identification, with one more thing that was checked.
    #[must_use]
    pub fn checking(mut self, checked: impl Into<String>) -> Self {
        self.checked.push(checked.into());
        self
    }

    /// The same identification, with this level of assurance.
    #[must_use]
    pub fn assured(mut self, assurance: Assurance) -> Self {
        self.assurance = Some(assurance);
        self
    }

    /// The same identification, with one more credential that was found to be right, by its place from 0.
    #[must_use]
    pub fn with_credential(mut self, place: u32) -> Self {
        self.credentials.push(place);
        self
    }

    /// The same identification, with a note.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The same identification, of this customer.
    #[must_use]
    pub fn of_customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }
}

/// Why a request is denied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewDenial {
    /// The id of the step at which the request is denied; if `None`, the first step at which that is possible now.
    pub step: Option<String>,
    /// One of the denial codes of that step.
    pub code: String,
    /// The reason for staff; the requester never sees it.
    pub internal_reason: String,
    /// The reason that the requester is told.
    pub customer_reason: String,
}

impl NewDenial {
    /// A denial with a code, a reason for staff and one for the requester.
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

    /// The same denial, at the step with this id.
    #[must_use]
    pub fn at_step(mut self, step: impl Into<String>) -> Self {
        self.step = Some(step.into());
        self
    }
}
