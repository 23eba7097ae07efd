//! The connections that read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, InterruptHandle};

use crate::error::Result;

/// A few connections, opened when first needed and used again.
pub(crate) struct Readers {
    pool: Mutex<Pool>,
    returned: Condvar,
    limit: usize,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Numbered>,
    /// Idle ones and those at work.
    open: usize,
    interrupts: Vec<(u64, InterruptHandle)>,
    /// How many were ever opened: the number of the next.
    opened: u64,
    /// How many callers wait for one that comes back: waking nobody is a call of the system too.
    waiting: usize,
    /// Those at work, and since when.
    reading: Vec<(u64, Instant)>,
}

/// A connection and its number, by which its interrupt is known.
type Numbered = (u64, Connection);

/// A connection at work; it goes back when this is dropped.
pub(crate) struct Reader<'a> {
    readers: &'a Readers,
    connection: Option<Numbered>,
    /// It saw a fault, and what SQLite keeps in memory may be wrong since.
    broken: bool,
}

impl Readers {
    /// None yet, and at most so many.
    pub(crate) fn new(limit: usize) -> Self {
        Self { pool: Mutex::default(), returned: Condvar::new(), limit: limit.max(1) }
    }

    /// Takes a connection, opens one, or waits for one.
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
        pool.open += 1;
        drop(pool);
        // From here on the place in the pool is given back by `Reader`.
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

    /// How long the oldest read has been going on.
    pub(crate) fn oldest(&self) -> Option<Duration> {
        self.lock().reading.iter().map(|(_, since)| since).min().map(Instant::elapsed)
    }

    /// Interrupts whatever is read.
    pub(crate) fn interrupt(&self) {
        self.lock().interrupts.iter().for_each(|(_, handle)| handle.interrupt());
    }

    /// Takes every connection away to be closed. Nobody is at work.
    pub(crate) fn take_all(&self) -> Vec<Connection> {
        let mut pool = self.lock();
        pool.interrupts.clear();
        let idle = std::mem::take(&mut pool.idle);
        pool.open -= idle.len();
        idle.into_iter().map(|(_, connection)| connection).collect()
    }

    /// Leaves every connection as it is, for ever: in a forked child, closing one would wait for threads of the parent.
    pub(crate) fn abandon(&mut self) {
        let pool = self.pool.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::forget(std::mem::take(pool));
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// The connection.
    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref().map(|(_, connection)| connection)
    }

    /// It is not used again.
    pub(crate) fn mark_broken(&mut self) {
        self.broken = true;
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let numbered = self.connection.take();
        let number = numbered.as_ref().map(|(number, _)| *number);
        // One that is still within a transaction would show an old moment to the next caller.
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
        let is_awaited = pool.waiting > 0;
        drop(pool);
        if is_awaited {
            self.readers.returned.notify_one();
        }
    }
}
