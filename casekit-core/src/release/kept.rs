//! The bytes that are kept for a case, and whether they are those that its events vouch for.

use sha2::{Digest as _, Sha256};

use super::digest::chunk_digest;
use super::rows::{Chunk, open_list};
use crate::commit::hex;
use crate::model::{BlobId, Case, PackageRef, Progress, Release, Snapshot};

/// How many bytes of a package are read at a time.
const PIECE: u32 = 64 * 1024;

/// The blobs that are kept for a case: snapshots and packages of this round and of those before it.
#[must_use]
pub(crate) fn blobs_of(case: &Case) -> Vec<BlobId> {
    let progress = case.progress.as_deref();
    progress.map_or_else(Vec::new, |progress| {
        progress.blobs().into_iter().chain(progress.earlier.iter().flat_map(|round| round.blobs())).collect()
    })
}

/// Whether every blob of a case has the bytes whose digests the case has. `read` answers as
/// [`BlobBytes::read`](crate::store::BlobBytes::read) does. Holds the list of a snapshot's chunks, and one chunk at a
/// time.
///
/// Of the snapshot of an earlier round only the id is kept, so its bytes cannot be compared.
///
/// # Errors
/// Those of `read`.
pub(crate) fn keeps_its_bytes<E>(
    case: &Case,
    mut read: impl FnMut(BlobId, u64, u32) -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    let Some(progress) = case.progress.as_deref() else { return Ok(true) };
    if let Some(snapshot) = &progress.snapshot
        && !keeps_snapshot(progress, snapshot, &mut read)?
    {
        return Ok(false);
    }
    let releases =
        progress.release.iter().chain(progress.earlier.iter().filter_map(|round| round.release.as_ref()));
    for package in releases.filter_map(|release: &Release| release.package.as_ref()) {
        if !keeps_package(package, &mut read)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn keeps_snapshot<E>(
    progress: &Progress,
    snapshot: &Snapshot,
    read: &mut impl FnMut(BlobId, u64, u32) -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    let (salt, list) = (progress.salt.as_str(), &snapshot.list);
    let Some(bytes) = piece(snapshot.id, list.at, list.size, read)? else { return Ok(false) };
    let Some(chunks) = open_list(salt, list, &snapshot.tables, &bytes) else { return Ok(false) };
    let mut end = 0;
    for Chunk { at, size, digest, .. } in &chunks {
        let Some(bytes) = piece(snapshot.id, *at, *size, read)? else { return Ok(false) };
        if *at != end || chunk_digest(salt, &bytes) != *digest {
            return Ok(false);
        }
        end += size;
    }
    Ok(end == list.at && is_end(snapshot.id, list.at + list.size, read)?)
}

fn keeps_package<E>(
    package: &PackageRef,
    read: &mut impl FnMut(BlobId, u64, u32) -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    let Some(id) = package.blob else { return Ok(true) };
    let (mut hasher, mut at) = (Sha256::new(), 0);
    while at <= package.size {
        let Some(bytes) = read(id, at, PIECE)? else { return Ok(false) };
        if bytes.is_empty() {
            break;
        }
        at += bytes.len() as u64;
        hasher.update(&bytes);
    }
    Ok(at == package.size && hex(&hasher.finalize()) == package.sha256)
}

/// So many bytes from `at`; `None` if they are not there. No more are held than are there.
fn piece<E>(
    id: BlobId,
    at: u64,
    size: u64,
    read: &mut impl FnMut(BlobId, u64, u32) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<Vec<u8>>, E> {
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let got = bytes.len() as u64;
        let rest = u32::try_from(size - got).unwrap_or(u32::MAX).min(PIECE);
        match read(id, at.saturating_add(got), rest)? {
            Some(more) if !more.is_empty() => bytes.extend(more),
            Some(_) | None => return Ok(None),
        }
    }
    Ok(Some(bytes))
}

fn is_end<E>(
    id: BlobId,
    at: u64,
    read: &mut impl FnMut(BlobId, u64, u32) -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    Ok(read(id, at, 1)?.is_some_and(|more| more.is_empty()))
}
