//! The store on PostgreSQL, against a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its modules share"
)]

mod conformance;
mod connecting;
mod lost;
mod proxy;
mod repair;
mod server;
