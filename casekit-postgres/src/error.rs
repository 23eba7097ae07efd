//! What PostgreSQL and the network report, as faults of a store.
//!
//! PostgreSQL's own messages contain SQL and values, so none is passed on: only its code is kept, as the source.

use std::error::Error;
use std::fmt;

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use tokio_postgres::error::{DbError, Severity, SqlState};

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The code with which the server refused a statement.
#[derive(Debug)]
struct Code(SqlState);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQLSTATE {}", self.0.code())
    }
}

impl Error for Code {}

/// Turns an error of the client or the server into a fault.
pub(crate) fn fault(error: &tokio_postgres::Error) -> StoreError {
    match error.code() {
        // The server ends with it, and nobody knows how far it came.
        Some(code) if is_panic(error) => lost().with_source(Code(code.clone())),
        Some(code) => coded(code),
        None if error.is_closed() || is_of_network(error) => lost(),
        // A parameter or a column of another type than the statement has: a misuse of the client.
        None => StoreError::new(Kind::Io, "the store could not carry out a statement; report it"),
    }
}

fn is_panic(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().and_then(DbError::parsed_severity) == Some(Severity::Panic)
}

fn is_of_network(error: &tokio_postgres::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<std::io::Error>() {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The fault of a connection that was lost, or could not be made.
pub(crate) fn lost() -> StoreError {
    let message = "the database cannot be reached; see whether it runs and whether the network leads to it, and try again";
    StoreError::new(Kind::Unavailable, message)
}

/// The error in a process that was forked from the one that opened the store.
pub(crate) fn forked() -> StoreError {
    let message = "the store was opened before this process was forked and is its parent's alone: open it again in the child";
    StoreError::new(Kind::Forked, message)
}

/// The fault of a commit whose answer was lost, and about which nobody could be asked.
pub(crate) fn uncertain() -> StoreError {
    let message = "the database was lost while it carried out a commit, and it is not known whether it was written; \
        repeat the command under the same request id";
    StoreError::new(Kind::Uncertain, message)
}

/// The fault of a login that was refused on a connection that is not encrypted. A server that demands encryption says the same
/// as one that knows no such user.
pub(crate) fn refused_in_the_clear(error: &tokio_postgres::Error) -> Option<StoreError> {
    let code = error.code().filter(|code| **code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION)?;
    let message = "the database refused the login; see whether the user is right, and say `sslmode=require` if the database demands \
        encryption";
    Some(StoreError::new(Kind::Denied, message).with_source(Code(code.clone())))
}

/// The fault of a record that this version could not have written.
pub(crate) fn unreadable() -> StoreError {
    StoreError::new(
        Kind::Corrupt,
        "the store holds a record that cannot be read; keep a copy of it and restore a backup",
    )
}

/// The fault of damage to data that cannot be made again; `what` is a plural.
pub(crate) fn damaged(what: &str) -> StoreError {
    let message =
        format!("the store is damaged: its {what} are wrong; keep a copy of it and restore a backup");
    StoreError::new(Kind::Corrupt, message)
}

/// The fault of derived data that is wrong and can be made again; `what` is a plural.
pub(crate) fn derived(what: &str) -> StoreError {
    let message =
        format!("the store's {what} are wrong, and can be made anew from the rest: call `repair_derived`");
    StoreError::new(Kind::Corrupt, message)
}

/// The code of the server, if it refused a statement.
pub(crate) fn code(error: &StoreError) -> Option<&SqlState> {
    error.source().and_then(|source| source.downcast_ref()).map(|Code(state)| state)
}

/// The fault of a statement that the server refused with a code.
pub(crate) fn coded(state: &SqlState) -> StoreError {
    let (kind, message) = match state.code() {
        // Another transaction was in the way, or the wait for the writer's lock took too long.
        "40001" | "40P01" | "55P03" => (Kind::Busy, "another process is writing to the store; try again"),
        "57014" => (
            Kind::Interrupted,
            "the call was interrupted: the store is being suspended or closed, or the call took too long",
        ),
        // The server is stopping or starting, was asked to end the connection, or has too many of them.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => return lost().with_source(Code(state.clone())),
        "53300" => (
            Kind::Unavailable,
            "the database has no connection left; lower `connections`, or let it have more, and try again",
        ),
        "53200" => (Kind::Io, "the database has no memory left; give its server more of it, and try again"),
        "53100" | "53400" => (Kind::Full, "no room is left in the database; make room and try again"),
        "28P01" | "28000" => {
            (Kind::Denied, "the database refused the login; see whether the user and the password are right")
        }
        "42501" => (
            Kind::Denied,
            "the login lacks a right; grant it the use of the organisation's schema and of the tables in it",
        ),
        "25006" => (
            Kind::ReadOnly,
            "the database takes no writes: it is a replica, or was set to be read only; connect to the primary",
        ),
        "22021" => (Kind::Unsupported, "PostgreSQL keeps no text with the character U+0000: leave it out"),
        "54000" => (Kind::Unsupported, "a text is longer than PostgreSQL can find it by: shorten it"),
        "3D000" => (Kind::Missing, "there is no such database; create it, or name another one"),
        // How a statement ended is not known, as after a connection that was lost.
        "40003" => return lost().with_source(Code(state.clone())),
        code if code.starts_with("08") => return lost().with_source(Code(state.clone())),
        // Others of the class are faults of the server's program, and not of what it keeps.
        "XX001" | "XX002" => {
            (Kind::Corrupt, "the database is damaged; keep a copy of it and restore a backup")
        }
        _ => (Kind::Io, "the store could not carry out a statement; report it"),
    };
    StoreError::new(kind, message).with_source(Code(state.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_the_kind_and_stays_as_the_source() {
        let kinds = [
            ("40P01", Kind::Busy),
            ("57P01", Kind::Unavailable),
            ("08006", Kind::Unavailable),
            ("53100", Kind::Full),
            ("28P01", Kind::Denied),
            ("42501", Kind::Denied),
            ("25006", Kind::ReadOnly),
            ("40003", Kind::Unavailable),
            ("53200", Kind::Io),
            ("54000", Kind::Unsupported),
            ("XX000", Kind::Io),
            ("XX001", Kind::Corrupt),
            ("XX002", Kind::Corrupt),
            ("22021", Kind::Unsupported),
            ("42P01", Kind::Io),
        ];
        for (state, kind) in kinds {
            let error = coded(&SqlState::from_code(state));
            assert_eq!((error.kind(), code(&error).map(SqlState::code)), (kind, Some(state)));
        }
    }
}
