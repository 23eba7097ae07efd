//! Time and randomness for a kit: the system's, or the same on every run.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use casekit::{Env, SystemEnv, Timestamp};
use chrono::{DateTime, TimeDelta};

use crate::random::Random;

/// Where the clock of a fixed world begins: in September 2026.
const BEGINNING: i64 = 1_790_000_000;

/// An [`Env`] whose clock a harness moves on. Clones are the same world.
#[derive(Clone)]
pub struct World {
    ahead: Arc<AtomicI64>,
    fixed: Option<Arc<Mutex<Fixed>>>,
}

struct Fixed {
    milliseconds: i64,
    random: Random,
}

impl World {
    /// The system's, so many seconds ahead.
    #[must_use]
    pub fn system(ahead: i64) -> Self {
        Self { ahead: Arc::new(AtomicI64::new(ahead)), fixed: None }
    }

    /// Decided by a seed; its clock moves when it is read.
    #[must_use]
    pub fn fixed(seed: u64) -> Self {
        let fixed = Fixed { milliseconds: 0, random: Random::new(seed) };
        Self { ahead: Arc::default(), fixed: Some(Arc::new(Mutex::new(fixed))) }
    }

    /// Moves the clock on, past the leases of those who are gone.
    pub fn move_on(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Env for World {
    fn now(&self) -> Timestamp {
        let ahead = TimeDelta::seconds(self.ahead.load(Ordering::Relaxed));
        let Some(fixed) = &self.fixed else { return SystemEnv.now() + ahead };
        let mut fixed = fixed.lock().unwrap_or_else(PoisonError::into_inner);
        fixed.milliseconds += 7;
        let beginning = DateTime::from_timestamp(BEGINNING, 0).unwrap_or_default();
        beginning + TimeDelta::milliseconds(fixed.milliseconds) + ahead
    }

    fn fill(&self, bytes: &mut [u8]) {
        let Some(fixed) = &self.fixed else { return SystemEnv.fill(bytes) };
        let mut fixed = fixed.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in bytes {
            *byte = fixed.random.byte();
        }
    }
}
