//! The thread of notes on a case.

use super::messages::with_messages;
use super::page::filled;
use super::view_of::thread_note;
use super::{AddedNote, Changed, Desk, NoteRevision, Page, PageRequest, ThreadNote};
use crate::command::NewNote;
use crate::decide::{AddNote, EditNote, NotePlace, RetractNote, ShowNote};
use crate::error::Error;
use crate::event::{CaseFact, Event};
use crate::model::{CaseId, LongText, NoteId, Permission, StreamId, Visibility};
use crate::rejection::Rejection;
use crate::store::{Direction, LoadPlan, NoteQuery};

impl Desk {
    /// Adds a note to a case.
    ///
    /// Needs [`WriteNotes`](Permission::WriteNotes).
    ///
    /// # Arguments
    ///
    /// - `note`: the text, and who can see it; a plain text is internal.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event: the same at a thousand cases and at a
    /// million. The work grows with the length of the text, of which up to 20,000 different words are indexed.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond.
    pub fn add_note(&self, case: CaseId, note: impl Into<NewNote>) -> Result<AddedNote, Error> {
        let command = AddNote { to: NotePlace::Case(case), note: note.into() };
        Ok(self.engine.run(&self.call, &command)?.added_note()?)
    }

    /// Replies to a note.
    ///
    /// Replies can be nested 100 deep. Needs [`WriteNotes`](Permission::WriteNotes).
    ///
    /// # Arguments
    ///
    /// - `to`: the note to reply to.
    /// - `note`: the text, and who can see it; a plain text is internal.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Costs what a note without a parent does, however deep the thread is.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond. A thread is 100 levels deep: `Blocked`
    /// with `thread_too_deep` beyond.
    pub fn reply(&self, to: NoteId, note: impl Into<NewNote>) -> Result<AddedNote, Error> {
        let command = AddNote { to: NotePlace::Below(to), note: note.into() };
        Ok(self.engine.run(&self.call, &command)?.added_note()?)
    }

