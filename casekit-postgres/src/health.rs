//! What `health` reports about the schema.

use crate::connection::Connection;
use crate::error::Result;
use crate::value::unsigned;

/// How many bytes the tables of the organisation have, with their indexes.
pub(crate) fn size(connection: &Connection) -> Result<u64> {
    const SQL: &str = "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8
        FROM pg_class f JOIN pg_class c ON c.relnamespace = f.relnamespace AND c.relkind = 'r'
        WHERE f.oid = 'org.file'::regclass";
    unsigned(&connection.row(SQL, [])?, 0)
}
