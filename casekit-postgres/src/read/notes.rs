//! Notes of a case, and of all.

use casekit_core::model::Note;
use casekit_core::store::{NotePlace, NoteQuery, Slice};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn page(_: &Connection, _: &NoteQuery) -> Result<Slice<Note>> {
    unfinished()
}

pub(crate) fn all(_: &Connection, _: Option<&NotePlace>, _: u32) -> Result<Vec<Note>> {
    unfinished()
}
