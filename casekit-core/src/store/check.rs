//! Checking a store for damage, a part at a time.

use super::{Store, StoreError};

/// Where a check continues. The text is opaque: only the store that returned it can read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckPlace(String);

impl CheckPlace {
    /// A place in the text form of its store.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text that the store put in.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks the whole store, a part at a time, so that other calls are not blocked for long.
///
/// # Errors
/// Those of [`Store::check_part`].
pub fn check_whole(store: &dyn Store) -> Result<(), StoreError> {
    check_parts(store, &mut || Ok(()))
}

/// Checks the whole store like [`check_whole`], and calls `proceed` after each part; an error from it ends the check.
///
/// # Errors
/// Those of [`Store::check_part`] and of `proceed`.
pub(crate) fn check_parts(
    store: &dyn Store,
    proceed: &mut dyn FnMut() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    const ROWS: u32 = 10_000;
    let mut after = None;
    loop {
        after = store.check_part(after.as_ref(), ROWS)?;
        proceed()?;
        if after.is_none() {
            return Ok(());
        }
    }
}

impl dyn Store + '_ {
    /// Checks the whole store for damage below the domain: see [`check_whole`].
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
