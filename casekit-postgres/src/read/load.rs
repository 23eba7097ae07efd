//! What a decision needs.

use casekit_core::store::{LoadPlan, Loaded};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

use crate::read::catalog::CatalogCache;

pub(crate) fn load(_: &Connection, _: &CatalogCache, _: &LoadPlan) -> Result<Loaded> {
    unfinished()
}
