//! What the events of one stream make of it, against what the file shows. `check` and `repair_derived` both begin with it.

use casekit_core::commit::{Digest, Fold};
use casekit_core::model::State;
use rusqlite::Connection;

use crate::error::{Result, damaged, fault};
use crate::known::Known;
use crate::read::events;
use crate::read::notes::{self, of_note};
use crate::value::unsigned;

/// The fold of a stream's events.
pub(crate) struct Folded {
    fold: Fold,
    /// How many events were read.
    pub(crate) events: u32,
}

impl Folded {
    /// Folds the events of the stream with a key, without holding more than one. Each must be as it was written, and
    /// chained to the one before it. An error from `proceed`, which is called for each, ends it.
    pub(crate) fn of(
        connection: &Connection,
        known: &Known,
        key: i64,
        proceed: &dyn Fn() -> Result<()>,
    ) -> Result<Self> {
        let mut folded = Self { fold: Fold::default(), events: 0 };
        events::each_of(connection, known, key, |event| {
            proceed()?;
            folded.events = folded.events.saturating_add(1);
            folded.fold.follow(&event).map_err(|_| damaged("events"))
        })?;
        Ok(folded)
    }

    /// The position of the first event; 0 if there is none.
    pub(crate) fn first(&self) -> u64 {
        self.fold.first()
    }

    /// Fails unless a state is what the events make, and the hash beside it is that of the newest.
    pub(crate) fn shows(&self, state: &State, hash: &Digest, what: &str) -> Result<()> {
        let is_so = self.fold.state() == Some(state) && self.fold.hash() == hash;
        if is_so { Ok(()) } else { Err(damaged(what)) }
    }

    /// Fails unless the notes of the case with a number are those that the events made, each where lists and the search
    /// look for it. Returns how many there are.
    pub(crate) fn shows_notes(&self, connection: &Connection, known: &Known, number: i64) -> Result<u32> {
        const SQL: &str = of_note!(
            "n.entry, ",
            "FROM notes n CROSS JOIN cases c ON c.number = n.number WHERE n.number = ?1"
        );
        let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
        let mut found = statement.query([number]).map_err(fault)?;
        let mut seen = 0;
        while let Some(row) = found.next().map_err(fault)? {
            let (note, entry) = (notes::note(connection, known, row, 1)?, unsigned(row, 0)?);
            if self.fold.notes().get(&note.id) != Some(&(note, entry)) {
                return Err(damaged("notes"));
            }
            seen += 1;
        }
        // No id comes twice, so if all of them are there in number, they all are.
        if seen == self.fold.notes().len() {
            Ok(u32::try_from(seen).unwrap_or(u32::MAX))
        } else {
            Err(damaged("notes"))
        }
    }
}
