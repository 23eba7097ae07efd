//! Events, and how far they go.

use casekit_core::commit::StoredEvent;
use casekit_core::store::{Cursor, EventQuery};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn page(_: &Connection, _: &EventQuery) -> Result<Vec<StoredEvent>> {
    unfinished()
}

pub(crate) fn newest(_: &Connection) -> Result<Cursor> {
    unfinished()
}
