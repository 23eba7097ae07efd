//! What leaves casekit, as its readers see it: one binary, a module for each theme.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its modules share"
)]

#[cfg(feature = "package")]
mod packages;
#[cfg(feature = "package")]
mod pages;
mod pdf_archival;
mod pdf_as_others_read_it;
mod pdf_rules;
#[cfg(feature = "package")]
mod schema;
mod tools;
