//! Ends a process that hangs, and says at what.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The exit code of a process that hung.
pub const HUNG: i32 = 66;

/// Must be fed; if it is not for a while, the process ends with [`HUNG`].
#[derive(Clone)]
pub struct Watchdog(Arc<Mutex<(Instant, String)>>);

impl Watchdog {
    /// Begins to watch. `patience` is for one item on a machine that has other work as well.
    #[must_use]
    pub fn start(patience: Duration) -> Self {
        let watchdog = Self(Arc::new(Mutex::new((Instant::now(), "the beginning".into()))));
        let watched = watchdog.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(500));
                let (since, what) = watched.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if since.elapsed() > patience {
                    println!("HANG: {what}");
                    process::exit(HUNG);
                }
            }
        });
        watchdog
    }

    /// Says what is done now.
    pub fn feed(&self, what: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), what.into());
    }
}
