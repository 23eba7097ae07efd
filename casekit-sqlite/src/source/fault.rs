//! Faults of a source, each with a hint for whoever has to fix it.
//!
//! SQLite's own messages can contain values, so only names of tables, columns and functions are taken from them.

use std::io::{self, ErrorKind};

use casekit_core::language::Message;
use casekit_core::model::{FailureClass, Responsible, SourceQuery};
use casekit_core::release::Fault;
use rusqlite::{Error, ErrorCode, ffi};

use super::SqliteSource;
use super::aside::THREADS;
use super::refused::{PLACES, Refused};

impl SqliteSource {
    pub(super) fn refused(&self, refused: &Refused) -> Fault {
        match refused {
            Refused::Forked => {
                Fault::permanent("forked", Message::new("hint.forked")).because_of(self.setting())
            }
            Refused::NoFile => self.not_sqlite(),
            Refused::Full => self.configuration(
                "source_too_many_files",
                Message::new("hint.source_too_many_files").with("places", PLACES),
            ),
            Refused::Busy => self.transient("source_busy", Message::new("hint.source_busy_reading")),
            Refused::System(error) => self.io_fault(error),
            Refused::Sqlite(error) => self.open_fault(error),
        }
    }

    pub(super) fn log_replaced(&self) -> Fault {
        self.configuration("source_log_replaced", Message::new("hint.source_log_replaced"))
    }

    pub(super) fn closing(&self) -> Fault {
        self.transient("source_busy", Message::new("hint.source_busy_closing"))
    }

    pub(super) fn io_fault(&self, error: &io::Error) -> Fault {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                self.configuration("source_missing", Message::new("hint.file_missing"))
            }
            ErrorKind::PermissionDenied => {
                self.configuration("source_unreadable", Message::new("hint.file_forbidden"))
            }
            _ => self.unread(),
        }
    }

    pub(super) fn not_sqlite(&self) -> Fault {
        self.configuration("source_unreadable", Message::new("hint.not_sqlite"))
    }

    /// The fault of an error at opening.
    pub(super) fn open_fault(&self, error: &Error) -> Fault {
        match code(error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => self.busy(),
            Some(ErrorCode::OperationInterrupted) => self.timeout(),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                self.configuration("source_unreadable", Message::new("hint.file_unopened"))
            }
            Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory) => self.unread(),
            Some(_) | None => self.not_sqlite(),
        }
    }

    /// The fault of an error in a query.
    pub(super) fn query_fault(&self, error: &Error, query: &SourceQuery) -> Fault {
        if matches!(error, Error::MultipleStatement) {
            return self.wrong(query, Message::new("query.many_statements"));
        }
        match code(error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => self.busy(),
            Some(ErrorCode::OperationInterrupted) => self.timeout(),
            Some(ErrorCode::TooBig) => self.too_long_value(query),
            Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory | ErrorCode::CannotOpen) => {
                self.unread()
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => self.not_sqlite(),
            Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => {
                self.wrong(query, Message::new("query.writes"))
            }
            Some(_) | None => self.wrong(query, what_is_wrong(error)),
        }
    }

    pub(super) fn wrong(&self, query: &SourceQuery, problem: Message) -> Fault {
        self.configuration(
            "source_query_invalid",
            Message::new("hint.query_invalid").with("table", query.table.as_str()).with("problem", problem),
        )
    }

    pub(super) fn too_many_cells(&self) -> Fault {
        self.too_large("cells", self.limits.cells)
    }

    pub(super) fn too_many_bytes(&self) -> Fault {
        self.too_large("bytes", self.limits.bytes)
    }

    fn too_long_value(&self, query: &SourceQuery) -> Fault {
        let hint = Message::new("hint.source_value_too_large").with("limit", self.longest_value());
        self.data("source_too_large", hint.with("table", query.table.as_str()))
    }

    pub(super) fn not_utf8(&self, query: &SourceQuery) -> Fault {
        let hint = Message::new("hint.not_utf8").with("table", query.table.as_str());
        self.data("source_malformed", hint)
    }

    fn too_large(&self, unit: &str, limit: u64) -> Fault {
        self.data(
            "source_too_large",
            Message::new("hint.source_too_large_queries").with("limit", limit).with("unit", unit),
        )
    }

    fn timeout(&self) -> Fault {
        let seconds = self.limits.timeout.as_secs_f64();
        let hint = Message::new("hint.source_timeout").with("seconds", seconds.to_string());
        self.transient(TIMEOUT, hint)
    }

    /// SQLite is in an operation that cannot be interrupted, and goes on with it.
    pub(super) fn given_up(&self) -> Fault {
        let seconds = self.limits.timeout.as_secs_f64();
        let hint = Message::new("hint.source_given_up").with("seconds", seconds.to_string());
        self.transient(TIMEOUT, hint)
    }

    pub(super) fn no_thread(&self) -> Fault {
        self.transient("source_busy", Message::new("hint.source_no_thread").with("threads", THREADS))
    }

    fn busy(&self) -> Fault {
        self.transient("source_busy", Message::new("hint.source_busy_writing"))
    }

    pub(super) fn unread(&self) -> Fault {
        self.transient("source_unreadable", Message::new("hint.file_unread"))
    }

    fn transient(&self, code: &str, hint: Message) -> Fault {
        Fault::transient(code, hint).because_of(self.setting())
    }

    fn configuration(&self, code: &str, hint: Message) -> Fault {
        Fault::configuration(code, &self.setting(), hint)
    }

    fn data(&self, code: &str, hint: Message) -> Fault {
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
fn code(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::SqliteFailure(code, _) | Error::SqlInputError { error: code, .. } => Some(code.code),
        _ => None,
    }
}

fn what_is_wrong(error: &Error) -> Message {
    let said = match error {
        Error::SqlInputError { msg, .. } => msg.as_str(),
        Error::SqliteFailure(ffi::Error { .. }, Some(msg)) => msg.as_str(),
        _ => "",
    };
    for what in ["table", "column", "function"] {
        let name = said.strip_prefix(&format!("no such {what}: "));
        if let Some(name) = name.filter(|name| is_plain(name)) {
            return Message::new("query.no_such").with_word("what", "query", what).with("name", name);
        }
        if name.is_some() {
            return Message::new("query.no_such_unnamed").with_word("what", "query", what);
        }
    }
    Message::new("query.not_understood")
}

/// A column that a query gives twice. Its name may be an expression, which may contain values.
pub(super) fn duplicate(name: &str) -> Message {
    if is_plain(name) {
        return Message::new("query.duplicate_column").with("name", name);
    }
    Message::new("query.duplicate_column_unnamed")
}

fn is_plain(name: &str) -> bool {
    name.len() <= 100 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}
