//! casekit for Kotlin, Swift and Python, through uniffi.
//!
//! Typed methods for all of the façade, core's own data, one error. Each host has a package of its own beside this
//! crate (`python/`, `kotlin/`, `swift/`), with a thin layer in its idiom over what is generated from here.

mod api_version;
#[cfg(feature = "arrow")]
mod arrow;
mod callback;
mod columns;
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
