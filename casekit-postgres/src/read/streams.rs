//! Streams with their heads and states, for `verify` and for copies.

use casekit_core::model::StreamId;
use casekit_core::store::StreamRow;

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn page(_: &Connection, _: Option<StreamId>, _: u32) -> Result<Vec<StreamRow>> {
    unfinished()
}
