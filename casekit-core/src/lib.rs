//! The domain of casekit, without I/O: what a case is, how commands are decided, and what a store must do.
//!
//! Applications depend on the crate `casekit`, which adds a store and the system's clock. This crate is for people who
//! write a store of their own, or who want to read the rules.
//!
//! - [`model`]: what a case is, as plain data whose values are always legal
//! - [`command`]: what callers ask for
//! - [`deadline`]: when a case is due, and why; pure
//! - `decide`: from the current state, a command and its context, makes drafts of events or a [`Rejection`]; pure
//! - [`event`] and [`mod@evolve`]: what happened, and the state after it; the only way a state changes
//! - [`mod@commit`]: what a store must write and what must be unchanged, as data
//! - [`language`]: texts for codes and their arguments
//! - [`work_item`]: for whom a case is pending
//! - [`durations`]: how long things take, as figures that stores keep
//! - [`store`]: the contract of stores; [`memory`] is the reference
//! - [`Engine`] and [`Desk`]: load, decide, commit, tell observers

mod audit;
pub mod authorizer;
pub mod command;
pub mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod deadline;
mod decide;
pub mod desk;
pub mod durations;
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
pub mod work_item;
mod zone;

pub use desk::Desk;
pub use engine::{
    ChangedStreams, CheckProgress, CheckReport, DueReport, Engine, Health, HealthFault, Restored, Resumed,
    Services,
};
pub use env::Env;
pub use error::Error;
pub use language::Language;
pub use observer::{Observer, Subscription, Watch};
pub use rejection::Rejection;
pub use zone::{UnknownZone, Zone};
