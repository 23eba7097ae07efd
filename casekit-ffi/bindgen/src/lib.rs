//! What stands in several languages alike is written by this tool, so that it stands once by hand.
//!
//! Two stages, each of which can compare instead of write:
//!
//! 1. `mirrors`: out of the source of casekit-core, the types and the pass-through methods of casekit-ffi. Needs nothing
//!    built, so a plain `cargo test` compares.
//! 2. `hosts`: out of the built library, what uniffi writes (never kept, in `target/hosts`), and what the three packages
//!    hold of types and methods that pass through.
//!
//! What is kept in git says so in its first line.

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
pub mod mirrors;
pub mod programs;
pub mod python;
pub mod swift;
pub mod undocumented;
