//! Generates the code that several languages have in common, so that it is written by hand only once.
//!
//! There are three stages. Each can compare files instead of writing them:
//!
//! 1. `mirrors`: from the source of casekit-core to the types and the pass-through methods of casekit-ffi. It needs
//!    nothing built, so a plain `cargo test` compares.
//! 2. `hosts`: from the built library to uniffi's bindings (not kept, in `target/hosts`), and the types and
//!    pass-through methods of the three packages.
//! 3. `limits`: from the documentation of every method to `docs/limits.md`. It needs nothing built, and is compared
//!    by a plain `cargo test` too.
//!
//! Generated files that are kept in git say so in their first line.

#![allow(missing_debug_implementations, reason = "a tool: what it reads of a source is in nobody's log")]

mod aliases;
pub mod api;
pub mod by_hand;
pub mod columns;
pub mod comments;
pub mod core_source;
pub mod docs;
pub mod edits;
pub mod generated;
pub mod interface;
pub mod kotlin;
pub mod limits;
pub mod mirrors;
pub mod programs;
pub mod python;
pub mod swift;
pub mod undocumented;
