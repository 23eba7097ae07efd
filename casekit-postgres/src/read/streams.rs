//! Streams with their heads and states, for `verify` and for copies.

use casekit_core::model::StreamId;
use casekit_core::store::StreamRow;

use super::part::Part;
use crate::connection::Connection;
use crate::error::Result;
use crate::value::{digest, json, stream};

/// Streams after one, by kind and then by id.
pub(crate) fn page(connection: &Connection, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>> {
    let mut part = Part::of("SELECT s.kind, s.id, s.hash, s.body FROM org.streams s WHERE true");
    if let Some(after) = after {
        part.bind(" AND (s.kind, s.id) > (?::int2", after.kind().code()).bind(", ?)", after.uuid());
    }
    part.bind(" ORDER BY s.kind, s.id LIMIT ?", i64::from(limit));
    part.rows(connection, |row| {
        Ok(StreamRow { stream: stream(row, 0, 1)?, hash: digest(row, 2)?, state: json(row, 3)? })
    })
}
