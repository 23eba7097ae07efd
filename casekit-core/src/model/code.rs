//! Codes that an organisation gives to things of its own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits;
use crate::field::{FieldError, FieldRule};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Lower-case letters of ASCII, digits and `_`, 1 to 100 characters.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks a code that a caller gave for `field`; outer white space is removed.
            pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
                code(field, text).map(Self)
            }

            /// The code of something that ships.
            #[allow(dead_code, reason = "not every kind of code has one that ships")]
            pub(crate) fn shipped(text: &'static str) -> Self { Self(text.to_owned()) }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self { code.0 }
        }
    )*};
}

codes! {
    /// Identifies a deadline policy: `uk_gdpr`.
    PolicyCode;
    /// Identifies a calendar: `uk`.
    CalendarCode;
    /// Why a deadline is paused: `clarification`.
    PauseReason;
    /// A date that somebody gives a case, from which a deadline can start: `fee_paid`.
    DateCode;
}

fn code(field: &str, text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    match text {
        "" => Err(FieldError::new(field, FieldRule::Required)),
        text if !text.chars().all(legal) => {
            Err(FieldError::new(field, FieldRule::Malformed { form: "code".into() }))
        }
        text if text.len() > limits::CODE => {
            Err(FieldError::new(field, FieldRule::TooLong { limit: limits::CODE as u64 }))
        }
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_lower_case_letters_digits_and_underscores() {
        assert_eq!(PolicyCode::parse("code", " uk_gdpr2 ").map(String::from), Ok("uk_gdpr2".to_owned()));
        let malformed = || FieldRule::Malformed { form: "code".into() };
        let rules = [
            ("", FieldRule::Required),
            ("UK", malformed()),
            ("uk-gdpr", malformed()),
            ("gdpr é", malformed()),
            (&"a".repeat(101), FieldRule::TooLong { limit: 100 }),
        ];
        for (text, rule) in rules {
            assert_eq!(DateCode::parse("code", text), Err(FieldError::new("code", rule)), "{text}");
        }
    }
}
