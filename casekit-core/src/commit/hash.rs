//! The hash chain of a stream.
//!
//! `hash = SHA-256(version, previous, stream, revision, at, actor, on behalf of, imported by, facts, commitment, request)`,
//! each part preceded by its length; `commitment = HMAC-SHA-256(salt, personal bytes)`. Erasing destroys the personal bytes
//! and the salt. The commitment stays, so the chain still proves the rest. `request` is the digest of the request that the
//! event carries out: see `commit/request.rs`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

use crate::event::Header;
use crate::model::{ActorId, StreamId};

/// A SHA-256 digest: 32 bytes.
pub type Digest = [u8; 32];

/// The first part of every hashed event, so that the format can change without two formats sharing a hash.
pub const HASH_VERSION: &[u8] = b"casekit event 2";

/// The hash of an event, given the hash of the one before it: all zeros for the first. `place` is its stream and
/// revision.
#[must_use]
pub fn chain(
    previous: &Digest,
    place: (StreamId, u64),
    header: &Header,
    facts: &[u8],
    commitment: Option<&Digest>,
    request: Option<&Digest>,
) -> Digest {
    let (stream, revision) = place;
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    part(HASH_VERSION);
    part(previous);
    part(&[stream.kind().code()]);
    part(stream.uuid().as_bytes());
    part(&revision.to_be_bytes());
    part(&header.at.timestamp_micros().to_be_bytes());
    part(header.actor.as_str().as_bytes());
    // An absent id is hashed as an empty one. That is unambiguous: ids are never empty.
    for id in [&header.on_behalf_of, &header.imported_by] {
        part(id.as_ref().map_or("", ActorId::as_str).as_bytes());
    }
    part(facts);
    for digest in [commitment, request] {
        part(digest.map_or(&[], |digest| digest.as_slice()));
    }
    hasher.finalize().into()
}

/// A salted commitment to bytes: it proves them to whoever has the bytes and the salt, and reveals nothing to anybody
/// else.
#[must_use]
pub fn commitment(salt: &[u8], bytes: &[u8]) -> Digest {
    // HMAC accepts a key of any length, so this cannot fail.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(salt) else { return Digest::default() };
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// A salted commitment to a sequence of parts. Each is preceded by its length, so that bytes cannot move from one part
/// to the next without changing the digest.
pub(crate) struct Parts(Option<Hmac<Sha256>>);

impl Parts {
    /// Begins with the name of the recipe, so that no two recipes can give the same digest.
    pub(crate) fn new(salt: &[u8], recipe: &str) -> Self {
        // As above, HMAC accepts a key of any length.
        let mut parts = Self(<Hmac<Sha256> as KeyInit>::new_from_slice(salt).ok());
        parts.add(recipe.as_bytes());
        parts
    }

    pub(crate) fn add(&mut self, part: &[u8]) {
        self.add_two(part, &[]);
    }

    /// Adds one part that is given in two pieces, without joining them in memory.
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

/// Bytes as lower-case hexadecimal, the text form of every digest.
#[must_use]
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('?'));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::commit::StoredEvent;

    /// The worked example in the page on the file format: a starting point for verifying files without this library.
    fn example() -> StoredEvent {
        let personal = r#"{"title":{"from":"Roof","to":"Roof — again"}}"#;
        let salt: Vec<u8> = (0..16).collect();
        let case = Uuid::parse_str("0192a4e4-7c00-7000-8000-000000000001").unwrap();
        let header = Header {
            at: DateTime::from_timestamp_micros(1_764_100_800_000_000).unwrap(),
            actor: ActorId::parse("actor", "bea").unwrap(),
            on_behalf_of: Some(ActorId::parse("actor", "chief").unwrap()),
            imported_by: None,
        };
        StoredEvent {
            position: 9,
            stream: StreamId::Case(case.into()),
            revision: 2,
            header,
            facts: br#"{"event":"title_changed"}"#.to_vec(),
            commitment: Some(commitment(&salt, personal.as_bytes())),
            request: None,
            personal: Some(personal.as_bytes().to_vec()),
            salt: Some(salt),
            hash: Digest::default(),
        }
    }

    #[test]
    fn an_event_of_fixed_bytes_has_this_hash() {
        let event = example();
        assert_eq!(
            event.commitment.map(|digest| hex(&digest)).as_deref(),
            Some("9e9e7dc8a0c2086ecb3655e498e31d1ee694c393c6a37187ad7d2f343cfb99bc")
        );
        assert_eq!(
            hex(&event.hash_after(&[0x11; 32])),
            "1db5d1c53c5856cbb94fb13b27a3f157b1f516984a94d4a367135be59fffe129"
        );
    }

    #[test]
    fn where_an_event_lies_in_the_file_is_not_hashed() {
        let event = example();
        let moved = StoredEvent { position: 1_000_009, ..event.clone() };
        assert_eq!(moved.hash_after(&[0x11; 32]), event.hash_after(&[0x11; 32]));
    }
}