    /// Changes the text of a note that the actor wrote.
    ///
    /// Every revision is kept.
    ///
    /// # Arguments
    ///
    /// - `text`: the new text, up to 100,000 characters.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    /// - `Blocked`: if somebody else wrote the note, or it was retracted.
    ///
    /// # Cost
    ///
    /// Reads the note and its case by an index and writes one transaction of one event, which keeps both texts. The
    /// work grows with the length of both, as both are indexed anew.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond.
    pub fn edit_note(&self, note: NoteId, text: &str) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditNote { note, text: text.to_owned() })?.changed())
    }

    /// Retracts a note that the actor wrote.
    ///
    /// A tombstone keeps its place in the thread.
    ///
    /// # Arguments
    ///
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    /// - `Blocked`: if somebody else wrote the note, or it was retracted.
    ///
    /// # Cost
    ///
    /// Reads the note and its case by an index and writes one transaction of one event. The work grows with the
    /// length of the text, which leaves the index.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn retract_note(&self, note: NoteId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = RetractNote { note, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Changes who can see a note that the actor wrote.
    ///
    /// # Arguments
    ///
    /// - `to`: who can see the note from now on.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    /// - `Blocked`: if somebody else wrote the note, or it was retracted.
    ///
    /// # Cost
    ///
    /// Reads the note and its case by an index and writes one transaction of one event.
    pub fn set_note_visibility(&self, note: NoteId, to: Visibility) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &ShowNote { note, to })?.changed())
    }

    /// Returns the thread of a case in reading order: each note is followed by its replies, oldest first.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases) and [`ReadNotes`](Permission::ReadNotes).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads one page by an index, with the whole texts: the same however long the thread is. For an actor who does
    /// not see internal notes, those in between are passed over.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn thread(&self, case: CaseId, page: PageRequest) -> Result<Page<ThreadNote>, Error> {
        let look = self.look(Permission::ReadNotes, "read_thread")?;
        let internal = look.sees_internal_notes();
        let after = page.place("notes")?;
        let limit = page.limit()?;
        let (_, shown) = look.case(LoadPlan::case(case), "read_thread", case)?;
        let slice = filled(after, limit, |after, limit| {
            self.engine.store.notes(&NoteQuery::thread(case, internal, after, limit))
        })?;
        let mut notes: Vec<ThreadNote> = slice.rows.into_iter().map(thread_note).collect();
        with_messages(&shown, look.is_for_customer(), &mut notes, self.language());
        look.name(notes.as_mut_slice())?;
        Ok(Page::new("notes", limit, notes, slice.next))
    }

    /// Returns the notes of a case by when they were added, newest first unless asked otherwise.
    ///
    /// Replies stand among the others; `parent` says what they answer. A page goes on where the one before it ended,
    /// whatever was added meanwhile. Needs [`ReadCases`](Permission::ReadCases) and [`ReadNotes`](Permission::ReadNotes).
    ///
    /// # Arguments
    ///
    /// - `direction`: whether the newest or the oldest note comes first; the newest if it is not given.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads one page by an index, with the whole texts: the same however long the thread is.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn notes(
        &self,
        case: CaseId,
        direction: Option<Direction>,
        page: PageRequest,
    ) -> Result<Page<ThreadNote>, Error> {
        let look = self.look(Permission::ReadNotes, "read_thread")?;
        let direction = direction.unwrap_or_default();
        let list = match direction {
            Direction::Ascending => "notes_oldest",
            Direction::Descending => "notes_newest",
        };
        let (after, limit) = (page.place(list)?, page.limit()?);
        let (_, shown) = look.case(LoadPlan::case(case), "read_thread", case)?;
        let query = NoteQuery::added(case, look.sees_internal_notes(), (direction, after), limit);
        let slice = self.engine.store.notes(&query)?;
        let mut notes: Vec<ThreadNote> = slice.rows.into_iter().map(thread_note).collect();
        with_messages(&shown, look.is_for_customer(), &mut notes, self.language());
        look.name(notes.as_mut_slice())?;
        Ok(Page::new(list, limit, notes, slice.next))
    }

    /// Returns the revisions of a note, oldest first.
    ///
    /// Its author gets every revision, and so does an actor with [`ReadHistory`](Permission::ReadHistory). Everybody
    /// else gets the newest alone: what a note said before it was edited, shown or retracted is not for them. If the
    /// actor may not see internal notes, revisions from before the note was shown to the customer are left out too.
    /// Needs [`ReadCases`](Permission::ReadCases) and [`ReadNotes`](Permission::ReadNotes).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads every event of the case, 500 at a time, to find those of the note: it grows with the history of the
    /// case, however few revisions the note has. All revisions are answered at once.
    pub fn note_revisions(&self, note: NoteId) -> Result<Vec<NoteRevision>, Error> {
        let look = self.look(Permission::ReadNotes, "read_thread")?;
        let internal = look.sees_internal_notes();
        let plan = LoadPlan { notes: vec![note], ..LoadPlan::default() };
        let missing = || self.not_found("note", note);
        let (loaded, case) = match look.case(plan, "read_thread", "") {
            Err(Error::Rejected(Rejection::NotFound { .. })) => return Err(missing().into()),
            opened => opened?,
        };
        let found = loaded.notes.iter().find(|one| one.id == note).ok_or_else(missing)?;
        if found.visibility == Visibility::Internal && !internal {
            return Err(missing().into());
        }
        let whole = found.author == look.caller.by || look.may_read_every_text();
        let (mut revisions, mut newest) = (Vec::new(), None);
        self.each_event(StreamId::Case(case.id), |event| {
            if event.fact.note() != Some(note) {
                return;
            }
            let before = newest.as_ref().map_or(0, |one: &NoteRevision| one.revision);
            newest = revision_of(&event, before).or(newest.take());
            // A revision from when the note was internal is left out. The one that the note had when it was shown to
            // the customer is returned.
            if look.sees_past(&event.fact) && newest.as_ref() != revisions.last() {
                revisions.extend(newest.clone());
            }
        })?;
        if !whole {
            revisions = revisions.pop().into_iter().collect();
        }
        look.name(revisions.as_mut_slice())?;
        Ok(revisions)
    }
}

fn revision_of(event: &Event, before: u32) -> Option<NoteRevision> {
    let says_something = event.fact.of_case().is_some_and(CaseFact::rewrites_note);
    let text = event.personal.text.as_ref().and_then(|text| text.to.as_ref());
    says_something.then(|| NoteRevision {
        revision: before.saturating_add(1),
        at: event.header.at,
        by: event.header.actor.to_string(),
        by_name: None,
        text: text.map(LongText::to_string),
    })
}
