//! How cases of a type can end, and how a case ended.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ActorId, ShortText, Timestamp, Wording, limits};
use crate::field::{FieldError, FieldRule};
use crate::language::Language;

/// Identifies a resolution within its case type, across versions: `withdrawn`.
///
/// Lower-case letters `a` to `z`, digits and `_`, 1 to 200 characters. It is never reused for another meaning.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResolutionCode(#[serde(with = "super::shared")] Arc<str>);

impl ResolutionCode {
    /// Checks a code that a caller gave for `field`; outer white space is removed.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let legal = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if text.is_empty() || !legal || text.len() > limits::NAME {
            return Err(FieldError::new(field, FieldRule::Malformed { form: "code".into() }));
        }
        Ok(Self(text.into()))
    }

    /// The code as text, such as `withdrawn`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ResolutionCode> for String {
    fn from(code: ResolutionCode) -> Self {
        Self::from(code.as_str())
    }
}

impl fmt::Display for ResolutionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A way in which a case can end, in one version of its type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resolution {
    /// The code, the same in every version of the type.
    pub code: ResolutionCode,
    /// The label that staff see.
    pub label: Wording<ShortText>,
    /// The label that the customer sees; `None` if it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_label: Option<ShortText>,
    /// Whose decision it is.
    #[serde(default, skip_serializing_if = "ResolvedBy::is_anyone")]
    pub by: ResolvedBy,
    /// Whether a case ends so only with a reason.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_reason: bool,
}

/// Whose decision it is that a case ends so. Staff record either; at the desk of a customer there is no decision of staff to
/// choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// Anybody's.
    #[default]
    Anyone,
    /// That of the person whom the case concerns, as when they withdraw it.
    Person,
    /// That of staff, as when they cancel it.
    Staff,
}

impl ResolvedBy {
    fn is_anyone(&self) -> bool {
        *self == Self::Anyone
    }
}

impl Resolution {
    /// A resolution that ships, by its code.
    pub(super) fn shipped(code: &str, by: ResolvedBy, needs_reason: bool) -> Self {
        let label = Wording::shipped("resolution", code);
        Self { code: ResolutionCode(code.into()), label, customer_label: None, by, needs_reason }
    }

    /// The label as this reader sees it: the customer's own, if there is one and it is for a customer.
    #[must_use]
    pub fn said<'a>(&'a self, for_customer: bool, language: &'a Language) -> Cow<'a, str> {
        let own = self.customer_label.as_ref().filter(|_| for_customer);
        own.map_or_else(|| self.label.said(language), |label| Cow::Borrowed(label.as_str()))
    }
}

/// How a case ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseResolution {
    /// The code of one of the resolutions of its type.
    pub code: ResolutionCode,
    /// When that was said.
    pub at: Timestamp,
    /// The id of the actor who said it.
    pub by: ActorId,
    /// Why, in words for staff; `None` if no reason was given, or it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Why, in words for the person it concerns; `None` as for `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_reason: Option<ShortText>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_lower_case_letters_digits_and_underscores() {
        for legal in ["done", " no_answer ", "art_12_5"] {
            assert_eq!(ResolutionCode::parse("code", legal).unwrap().as_str(), legal.trim());
        }
        for other in ["", "Done", "no answer", "né", &"x".repeat(201)] {
            let error = FieldError::new("code", FieldRule::Malformed { form: "code".into() });
            assert_eq!(ResolutionCode::parse("code", other), Err(error), "{other}");
        }
    }
}
