//! Writing blobs, in chunks.

use casekit_core::model::{BlobId, Timestamp};
use casekit_core::store::{StoreError, misplaced};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::error::{Result, fault};
use crate::rows::rows;
use crate::value::{id, integer, micros};

/// The most bytes in a row, so that a small read does not load a large chunk.
const PIECE: usize = 64 * 1024;

/// Appends a chunk to a blob, which its first chunk creates. The inner `Err` says that the chunk does not begin where
/// the blob ends.
///
/// The last chunk can be sent again and changes nothing: its sender may not know that it arrived.
pub(super) fn append(
    change: &Transaction<'_>,
    id: BlobId,
    offset: u64,
    at: Timestamp,
    bytes: &[u8],
) -> Result<Result<(), StoreError>> {
    const THERE: &str = "SELECT key, size, last_start FROM blobs WHERE id = ?1";
    const MAKE: &str =
        "INSERT INTO blobs (id, size, last_start, appended_at, kept) VALUES (?1, ?2, 0, ?3, 0)";
    const GROW: &str =
        "UPDATE blobs SET last_start = size, size = size + ?2, appended_at = ?3 WHERE key = ?1";
    const PUT: &str = "INSERT INTO blob_chunks (blob, start, bytes) VALUES (?1, ?2, ?3)";
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let there: Option<(i64, i64, i64)> =
        prepare(THERE)?.query_row([id.0.as_bytes()], read).optional().map_err(fault)?;
    let (size, length) = (there.map_or(0, |(_, size, _)| size), bytes.len() as u64);
    let is_last = |(_, size, last): (i64, i64, i64)| {
        integer(offset) == last && integer(offset.saturating_add(length)) == size
    };
    if there.is_some_and(is_last) {
        return Ok(Ok(()));
    }
    if integer(offset) != size {
        return Ok(Err(misplaced(offset, size.unsigned_abs())));
    }
    let key = match there {
        Some((key, ..)) => {
            prepare(GROW)?.execute(params![key, integer(length), micros(at)]).map_err(fault)?;
            key
        }
        None => {
            prepare(MAKE)?.execute(params![id.0.as_bytes(), integer(length), micros(at)]).map_err(fault)?;
            change.last_insert_rowid()
        }
    };
    let (mut start, mut put) = (size, prepare(PUT)?);
    for piece in bytes.chunks(PIECE) {
        put.execute(params![key, start, piece]).map_err(fault)?;
        start += i64::try_from(piece.len()).unwrap_or(i64::MAX);
    }
    Ok(Ok(()))
}

/// Whether a blob exists.
pub(super) fn exists(change: &Transaction<'_>, id: BlobId) -> Result<bool> {
    Ok(key(change, id)?.is_some())
}

fn key(change: &Transaction<'_>, id: BlobId) -> Result<Option<i64>> {
    let mut statement = change.prepare_cached("SELECT key FROM blobs WHERE id = ?1").map_err(fault)?;
    statement.query_row([id.0.as_bytes()], |row| row.get(0)).optional().map_err(fault)
}

/// Marks a blob as referred to by a commit, so that it is no orphan.
pub(super) fn keep(change: &Transaction<'_>, id: BlobId) -> Result<()> {
    let mut statement = change.prepare_cached("UPDATE blobs SET kept = 1 WHERE id = ?1").map_err(fault)?;
    statement.execute([id.0.as_bytes()]).map_err(fault)?;
    Ok(())
}

/// Deletes a blob and its bytes; one that does not exist is no error.
pub(super) fn destroy(change: &Transaction<'_>, id: BlobId) -> Result<()> {
    match key(change, id)? {
        Some(key) => remove(change, key),
        None => Ok(()),
    }
}

/// Deletes at most `limit` orphans whose last chunk came before an instant. Returns their ids.
pub(super) fn sweep(change: &Transaction<'_>, before: Timestamp, limit: u32) -> Result<Vec<BlobId>> {
    const SQL: &str = "SELECT key, id FROM blobs WHERE kept = 0 AND appended_at < ?1 LIMIT ?2";
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0).map_err(fault)?, id(row, 1)?));
    let found = rows(change, SQL, &[&micros(before), &limit], read)?;
    for (key, _) in &found {
        remove(change, *key)?;
    }
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// Deletes a blob. SQLite overwrites its pages in the log, which still has them as they were: see `write::wipe`.
fn remove(change: &Transaction<'_>, key: i64) -> Result<()> {
    const PENDING: &str = "UPDATE file SET wipe_pending = 1 WHERE wipe_pending <> 1";
    change.prepare_cached(PENDING).and_then(|mut mark| mark.execute(())).map_err(fault)?;
    for sql in ["DELETE FROM blob_chunks WHERE blob = ?1", "DELETE FROM blobs WHERE key = ?1"] {
        change.prepare_cached(sql).and_then(|mut statement| statement.execute([key])).map_err(fault)?;
    }
    Ok(())
}
