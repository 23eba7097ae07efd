//! Large bytes, outside the streams.

use super::build::{Clerk, instant};
use crate::commit::{Refused, SealError};
use crate::model::BlobId;
use crate::store::Store;

pub fn a_blob_is_made_of_chunks_and_read_at_offsets(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (id, other) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    let chunks: [&[u8]; 3] = [b"\x00\xFFabc", b"", &[7; 70_000]];
    for chunk in chunks {
        store.append_blob(id, clerk.now(), chunk).unwrap();
        store.append_blob(other, clerk.now(), b"other").unwrap();
    }
    let whole = chunks.concat();
    let read = |offset, limit| store.read_blob(id, offset, limit).unwrap().unwrap();
    assert_eq!(read(0, 1_000_000), whole);
    assert_eq!(read(0, 3), whole[..3]);
    assert_eq!(read(3, 4), whole[3..7]);
    assert_eq!(read(69_999, 1_000), whole[69_999..]);
    let end = whole.len() as u64;
    assert_eq!((read(end - 1, 10).len(), read(end, 10).len(), read(end + 9, 10).len()), (1, 0, 0));
    assert_eq!((read(u64::from(u32::MAX) + 9, 10).len(), read(0, 0).len()), (0, 0));
    assert_eq!(store.read_blob(other, 0, 100).unwrap(), Some(b"otherotherother".to_vec()));
}

pub fn a_blob_that_was_never_written_is_not_there_and_an_empty_one_is(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (empty, missing) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    store.append_blob(empty, clerk.now(), b"").unwrap();
    assert_eq!(store.read_blob(empty, 0, 10).unwrap(), Some(Vec::new()));
    assert_eq!(store.read_blob(missing, 0, 10).unwrap(), None);
}

pub fn old_orphans_are_swept_and_kept_blobs_stay(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let [kept, old, grown, new] = [(); 4].map(|()| BlobId(clerk.uuid()));
    for (id, at) in [(kept, 10), (old, 10), (grown, 10), (grown, 20), (new, 20)] {
        store.append_blob(id, instant(at), b"bytes").unwrap();
    }
    let mut keeps = clerk.commit(vec![clerk.imports()]);
    keeps.keep_blobs.push(kept);
    clerk.write(keeps);
    let there = || [kept, old, grown, new].map(|id| store.read_blob(id, 0, 10).unwrap().is_some());

    assert_eq!(store.sweep_blobs(instant(10)).unwrap(), 0, "nothing came before");
    assert_eq!(store.sweep_blobs(instant(20)).unwrap(), 1);
    assert_eq!(there(), [true, false, true, true]);
    assert_eq!(store.sweep_blobs(instant(21)).unwrap(), 2);
    assert_eq!(there(), [true, false, false, false]);
    assert_eq!(store.sweep_blobs(instant(1_000_000)).unwrap(), 0);
    store.check().unwrap();
}

pub fn a_blob_that_is_not_there_is_not_kept(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let missing = BlobId(clerk.uuid());
    let mut keeps = clerk.commit(vec![clerk.imports()]);
    keeps.keep_blobs.push(missing);
    let before = store.last_position().unwrap();
    let refused = store.commit(vec![keeps]).unwrap();
    assert_eq!(refused, [Err(Refused::Unsound(SealError::MissingBlob(missing)))]);
    assert_eq!(store.last_position().unwrap(), before);
}

pub fn a_dropped_blob_is_gone(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let [kept, orphan, bystander] = [(); 3].map(|()| BlobId(clerk.uuid()));
    for id in [kept, orphan, bystander] {
        store.append_blob(id, clerk.now(), b"bytes").unwrap();
    }
    let mut keeps = clerk.commit(Vec::new());
    keeps.keep_blobs.extend([kept, bystander]);
    clerk.write(keeps);
    let mut drops = clerk.commit(vec![clerk.imports()]);
    drops.drop_blobs.extend([kept, orphan]);
    clerk.write(drops);
    let there = [kept, orphan, bystander].map(|id| store.read_blob(id, 0, 10).unwrap().is_some());
    assert_eq!(there, [false, false, true]);
    store.append_blob(kept, clerk.now(), b"anew").unwrap();
    assert_eq!(store.read_blob(kept, 0, 10).unwrap(), Some(b"anew".to_vec()));
}
