//! The history of a stream.

use casekit_core::store::{Defined, History, HistoryQuery};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

use crate::read::catalog::CatalogCache;

pub(crate) fn history(_: &Connection, _: &CatalogCache, _: &HistoryQuery) -> Result<Defined<History>> {
    unfinished()
}
