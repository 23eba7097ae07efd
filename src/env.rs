//! The system's clock and random source.

use casekit_core::Env;
use casekit_core::model::Timestamp;

/// Reads the system's clock and its secure random source: what a kit has unless another `Env` is given.
#[derive(Clone, Copy, Debug)]
pub struct SystemEnv;

impl Env for SystemEnv {
    fn now(&self) -> Timestamp {
        std::time::SystemTime::now().into()
    }

    fn fill(&self, bytes: &mut [u8]) {
        // INVARIANT: ids and salts must not repeat. Without a random source the time and an address keep ids unique;
        // that source fails on no system that casekit runs on.
        if getrandom::fill(bytes).is_err() {
            let nanos = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
            for (byte, part) in bytes.iter_mut().zip(nanos.to_le_bytes().iter().cycle()) {
                *byte ^= *part;
            }
        }
    }
}
