//! Moving a kit from one place to another.

use std::sync::Arc;

use casekit_core::Error;
use casekit_core::store::{Store, TellCopy, copy_store};
use casekit_sqlite::{SqliteOptions, SqliteStore};

/// Copies everything that is at one place to another: from a file to a database, back, or between two of either. A place is the
/// path of a file, or with the feature `postgres` an address such as `postgres://user@host/database?schema=harbour_office`.
///
/// Close the kit that is open at `from` before, on every host: nobody may write to it meanwhile. Positions, numbers, hashes and
/// salts are kept, so cursors and audit heads remain valid. Every row and byte of both is compared before the copy can be
/// used. A copy that was cancelled, or whose process was killed, is continued by the next call with the same places.
///
/// # Errors
/// `Missing` if nothing is at `from`; `Exists` if there is something at `to`, or an unfinished copy of another place; `Busy` if
/// somebody wrote to `from`; `Cancelled` after `Break`; otherwise a fault of either.
///
/// # Cost
/// Reads everything twice, and writes it once, in transactions of 500 rows; at most those and the greatest blob's chunk of 256 KiB are in
/// memory.
pub fn copy(from: &str, to: &str, tell: TellCopy<'_>) -> Result<(), Error> {
    let (from, to) = (at(from, Place::Original)?, at(to, Place::Copy)?);
    let copied = copy_store(from.as_ref(), to.as_ref(), tell);
    let closed = [from.close(), to.close()].into_iter().collect::<Result<(), _>>();
    Ok(copied.and(closed)?)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Original,
    Copy,
}

fn at(place: &str, is: Place) -> Result<Arc<dyn Store>, Error> {
    if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        return server(place, is);
    }
    let creation = match is {
        Place::Original => casekit_sqlite::Creation::Never,
        Place::Copy => casekit_sqlite::Creation::IfMissing,
    };
    Ok(Arc::new(SqliteStore::open(place, &SqliteOptions { creation, ..SqliteOptions::default() })?))
}

#[cfg(feature = "postgres")]
fn server(url: &str, is: Place) -> Result<Arc<dyn Store>, Error> {
    use casekit_postgres::{Creation, PostgresOptions, PostgresStore};
    let creation = match is {
        Place::Original => Creation::Never,
        Place::Copy => Creation::IfMissing,
    };
    Ok(Arc::new(PostgresStore::connect(url, &PostgresOptions { creation, ..PostgresOptions::default() })?))
}

#[cfg(not(feature = "postgres"))]
fn server(_: &str, _: Place) -> Result<Arc<dyn Store>, Error> {
    use casekit_core::store::{StoreError, StoreErrorKind};
    let message = "this build has no databases: build casekit with the feature `postgres`";
    Err(StoreError::new(StoreErrorKind::Unsupported, message).into())
}
