//! Checking the store, in parts.

use casekit_core::store::CheckPlace;

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn part(
    _: &Connection,
    _: Option<&CheckPlace>,
    _: u32,
    _: impl Fn() -> Result<()>,
) -> Result<Option<CheckPlace>> {
    unfinished()
}
