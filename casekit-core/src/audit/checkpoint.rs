//! Heads of the whole file.
//!
//! `digest = SHA-256("casekit head 1", digest of the previous head, then for each stream that has changed since: kind
//! (1 byte), id (16), revision (8, big-endian), hash (32))`, streams in the order of kind and id. The first head has 32
//! zeros for the previous one. A stream's revision and hash are those of its newest event up to the position that the
//! head covers.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::damage::Wrong;
use super::progress::Pace;
use super::{AuditHead, walk_file, walk_stream};
use crate::commit::{Digest, StoredEvent, hex};
use crate::decide::TakeCheckpoint;
use crate::event::Fact;
use crate::model::StreamId;
use crate::store::{Store, StoreError, StoreErrorKind};

const VERSION: &[u8] = b"casekit head 1";

/// The digest of a head while its streams are added.
struct Heads(Sha256);

impl Heads {
    fn after(previous: &Digest) -> Self {
        Self(Sha256::new().chain_update(VERSION).chain_update(previous))
    }

    /// Adds the revision and hash of a stream. Streams must be added in the order of their ids.
    fn add(&mut self, stream: StreamId, (revision, hash): (u64, Digest)) {
        self.0.update([stream.kind().code()]);
        self.0.update(stream.uuid().as_bytes());
        self.0.update(revision.to_be_bytes());
        self.0.update(hash);
    }

    fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

/// The head that can be taken now.
pub(crate) fn due(store: &dyn Store) -> Result<TakeCheckpoint, StoreError> {
    // The ledger first, then the newest position: a head must cover the head before it, so that position must not be
    // older.
    let (taken, ledger) = taken(store, || Ok(()))?;
    let newest = store.last_position()?;
    let (mut last, mut previous) = (None, Digest::default());
    for (place, head) in &taken {
        let digest = unhex(&head.digest).filter(|_| impossible(last, head, *place).is_none());
        previous = digest.ok_or_else(untrustworthy)?;
        last = Some(head);
    }
    let (mut events, mut covers) = last.map_or((0, 0), |head| (head.events, head.covers));
    let mut changed = BTreeMap::new();
    walk_file(store, covers, |event| {
        if event.position > newest {
            return Ok(false);
        }
        changed.insert(event.stream, (event.revision, event.hash));
        events = events.checked_add(1).ok_or_else(untrustworthy)?;
        covers = event.position;
        Ok(true)
    })?;
    let mut heads = Heads::after(&previous);
    changed.into_iter().for_each(|(stream, head)| heads.add(stream, head));
    let number = last.map_or(0, |head| head.number) + 1;
    Ok(TakeCheckpoint { number, covers, events, digest: hex(&heads.finish()), ledger })
}

/// A new head would cover what the ones before it say, and make a file look right that is not.
fn untrustworthy() -> StoreError {
    let message =
        "the audit heads of the file are not as they were taken: verify the file, and restore a backup";
    StoreError::new(StoreErrorKind::Corrupt, message)
}

/// The place of a head: its revision in the ledger, and its position in the file.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) revision: u64,
    pub(super) position: u64,
}

/// The heads that were taken, and the revision of the ledger. Events that cannot be read are skipped: verifying the
/// ledger reports them.
fn taken(
    store: &dyn Store,
    mut step: impl FnMut() -> Result<(), StoreError>,
) -> Result<(Vec<(Place, AuditHead)>, u64), StoreError> {
    let (mut heads, mut revision) = (Vec::new(), 0);
    walk_stream(store, StreamId::Ledger, |stored| {
        revision = stored.revision;
        heads.extend(head_of(stored));
        step()?;
        Ok(true)
    })?;
    Ok((heads, revision))
}

fn head_of(stored: &StoredEvent) -> Option<(Place, AuditHead)> {
    let Fact::Ledger(fact) = stored.open().ok()?.fact else { return None };
    Some((Place { revision: stored.revision, position: stored.position }, fact.head()?))
}

/// The heads of a file, recomputed while its streams are read in order.
#[derive(Default)]
pub(super) struct Recomputed {
    heads: Vec<Head>,
    /// What is wrong with the first impossible head. It and later ones are not recomputed: each digest covers the one
    /// before.
    wrong: Option<(Place, Wrong)>,
    /// The newest event of the current stream so far, and the index of the head that covers it.
    last: Option<(usize, StreamId, (u64, Digest))>,
}

