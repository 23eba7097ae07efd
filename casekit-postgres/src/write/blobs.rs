//! Chunks of blobs. They are brought beside the line of writers, each in a transaction of its own: nobody waits for a large
//! upload.

use casekit_core::model::{BlobId, Timestamp};
use casekit_core::store::misplaced;

use crate::connection::{Connection, Query};
use crate::error::{Result, unreadable};
use crate::server::{IDLE_WITH_A_LOCK, idle_no_longer_than};
use crate::value::{Value, id, integer, signed};

/// The most bytes in a row, so that a small read does not load a large chunk.
const PIECE: usize = 64 * 1024;

/// Begins a transaction that locks blobs. It is on a connection that reads, which may do nothing for longer than who holds a lock.
fn begin() -> [Query; 2] {
    ["BEGIN ISOLATION LEVEL READ COMMITTED".to_owned(), idle_no_longer_than(IDLE_WITH_A_LOCK)]
        .map(|sql| Query::new(sql, []))
}

/// Appends a chunk to a blob, which its first chunk creates.
///
/// The last chunk can be sent again and changes nothing: its sender may not know that it arrived.
///
/// # Errors
/// `Misplaced` for a chunk that does not begin where the blob ends, otherwise a fault.
pub(crate) fn append(
    connection: &Connection,
    id: BlobId,
    offset: u64,
    at: Timestamp,
    bytes: &[u8],
) -> Result<()> {
    const MAKE: &str = "INSERT INTO org.blobs (id, size, last_start, appended_at, kept)
        VALUES ($1, 0, 0, $2, false) ON CONFLICT DO NOTHING";
    const THERE: &str = "SELECT size, last_start FROM org.blobs WHERE id = $1 FOR UPDATE";
    const GROW: &str =
        "UPDATE org.blobs SET last_start = size, size = size + $2, appended_at = $3 WHERE id = $1";
    const PUT: &str = "INSERT INTO org.blob_pieces (blob, start, bytes)
        SELECT $1, u.start, u.bytes FROM unnest($2::int8[], $3::bytea[]) AS u(start, bytes)";
    // Durable as any other: a server that loses it and starts again before the blob is kept would have a shorter one kept, since
    // the commit that keeps it knows no size.
    let mut queries = begin().to_vec();
    let is_first = offset == 0;
    if is_first {
        queries.push(Query::new(MAKE, [Value::from(id.0), at.into()]));
    }
    queries.push(Query::new(THERE, [Value::from(id.0)]));
    let answers = connection.pipeline(queries)?;
    let is_new = is_first && answers.get(2).is_some_and(|made| made.affected == 1);
    let there = answers.last().and_then(|there| there.rows.first());
    let (size, last) = there.map_or(Ok((0, 0)), |row| Ok((signed(row, 0)?, signed(row, 1)?)))?;
    let length = bytes.len() as u64;
    let is_again = !is_new && integer(offset) == last && integer(offset.saturating_add(length)) == size;
    if there.is_some() && is_again {
        connection.execute("ROLLBACK", [])?;
        return Ok(());
    }
    if there.is_none() || integer(offset) != size {
        connection.execute("ROLLBACK", [])?;
        return Err(misplaced(offset, size.unsigned_abs()));
    }
    let mut starts = Vec::new();
    let mut start = size;
    for piece in bytes.chunks(PIECE) {
        starts.push(start);
        start += i64::try_from(piece.len()).unwrap_or(i64::MAX);
    }
    let pieces = bytes.chunks(PIECE).map(|piece| Some(piece.to_owned())).collect();
    connection.pipeline(vec![
        Query::new(GROW, [Value::from(id.0), length.into(), at.into()]),
        Query::new(PUT, [Value::from(id.0), starts.into(), Value::Blobs(pieces)]),
        Query::new("COMMIT", []),
    ])?;
    Ok(())
}

/// Deletes at most `limit` orphans whose last chunk came before an instant. Returns their ids.
pub(crate) fn sweep(connection: &Connection, before: Timestamp, limit: u32) -> Result<Vec<BlobId>> {
    // One that a commit is about to keep is locked by it, and left out.
    const FIND: &str = "SELECT id FROM org.blobs WHERE NOT kept AND appended_at < $1 ORDER BY id LIMIT $2
        FOR UPDATE SKIP LOCKED";
    const DROP: [&str; 2] = [
        "DELETE FROM org.blob_pieces WHERE blob = ANY($1::uuid[])",
        "DELETE FROM org.blobs WHERE id = ANY($1::uuid[])",
    ];
    let find = Query::new(FIND, [Value::from(before), limit.into()]);
    let answers = connection.pipeline(begin().into_iter().chain([find]).collect())?;
    let found = answers.last().ok_or_else(unreadable)?;
    let swept = found.rows.iter().map(|row| id(row, 0)).collect::<Result<Vec<BlobId>>>()?;
    let ids = || Value::from(swept.iter().map(|blob| blob.0).collect::<Vec<_>>());
    let drop = DROP.into_iter().map(|sql| Query::new(sql, [ids()]));
    connection.pipeline(drop.chain([Query::new("COMMIT", [])]).collect())?;
    Ok(swept)
}
