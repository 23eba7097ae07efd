//! Checking the bytes of snapshots and packages against the digests that their cases have.
//!
//! It stands above the store, since a host may keep the bytes elsewhere: see [`BlobBytes`](crate::store::BlobBytes).

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Proceed, wrong};
use crate::model::{BlobId, Case, State, StreamId, StreamKind, limits};
use crate::release::kept::{blobs_of, keeps_its_bytes};
use crate::store::{BlobRow, Store, StoreError, StreamRow};

/// How many rows are read at a time.
const ROWS: u32 = 500;

/// Checks that every blob that a case refers to is kept and has its bytes, and that no other is kept. Returns how many
/// there are. Holds the ids of all of them, and one chunk at a time.
///
/// Others may write meanwhile: what does not fit is looked at again, with the case as it is then.
pub(super) fn blobs_are_kept(store: &dyn Store, proceed: Proceed<'_>) -> Result<u64, StoreError> {
    // Before the cases are read: what is added later belongs to cases that were perhaps read already.
    let before = kept(store)?;
    let mut referred = BTreeSet::new();
    let mut after = StreamId::from_parts(StreamKind::Customer.code(), Uuid::max());
    loop {
        let rows = store.streams(after, ROWS)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            // In a damaged store, rows that do not increase would make this loop endless.
            if Some(row.stream) <= after {
                return Err(wrong("the cases do not come in their order"));
            }
            after = Some(row.stream);
            if let State::Case(case) = row.state {
                referred.extend(bytes_of(store, *case)?);
            }
        }
        proceed()?;
    }
    let left = before.difference(&referred);
    // One that is gone by now was destroyed meanwhile, with its case no longer referring to it.
    for id in left {
        if row(store, *id)?.is_some_and(|row| row.kept) {
            return Err(wrong("a snapshot or package is kept to which no case refers"));
        }
    }
    Ok(referred.len() as u64)
}

/// Checks the blobs of a case, and returns their ids.
fn bytes_of(store: &dyn Store, mut case: Case) -> Result<Vec<BlobId>, StoreError> {
    for _ in 0..limits::DECISIONS {
        let ids = blobs_of(&case);
        if ids.is_empty() || is_sound(store, &case, &ids)? {
            return Ok(ids);
        }
        // Somebody may have collected anew, or destroyed what was kept, since the case was read.
        match now(store, &case)? {
            Some(newer) if newer.revision != case.revision => case = newer,
            Some(_) | None => break,
        }
    }
    let number = &case.number;
    Err(wrong(&format!(
        "the bytes of a snapshot or package of case `{number}` are not those that it vouches for"
    )))
}

fn is_sound(store: &dyn Store, case: &Case, ids: &[BlobId]) -> Result<bool, StoreError> {
    for id in ids {
        if !row(store, *id)?.is_some_and(|row| row.kept) {
            return Ok(false);
        }
    }
    keeps_its_bytes(case, |id, at, limit| store.blob_bytes().read(id, at, limit))
}

fn now(store: &dyn Store, case: &Case) -> Result<Option<Case>, StoreError> {
    // The store lists rows after an id.
    let before = Uuid::from_u128(case.id.0.as_u128().saturating_sub(1));
    let found = store.streams(Some(StreamId::Case(before.into())), 1)?.pop();
    Ok(match found {
        Some(StreamRow { state: State::Case(found), .. }) if found.id == case.id => Some(*found),
        Some(_) | None => None,
    })
}

fn kept(store: &dyn Store) -> Result<BTreeSet<BlobId>, StoreError> {
    let (mut all, mut after) = (BTreeSet::new(), None);
    loop {
        let rows = store.blobs(after, ROWS)?;
        let Some(last) = rows.last().map(|row| row.id) else { return Ok(all) };
        if after.is_some_and(|after| last <= after) {
            return Err(wrong("the snapshots and packages do not come in their order"));
        }
        after = Some(last);
        all.extend(rows.into_iter().filter(|row| row.kept).map(|row| row.id));
    }
}

fn row(store: &dyn Store, id: BlobId) -> Result<Option<BlobRow>, StoreError> {
    let before = id.0.as_u128().checked_sub(1).map(|before| BlobId(Uuid::from_u128(before)));
    Ok(store.blobs(before, 1)?.into_iter().find(|row| row.id == id))
}
