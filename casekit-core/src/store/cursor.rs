//! The place up to which a reader has read the changes of a store.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::commit::hex;
use crate::field::{FieldError, FieldRule};
use crate::model::{Ledger, Lineage};

/// The place up to which a reader has read the events of a store: their lineage, and the position of the last one read.
///
/// A cursor belongs to one lineage. When work continues on a restored backup, positions are assigned a second time; the
/// new lineage ensures that a cursor of the abandoned events is refused, and never taken for a place among the new
/// ones. Its text is opaque. It begins with a version and ends with a checksum, so that a truncated or mistyped cursor
/// is told apart from one of another store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    /// The lineage of the events; nil in a store that was never set up.
    pub lineage: Lineage,
    /// The position of the newest event that was read; 0 for none.
    pub position: u64,
}

/// The first part of the text, so that a later version can change the rest.
const VERSION: &str = "c1";

impl Cursor {
    /// Reads the text that [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// `Malformed` for any text that was not written so.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        Self::read(text).ok_or_else(|| {
            let form = "that this library gave as a cursor".to_owned();
            FieldError::new(field, FieldRule::Malformed { form })
        })
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(VERSION)?.strip_prefix('.')?.split('.');
        let lineage = Lineage(Uuid::try_parse(parts.next()?).ok()?);
        let cursor = Self { lineage, position: parts.next()?.parse().ok()? };
        // One cursor has one text: this also compares the checksum, and refuses a position with leading zeros.
        (cursor.to_string() == text).then_some(cursor)
    }

    /// Whether the events up to this cursor are those of the store, so that reading can continue after it. It must be
    /// of the current lineage and not ahead of the newest position, or of an earlier lineage and not past the point
    /// where that one ended.
    #[must_use]
    pub fn is_of(&self, ledger: &Ledger, newest: u64) -> bool {
        if ledger.lineages.is_empty() {
            return self.lineage == Lineage::NONE && self.position <= newest;
        }
        let Some(line) = ledger.lineages.iter().position(|branch| branch.lineage == self.lineage) else {
            return false;
        };
        let left_at = ledger.lineages.get(line + 1).map_or(newest, |next| next.from);
        self.position <= left_at
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = format!("{VERSION}.{}.{}", self.lineage.0.as_simple(), self.position);
        let check = Sha256::digest(said.as_bytes());
        write!(f, "{said}.{}", hex(check.get(..4).unwrap_or_default()))
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for Cursor {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse("cursor", &text)
    }
}

impl Ledger {
    /// The lineage of new events; nil in a store that was never set up.
    #[must_use]
    pub fn lineage(&self) -> Lineage {
        self.lineages.last().map_or(Lineage::NONE, |branch| branch.lineage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Branch;

    fn line(n: u128) -> Lineage {
        Lineage(Uuid::from_u128(n))
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_and_no_other_text_is_one() {
        let cursor = Cursor { lineage: line(7), position: 42 };
        let text = cursor.to_string();
        assert_eq!(text, "c1.00000000000000000000000000000007.42.5cad52ee");
        assert_eq!(Cursor::parse("cursor", &text), Ok(cursor));
        let cut = &text[..text.len() - 1];
        let typed = text.replace(".42.", ".43.");
        let elsewise = text.replace(".42.", ".042.");
        let other = text.replace("c1.", "c2.");
        for wrong in ["", "c1", "c1..", "42", "changes.e.42", cut, &typed, &elsewise, &other] {
            assert!(Cursor::parse("cursor", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_goes_on_up_to_where_its_line_was_left() {
        let lineages = [(1, 0), (2, 10), (3, 25)].map(|(n, from)| Branch { lineage: line(n), from }).to_vec();
        let ledger = Ledger { revision: 3, number_floor: 0, lineages, recount: None };
        let cases: [(u128, u64, bool); 9] = [
            (1, 0, true),
            (1, 10, true),
            (1, 11, false),
            (2, 25, true),
            (2, 26, false),
            (3, 26, true),
            (3, 30, true),
            (3, 31, false),
            (4, 1, false),
        ];
        for (n, position, goes_on) in cases {
            let cursor = Cursor { lineage: line(n), position };
            assert_eq!(cursor.is_of(&ledger, 30), goes_on, "{n} at {position}");
        }
        let nobody = Cursor { lineage: Lineage::NONE, position: 3 };
        assert!(nobody.is_of(&Ledger::default(), 3) && !nobody.is_of(&Ledger::default(), 2));
        assert!(!nobody.is_of(&ledger, 30));
    }
}
