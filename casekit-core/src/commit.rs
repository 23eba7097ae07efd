//! What a store must write and must find unchanged, as data; and [`seal`], which turns it into events and states.
//!
//! A decision becomes a [`Commit`]. The store checks what the commit relies on, assigns what can only be known inside
//! the write ([`Assigned`]) and calls [`seal`]; then it writes the [`Sealed`] result. No other code computes a hash or
//! a state.

mod claim;
mod fingerprint;
mod fold;
mod hash;
mod request;
mod seal;
mod taken_over;

pub(crate) use claim::field_claim;
pub use claim::{Claim, ClaimKind, claims_for_good, claims_of};
pub(crate) use fingerprint::{fingerprint, form};
pub use fold::{Flaw, Fold};
pub(crate) use hash::Parts;
pub use hash::{Digest, HASH_VERSION, chain, commitment, hex};
pub use request::RequestClaim;
pub use seal::{NoteChange, SealError, Sealed, StateChange, StoredEvent, seal};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event::Draft;
use crate::model::{BlobId, CaseNumber, Note, NoteId, State, StreamId, Timestamp};

/// One atomic change: it is written whole or not at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// The request that it carries out, if the caller or the engine gave it an id.
    pub request: Option<RequestClaim>,
    /// What must still hold when it is written, for every stream that the decision read.
    pub expect: Vec<Expect>,
    /// The states of the streams that it changes, as the decision read them, so that the store need not read and parse
    /// them within the write. `expect` proves that they are still current.
    pub read_set: Vec<State>,
    /// The notes that it changes, as the decision read them.
    pub read_notes: Vec<Note>,
    /// The events to write, in order.
    pub drafts: Vec<Draft>,
    /// A fresh random salt for each draft, for the commitment to its personal part.
    pub salts: Vec<Salt>,
    /// Blobs that the events refer to. Their bytes were written before; this commit protects them from the sweep of
    /// orphans.
    pub keep_blobs: Vec<BlobId>,
    /// Blobs whose bytes are destroyed by this commit.
    pub drop_blobs: Vec<BlobId>,
}

/// 16 random bytes for one commitment: without them, personal text could be guessed and compared with its digest.
pub type Salt = [u8; 16];

/// Something that must hold for a commit to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expect {
    /// The stream has exactly this many events.
    Revision(StreamId, u64),
    /// There is no such stream.
    Absent(StreamId),
    /// No stream has claimed this name or reference.
    Unclaimed(Claim),
}

/// What the store assigns within the write transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assigned {
    /// The position of the first event of this commit.
    pub position: u64,
    /// The number of the next case; used if the commit raises one.
    pub number: u64,
    /// For each stream that the commit writes to and that exists: its revision, and the hash and instant of its newest event.
    pub heads: Vec<Head>,
}

/// The revision of a stream, with the hash and the instant of its newest event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The stream that the head belongs to.
    pub stream: StreamId,
    /// The number of its events.
    pub revision: u64,
    /// The hash of its newest event.
    pub hash: Digest,
    /// When its newest event happened. What follows is never earlier, whatever the clock says: see [`seal`].
    pub at: Timestamp,
}

/// What a command wrote. Ids and positions only, without personal data, so that it can be stored for a repeated
/// request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The position of its first event; meaningless if it wrote none.
    pub position: u64,
    /// How many events it wrote.
    pub events: u64,
    /// The streams it changed, with their new revisions, in the order in which they were first touched.
    pub streams: Vec<(StreamId, u64)>,
    /// The number of the case it raised, if it raised one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<CaseNumber>,
    /// The note it added or changed last, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<NoteId>,
    /// The bank account or next of kin it added, changed or removed last, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Uuid>,
}

/// The store's answer once a commit is durable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Committed {
    /// The ids and positions of what was written.
    pub receipt: Receipt,
}

/// Why a commit was not written. Nothing of it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// This expectation no longer holds: the engine loads and decides again.
    Stale(Expect),
    /// Its request id is claimed already: the engine loads, and answers with the first receipt.
    RequestClaimed,
    /// It contradicts itself or what is stored. The engine makes no such commit, so the stored data is suspect.
    Unsound(SealError),
}
