//! The reference of a case, for people.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The number that people say on the telephone: `C-000123`.
///
/// The prefix is frozen when the case is raised; the integer alone is unique and never reused.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CaseNumber {
    /// The prefix that the settings had when the case was raised, such as `C`.
    #[serde(with = "super::shared")]
    pub prefix: Arc<str>,
    /// The integer, from 1; unique in the file.
    pub value: u64,
}

impl CaseNumber {
    /// The number as people write it, with six digits or more. It does not use a formatter, because a page makes one
    /// for every row.
    #[must_use]
    pub fn text(&self) -> String {
        let mut digits = [b'0'; 20];
        let (mut left, mut many) = (self.value, 0);
        for digit in digits.iter_mut().rev() {
            *digit += (left % 10) as u8;
            left /= 10;
            many += 1;
            if left == 0 {
                break;
            }
        }
        let digits = digits.get(digits.len() - many.max(6)..).unwrap_or_default();
        let mut text = String::with_capacity(self.prefix.len() + 1 + digits.len());
        text.push_str(&self.prefix);
        text.push('-');
        // Digits are ASCII, so this is always valid UTF-8.
        text.push_str(std::str::from_utf8(digits).unwrap_or_default());
        text
    }
}

/// Whether a text is a legal prefix: 1 to 12 letters, digits or inner hyphens.
pub(crate) fn is_prefix(text: &str) -> bool {
    let parts = text.split('-').all(|part| !part.is_empty() && part.chars().all(char::is_alphanumeric));
    parts && (1..=12).contains(&text.chars().count())
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_with_six_digits_or_more() {
        let number = |value| CaseNumber { prefix: "C".into(), value }.to_string();
        assert_eq!((number(123), number(12_345_678)), ("C-000123".into(), "C-12345678".into()));
        for value in [0, 1, 999_999, 1_000_000, u64::MAX] {
            assert_eq!(number(value), format!("C-{value:06}"));
        }
    }
}
