//! What the leader of a group works with, and passes on to the next one.

use super::lineage::Whereabouts;
use super::places::Places;
use crate::connection::Connection;
use crate::error::{Result, lost};

/// The connection that writes, and what was committed by it and never changes.
#[derive(Default)]
pub(super) struct Session {
    connection: Option<Connection>,
    pub(super) whereabouts: Whereabouts,
    pub(super) places: Places,
}

impl Session {
    /// Whether there is a connection that is not known to be lost.
    pub(super) fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| !connection.is_closed())
    }

    pub(super) fn put(&mut self, connection: Connection) -> Result<()> {
        self.whereabouts = Whereabouts::ask(&connection)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// The connection; there is one once the writer has connected.
    pub(super) fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(lost)
    }

    /// Closes the connection after a fault, which rolls back whatever is open on it, and forgets what was only written there.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
