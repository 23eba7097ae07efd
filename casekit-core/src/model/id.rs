//! The identities of things: one newtype each, so that a case id is never taken for a note id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::field::{FieldError, FieldRule};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident is $field:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// A UUID; the library makes version 7, so that ids sort by creation. Text is its hyphenated form.
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
                Uuid::try_parse(text.trim()).map(Self).map_err(|_| FieldError::new($field, FieldRule::NotAnId))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )*};
}

ids! {
    /// Names a case for good.
    CaseId is "case";
    /// Names a customer.
    CustomerId is "customer";
    /// Names a case type.
    CaseTypeId is "case_type";
    /// Names a workflow.
    WorkflowId is "workflow";
    /// Names a note.
    NoteId is "note";
    /// Names one line of what was committed to a store: another begins where a restored backup is gone on with.
    Lineage is "lineage";
    /// Names bytes kept outside the folded state: snapshots, packages, attachments. Callers name snapshots alone.
    BlobId is "snapshot";
}

impl Lineage {
    /// That of a store that nobody set up.
    pub const NONE: Self = Self(Uuid::nil());
}
