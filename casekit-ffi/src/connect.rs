//! Opening a kit on a database server.

use std::sync::Arc;

use crate::error::CasekitError;
use crate::guard::guard;
use crate::kit::{KitHandle, Options};

/// How a database is used; each has a default.
#[derive(Debug, Default, uniffi::Record)]
pub struct DatabaseOptions {
    /// The schema of the organisation, which is to it what a file would be; `casekit` unless given. 1 to 63 bytes, not
    /// beginning with `pg_`.
    #[uniffi(default = None)]
    pub schema: Option<String>,
    /// How many calls can read at the same time; 8 unless given. Each needs a connection, which is opened when it is first
    /// needed; one more writes.
    #[uniffi(default = None)]
    pub connections: Option<u32>,
    /// The certificates, as PEM, of the authorities that may sign the server's certificate; those of the system unless given.
    #[uniffi(default = None)]
    pub root_certificates: Option<Vec<u8>>,
    /// The name under which the application's secrets have the password, so that no address needs to have it.
    #[uniffi(default = None)]
    pub password_secret: Option<String>,
}

#[uniffi::export]
impl KitHandle {
    /// Opens the organisation's schema in a PostgreSQL database, or creates it with the shipped case types, stages and
    /// workflows: what a file is to `open`. Many hosts may have it open at the same time. Connections to another machine are
    /// encrypted, and the server's certificate is verified, unless the address says `sslmode=disable`.
    ///
    /// # Arguments
    ///
    /// - `url`: the address, such as `postgres://user@host/database`.
    /// - `database`: how the database is used; the defaults unless given.
    /// - `options`: how to open the kit; the defaults unless given. Those that only files have are refused or change nothing.
    ///
    /// # Errors
    ///
    /// - `Store`: with `missing` for a text that is no address, or if the database or the schema is not there and must not
    ///   be created; `denied` if the login is refused, lacks a right, or the server's certificate is not trusted; `unavailable` if
    ///   the server cannot be reached; `too_new` for a schema of a later version; `unsupported` if `read_only`, `untrusted` or a
    ///   durability of less than `full` is set, or the library was built without databases.
    /// - `Report`: with `zone_unknown` if there is no such time zone as `time_zone` or `package_paper` says; it names some that are spelled
    ///   alike.
    ///
    /// # Cost
    ///
    /// Starts a thread and opens a connection. Reads a few rows: the same at a thousand cases and at a million.
    #[uniffi::constructor(default(database = None, options = None))]
    pub fn connect(
        url: String,
        database: Option<DatabaseOptions>,
        options: Option<Options>,
    ) -> Result<Arc<Self>, CasekitError> {
        guard(|| connected(&url, database.unwrap_or_default(), options.unwrap_or_default()))
    }
}

#[cfg(feature = "postgres")]
fn connected(url: &str, database: DatabaseOptions, options: Options) -> Result<Arc<KitHandle>, CasekitError> {
    let sharing = options.sharing.unwrap_or_default();
    let (mut options, fonts) = crate::kit::with(options)?;
    if let Some(schema) = database.schema {
        options = options.schema(schema);
    }
    if let Some(connections) = database.connections {
        options = options.connections(connections as usize);
    }
    if let Some(pem) = database.root_certificates {
        options = options.root_certificates(pem);
    }
    if let Some(name) = database.password_secret {
        options = options.password_secret(name);
    }
    Ok(Arc::new(KitHandle::of(options.connect(url)?, fonts, sharing)))
}

#[cfg(not(feature = "postgres"))]
fn connected(_: &str, _: DatabaseOptions, _: Options) -> Result<Arc<KitHandle>, CasekitError> {
    use casekit::{StoreError, StoreErrorKind};
    let message = "this library was built without databases (feature `postgres`)";
    Err(casekit::Error::from(StoreError::new(StoreErrorKind::Unsupported, message)).into())
}
