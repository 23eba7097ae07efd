//! How a store is connected to.

use std::fmt;
use std::time::Duration;

use casekit_core::model::Sensitive;

/// How a store uses its database.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// The schema of the organisation: `casekit` by default. Each organisation has its own, and a store in it. 1 to 63 bytes, not
    /// beginning with `pg_`. A `schema=` in the address comes first.
    pub schema: String,
    /// What to do where the schema is not there, or has nothing in it.
    pub creation: Creation,
    /// How many calls can read at the same time: 8 by default, at least 1. Each needs a connection, which is opened when it is
    /// first needed; one more writes.
    pub connections: usize,
    /// The address of a replica of the database, or of what spreads connections over several. Lists, counts, searches and
    /// histories are read from it, but never older than what this process has returned or written: while the replica is
    /// behind that, cannot be reached or does not answer within 5 seconds, the primary answers. Each of the two is given `connections`. `None` by
    /// default.
    pub replica: Option<String>,
    /// Whether hosts tell each other after they committed, so that those that poll look sooner: they do by default.
    pub hinting: Hinting,
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

/// Whether hosts tell each other after they committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hinting {
    /// They do, by `NOTIFY` on a channel with the name of the schema, over a connection more each.
    On,
    /// They do not, and find what others wrote by polling alone. For a pooler in transaction mode, through which nobody can
    /// listen.
    Off,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: "casekit".to_owned(),
            creation: Creation::IfMissing,
            connections: 8,
            replica: None,
            hinting: Hinting::On,
            busy_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(60),
            root_certificates: None,
            password: None,
        }
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the address of the replica, which may contain a password.
        let Self { schema, creation, connections, replica: _, hinting, busy_timeout, answer_timeout, .. } =
            self;
        f.debug_struct("PostgresOptions")
            .field("schema", schema)
            .field("creation", creation)
            .field("connections", connections)
            .field("hinting", hinting)
            .field("busy_timeout", busy_timeout)
            .field("answer_timeout", answer_timeout)
            .finish_non_exhaustive()
    }
}
