//! Opening a kit on a database server.

use std::sync::Arc;

use casekit_core::Error;
use casekit_core::store::{StoreError, StoreErrorKind};
use casekit_postgres::{Creation, Hinting, PostgresStore};
use casekit_sqlite::{Access, Durability, SqliteOptions, Trust};

use crate::{CaseKit, OpenOptions};

impl CaseKit {
    /// Opens the organisation's schema in a PostgreSQL database, or creates it with the shipped case types, stages and
    /// workflows: what a file is to [`open`](Self::open). Many hosts may have it open at the same time.
    ///
    /// ```no_run
    /// use casekit::{CaseKit, OpenOptions};
    ///
    /// # fn main() -> Result<(), casekit::Error> {
    /// let kit = OpenOptions::new().schema("harbour_office").connect("postgres://casekit@db.example.org/office")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`OpenOptions::connect`].
    ///
    /// # Cost
    /// As [`OpenOptions::connect`].
    pub fn connect(url: &str) -> Result<Self, Error> {
        OpenOptions::new().connect(url)
    }
}

impl OpenOptions {
    /// Opens the organisation's schema in the database at an address such as `postgres://user@host/database`, or creates it.
    /// Connections to another machine are encrypted, and its certificate is verified, unless the address says
    /// `sslmode=disable`.
    ///
    /// # Errors
    /// `Missing` for a text that is no address, or if the database or the schema is not there and must not be created.
    /// `Denied` if the login is refused, lacks a right, or the server's certificate is not trusted. `Unavailable` if the server
    /// cannot be reached. `TooNew` for a schema of a later version. `Unsupported` if an option is set that only files have:
    /// [`read_only`](Self::read_only), [`untrusted`](Self::untrusted), or a [`durability`](Self::durability) of less than
    /// `Full`.
    ///
    /// # Cost
    /// Starts a thread and opens a connection. Reads a few rows: the same at a thousand cases and at a million.
    pub fn connect(mut self, url: &str) -> Result<CaseKit, Error> {
        self.check()?;
        has_no_options_of_files(&self.sqlite)?;
        let mut options = std::mem::take(&mut self.postgres);
        options.busy_timeout = self.sqlite.busy_timeout;
        if self.sqlite.creation == casekit_sqlite::Creation::Never {
            options.creation = Creation::Never;
        }
        if let Some(name) = self.password_secret.take() {
            let password = self.adapters.secret(&name).ok_or_else(|| {
                let message = format!("there is no secret `{name}` for the database; let `secrets` give one");
                StoreError::new(StoreErrorKind::Denied, message)
            })?;
            options.password = Some(password);
        }
        let store = PostgresStore::connect(url, &options)?;
        self.on_store(Arc::new(store)).map(CaseKit::of)
    }

    /// Sets the schema of the organisation in the database: `casekit` unless this says otherwise. Each organisation has its
    /// own, which is to it what a file would be. 1 to 63 bytes, not beginning with `pg_`.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.postgres.schema = schema.into();
        self
    }

    /// Sets how many calls can read from the database at the same time: 8 unless this says otherwise. Each needs a connection,
    /// which is opened when it is first needed; one more writes.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.postgres.connections = connections;
        self
    }

    /// Has lists, counts, searches and histories read from a replica of the database, at an address of its own, but never older
    /// than what this process has returned or written: while the replica is behind that, or does not answer, the primary does.
    /// `None` unless this says otherwise. [`connections`](Self::connections) counts for each of the two.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn replica(mut self, url: impl Into<String>) -> Self {
        self.postgres.replica = Some(url.into());
        self
    }

    /// Has the hosts of an organisation not tell each other after they committed. A kit that [polls](crate::CaseKit::poll_every)
    /// then finds what they wrote at its next look, and not sooner. For a pooler in transaction mode, through which nobody can
    /// listen; it saves a connection a host.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn without_hints(mut self) -> Self {
        self.postgres.hinting = Hinting::Off;
        self
    }

    /// Sets the certificates, as PEM, of the authorities that may sign the certificate of the database server: those of the
    /// system unless this says otherwise.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.postgres.root_certificates = Some(pem.into());
        self
    }

    /// Takes the password of the database from the host's [`secrets`](Self::secrets), under a name, so that no address needs
    /// to have it.
    ///
    /// # Cost
    /// It is asked for once, when the database is connected to.
    #[must_use]
    pub fn password_secret(mut self, name: impl Into<String>) -> Self {
        self.password_secret = Some(name.into());
        self
    }
}

/// Refuses what would be passed over in silence.
fn has_no_options_of_files(set: &SqliteOptions) -> Result<(), StoreError> {
    let of_files = [
        ("read_only", set.access == Access::ReadOnly, "log in as a user who may only read"),
        ("untrusted", set.trust == Trust::Untrusted, "call `check` on the kit"),
        ("durability", set.durability != Durability::Full, "set `synchronous_commit` for the user"),
    ];
    match of_files.into_iter().find(|(_, is_set, _)| *is_set) {
        None => Ok(()),
        Some((name, _, instead)) => {
            let message = format!("`{name}` is for files; for a database, {instead}");
            Err(StoreError::new(StoreErrorKind::Unsupported, message))
        }
    }
}
