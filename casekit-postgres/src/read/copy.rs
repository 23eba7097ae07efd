//! Lists for copies: what is in no other answer.

use casekit_core::commit::Claim;
use casekit_core::model::{ActorId, BlobId, RequestId};
use casekit_core::store::{BlobRow, Located, StoredRequest};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::unfinished;

pub(crate) fn claims(_: &Connection, _: Option<&Claim>, _: u32) -> Result<Vec<Located>> {
    unfinished()
}

pub(crate) fn requests(
    _: &Connection,
    _: Option<&(ActorId, RequestId)>,
    _: u32,
) -> Result<Vec<StoredRequest>> {
    unfinished()
}

pub(crate) fn blobs(_: &Connection, _: Option<BlobId>, _: u32) -> Result<Vec<BlobRow>> {
    unfinished()
}
