//! The hash chain of a stream.
//!
//! `hash = SHA-256(version, previous, stream, revision, at, actor, on behalf of, imported by, facts, commitment)`, each part
//! with its length before it; `commitment = HMAC-SHA-256(salt, personal bytes)`. Erasing destroys the personal
//! bytes and the salt: the commitment stays and the chain still proves the rest.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

use crate::model::{StreamId, Timestamp};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// What stands first in everything that is hashed, so that the recipe can change.
pub const HASH_VERSION: &[u8] = b"casekit event 1";

/// The parts of an event that its hash covers, besides what it said.
#[derive(Clone, Copy, Debug)]
pub struct EventHeader<'a> {
    /// Whose history.
    pub stream: StreamId,
    /// Its place there.
    pub revision: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a str,
    /// For whom.
    pub on_behalf_of: Option<&'a str>,
    /// Who imported it.
    pub imported_by: Option<&'a str>,
}

/// The hash of an event over the one before it; all zeros before the first.
#[must_use]
pub fn chain(
    previous: &Digest,
    header: &EventHeader<'_>,
    facts: &[u8],
    commitment: Option<&Digest>,
) -> Digest {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    part(HASH_VERSION);
    part(previous);
    part(&[header.stream.kind().code()]);
    part(header.stream.uuid().as_bytes());
    part(&header.revision.to_be_bytes());
    part(&header.at.timestamp_micros().to_be_bytes());
    part(header.actor.as_bytes());
    // Absent and empty differ: ids are never empty.
    part(header.on_behalf_of.unwrap_or_default().as_bytes());
    part(header.imported_by.unwrap_or_default().as_bytes());
    part(facts);
    part(commitment.map_or(&[], |digest| digest.as_slice()));
    hasher.finalize().into()
}

/// A salted commitment to bytes: it proves them to who has both, and tells nothing to who has neither.
#[must_use]
pub fn commitment(salt: &[u8], bytes: &[u8]) -> Digest {
    // A key of any length is taken, so there is no error to pass on.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(salt) else { return Digest::default() };
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// A salted commitment to parts, each with its length before it, so that none can run into the next.
pub(crate) struct Parts(Option<Hmac<Sha256>>);

impl Parts {
    /// Begins with the name of what is committed to, so that no two recipes can give one digest.
    pub(crate) fn new(salt: &str, recipe: &str) -> Self {
        // As above, a key of any length is taken.
        let mut parts = Self(<Hmac<Sha256> as KeyInit>::new_from_slice(salt.as_bytes()).ok());
        parts.add(recipe.as_bytes());
        parts
    }

    pub(crate) fn add(&mut self, part: &[u8]) {
        self.add_two(part, &[]);
    }

    /// One part that is made of two.
    pub(crate) fn add_two(&mut self, first: &[u8], second: &[u8]) {
        let Some(mac) = &mut self.0 else { return };
        mac.update(&((first.len() + second.len()) as u64).to_be_bytes());
        mac.update(first);
        mac.update(second);
    }

    pub(crate) fn finish(self) -> Digest {
        self.0.map_or_else(Digest::default, |mac| mac.finalize().into_bytes().into())
    }
}

/// A digest as people and files write it: lower-case hexadecimal.
#[must_use]
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('?'));
        }
        text
    })
}
