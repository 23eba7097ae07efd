//! What goes wrong with a source, in words for who must mend it.
//!
//! SQLite's own messages can hold values, so of them only names of tables and columns are passed on.

use std::io::{self, ErrorKind};

use casekit_core::model::{FailureClass, Responsible, SourceQuery};
use casekit_core::release::Fault;
use rusqlite::{Error, ErrorCode, ffi};

use super::SqliteSource;
use super::keep::{PLACES, Refused};

impl SqliteSource {
    pub(super) fn refused(&self, refused: &Refused) -> Fault {
        match refused {
            Refused::Forked => Fault::permanent(FORKED.0, FORKED.1).because_of(self.setting()),
            Refused::NoFile => self.not_sqlite(),
            Refused::Full => self.configuration(
                "source_too_many_files",
                &format!(
                    "this program has `{PLACES}` other files open for sources already, and keeps them: name fewer, or \
                     bring a source of its own"
                ),
            ),
            Refused::Busy => self.transient("source_busy", "another question is still reading the file: try again"),
            Refused::System(error) => self.io_fault(error),
            Refused::Sqlite(error) => self.open_fault(error),
        }
    }

    pub(super) fn log_replaced(&self) -> Fault {
        self.configuration(
            "source_log_replaced",
            "the write-ahead log of the file was removed or replaced while this program had it open: start the program \
             anew; if the program opens the file itself too, it needs a source of its own for it",
        )
    }

    pub(super) fn closing(&self) -> Fault {
        self.transient("source_busy", "the file was just being closed by this program: try again")
    }

    pub(super) fn io_fault(&self, error: &io::Error) -> Fault {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => self
                .configuration("source_missing", "the file is not there: correct its path, or put it there"),
            ErrorKind::PermissionDenied => {
                self.configuration("source_unreadable", "the file may not be read: let this program read it")
            }
            _ => self.unread(),
        }
    }

    pub(super) fn not_sqlite(&self) -> Fault {
        self.configuration(
            "source_unreadable",
            "the file is no SQLite file, or a damaged one: correct its path, or restore it",
        )
    }

    /// What an error at opening is.
    pub(super) fn open_fault(&self, error: &Error) -> Fault {
        match code(error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => self.busy(),
            Some(ErrorCode::OperationInterrupted) => self.timeout(),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => self.configuration(
                "source_unreadable",
                "the file could not be opened: let this program read it, and write to its folder if it has a write-ahead log",
            ),
            Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory) => self.unread(),
            Some(_) | None => self.not_sqlite(),
        }
    }

    /// What an error of a query is.
    pub(super) fn query_fault(&self, error: &Error, query: &SourceQuery) -> Fault {
        if matches!(error, Error::MultipleStatement) {
            return self.wrong(query, "is more than one statement: write one");
        }
        match code(error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => self.busy(),
            Some(ErrorCode::OperationInterrupted) => self.timeout(),
            Some(ErrorCode::TooBig) => self.too_many_bytes(),
            Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory | ErrorCode::CannotOpen) => {
                self.unread()
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => self.not_sqlite(),
            Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => {
                self.wrong(query, "does more than reading: only a `SELECT` is allowed")
            }
            Some(_) | None => self.wrong(query, &what_is_wrong(error)),
        }
    }

    pub(super) fn wrong(&self, query: &SourceQuery, what: &str) -> Fault {
        self.configuration(
            "source_query_invalid",
            &format!("the query of the table `{}` {what}", query.table),
        )
    }

    pub(super) fn too_many_cells(&self) -> Fault {
        self.too_large("cells", self.limits.cells)
    }

    pub(super) fn too_many_bytes(&self) -> Fault {
        self.too_large("bytes", self.limits.bytes)
    }

    pub(super) fn not_utf8(&self, query: &SourceQuery) -> Fault {
        let hint = format!(
            "the table `{}` holds text that is not UTF-8: mend the file, or select it with `hex()`",
            query.table
        );
        self.data("source_malformed", hint)
    }

    fn too_large(&self, what: &str, limit: u64) -> Fault {
        self.data(
            "source_too_large",
            format!("it has more than the limit of `{limit}` {what}: narrow its queries"),
        )
    }

    fn timeout(&self) -> Fault {
        let seconds = self.limits.timeout.as_secs_f64();
        let hint =
            format!("its queries took longer than `{seconds}` seconds: give the file an index, or try again");
        self.transient(TIMEOUT, &hint)
    }

    fn busy(&self) -> Fault {
        self.transient("source_busy", "another program is writing to the file: try again")
    }

    fn unread(&self) -> Fault {
        self.transient("source_unreadable", "the file could not be read: look at the disk, and try again")
    }

    fn transient(&self, code: &str, hint: &str) -> Fault {
        Fault::transient(code, hint).because_of(self.setting())
    }

    fn configuration(&self, code: &str, hint: &str) -> Fault {
        Fault::configuration(code, &self.setting(), hint)
    }

    fn data(&self, code: &str, hint: String) -> Fault {
        Fault::new(code, FailureClass::Data, Responsible::ItAdministrator, hint).because_of(self.setting())
    }

    fn setting(&self) -> String {
        format!("sources.{}", self.name)
    }
}

pub(super) fn is_timeout(fault: &Fault) -> bool {
    fault.code == TIMEOUT
}

const TIMEOUT: &str = "source_timeout";
const FORKED: (&str, &str) = (
    "forked",
    "this process was forked from one that had asked a source: start it anew, or fork before the first question",
);

fn code(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::SqliteFailure(code, _) | Error::SqlInputError { error: code, .. } => Some(code.code),
        _ => None,
    }
}

fn what_is_wrong(error: &Error) -> String {
    let said = match error {
        Error::SqlInputError { msg, .. } => msg.as_str(),
        Error::SqliteFailure(ffi::Error { .. }, Some(msg)) => msg.as_str(),
        _ => "",
    };
    for what in ["table", "column", "function"] {
        let name = said.strip_prefix(&format!("no such {what}: "));
        if let Some(name) = name.filter(|name| is_plain(name)) {
            return format!("names a {what} `{name}` that does not exist: correct it");
        }
        if name.is_some() {
            return format!("names a {what} that does not exist: correct it");
        }
    }
    "is no SQL that this file understands: correct it".into()
}

fn is_plain(name: &str) -> bool {
    name.len() <= 100 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}
