//! Calendar months, by which kept figures are told apart.

use std::fmt;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::Timestamp;
use crate::field::FieldRule;

/// A calendar month in UTC, written as `2026-11`.
///
/// ```
/// use casekit_core::model::{Month, Timestamp};
///
/// let month = Month::parse("2026-11").unwrap();
/// assert_eq!(month.to_string(), "2026-11");
/// assert_eq!(month.after(2).to_string(), "2027-01");
/// assert_eq!(Month::of(Timestamp::UNIX_EPOCH).to_string(), "1970-01");
/// assert!(Month::parse("2026-13").is_err() && Month::parse("26-1").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(i32);

impl Month {
    /// The month of an instant.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self((at.year() - 1970) * 12 + at.month0().cast_signed())
    }

    /// The month that is so many months after January 1970.
    #[must_use]
    pub fn since_1970(months: i32) -> Self {
        Self(months)
    }

    /// How many months it is after January 1970; negative before.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// The month that comes so many months later; earlier if it is negative.
    #[must_use]
    pub fn after(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// Reads a month such as `2026-11`.
    ///
    /// # Errors
    /// `does_not_fit` for any other text.
    pub fn parse(text: &str) -> Result<Self, FieldRule> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let parts = text.trim().split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2);
        let parts = parts.filter(|(year, month)| digits(year) && digits(month));
        let number = |part: &str| part.parse::<i32>().ok();
        match parts.and_then(|(year, month)| Some((number(year)?, number(month)?))) {
            Some((year, month @ 1..=12)) => Ok(Self((year - 1970) * 12 + (month - 1))),
            _ => Err(FieldRule::DoesNotFit { why: "month".to_owned() }),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", 1970 + self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}
