//! Looking a store over, a part at a time.

use super::{Store, StoreError};

/// Where a check goes on. What it says is a matter of the store that gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckPlace(String);

impl CheckPlace {
    /// A place as its store writes it down.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What the store wrote down.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Looks the whole store over, a part at a time, so that others are not held up for long.
///
/// # Errors
/// Those of [`Store::check_part`].
pub fn check_whole(store: &dyn Store) -> Result<(), StoreError> {
    const ROWS: u32 = 10_000;
    let mut after = None;
    loop {
        after = store.check_part(after.as_ref(), ROWS)?;
        if after.is_none() {
            return Ok(());
        }
    }
}

impl dyn Store + '_ {
    /// Looks the whole store over for damage that is not of the domain: see [`check_whole`].
    ///
    /// # Errors
    /// Those of [`Store::check_part`].
    pub fn check(&self) -> Result<(), StoreError> {
        check_whole(self)
    }

    /// The position of the newest event; 0 in an empty store.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn last_position(&self) -> Result<u64, StoreError> {
        Ok(self.newest()?.position)
    }
}