struct Head {
    place: Place,
    said: AuditHead,
    heads: Heads,
    /// How many events it covers beyond the head before it.
    events: u64,
}

impl Recomputed {
    /// Begins with the heads that were taken up to a position.
    pub(super) fn begin(store: &dyn Store, until: u64, pace: &mut Pace<'_>) -> Result<Self, StoreError> {
        let mut all = Self::default();
        let (taken, _) = taken(store, || pace.step())?;
        for (place, said) in taken.into_iter().filter(|(place, _)| place.position <= until) {
            let before = all.heads.last();
            let previous = before.map_or(Some(Digest::default()), |head| unhex(&head.said.digest));
            match (impossible(before.map(|head| &head.said), &said, place), previous) {
                (None, Some(previous)) => {
                    all.heads.push(Head { place, said, heads: Heads::after(&previous), events: 0 });
                }
                (wrong, _) => {
                    all.wrong = Some((place, wrong.unwrap_or(Wrong::HeadAltered)));
                    break;
                }
            }
        }
        Ok(all)
    }

    /// Adds the next event of the current stream.
    pub(super) fn passes(&mut self, event: &StoredEvent) {
        let place = self.heads.partition_point(|head| head.said.covers < event.position);
        if self.last.is_some_and(|(before, ..)| before != place) {
            self.passed();
        }
        if let Some(head) = self.heads.get_mut(place) {
            head.events += 1;
            self.last = Some((place, event.stream, (event.revision, event.hash)));
        }
    }

    /// Ends the current stream: its newest event counts for the head that covers it.
    pub(super) fn passed(&mut self) {
        if let Some((place, stream, head)) = self.last.take()
            && let Some(covering) = self.heads.get_mut(place)
        {
            covering.heads.add(stream, head);
        }
    }

    /// The heads that match their streams, and what is wrong with the first that does not.
    pub(super) fn finish(self) -> (Vec<AuditHead>, Option<(Place, Wrong)>) {
        let (mut good, mut events) = (Vec::new(), 0);
        for Head { place, said, heads, events: more } in self.heads {
            events += more;
            if hex(&heads.finish()) != said.digest || events != said.events {
                return (good, Some((place, Wrong::HeadAltered)));
            }
            good.push(said);
        }
        (good, self.wrong)
    }
}

/// Why a head cannot have been taken at this place after the one before it; `None` if it can.
fn impossible(before: Option<&AuditHead>, said: &AuditHead, place: Place) -> Option<Wrong> {
    if Some(said.number) != before.map_or(0, |head| head.number).checked_add(1) {
        return Some(Wrong::HeadNumber);
    }
    if said.position != place.position {
        return Some(Wrong::HeadPlace);
    }
    if said.covers >= said.position {
        return Some(Wrong::HeadCoversLater);
    }
    before.is_some_and(|head| said.covers < head.position).then_some(Wrong::HeadNotAfterLast)
}

/// The bytes of a digest in hexadecimal; `None` if it is none.
pub(super) fn unhex(text: &str) -> Option<Digest> {
    let mut digest = Digest::default();
    if text.len() != digest.len() * 2 {
        return None;
    }
    let mut nibbles = text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok());
    for byte in &mut digest {
        *byte = nibbles.next()?? << 4 | nibbles.next()??;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// The worked example in the page on the file format.
    #[test]
    fn a_head_over_two_streams_of_fixed_bytes_has_this_digest() {
        let case = Uuid::parse_str("0192a4e4-7c00-7000-8000-000000000001").unwrap();
        let mut heads = Heads::after(&[0x22; 32]);
        heads.add(StreamId::Settings, (3, [0xaa; 32]));
        heads.add(StreamId::Case(case.into()), (2, [0xbb; 32]));
        let digest = hex(&heads.finish());
        assert_eq!(digest, "9abd09a7ae214ff1337edba22ed37cea25a9fe10c08b4183f4a42dcf9117e43f");
        assert_eq!(unhex(&digest).map(|digest| hex(&digest)), Some(digest));
    }

    #[test]
    fn what_is_no_digest_is_not_read_as_one() {
        for text in ["", "00", &"0".repeat(63), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}
