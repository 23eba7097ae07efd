//! casekit for Kotlin, Swift and Python, through uniffi.
//!
//! Typed methods for the whole façade, core's own data types, and one error type. Each host has its own package beside
//! this crate (`python/`, `kotlin/`, `swift/`): a thin layer in its idiom over what is generated from here.
#![allow(
    clippy::result_large_err,
    reason = "an error has its arguments as data, which uniffi cannot box, and is copied once, into a buffer for the host"
)]

mod api_version;
#[cfg(feature = "arrow")]
mod arrow;
mod callback;
mod columns;
mod connect;
mod custom;
mod desk;
mod error;
mod fonts;
mod forks;
mod guard;
mod kit;
mod language;
mod packed;
mod report;
mod types;
mod version;

uniffi::setup_scaffolding!("casekit");
