//! The connections that read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, InterruptHandle};

use crate::error::Result;

/// A bounded pool of connections, opened when first needed and used again.
pub(crate) struct Readers {
    /// Held for moments only: connections are opened, used and closed outside it.
    pool: Mutex<Pool>,
    /// Notified when a connection, or room for one, comes back.
    returned: Condvar,
    limit: usize,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Numbered>,
    /// How many connections are idle, in use or being opened; never more than the limit.
    open: usize,
    /// Of every open connection. A connection in use is with its caller, so its handle has to be here.
    interrupts: Vec<(u64, InterruptHandle)>,
    /// How many connections were ever opened; also the number of the next one.
    opened: u64,
    /// How many callers wait. Notifying is a system call even if nobody waits, so it is left out then.
    waiting: usize,
    /// The connections in use, and since when.
    reading: Vec<(u64, Instant)>,
}

/// A connection and its number, by which its interrupt handle is found.
type Numbered = (u64, Connection);

/// A connection in use, or room for one. It returns to the pool when this is dropped.
pub(crate) struct Reader<'a> {
    readers: &'a Readers,
    connection: Option<Numbered>,
    /// Whether it saw a fault. What SQLite keeps in memory may be wrong after one, so the connection is closed and not
    /// returned.
    broken: bool,
}

impl Readers {
    /// An empty pool of at most `limit` connections; 0 counts as 1, since nobody could read.
    pub(crate) fn new(limit: usize) -> Self {
        Self { pool: Mutex::default(), returned: Condvar::new(), limit: limit.max(1) }
    }

    /// Takes an idle connection; otherwise opens one, or waits for one if the limit is reached.
    ///
    /// # Errors
    /// Those of `open`.
    pub(crate) fn take(&self, open: impl FnOnce() -> Result<Connection>) -> Result<Reader<'_>> {
        let mut pool = self.lock();
        loop {
            if let Some(connection) = pool.idle.pop() {
                pool.reading.push((connection.0, Instant::now()));
                return Ok(Reader { readers: self, connection: Some(connection), broken: false });
            }
            if pool.open < self.limit {
                break;
            }
            pool.waiting += 1;
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
            pool.waiting -= 1;
        }
        // Counted before it is opened, so that others cannot pass the limit meanwhile; opening reads the disk, and is
        // not done under the lock.
        pool.open += 1;
        drop(pool);
        // From here on dropping the `Reader` gives the room back, also if `open` fails.
        let mut reader = Reader { readers: self, connection: None, broken: false };
        let connection = open()?;
        let mut pool = self.lock();
        let number = pool.opened;
        pool.opened += 1;
        pool.reading.push((number, Instant::now()));
        pool.interrupts.push((number, connection.get_interrupt_handle()));
        drop(pool);
        reader.connection = Some((number, connection));
        Ok(reader)
    }

    /// How long the oldest running read has lasted; `None` if nobody reads.
    pub(crate) fn oldest(&self) -> Option<Duration> {
        self.lock().reading.iter().map(|(_, since)| since).min().map(Instant::elapsed)
    }

    /// Interrupts the statements that are running on all connections.
    pub(crate) fn interrupt(&self) {
        self.lock().interrupts.iter().for_each(|(_, handle)| handle.interrupt());
    }

    /// Removes every connection so that it can be closed. To be called when no call is running: a connection in use
    /// would be left out.
    pub(crate) fn take_all(&self) -> Vec<Connection> {
        let mut pool = self.lock();
        pool.interrupts.clear();
        let idle = std::mem::take(&mut pool.idle);
        pool.open -= idle.len();
        idle.into_iter().map(|(_, connection)| connection).collect()
    }

    /// Leaks every connection: in a forked child, closing one could wait for a lock that a thread of the parent holds.
    pub(crate) fn abandon(&mut self) {
        let pool = self.pool.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::forget(std::mem::take(pool));
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// The connection; there is always one once `take` has returned.
    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref().map(|(_, connection)| connection)
    }

    /// Has the connection closed instead of returned.
    pub(crate) fn mark_broken(&mut self) {
        self.broken = true;
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let numbered = self.connection.take();
        let number = numbered.as_ref().map(|(number, _)| *number);
        // A connection still within a transaction would show the next caller an old state of the file.
        let good = numbered.filter(|(_, connection)| !self.broken && connection.is_autocommit());
        let mut pool = self.readers.lock();
        if let Some(number) = number {
            pool.reading.retain(|(other, _)| *other != number);
        }
        match good {
            Some(numbered) => pool.idle.push(numbered),
            None => {
                pool.open -= 1;
                pool.interrupts.retain(|(other, _)| Some(*other) != number);
            }
        }
        // Notified outside the lock: the woken thread takes it at once.
        let is_awaited = pool.waiting > 0;
        drop(pool);
        if is_awaited {
            self.readers.returned.notify_one();
        }
    }
}
