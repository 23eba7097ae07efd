//! Continuing with a file that was restored from a backup.
//!
//! The file does not know what happened after the backup was made: case numbers may have been given out, and answers
//! sent. So numbers continue from where the host says, and every unfinished delivery waits for a person to find out
//! what became of it.

use super::Engine;
use crate::decide::{LeaveToPerson, RecordRestore};
use crate::error::Error;
use crate::model::{DueTask, Timestamp};
use crate::store::{CaseFilter, CaseQuery, Direction, Failing, Slice, Sort};

/// How to continue with a file that was restored from a backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Restored {
    /// The least number that the next case gets. A number that the file has already passed changes nothing. If it is
    /// `None`, numbers continue from those in the backup, so that numbers given out after the backup was made are given
    /// out again.
    pub number_floor: Option<u64>,
}

impl Engine {
    /// Records that the file was restored, and leaves every unfinished delivery to a person. A process that is killed
    /// half-way can run it again: a delivery that was already left to a person is not left twice.
    pub(super) fn restore(&self, restored: Restored) -> Result<(), Error> {
        let newest = Slice::filled(None, 1, u32::MAX, |after, limit| {
            let (filter, sort, direction) = (CaseFilter::default(), Sort::Number, Direction::Descending);
            self.store
                .cases(&CaseQuery { filter, sort, by_field: None, direction, after, limit })
                .map(|cases| cases.answer)
        });
        let number = newest?.rows.first().map_or(0, |row| row.number.value);
        let position = self.store.last_position()?;
        let number_floor = restored.number_floor;
        self.run(&self.library(), &RecordRestore { number_floor, position, number })?;
        // Live leases too: they were taken in the abandoned file, and whoever held them does not write to this one.
        let sending =
            CaseFilter { due_task: Some((DueTask::Deliver, Timestamp::MAX_UTC)), ..CaseFilter::default() };
        // A delivery that had failed may have been retried, and have arrived, after the backup was made.
        let failed = CaseFilter { failing: Some(Failing::default()), ..CaseFilter::default() };
        for filter in [sending, failed] {
            for case in self.all(&filter)? {
                self.run(&self.library(), &LeaveToPerson { case })?;
            }
        }
        Ok(())
    }
}
