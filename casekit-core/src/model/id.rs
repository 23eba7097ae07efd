//! Ids: one newtype for each kind, so that a case id cannot be passed where a note id is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::typed::Typed;
use crate::field::{FieldError, FieldRule};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident is $field:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// A UUID; the library makes version 7, so that ids sort by creation. As text it is hyphenated.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }

        impl FromStr for $name {
            type Err = FieldError;

            fn from_str(text: &str) -> Result<Self, FieldError> {
                Uuid::try_parse(text.trim()).map(Self).map_err(|_| not_an_id($field, text))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )*};
}

ids! {
    /// Identifies a case. It never changes and is never reused.
    CaseId is "case";
    /// Identifies a customer of the file.
    CustomerId is "customer";
    /// Identifies a case type, across its versions.
    CaseTypeId is "case_type";
    /// Identifies a workflow, across its versions.
    WorkflowId is "workflow";
    /// Identifies a note, across its edits.
    NoteId is "note";
    /// Identifies an entry of the directory of people. It is not the id by which the host knows them.
    PersonId is "person";
    /// Identifies a team, across its changes.
    TeamId is "team";
    /// Identifies a tag, across its changes and after it was merged.
    TagId is "tag";
    /// Identifies a bank account of a customer, across its changes.
    BankAccountId is "bank_account";
    /// Identifies a next of kin of a customer, across its changes.
    NextOfKinId is "next_of_kin";
    /// Identifies one line of commits to a store. Restoring a backup begins another line, since what is written from
    /// then on differs from what the old file may have gone on to write.
    Lineage is "lineage";
    /// Identifies bytes that are kept outside the states: snapshots, packages, attachments. Callers only ever name
    /// snapshots.
    BlobId is "snapshot";
}

/// The error for a text that is no id. A case number is what people have, and it leads to the id.
fn not_an_id(field: &str, text: &str) -> FieldError {
    let is_number = field == "case" && !Typed::read(text).numbers().is_empty();
    FieldError::new(field, if is_number { FieldRule::NumberNotId } else { FieldRule::NotAnId })
}

impl Lineage {
    /// The line of a store that was never set up.
    pub const NONE: Self = Self(Uuid::nil());
}
