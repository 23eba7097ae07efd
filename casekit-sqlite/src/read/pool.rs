//! The connections that read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
    idle: Vec<Connection>,
    /// Idle ones and those at work.
    open: usize,
    interrupts: Vec<InterruptHandle>,
}

/// A connection at work; it goes back when this is dropped.
pub(crate) struct Reader<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
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
                return Ok(Reader { readers: self, connection: Some(connection) });
            }
            if pool.open < self.limit {
                break;
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
        pool.open += 1;
        drop(pool);
        // From here on the place in the pool is given back by `Reader`.
        let mut reader = Reader { readers: self, connection: None };
        let connection = open()?;
        self.lock().interrupts.push(connection.get_interrupt_handle());
        reader.connection = Some(connection);
        Ok(reader)
    }

    /// Interrupts whatever is read.
    pub(crate) fn interrupt(&self) {
        self.lock().interrupts.iter().for_each(InterruptHandle::interrupt);
    }

    /// Takes every connection away to be closed. Nobody is at work.
    pub(crate) fn take_all(&self) -> Vec<Connection> {
        let mut pool = self.lock();
        pool.interrupts.clear();
        let idle = std::mem::take(&mut pool.idle);
        pool.open -= idle.len();
        idle
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// The connection.
    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        // One that is still within a transaction would show an old moment to the next caller.
        match self.connection.take().filter(Connection::is_autocommit) {
            Some(connection) => pool.idle.push(connection),
            None => pool.open -= 1,
        }
        drop(pool);
        self.readers.returned.notify_one();
    }
}
