//! Counting cases.

use casekit_core::model::{DueTask, Timestamp};
use casekit_core::store::{CaseCount, CaseFilter, CountQuery, FailureCount, Within};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

use crate::read::Moment;

pub(crate) fn count(_: &Connection, _: Moment, _: &CountQuery) -> Result<Vec<CaseCount>> {
    unfinished()
}

pub(crate) fn up_to(_: &Connection, _: Moment, _: &CaseFilter, _: u32) -> Result<u64> {
    unfinished()
}

pub(crate) fn due_tasks(_: &Connection, _: DueTask, _: Timestamp, _: u32) -> Result<u64> {
    unfinished()
}

pub(crate) fn next_due(_: &Connection, _: DueTask) -> Result<Option<Timestamp>> {
    unfinished()
}

pub(crate) fn failures(_: &Connection, _: &Within) -> Result<Vec<FailureCount>> {
    unfinished()
}
