//! Derived data that was found wrong.

use std::fmt;

use casekit_core::store::StoreError;

/// Derived data, by the words that the error uses for it.
const DERIVED: [&str; 12] = [
    "counters",
    "counts of cases",
    "figures of durations",
    "families of places",
    "names and references",
    "columns of cases",
    "exclusions of cases",
    "fields of cases",
    "tags of cases",
    "columns of customers",
    "columns of people",
    "entries of the search",
];

/// Which derived data is wrong: a bit for each of [`DERIVED`]. It is reported only when the rest is known to be sound,
/// since it can be made again only from that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Wrong(u16);

impl Wrong {
    pub(super) fn unless(&mut self, holds: bool, what: &'static str) {
        if !holds {
            self.0 |= DERIVED.iter().position(|one| *one == what).map_or(0, |place| 1 << place);
        }
    }

    /// Fails if anything is wrong, and names all of it.
    pub(super) fn is_nothing(self) -> Result<(), StoreError> {
        let named = DERIVED.iter().enumerate().filter(|(place, _)| self.0 & (1 << place) != 0);
        let named: Vec<&str> = named.map(|(_, what)| *what).collect();
        if named.is_empty() { Ok(()) } else { Err(crate::error::derived(&named.join(", "))) }
    }

    /// Reads what `Display` wrote.
    pub(super) fn of(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
