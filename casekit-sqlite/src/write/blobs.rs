//! Large bytes, written in chunks.

use casekit_core::model::{BlobId, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::error::{Result, fault};
use crate::value::micros;

/// A row holds this many bytes at most, so that a small read does not load a large chunk.
const PIECE: usize = 64 * 1024;

/// Appends bytes to a blob, which the first of them makes.
pub(super) fn append(change: &Transaction<'_>, id: BlobId, at: Timestamp, bytes: &[u8]) -> Result<()> {
    const GROW: &str = "INSERT INTO blobs (id, size, appended_at, kept) VALUES (?1, ?2, ?3, 0)
        ON CONFLICT (id) DO UPDATE SET size = size + excluded.size, appended_at = excluded.appended_at
        RETURNING key, size";
    const PUT: &str = "INSERT INTO blob_chunks (blob, start, bytes) VALUES (?1, ?2, ?3)";
    let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let mut grow = change.prepare_cached(GROW).map_err(fault)?;
    let (key, size): (i64, i64) = grow
        .query_row(params![id.0.as_bytes(), length, micros(at)], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(fault)?;
    let mut start = size - length;
    let mut put = change.prepare_cached(PUT).map_err(fault)?;
    for piece in bytes.chunks(PIECE) {
        put.execute(params![key, start, piece]).map_err(fault)?;
        start += i64::try_from(piece.len()).unwrap_or(i64::MAX);
    }
    Ok(())
}

/// Whether there is such a blob.
pub(super) fn exists(change: &Transaction<'_>, id: BlobId) -> Result<bool> {
    Ok(key(change, id)?.is_some())
}

fn key(change: &Transaction<'_>, id: BlobId) -> Result<Option<i64>> {
    let mut statement = change.prepare_cached("SELECT key FROM blobs WHERE id = ?1").map_err(fault)?;
    statement.query_row([id.0.as_bytes()], |row| row.get(0)).optional().map_err(fault)
}

/// Makes a blob no orphan.
pub(super) fn keep(change: &Transaction<'_>, id: BlobId) -> Result<()> {
    let mut statement = change.prepare_cached("UPDATE blobs SET kept = 1 WHERE id = ?1").map_err(fault)?;
    statement.execute([id.0.as_bytes()]).map_err(fault)?;
    Ok(())
}

/// Destroys a blob, if there is such a one.
pub(super) fn destroy(change: &Transaction<'_>, id: BlobId) -> Result<()> {
    match key(change, id)? {
        Some(key) => remove(change, key),
        None => Ok(()),
    }
}

/// Destroys orphans whose last chunk came before an instant, and says how many.
pub(super) fn sweep(change: &Transaction<'_>, before: Timestamp) -> Result<u64> {
    const SQL: &str = "SELECT key FROM blobs WHERE kept = 0 AND appended_at < ?1";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let found = statement.query_map([micros(before)], |row| row.get(0)).map_err(fault)?;
    let keys: Vec<i64> = found.collect::<rusqlite::Result<_>>().map_err(fault)?;
    for key in &keys {
        remove(change, *key)?;
    }
    Ok(keys.len() as u64)
}

fn remove(change: &Transaction<'_>, key: i64) -> Result<()> {
    for sql in ["DELETE FROM blob_chunks WHERE blob = ?1", "DELETE FROM blobs WHERE key = ?1"] {
        change.prepare_cached(sql).and_then(|mut statement| statement.execute([key])).map_err(fault)?;
    }
    Ok(())
}
