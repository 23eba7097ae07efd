//! What a writer remembers from one transaction to the next, as long as nobody else writes.

use casekit_core::commit::Head;
use casekit_core::model::{StreamId, StreamKind};
use rusqlite::Transaction;

use super::gathered::Gathered;
use super::words::Words;
use crate::error::{Result, fault};
use crate::value::unsigned;

/// What is remembered.
#[derive(Default)]
pub(crate) struct Memory {
    /// The version of the file for which all of it holds.
    version: i64,
    /// Words of the search that are known to be there.
    pub(super) words: Words,
    /// What FTS5 has in memory.
    pub(super) gathered: Gathered,
    next: Option<Next>,
    /// Where settings, workflows and case types stand: nearly every command relies on some of them.
    heads: Vec<(StreamId, Option<Head>)>,
}

/// What the next commit gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Next {
    /// The position of the next event.
    pub(super) position: u64,
    /// The number of the next case.
    pub(super) number: u64,
    /// `file.generation`.
    pub(super) generation: i64,
}

impl Memory {
    /// Forgets everything if somebody else wrote since. The transaction keeps everybody else from writing.
    pub(super) fn begin(&mut self, change: &Transaction<'_>) -> Result<()> {
        let mut version = change.prepare_cached("PRAGMA data_version").map_err(fault)?;
        let version = version.query_row((), |row| row.get(0)).map_err(fault)?;
        if self.version != version {
            self.forget();
            self.version = version;
        }
        Ok(())
    }

    /// Nothing is known: what was written may have been undone.
    pub(super) fn forget(&mut self) {
        self.words.forget();
        self.next = None;
        self.heads.clear();
    }

    /// What the next commit gets. It is not remembered any more, until it is [kept](Self::keep) again.
    pub(super) fn next(&mut self, change: &Transaction<'_>) -> Result<Next> {
        match self.next.take() {
            Some(next) => Ok(next),
            None => Next::look_up(change),
        }
    }

    /// A transaction was committed, and this is what follows on it.
    pub(super) fn keep(&mut self, next: Next) {
        self.next = Some(next);
    }

    /// Where a definition stands, if that is known.
    pub(super) fn head(&self, stream: StreamId) -> Option<Option<Head>> {
        self.heads.iter().find(|(known, _)| *known == stream).map(|(_, head)| *head)
    }

    /// It was looked up.
    pub(super) fn keep_head(&mut self, stream: StreamId, head: Option<Head>) {
        if is_definition(stream) {
            self.heads.push((stream, head));
        }
    }

    /// Something else than commits was written.
    pub(super) fn forget_all_but_words(&mut self) {
        self.next = None;
        self.heads.clear();
    }

    /// A definition is written.
    pub(super) fn forget_heads(&mut self) {
        self.heads.clear();
    }
}

/// Whether it is a definition that changes rarely, and the generation with it.
pub(super) fn is_definition(stream: StreamId) -> bool {
    match stream.kind() {
        StreamKind::Settings | StreamKind::Workflow | StreamKind::CaseType => true,
        StreamKind::Customer | StreamKind::Case | StreamKind::Ledger => false,
    }
}

impl Next {
    fn look_up(change: &Transaction<'_>) -> Result<Self> {
        const SQL: &str = "SELECT (SELECT coalesce(max(position), 0) + 1 FROM events),
            max((SELECT coalesce(max(number), 0) + 1 FROM cases), (SELECT number_floor FROM file)),
            (SELECT generation FROM file)";
        let mut statement = change.prepare_cached(SQL).map_err(fault)?;
        let next = |row: &rusqlite::Row<'_>| Ok((unsigned(row, 0), unsigned(row, 1), row.get(2)?));
        let (position, number, generation) = statement.query_row((), next).map_err(fault)?;
        Ok(Self { position: position?, number: number?, generation })
    }
}
