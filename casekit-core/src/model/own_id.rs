//! Ids that are suggested by a label, and unique within their case type.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::limits;
use crate::field::{FieldError, FieldRule};

macro_rules! own_ids {
    ($($(#[$doc:meta])* $name:ident, or $otherwise:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Letters, digits, `_` and `-`, 1 to 200 characters. It is never reused for another meaning.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "super::shared")] Arc<str>);

        impl $name {
            /// Checks an id that a caller gave for `field`; outer white space is removed.
            pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
                checked(field, text).map(|id| Self(id.into()))
            }

            /// The id that a label suggests: `Order number` becomes `order_number`. It is
            #[doc = concat!("`", $otherwise, "`")]
            /// if the label has no letter or digit.
            #[must_use]
            pub fn suggested(label: &str) -> Self {
                Self(suggested(label, $otherwise).into())
            }

            /// The id as text, such as `order_number`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                Self::from(id.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

own_ids! {
    /// Identifies a stage within its case type, across versions: `in_progress`.
    StageId, or "stage";
    /// Identifies a field within its case type, across versions: `order_number`.
    FieldId, or "field";
}

fn checked<'a>(field: &str, text: &'a str) -> Result<&'a str, FieldError> {
    let text = text.trim();
    let legal = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if text.is_empty() || !legal || text.chars().count() > limits::NAME {
        return Err(FieldError::new(field, FieldRule::NotAnId));
    }
    Ok(text)
}

fn suggested(label: &str, otherwise: &str) -> String {
    let words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let id: String = words.collect::<Vec<_>>().join("_").to_lowercase().chars().take(limits::NAME).collect();
    if id.is_empty() { otherwise.to_owned() } else { id }
}
