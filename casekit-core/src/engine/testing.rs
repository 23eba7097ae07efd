//! An environment for tests of the engine.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::model::Timestamp;

/// Stands still in 1970, and fills each call's bytes with another number, from 1.
pub(crate) struct Counting(AtomicU32);

impl Counting {
    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(1))
    }
}

impl crate::Env for Counting {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(next.iter().cycle()).for_each(|(byte, part)| *byte = *part);
    }
}
