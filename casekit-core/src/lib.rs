//! The domain of casekit.
pub mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod event;
pub mod evolve;
pub mod memory;
pub mod model;
pub mod rejection;
pub mod search;
pub mod store;
pub mod text;
