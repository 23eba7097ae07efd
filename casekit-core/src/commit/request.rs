//! A caller's request id, and what the event that carries it out says of it.

use super::{Digest, Parts, Salt};
use crate::model::{ActorId, RequestId, Timestamp};

/// A caller's request id, scoped to its actor, with what it was used for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestClaim {
    /// The actor who made it: two actors may use the same id.
    pub actor: ActorId,
    /// The id that the caller or the engine gave it.
    pub id: RequestId,
    /// The key of the fingerprint.
    pub salt: Salt,
    /// HMAC-SHA-256 over the command in a stated form, keyed by the salt: see `commit/fingerprint.rs`.
    pub fingerprint: Digest,
    /// When it was first carried out.
    pub at: Timestamp,
}

impl RequestClaim {
    /// The digest of the request that the first of its `events` has, and that the hash of that event covers: so a request
    /// can be neither altered, nor removed, nor pointed to what another one did.
    ///
    /// `HMAC-SHA-256(salt, "casekit claim 1", actor, id, at, fingerprint, events)`, each part preceded by its length. Keyed
    /// by the salt, since an id may be about a person, and the event stays.
    #[must_use]
    pub fn digest(&self, events: u64) -> Digest {
        let mut parts = Parts::new(&self.salt, "casekit claim 1");
        parts.add(self.actor.as_str().as_bytes());
        parts.add(self.id.as_str().as_bytes());
        parts.add(&self.at.timestamp_micros().to_be_bytes());
        parts.add(&self.fingerprint);
        parts.add(&events.to_be_bytes());
        parts.finish()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::commit::hex;

    fn claim() -> RequestClaim {
        RequestClaim {
            actor: ActorId::parse("actor", "bea").unwrap(),
            id: RequestId::parse("request", "form 7").unwrap(),
            salt: [0x37; 16],
            fingerprint: [0x11; 32],
            at: DateTime::from_timestamp_micros(1_764_100_800_000_000).unwrap(),
        }
    }

    #[test]
    fn each_part_of_a_request_is_in_its_digest() {
        let digest = claim().digest(2);
        let others = [
            RequestClaim { actor: ActorId::parse("actor", "ben").unwrap(), ..claim() },
            RequestClaim { id: RequestId::parse("request", "form 8").unwrap(), ..claim() },
            RequestClaim { salt: [0x38; 16], ..claim() },
            RequestClaim { fingerprint: [0x12; 32], ..claim() },
            RequestClaim { at: DateTime::from_timestamp_micros(1_764_100_800_000_001).unwrap(), ..claim() },
        ];
        for other in others {
            assert_ne!(other.digest(2), digest, "{other:?}");
        }
        assert_ne!(claim().digest(3), digest);
    }

    #[test]
    fn a_request_of_fixed_bytes_has_this_digest() {
        assert_eq!(
            hex(&claim().digest(2)),
            "1ac40b170f69857d26c3c15d3ff9c8174dd9b8e1cfa6629ef16a6e20252832f3"
        );
    }
}
