//! Values that nobody should see by accident.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ShortText;

/// An account number or a credential. `Debug` does not show it, and it is never indexed for search.
///
/// It has to be asked for in clear deliberately, with [`clear`](Self::clear); desks show it in clear only to actors
/// with a permission for that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive(ShortText);

impl Sensitive {
    /// Wraps a value that was checked already.
    #[must_use]
    pub fn new(value: ShortText) -> Self {
        Self(value)
    }

    /// The value in clear. It must not get into logs or messages.
    #[must_use]
    pub fn clear(&self) -> &str {
        self.0.as_str()
    }

    /// What everybody else may see of an account number: `…` and the last four characters, or `…` alone if it has
    /// fewer than eight; spaces do not count. Of a credential nobody else may see any part.
    #[must_use]
    pub fn hint(&self) -> String {
        // `DE89 3704 0044 0532 0130 00` ends in `3000`, however it is grouped.
        let written = || self.0.as_str().chars().filter(|c| !c.is_whitespace());
        let length = written().count();
        // Four characters of a value of five would give it away.
        let shown = if length >= 8 { 4 } else { 0 };
        written().skip(length - shown).fold(String::from("…"), |mut hint, c| {
            hint.push(c);
            hint
        })
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sensitive(text: &str) -> Sensitive {
        Sensitive::new(ShortText::parse("number", text).unwrap())
    }

    #[test]
    fn a_hint_shows_the_last_four_characters_of_a_long_value_only() {
        assert_eq!(sensitive("DE89370400440532013000").hint(), "…3000");
        assert_eq!(sensitive("DE89 3704 0044 0532 0130 00").hint(), "…3000");
        assert_eq!(sensitive("12345").hint(), "…");
        assert_eq!(sensitive("1 2 3 4 5").hint(), "…");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", sensitive("DE89370400440532013000")), "Sensitive(…)");
    }
}
