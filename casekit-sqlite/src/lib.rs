//! The store of casekit on SQLite: one file, no lost write.
//!
//! [`SqliteStore`] keeps the contract of [`casekit_core::store::Store`] on one file in WAL mode. It has one writer with
//! a fair queue, in which waiting commits share one transaction, and a few readers, which never wait for the writer.
//! Anything that is not exactly a casekit file is refused at opening, and left as it was.
//!
//! [`SqliteSource`] reads SQLite files of other applications, as a source of data about a customer.
//!
//! ```
//! use casekit_core::store::Store;
//! use casekit_sqlite::{SqliteOptions, SqliteStore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("cases.casekit");
//! let store = SqliteStore::open(&path, &SqliteOptions::default())?;
//! assert_eq!(store.last_position()?, 0);
//! store.close()?;
//! # Ok(())
//! # }
//! ```

mod backup;
mod case_columns;
mod derived;
mod durations;
mod error;
mod exclusions;
mod fields;
mod health;
mod held;
mod keys;
mod known;
mod open;
mod options;
mod place;
mod read;
mod rest;
mod rows;
mod schema;
mod searched;
mod source;
mod stays;
mod store;
mod tags;
mod totals;
mod value;
mod workflow_columns;
mod write;

pub use options::{Access, Creation, Durability, Network, Sharing, SqliteOptions, Trust};
pub use source::{SourceLimits, SqliteSource};
pub use store::SqliteStore;
pub use write::SearchProgress;
