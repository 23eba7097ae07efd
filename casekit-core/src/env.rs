//! What the engine alone reads from the world.

use crate::model::Timestamp;

/// Time and randomness. The façade brings the system's; tests bring a clock that they move.
pub trait Env: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Fills with random bytes that nobody can guess: ids and salts are made of them.
    fn fill(&self, bytes: &mut [u8]);
}
