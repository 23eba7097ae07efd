//! Chunks of blobs.

use casekit_core::model::{BlobId, Timestamp};

use crate::error::Result;
use crate::read::unfinished;
use crate::store::PostgresStore;

pub(crate) fn append(_: &PostgresStore, _: BlobId, _: u64, _: Timestamp, _: &[u8]) -> Result<()> {
    unfinished()
}
