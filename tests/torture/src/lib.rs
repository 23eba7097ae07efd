//! What the harnesses of `torture` share: work to do, and a judge of what is left of it.
//!
//! - [`workload`]: every command of the library, in random order; what was answered becomes an [`Ack`]
//! - [`judge`]: whether all that was acknowledged is there, once, unaltered, and the file sound
//! - [`office`]: a kit that is open, with a source of data and a folder for answers
//! - [`world`]: time and randomness, of the system or the same on every run
//! - [`vfs`]: stands between SQLite and the system: fails an operation, or records them
//! - [`replay`]: what a power cut leaves of recorded writes
//! - [`screens`]: everything that a screen can show, as text
//! - [`edits`]: what somebody with a tool for databases could do to a file
//! - [`random`]: numbers that a seed decides
//! - [`watchdog`]: ends a process that hangs
//! - [`limits`]: system calls
//! - `stranger`: a second copy of SQLite in this process (Linux)
//! - `forking`: children without `exec` (Linux)

pub mod ack;
pub mod edits;
#[cfg(target_os = "linux")]
pub mod forking;
pub mod judge;
#[cfg(unix)]
pub mod limits;
pub mod office;
pub mod random;
pub mod replay;
pub mod screens;
#[cfg(target_os = "linux")]
pub mod stranger;
pub mod vfs;
pub mod watchdog;
pub mod workload;
pub mod world;

pub use ack::Ack;
pub use judge::{Found, Judge, Wrong, repaired, sound};
pub use office::{How, Office, desk, open, root, wipe};
pub use random::Random;
pub use workload::{Action, Worker};
pub use world::World;

/// What a harness answers when it cannot do its work, for reasons that are not casekit's.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
