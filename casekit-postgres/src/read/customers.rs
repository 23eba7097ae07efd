//! Customers, by name or by reference.

use casekit_core::model::CustomerId;
use casekit_core::store::{CustomerQuery, CustomerRow, Slice};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn page(_: &Connection, _: &CustomerQuery) -> Result<Slice<CustomerRow>> {
    unfinished()
}

pub(crate) fn by_reference(_: &Connection, _: &str) -> Result<Option<CustomerId>> {
    unfinished()
}
