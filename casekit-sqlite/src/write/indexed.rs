//! The indexes of the search.

/// One of the search indexes.
#[derive(Clone, Copy)]
pub(super) enum Indexed {
    /// The index of cases and notes.
    Entries,
    /// The index of customers' names.
    Names,
}

impl Indexed {
    /// Both of them.
    pub(super) const ALL: [Self; 2] = [Self::Entries, Self::Names];

    /// The statement that adds words to a row.
    pub(super) fn put_in(self) -> &'static str {
        match self {
            Self::Entries => "INSERT INTO search (rowid, terms) VALUES (?1, ?2)",
            Self::Names => "INSERT INTO customer_search (rowid, terms) VALUES (?1, ?2)",
        }
    }

    /// The statement that takes words out of a row.
    pub(super) fn take_out(self) -> &'static str {
        match self {
            Self::Entries => "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?1, ?2)",
            Self::Names => {
                "INSERT INTO customer_search (customer_search, rowid, terms) VALUES ('delete', ?1, ?2)"
            }
        }
    }

    /// The statement that asks whether any row has a word.
    pub(super) fn any(self) -> &'static str {
        match self {
            Self::Entries => "SELECT 1 FROM search WHERE search MATCH ?1 LIMIT 1",
            Self::Names => "SELECT 1 FROM customer_search WHERE customer_search MATCH ?1 LIMIT 1",
        }
    }
}
