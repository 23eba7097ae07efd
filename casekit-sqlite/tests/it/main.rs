//! What the store promises, one binary, a module for each theme.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its modules share"
)]

mod backup;
mod combinations;
mod commit;
mod conformance;
mod erased_words;
mod forged;
mod health;
mod index_keys;
mod lifecycle;
mod lists;
#[cfg(unix)]
mod moved;
mod opening;
mod read_only;
mod rebuild;
mod remembered;
mod repair;
mod search;
mod support;
