//! What the writer remembers from one transaction to the next, as long as no other connection writes.

use std::collections::HashMap;

use casekit_core::commit::Head;
use casekit_core::durations::SpanGroup;
use casekit_core::model::{StreamId, StreamKind};
use rusqlite::Transaction;

use super::gathered::Gathered;
use super::words::Words;
use crate::durations;
use crate::error::{Result, fault};
use crate::schema;
use crate::value::unsigned;

/// Values that would otherwise be looked up in each transaction.
#[derive(Default)]
pub(crate) struct Memory {
    /// `PRAGMA data_version` when the rest was true. It changes when another connection commits.
    version: i64,
    /// Words known to be in the table of words.
    pub(super) words: Words,
    /// How large FTS5's table in memory is. It belongs to the connection, so a rollback does not change it.
    pub(super) gathered: Gathered,
    next: Option<Next>,
    /// The heads of settings, workflows and case types, `None` for one that does not exist: nearly every command relies
    /// on some.
    heads: Vec<(StreamId, Option<Head>)>,
    /// The keys of groups of lengths of time. A repair gives them out anew.
    span_groups: HashMap<SpanGroup, i64>,
}

/// What the next commit is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Next {
    /// The position of the next event.
    pub(super) position: u64,
    /// The number of the next case.
    pub(super) number: u64,
    /// `file.generation` in the database.
    pub(super) generation: i64,
}

impl Memory {
    /// Forgets everything if another connection wrote since, and fails if that has newer text rules. Called inside the writing transaction: nobody else can
    /// write between this comparison and the commit.
    pub(super) fn begin(&mut self, change: &Transaction<'_>) -> Result<()> {
        let mut version = change.prepare_cached("PRAGMA data_version").map_err(fault)?;
        let version = version.query_row((), |row| row.get(0)).map_err(fault)?;
        if self.version != version {
            // Whoever wrote may be a newer library that made the search anew: terms of older rules must not be added.
            schema::known_rules(change)?;
            self.forget();
            self.version = version;
        }
        Ok(())
    }

    /// Forgets what the file says, since the transaction that wrote it may have been rolled back.
    pub(super) fn forget(&mut self) {
        self.words.forget();
        self.forget_all_but_words();
    }

    /// What the next commit is given. It is forgotten here and [kept](Self::keep) again after the commit, so that a
    /// transaction which fails on the way leaves no wrong position behind.
    pub(super) fn next(&mut self, change: &Transaction<'_>) -> Result<Next> {
        match self.next.take() {
            Some(next) => Ok(next),
            None => Next::look_up(change),
        }
    }

    /// Remembers what follows a transaction, once that is committed.
    pub(super) fn keep(&mut self, next: Next) {
        self.next = Some(next);
    }

    /// The remembered head of a definition; `Some(None)` means that it is known not to exist.
    pub(super) fn head(&self, stream: StreamId) -> Option<Option<Head>> {
        self.heads.iter().find(|(known, _)| *known == stream).map(|(_, head)| *head)
    }

    /// Remembers a head that was looked up. Heads of cases and customers are not kept: they change too often.
    pub(super) fn keep_head(&mut self, stream: StreamId, head: Option<Head>) {
        if is_definition(stream) {
            self.heads.push((stream, head));
        }
    }

    /// Forgets positions and heads after a job that is not a commit, such as a restore. Words stay known: such a job
    /// removes none without `forget`.
    pub(super) fn forget_all_but_words(&mut self) {
        self.next = None;
        self.heads.clear();
        self.span_groups.clear();
    }

    /// The key of a group of lengths of time, given out if it is new.
    pub(super) fn span_group(&mut self, change: &Transaction<'_>, group: &SpanGroup) -> Result<i64> {
        if let Some(key) = self.span_groups.get(group) {
            return Ok(*key);
        }
        let key = durations::key(change, group)?;
        self.span_groups.insert(group.clone(), key);
        Ok(key)
    }

    /// Forgets heads, since a definition is about to be written or a write was undone.
    pub(super) fn forget_heads(&mut self) {
        self.heads.clear();
    }
}

/// Whether a stream is a definition. Definitions change rarely, and `file.generation` changes with them.
pub(super) fn is_definition(stream: StreamId) -> bool {
    match stream.kind() {
        StreamKind::Settings
        | StreamKind::Workflow
        | StreamKind::CaseType
        | StreamKind::Team
        | StreamKind::Tag => true,
        StreamKind::Customer | StreamKind::Case | StreamKind::Ledger | StreamKind::Person => false,
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
