//! The domain of casekit, without I/O: what a case is, how commands are decided, and what a store must do.
//!
//! Applications depend on the crate `casekit`, which brings a store and the system's clock. This crate is for those
//! who write a store of their own, and for those who want to read the rules.
//!
//! - [`model`]: what a case is, plain data made of values that can only be legal
//! - [`command`]: what callers ask for
//! - `decide`: what is, a command and its context -> drafts of events, or a [`Rejection`]; pure
//! - [`event`] and [`mod@evolve`]: what happened, and what it makes of what is; the only way a state changes
//! - [`mod@commit`]: what a store must write and must find unchanged, as data
//! - [`language`]: words for codes and their arguments
//! - [`store`]: the contract of stores; [`memory`] is the reference
//! - [`Engine`] and [`Desk`]: load, decide, commit, tell observers

mod audit;
pub mod authorizer;
pub mod command;
pub mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
mod decide;
pub mod desk;
mod engine;
mod env;
mod error;
pub mod event;
pub mod evolve;
mod field;
pub mod history;
pub mod language;
pub mod memory;
pub mod model;
mod observer;
pub mod rejection;
pub mod release;
pub mod search;
pub mod store;
mod tagged;
pub mod text;
mod time;

pub use desk::Desk;
pub use engine::{Engine, Health, HealthFault, Restored, Resumed, Services};
pub use env::Env;
pub use error::Error;
pub use language::Language;
pub use observer::{Observer, Subscription};
pub use rejection::Rejection;
