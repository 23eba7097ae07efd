//! The state as of a time: what a case, its notes and its steps looked like then.

use serde::{Deserialize, Serialize};

use super::messages::with_messages;
use super::moment::Moment;
use super::page::PageRequest;
use super::past::Outline;
use super::requests::LAST_NOTES;
use super::{Desk, Page, RequestSummary, ThreadNote};
use crate::error::Error;
use crate::model::{CaseId, Permission};
use crate::store::After;

/// The list that cursors of a thread of the past belong to.
const LIST: &str = "notes_then";

/// A case as it was at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseAt {
    /// The position in the file of the newest event of the case up to the moment. Its revision and its instant are
    /// `revision` and `updated_at` of the case.
    pub position: u64,
    /// What a summary would have shown then. It has no actions: nothing can be done in the past.
    pub summary: RequestSummary,
}

impl Desk {
    /// Returns a case as it was at a moment, folded from its events.
    ///
    /// That is what its summary would have shown this actor then, without actions: its steps with their states and
    /// approvals, its request, its answer, its newest notes, its customer, and the names of its type, stage and workflow
    /// as they were. Staff have the names that they have today. What was erased since is shown as erased. Of collected data the tables are shown, also if the rows
    /// were destroyed since.
    ///
    /// Who may see it is decided as for the history today: a case that the actor cannot see now is not shown as it was
    /// when they could, and of the notes only those that they could see then and can see now. Sensitive values are shown
    /// only if the actor may read them. It is not checked whether events were altered; `verify_stream` does that.
    /// Needs [`ReadHistory`](Permission::ReadHistory) and [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `moment`: a revision of the case, a position of the file, or an instant.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    /// - `Invalid`: if the moment is before the case was raised, or has not come yet; the error says which moments there
    ///   are, with `out_of_range` for a revision or a position, and `instant_out_of_range` for an instant.
    ///
    /// # Cost
    ///
    /// Reads the events of the case up to the moment, 500 at a time, and those of its customer, type and workflow: it
    /// grows with these histories, not with the file. It holds an entry for each note, and no texts but those it answers
    /// with. For an actor who does not see internal notes, it reads the history to its end.
    pub fn case_at(&self, case: CaseId, moment: Moment) -> Result<CaseAt, Error> {
        let look = self.look(Permission::ReadHistory, "read_history")?;
        let mut past = self.past(&look, case, moment)?;
        let (catalog, customer) = (self.catalog_then(&past)?, self.customer_then(&past)?);
        // The newest notes are those with the greatest places; they are shown oldest first.
        past.notes.sort_by_key(|outline| outline.path.last().copied());
        let older = past.notes.len().saturating_sub(LAST_NOTES as usize);
        let newest: Vec<&Outline> = past.notes.iter().skip(older).collect();
        let mut last_notes = self.notes_then(case, &newest)?;
        with_messages(&past.case, look.is_for_customer(), &mut last_notes, self.language());
        let shown = self.summary_of(&look, past.case, customer, &catalog);
        let mut summary = RequestSummary { last_notes, ..shown };
        look.name(&mut summary)?;
        Ok(CaseAt { position: past.position, summary })
    }

    /// Returns the thread of a case as it was at a moment, in reading order, folded from the events.
    ///
    /// A note has the text that it had then, also if it was edited or retracted since. Only notes that the actor could
    /// see then and can see now are shown. Needs [`ReadHistory`](Permission::ReadHistory),
    /// [`ReadCases`](Permission::ReadCases) and [`ReadNotes`](Permission::ReadNotes).
    ///
    /// # Arguments
    ///
    /// - `moment`: a revision of the case, a position of the file, or an instant. It has to be the same for every page.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    /// - `Invalid`: if the moment is before the case was raised, or has not come yet, as in [`case_at`](Self::case_at).
    ///
    /// # Cost
    ///
    /// Reads the events of the case up to the moment, 500 at a time, and those of the notes on the page once more: each
    /// page grows with the history of the case. It holds an entry for each note, and the texts of one page.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn thread_at(
        &self,
        case: CaseId,
        moment: Moment,
        page: PageRequest,
    ) -> Result<Page<ThreadNote>, Error> {
        self.require(Permission::ReadNotes, "read_thread")?;
        let look = self.look(Permission::ReadHistory, "read_history")?;
        let (after, limit) = (page.place(LIST)?, page.limit()?);
        let past = self.past(&look, case, moment)?;
        let is_behind = |outline: &&Outline| match &after {
            Some(After::Path(seen)) => outline.path > *seen,
            Some(
                After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Entry(_),
            )
            | None => true,
        };
        let mut left = past.notes.iter().filter(is_behind);
        let chosen: Vec<&Outline> = left.by_ref().take(limit as usize).collect();
        let next = left.next().and(chosen.last()).map(|outline| After::Path(outline.path.clone()));
        let mut notes = self.notes_then(case, &chosen)?;
        with_messages(&past.case, look.is_for_customer(), &mut notes, self.language());
        look.name(notes.as_mut_slice())?;
        Ok(Page::new(LIST, limit, notes, next))
    }
}
