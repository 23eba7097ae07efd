//! The store of casekit on PostgreSQL: the same promises for many hosts.
//!
//! [`PostgresStore`] keeps the contract of [`casekit_core::store::Store`] in one schema of a database, which is to it what a
//! file is to SQLite. Many hosts may have it open. One of them writes at a time, by the lock of a row, and its waiting commits
//! share a transaction; readers wait for nobody. A commit whose answer was lost is looked up.
//!
//! ```no_run
//! use casekit_core::store::Store;
//! use casekit_postgres::{PostgresOptions, PostgresStore};
//!
//! # fn main() -> Result<(), casekit_core::store::StoreError> {
//! let options = PostgresOptions { schema: "harbour_office".to_owned(), ..PostgresOptions::default() };
//! let store = PostgresStore::connect("postgres://casekit:secret@localhost/office", &options)?;
//! assert_eq!(store.newest()?.position, 0);
//! store.close()?;
//! # Ok(())
//! # }
//! ```

mod connection;
mod derived;
mod error;
mod field_key;
mod health;
mod hints;
mod options;
mod pool;
mod read;
mod replica;
mod runtime;
mod schema;
mod seen;
mod server;
mod store;
mod tables;
mod tls;
mod totals;
mod value;
mod write;

pub use options::{Creation, Hinting, PostgresOptions};
pub use store::PostgresStore;
