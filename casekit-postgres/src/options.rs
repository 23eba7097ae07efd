//! How a store is connected to.

use std::time::Duration;

use casekit_core::model::Sensitive;

/// How a store uses its database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostgresOptions {
    /// The schema of the organisation: `casekit` by default. Each organisation has its own, and a store in it. 1 to 63 bytes, not
    /// beginning with `pg_`. A `schema=` in the address comes first.
    pub schema: String,
    /// What to do where the schema is not there, or has nothing in it.
    pub creation: Creation,
    /// How many calls can read at the same time: 8 by default, at least 1. Each needs a connection, which is opened when it is
    /// first needed; one more writes.
    pub connections: usize,
    /// How long to wait for the writer of another process, or for a connection to read on, before answering `Busy`; 5 seconds
    /// by default.
    pub busy_timeout: Duration,
    /// How long the server may take to answer before it counts as lost; 60 seconds by default.
    pub answer_timeout: Duration,
    /// The certificates of the authorities that may sign the server's certificate, as PEM; those of the system if `None`.
    /// Connections to another machine are encrypted, and the server's certificate must be for the name of its host, unless the
    /// address says `sslmode=disable`.
    pub root_certificates: Option<Vec<u8>>,
    /// The password, instead of the one in the address.
    pub password: Option<Sensitive>,
}

/// What to do where the schema is not there, or has nothing in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Creation {
    /// The schema and its tables are created.
    IfMissing,
    /// Connecting answers `Missing`.
    Never,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: "casekit".to_owned(),
            creation: Creation::IfMissing,
            connections: 8,
            busy_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(60),
            root_certificates: None,
            password: None,
        }
    }
}
