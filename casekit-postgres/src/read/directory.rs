//! The directory of people.

use casekit_core::store::{PeopleQuery, PersonRow};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn find(_: &Connection, _: &PeopleQuery) -> Result<Vec<PersonRow>> {
    unfinished()
}
