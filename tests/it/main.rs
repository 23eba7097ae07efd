//! What a host of the library can rely on, shown through the public interface: one binary, a module for each theme.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its modules share"
)]

#[cfg(feature = "arrow")]
mod anchors;
mod arrow;
mod at;
mod authorizer;
mod backup;
mod build;
mod checkpoints;
mod concurrency;
mod csv_sources;
mod docs;
mod exports;
mod file_format;
mod first_day;
mod golden;
mod health;
mod laws;
mod live;
mod look;
mod matrix;
mod meddled;
mod misuse;
#[cfg(feature = "postgres")]
mod moved;
mod names;
mod opening;
#[cfg(feature = "fonts")]
mod papers;
mod plain_rust;
mod privacy;
mod proof_beside_writers;
mod properties;
mod rooms;
mod scripts;
mod second_day;
#[cfg(feature = "postgres")]
#[path = "../../casekit-postgres/tests/it/server.rs"]
#[allow(dead_code, reason = "these tests look at no server from outside")]
mod server;
mod tamper;
mod uncertain;
mod unreadable;
mod working_day;
