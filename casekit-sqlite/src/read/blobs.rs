//! Reading blobs, in chunks.

use casekit_core::model::BlobId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Result, fault, unreadable};
use crate::value::integer;

/// At most `limit` bytes of a blob from `offset` on, fewer at its end; `None` if there is no such blob.
pub(crate) fn read(connection: &Connection, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>> {
    const BLOB: &str = "SELECT key, size FROM blobs WHERE id = ?1";
    // The chunk that contains the offset, and those after it.
    const CHUNKS: &str = "SELECT start, bytes FROM blob_chunks WHERE blob = ?1
        AND start >= (SELECT max(start) FROM blob_chunks WHERE blob = ?1 AND start <= ?2) AND start < ?3 ORDER BY start";
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let found = moment
        .prepare_cached(BLOB)
        .and_then(|mut one| one.query_row([id.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional())
        .map_err(fault)?;
    let Some((key, size)): Option<(i64, i64)> = found else { return Ok(None) };
    let from = integer(offset).min(size);
    let to = from.saturating_add(i64::from(limit)).min(size);
    let mut bytes = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
    if from < to {
        let mut statement = moment.prepare_cached(CHUNKS).map_err(fault)?;
        let mut rows = statement.query(params![key, from, to]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            let start: i64 = row.get(0).map_err(fault)?;
            // INVARIANT: from here on no difference of two places is too great for its type.
            if start < 0 {
                return Err(unreadable());
            }
            let chunk = row.get_ref(1).map_err(fault)?.as_blob().map_err(|_| unreadable())?;
            let skipped = usize::try_from(from - start).unwrap_or(0);
            let end = usize::try_from(to - start).unwrap_or(0).min(chunk.len());
            bytes.extend_from_slice(chunk.get(skipped..end).ok_or_else(unreadable)?);
        }
    }
    moment.commit().map_err(fault)?;
    Ok(Some(bytes))
}
