//! Lists of cases.

use casekit_core::store::{CaseQuery, CaseRow, Slice};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

use crate::read::Moment;

pub(crate) fn page(_: &Connection, _: Moment, _: &CaseQuery) -> Result<Slice<CaseRow>> {
    unfinished()
}
