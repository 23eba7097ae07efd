//! The bytes of blobs.

use casekit_core::model::BlobId;
use tokio_postgres::Row;

use crate::connection::Connection;
use crate::error::Result;
use crate::value::{integer, optional_bytes};

/// At most `limit` bytes of a blob from `offset` on, fewer at its end; `None` if there is no such blob.
pub(crate) fn read(connection: &Connection, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>> {
    /// Each piece is cut on the server, so that no whole one is sent for a byte of it. A piece begins at most its own greatest
    /// length before the place where the reading begins.
    const SQL: &str = "SELECT substr(p.bytes, greatest($2::int8 - p.start, 0)::int4 + 1,
            (least($3::int8, p.start + length(p.bytes)) - greatest($2::int8, p.start))::int4)
        FROM org.blobs b LEFT JOIN org.blob_pieces p ON p.blob = b.id AND p.start > $2::int8 - $4::int8
            AND p.start < $3::int8 AND p.start + length(p.bytes) > $2::int8
        WHERE b.id = $1 ORDER BY p.start";
    // So far below the greatest integer that no sum here overflows.
    let from = integer(offset).min(i64::MAX / 4);
    let to = from + i64::from(limit);
    let rows = connection.query(SQL, [id.0.into(), from.into(), to.into(), LONGEST.into()])?;
    if rows.is_empty() {
        return Ok(None);
    }
    let pieces: Vec<Option<Vec<u8>>> = rows.iter().map(piece).collect::<Result<_>>()?;
    Ok(Some(pieces.into_iter().flatten().flatten().collect()))
}

/// The most bytes of a piece.
const LONGEST: i64 = 64 * 1024;

fn piece(row: &Row) -> Result<Option<Vec<u8>>> {
    optional_bytes(row, 0)
}
