//! The system's clock and random source.

use casekit_core::Env;
use casekit_core::model::Timestamp;

/// The system's clock and its secure random source: the default of a kit.
#[derive(Clone, Copy, Debug)]
pub struct SystemEnv;

impl Env for SystemEnv {
    fn now(&self) -> Timestamp {
        std::time::SystemTime::now().into()
    }

    fn fill(&self, bytes: &mut [u8]) {
        // INVARIANT: ids and salts must not repeat. The random source does not fail on any system that casekit runs on;
        // if it did, the time and an address would keep ids unique.
        if getrandom::fill(bytes).is_err() {
            let nanos = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
            for (byte, part) in bytes.iter_mut().zip(nanos.to_le_bytes().iter().cycle()) {
                *byte ^= *part;
            }
        }
    }
}
