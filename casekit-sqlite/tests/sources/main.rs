//! Other SQLite files as sources of data. In a program of its own: a process keeps 16 of them open at most, and a test that
//! opens files beside them would take their places.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its modules share"
)]

mod asked;
#[cfg(unix)]
mod kept;
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod locks;
