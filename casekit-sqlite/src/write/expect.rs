//! What a commit relies on: heads of streams, and claims that nobody has made.

use casekit_core::commit::{Claim, Expect, Head};
use casekit_core::model::{Case, State, StreamId, StreamKind, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::memory::Memory;
use crate::error::{Result, fault};
use crate::value::{digest, instant, integer, optional_instant, unsigned};

/// The heads that a commit needs, each looked up once.
pub(super) struct Heads<'a> {
    /// The states that the commit builds on. A case among them is looked up by its number, which saves the way through
    /// `streams`.
    read_set: &'a [State],
    known: Vec<(StreamId, Option<Head>)>,
}

impl<'a> Heads<'a> {
    pub(super) fn new(read_set: &'a [State]) -> Self {
        Self { read_set, known: Vec::new() }
    }

    fn of(
        &mut self,
        change: &Transaction<'_>,
        memory: &mut Memory,
        stream: StreamId,
    ) -> Result<Option<Head>> {
        if let Some((_, head)) = self.known.iter().find(|(known, _)| *known == stream) {
            return Ok(*head);
        }
        let found = match self.read_set.iter().find(|state| state.stream() == stream) {
            Some(State::Case(case)) => case_head(change, case)?,
            Some(_) | None => match memory.head(stream) {
                Some(known) => known,
                None => {
                    let found = head(change, stream)?;
                    memory.keep_head(stream, found);
                    found
                }
            },
        };
        self.known.push((stream, found));
        Ok(found)
    }

    /// The heads of the streams that exist, each once.
    pub(super) fn existing(
        mut self,
        change: &Transaction<'_>,
        memory: &mut Memory,
        streams: impl Iterator<Item = StreamId>,
    ) -> Result<Vec<Head>> {
        let mut heads: Vec<Head> = Vec::new();
        for stream in streams {
            if heads.iter().all(|head| head.stream != stream) {
                heads.extend(self.of(change, memory, stream)?);
            }
        }
        Ok(heads)
    }
}

/// The first expectation that no longer holds; `None` if all hold.
pub(super) fn broken(
    change: &Transaction<'_>,
    memory: &mut Memory,
    heads: &mut Heads<'_>,
    expectations: &[Expect],
) -> Result<Option<Expect>> {
    for expect in expectations {
        let holds = match expect {
            Expect::Revision(stream, revision) => {
                heads.of(change, memory, *stream)?.map_or(0, |head| head.revision) == *revision
            }
            Expect::Absent(stream) => heads.of(change, memory, *stream)?.is_none(),
            Expect::Unclaimed(claim) => !is_claimed(change, claim)?,
        };
        if !holds {
            return Ok(Some(expect.clone()));
        }
    }
    Ok(None)
}

/// The head of a case whose number is known.
fn case_head(change: &Transaction<'_>, case: &Case) -> Result<Option<Head>> {
    const SQL: &str = "SELECT revision, hash, updated_at FROM cases WHERE number = ?1 AND id = ?2";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let read = |row: &Row<'_>| Ok((unsigned(row, 0), digest(row, 1), instant(row, 2)));
    let found = statement.query_row(params![integer(case.number.value), case.id.0.as_bytes()], read);
    let Some((revision, hash, at)) = found.optional().map_err(fault)? else { return Ok(None) };
    Ok(Some(Head { stream: StreamId::Case(case.id), revision: revision?, hash: hash?, at: at? }))
}

/// The head of a stream; `None` if it does not exist.
pub(super) fn head(change: &Transaction<'_>, stream: StreamId) -> Result<Option<Head>> {
    // Only cases have the instant of their newest event in their row.
    const DEFINITION: &str = "SELECT d.revision, d.hash, e.at FROM definitions d
        LEFT JOIN events e ON e.stream = d.key * 4 + 2 AND e.revision = d.revision WHERE d.kind = ?1 AND d.id = ?2";
    const CUSTOMER: &str = "SELECT k.revision, k.hash, e.at FROM customers k
        LEFT JOIN events e ON e.stream = k.key * 4 + 1 AND e.revision = k.revision WHERE k.id = ?1";
    const CASE: &str =
        "SELECT c.revision, c.hash, c.updated_at FROM streams s CROSS JOIN cases c ON c.number = s.key / 4
        WHERE s.kind = 4 AND s.id = ?1";
    const PERSON: &str =
        "SELECT p.revision, p.hash, e.at FROM streams s CROSS JOIN people p ON p.key = s.key / 4
        LEFT JOIN events e ON e.stream = s.key AND e.revision = p.revision
        WHERE s.kind = 6 AND s.id = ?1 AND p.entry IS NOT NULL";
    let id = stream.uuid();
    // An event that is missing is for `verify` to find; any instant may follow it.
    let read = |row: &Row<'_>| Ok((unsigned(row, 0), digest(row, 1), optional_instant(row, 2)));
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    let found = match stream.kind() {
        StreamKind::Customer => prepare(CUSTOMER)?.query_row([id.as_bytes()], read),
        StreamKind::Case => prepare(CASE)?.query_row([id.as_bytes()], read),
        StreamKind::Person => prepare(PERSON)?.query_row([id.as_bytes()], read),
        StreamKind::Settings
        | StreamKind::Workflow
        | StreamKind::CaseType
        | StreamKind::Ledger
        | StreamKind::Team
        | StreamKind::Tag => {
            prepare(DEFINITION)?.query_row(params![stream.kind().code(), id.as_bytes()], read)
        }
    };
    let Some((revision, hash, at)) = found.optional().map_err(fault)? else { return Ok(None) };
    Ok(Some(Head { stream, revision: revision?, hash: hash?, at: at?.unwrap_or(Timestamp::MIN_UTC) }))
}

/// Whether a stream has made the claim.
pub(super) fn is_claimed(change: &Transaction<'_>, claim: &Claim) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM claims WHERE kind = ?1 AND value = ?2 AND number = ?3";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    statement.exists(params![claim.kind.code(), claim.value, claim.number]).map_err(fault)
}

/// Removes a claim; one that does not exist is no error.
pub(super) fn unclaim(change: &Transaction<'_>, claim: &Claim) -> Result<()> {
    const SQL: &str = "DELETE FROM claims WHERE kind = ?1 AND value = ?2 AND number = ?3";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    statement.execute(params![claim.kind.code(), claim.value, claim.number]).map_err(fault)?;
    Ok(())
}

/// Stores a claim for the stream with a key. A claim that exists breaks a constraint.
pub(super) fn claim(change: &Transaction<'_>, claim: &Claim, stream: i64) -> Result<()> {
    const SQL: &str = "INSERT INTO claims (kind, value, number, stream) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    statement.execute(params![claim.kind.code(), claim.value, claim.number, stream]).map_err(fault)?;
    Ok(())
}
