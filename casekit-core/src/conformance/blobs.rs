//! Blobs: appending, reading, keeping, dropping, sweeping.

use super::build::{Clerk, instant};
use crate::commit::{Refused, SealError};
use crate::model::BlobId;
use crate::store::{Store, StoreErrorKind};

pub fn a_blob_is_made_of_chunks_and_read_at_offsets(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (id, other) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    let chunks: [&[u8]; 3] = [b"\x00\xFFabc", b"", &[7; 70_000]];
    let mut offset = 0;
    for (turn, chunk) in chunks.into_iter().enumerate() {
        store.blob_bytes().append(id, offset, clerk.now(), chunk).unwrap();
        store.blob_bytes().append(other, turn as u64 * 5, clerk.now(), b"other").unwrap();
        offset += chunk.len() as u64;
    }
    let whole = chunks.concat();
    let read = |offset, limit| store.blob_bytes().read(id, offset, limit).unwrap().unwrap();
    assert_eq!(read(0, 1_000_000), whole);
    assert_eq!(read(0, 3), whole[..3]);
    assert_eq!(read(3, 4), whole[3..7]);
    assert_eq!(read(69_999, 1_000), whole[69_999..]);
    let end = whole.len() as u64;
    assert_eq!((read(end - 1, 10).len(), read(end, 10).len(), read(end + 9, 10).len()), (1, 0, 0));
    assert_eq!((read(u64::from(u32::MAX) + 9, 10).len(), read(0, 0).len()), (0, 0));
    assert_eq!(store.blob_bytes().read(other, 0, 100).unwrap(), Some(b"otherotherother".to_vec()));
}

pub fn a_chunk_that_comes_again_is_done_already(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (id, empty) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    let large = vec![7; 200_000];
    let chunks: [(u64, &[u8]); 3] = [(0, b"abc"), (3, &large), (200_003, b"end")];
    for (offset, chunk) in chunks {
        for _ in 0..3 {
            store.blob_bytes().append(id, offset, instant(1), chunk).unwrap();
            store.blob_bytes().append(empty, 0, instant(1), b"").unwrap();
        }
    }
    let whole = [b"abc".as_slice(), &large, b"end"].concat();
    assert_eq!(store.blob_bytes().read(id, 0, 1_000_000).unwrap(), Some(whole));
    assert_eq!(store.blob_bytes().read(empty, 0, 10).unwrap(), Some(Vec::new()));
    // A repeated chunk does not make the blob newer either.
    store.blob_bytes().append(id, 200_003, instant(500), b"end").unwrap();
    assert_eq!(store.blob_bytes().sweep(instant(100), 10).unwrap().len(), 2);
}

pub fn a_chunk_for_another_place_is_refused_and_changes_nothing(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (id, missing) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    let append = |id, offset, bytes| store.blob_bytes().append(id, offset, instant(1), bytes);
    append(id, 0, b"abc").unwrap();
    append(id, 3, b"defg").unwrap();
    let elsewhere: [(u64, &[u8]); 7] =
        [(0, b"abc"), (0, b"abcdefg"), (3, b"de"), (3, b"defgh"), (5, b"fg"), (8, b"i"), (u64::MAX, b"z")];
    for (offset, bytes) in elsewhere {
        let refused = append(id, offset, bytes).expect_err("it is for another place");
        assert_eq!(refused.kind(), StoreErrorKind::Misplaced, "{offset}");
        assert!(refused.to_string().contains("`7`"), "it names what is there: {refused}");
    }
    let refused = append(missing, 1, b"b").expect_err("there is no such place");
    assert_eq!(refused.kind(), StoreErrorKind::Misplaced);
    assert_eq!(store.blob_bytes().read(id, 0, 100).unwrap(), Some(b"abcdefg".to_vec()));
    assert_eq!(store.blob_bytes().read(missing, 0, 100).unwrap(), None);
    append(id, 7, b"h").unwrap();
    assert_eq!(store.blob_bytes().read(id, 0, 100).unwrap(), Some(b"abcdefgh".to_vec()));
}

pub fn a_blob_that_was_never_written_is_not_there_and_an_empty_one_is(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (empty, missing) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    store.blob_bytes().append(empty, 0, clerk.now(), b"").unwrap();
    assert_eq!(store.blob_bytes().read(empty, 0, 10).unwrap(), Some(Vec::new()));
    assert_eq!(store.blob_bytes().read(missing, 0, 10).unwrap(), None);
}

pub fn old_orphans_are_swept_and_kept_blobs_stay(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let [kept, old, grown, new] = [(); 4].map(|()| BlobId(clerk.uuid()));
    for (id, offset, at) in [(kept, 0, 10), (old, 0, 10), (grown, 0, 10), (grown, 5, 20), (new, 0, 20)] {
        store.blob_bytes().append(id, offset, instant(at), b"bytes").unwrap();
    }
    let mut keeps = clerk.commit(vec![clerk.imports()]);
    keeps.keep_blobs.push(kept);
    clerk.write(keeps);
    let there = || [kept, old, grown, new].map(|id| store.blob_bytes().read(id, 0, 10).unwrap().is_some());

    let sweep = |before| {
        let mut swept = store.blob_bytes().sweep(instant(before), 100).unwrap();
        swept.sort();
        swept
    };
    assert_eq!(sweep(10), [], "nothing came before");
    assert_eq!(sweep(20), [old]);
    assert_eq!(there(), [true, false, true, true]);
    let mut both = [grown, new];
    both.sort();
    assert_eq!(sweep(21), both);
    assert_eq!(there(), [true, false, false, false]);
    assert_eq!(sweep(1_000_000), []);
    store.check().unwrap();
}

pub fn orphans_are_swept_a_few_at_a_time(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let mut orphans: Vec<BlobId> = (0..5).map(|_| BlobId(clerk.uuid())).collect();
    for id in &orphans {
        store.blob_bytes().append(*id, 0, instant(1), b"bytes").unwrap();
    }
    let steps: Vec<Vec<BlobId>> = (0..4).map(|_| store.blob_bytes().sweep(instant(2), 2).unwrap()).collect();
    assert_eq!(steps.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1, 0]);
    let mut swept = steps.concat();
    swept.sort();
    orphans.sort();
    assert_eq!(swept, orphans);
    assert!(orphans.iter().all(|id| store.blob_bytes().read(*id, 0, 10).unwrap().is_none()));
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
        store.blob_bytes().append(id, 0, clerk.now(), b"bytes").unwrap();
    }
    let mut keeps = clerk.commit(Vec::new());
    keeps.keep_blobs.extend([kept, bystander]);
    clerk.write(keeps);
    let mut drops = clerk.commit(vec![clerk.imports()]);
    drops.drop_blobs.extend([kept, orphan]);
    clerk.write(drops);
    let there = [kept, orphan, bystander].map(|id| store.blob_bytes().read(id, 0, 10).unwrap().is_some());
    assert_eq!(there, [false, false, true]);
    store.blob_bytes().append(kept, 0, clerk.now(), b"anew").unwrap();
    assert_eq!(store.blob_bytes().read(kept, 0, 10).unwrap(), Some(b"anew".to_vec()));
}
