//! The thread on which the client of PostgreSQL runs.
//!
//! The contract is synchronous and the client is not. Calls hand their work to this thread and wait for the answer on a
//! channel: a caller may then be anything, also a task of another runtime, which it blocks as a file would.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use casekit_core::store::{StoreError, StoreErrorKind};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::{Result, lost};

/// A runtime on a thread of its own, which ends when this is dropped.
pub(crate) struct Runtime {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// `Io` if the system gives no thread.
    pub(crate) fn start() -> Result<Self> {
        let failed = |_| StoreError::new(StoreErrorKind::Io, "the system gave no thread; look at its limits");
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("casekit-postgres".to_owned());
        let thread = thread.spawn(move || drop(runtime.block_on(stopped))).map_err(failed)?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller(self.handle.clone())
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A panic on that thread was reported when it happened.
        self.thread.take().map(JoinHandle::join);
    }
}

/// Hands work to a runtime. It keeps no runtime alive.
#[derive(Clone, Debug)]
pub(crate) struct Caller(Handle);

impl Caller {
    /// Carries out work on the runtime's thread, and waits for it no longer than `within`.
    ///
    /// # Errors
    /// `Unavailable` if there was no answer.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        within: Duration,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.0.spawn(async move {
            let done = tokio::time::timeout(within, work).await;
            // Whoever asked is waiting, or the process is ending.
            answer.send(done).ok();
        });
        // Nobody answers if the runtime has ended.
        answered.recv().ok().and_then(Result::ok).ok_or_else(lost)
    }

    /// Begins work on the runtime's thread that nobody waits for.
    pub(crate) fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(work);
    }
}
