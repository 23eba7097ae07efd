//! The connections that read, and those that bring chunks of blobs.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use casekit_core::store::lifecycle::Lifecycle;
use casekit_core::store::{StoreError, StoreErrorKind};

use crate::connection::{Connection, Interrupt};
use crate::error::{Result, code, lost};
use crate::runtime::Caller;
use crate::server::{LONGEST, Purpose, Server};

/// A bounded pool of connections, opened when first needed and used again.
pub(crate) struct Pool {
    /// Held for moments only: connections are opened, used and closed outside it.
    state: Mutex<State>,
    /// Notified when a connection, or room for one, comes back.
    returned: Condvar,
    limit: usize,
    /// How long to wait for a connection.
    wait: Duration,
}

#[derive(Default)]
struct State {
    idle: Vec<Numbered>,
    /// How many connections are idle, in use or being opened; never more than the limit.
    open: usize,
    /// The connections in use, and since when. They are with their callers, so what interrupts them has to be here.
    in_use: Vec<(u64, Instant, Interrupt)>,
    /// How many connections were ever opened; also the number of the next one.
    opened: u64,
}

/// A connection and its number.
type Numbered = (u64, Connection);

/// A connection in use, or room for one. It returns to the pool when this is dropped.
struct Pooled<'a> {
    pool: &'a Pool,
    connection: Option<Numbered>,
    /// Whether it saw a fault: it may be lost, or within a transaction, and is closed instead of returned.
    is_broken: bool,
    /// Whether it was made for this call, and not used before.
    is_new: bool,
}

impl Pool {
    /// An empty pool of at most `limit` connections; 0 counts as 1, since nobody could read.
    pub(crate) fn new(limit: usize, wait: Duration) -> Self {
        let wait = wait.min(LONGEST);
        Self { state: Mutex::default(), returned: Condvar::new(), limit: limit.max(1), wait }
    }

    /// Takes an idle connection; otherwise opens one, or waits for one if the limit is reached.
    ///
    /// # Errors
    /// `Busy` if none came back in time; those of `open`.
    fn take(&self, open: impl FnOnce() -> Result<Connection>) -> Result<Pooled<'_>> {
        let until = Instant::now() + self.wait;
        let mut state = self.lock();
        loop {
            if let Some((number, connection)) = state.idle.pop() {
                if connection.is_closed() {
                    state.open -= 1;
                    continue;
                }
                state.in_use.push((number, Instant::now(), connection.interrupt()));
                let connection = Some((number, connection));
                return Ok(Pooled { pool: self, connection, is_broken: false, is_new: false });
            }
            if state.open < self.limit {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let message =
                    "every connection is in use; allow more of them by `connections`, and try again";
                return Err(StoreError::new(StoreErrorKind::Busy, message));
            }
            state = self.returned.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        // Counted before it is opened, so that others cannot pass the limit meanwhile; opening asks the server, and is not
        // done under the lock.
        state.open += 1;
        drop(state);
        // From here on dropping the `Pooled` gives the room back, also if `open` fails.
        let mut pooled = Pooled { pool: self, connection: None, is_broken: false, is_new: true };
        let connection = open()?;
        let mut state = self.lock();
        let number = state.opened;
        state.opened += 1;
        state.in_use.push((number, Instant::now(), connection.interrupt()));
        drop(state);
        pooled.connection = Some((number, connection));
        Ok(pooled)
    }

    /// Reads on a connection. One that was lost while nobody used it is found out only now: then the read begins again on
    /// another one. What took too long does not: it would there too, and the server is told to leave it.
    ///
    /// # Errors
    /// Those of [`take`](Self::take) and of `read`; `Interrupted` once running calls are cancelled.
    pub(crate) fn read<T>(
        &self,
        (server, caller, lifecycle): (&Server, &Caller, &Lifecycle),
        read: impl Fn(&Connection) -> Result<T>,
    ) -> Result<T> {
        loop {
            let mut pooled = self.take(|| server.connect(caller, Purpose::Read))?;
            lifecycle.check_cancelled()?;
            let connection = pooled.connection().ok_or_else(lost)?;
            let answer = read(connection);
            let Err(error) = &answer else { return answer };
            let is_unavailable = error.kind() == StoreErrorKind::Unavailable;
            // The server may say that it ends a connection a moment before it does.
            let is_lost = connection.is_closed() || code(error).is_some();
            if is_unavailable && !is_lost {
                connection.interrupt().interrupt();
            }
            pooled.mark_broken();
            lifecycle.check_cancelled()?;
            if pooled.is_new || !is_unavailable || !is_lost {
                return answer;
            }
        }
    }

    /// How long the oldest running read has lasted; `None` if nobody reads.
    pub(crate) fn oldest(&self) -> Option<Duration> {
        self.lock().in_use.iter().map(|(_, since, _)| since).min().map(Instant::elapsed)
    }

    /// Interrupts the statements that are running on all connections.
    pub(crate) fn interrupt(&self) {
        self.lock().in_use.iter().for_each(|(_, _, interrupt)| interrupt.interrupt());
    }

    /// Closes every connection that nobody uses.
    pub(crate) fn close_idle(&self) {
        let idle = {
            let mut state = self.lock();
            state.open -= state.idle.len();
            std::mem::take(&mut state.idle)
        };
        drop(idle);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pooled<'_> {
    /// The connection; there is always one once `take` has returned.
    fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref().map(|(_, connection)| connection)
    }

    /// Has the connection closed instead of returned.
    fn mark_broken(&mut self) {
        self.is_broken = true;
    }
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        let numbered = self.connection.take();
        let number = numbered.as_ref().map(|(number, _)| *number);
        let mut state = self.pool.lock();
        state.in_use.retain(|(other, ..)| Some(*other) != number);
        match numbered.filter(|_| !self.is_broken) {
            Some(numbered) => state.idle.push(numbered),
            None => state.open -= 1,
        }
        drop(state);
        self.pool.returned.notify_one();
    }
}
