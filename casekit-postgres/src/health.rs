//! What `health` reports about the schema.

use crate::connection::Connection;
use crate::error::Result;
use crate::value::unsigned;

/// How many bytes the tables of the organisation have, with their indexes; `schema` is the name of its schema.
pub(crate) fn size(connection: &Connection, schema: &str) -> Result<u64> {
    const SQL: &str = "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8
        FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r' WHERE n.nspname = $1::text";
    unsigned(&connection.row(SQL, [schema.into()])?, 0)
}
