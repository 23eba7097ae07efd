//! The store on PostgreSQL, against a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its modules share"
)]

mod alone;
mod bounds;
mod clock;
mod conformance;
mod connecting;
mod differential;
mod encrypted;
mod exhausted;
mod frozen;
mod full;
mod guide;
mod hints;
mod killed;
mod logged;
mod lost;
mod promoted;
mod proxy;
mod repair;
mod replica;
mod rights;
#[allow(dead_code, reason = "the tests of the whole library have it too")]
mod server;
mod slow;
mod tamper;

/// What the tests of the whole library have for any store.
#[path = "../../../tests/it"]
mod shared {
    #[allow(dead_code, unused_imports, unused_macros, reason = "these tests use a few of them")]
    pub(crate) mod build;
    #[allow(unused_imports, reason = "these tests name a few of them")]
    pub(crate) mod laws;
    #[allow(dead_code, reason = "what these tests need of it is that it says what a server says")]
    pub(crate) mod meddled;
}

use shared::{build, laws, meddled};
