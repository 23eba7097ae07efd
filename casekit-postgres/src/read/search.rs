//! Finding cases and notes by their words.

use casekit_core::store::{SearchQuery, SearchRow, Slice};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn page(_: &Connection, _: &SearchQuery) -> Result<Slice<SearchRow>> {
    unfinished()
}
