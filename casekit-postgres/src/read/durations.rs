//! How long things took.

use casekit_core::store::{DurationCount, DurationQuery};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn find(_: &Connection, _: &DurationQuery) -> Result<Vec<DurationCount>> {
    unfinished()
}
