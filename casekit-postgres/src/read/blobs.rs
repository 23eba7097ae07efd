//! The bytes of blobs.

use casekit_core::model::BlobId;

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn read(_: &Connection, _: BlobId, _: u64, _: u32) -> Result<Option<Vec<u8>>> {
    unfinished()
}
