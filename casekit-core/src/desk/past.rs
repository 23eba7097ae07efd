//! The past of a stream, folded from its events anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Desk;
use super::look::Look;
use super::moment::{Moment, instant_within, number_within};
use super::view::ThreadNote;
use super::view_of::thread_note;
use crate::engine::unsound;
use crate::error::Error;
use crate::event::{CaseFact, Event};
use crate::evolve::{evolve, evolve_note};
use crate::model::{
    Case, CaseId, Catalog, Customer, CustomerId, Note, NoteId, State, StreamId, TagId, Visibility, limits,
};
use crate::store::{EventQuery, LoadPlan, StoreError, unreadable};

/// A case as it was at a moment, without the text of its notes.
pub(super) struct Past {
    pub(super) case: Case,
    /// The position of the newest event that is folded into it.
    pub(super) position: u64,
    /// The notes that the actor may see, in reading order.
    pub(super) notes: Vec<Outline>,
    moment: Moment,
}

/// What is held of a note while the events are read. Its text is read once it is known to be on the page, so that a long
/// thread takes no more memory than its outlines.
pub(super) struct Outline {
    pub(super) note: NoteId,
    /// Its place in reading order.
    pub(super) path: Vec<u32>,
    then: Visibility,
    now: Visibility,
    /// The revisions of its first and of its newest event up to the moment.
    first: u64,
    newest: u64,
}

impl Desk {
    /// A case as it was at a moment: the actor must be able to look into its history, and so into the case as it is
    /// today.
    pub(super) fn past(&self, look: &Look<'_>, id: CaseId, moment: Moment) -> Result<Past, Error> {
        let (_, today) = look.case(LoadPlan::case(id), "read_history", id)?;
        let is_there = |first: &Event| -> Result<(), Error> {
            Ok(match moment {
                Moment::Revision(revision) => number_within("revision", revision, 1, today.revision),
                Moment::Position(position) => {
                    let newest = self.engine.store.newest()?.position;
                    number_within("position", position, first.position, newest)
                }
                // The newest event may have been written by a clock that was ahead of this one.
                Moment::Instant(at) => {
                    instant_within(at, first.header.at, self.engine.now()?.max(today.updated_at))
                }
            }?)
        };
        // A note is shown only if the actor could see it then and can see it today, and what can be seen today only the
        // end of the history says.
        let last = match moment {
            // The first event is read in any case: it says which moments there are.
            Moment::Revision(revision) if look.sees_internal_notes() => revision.max(1),
            Moment::Revision(_) | Moment::Position(_) | Moment::Instant(_) => u64::MAX,
        };
        let (mut state, mut position, mut notes, mut is_over) = (None, 0, BTreeMap::new(), false);
        self.each_event_up_to(StreamId::Case(id), 0, last, |event| {
            if event.revision == 1 {
                is_there(&event)?;
            }
            is_over = is_over || moment.is_before(&event);
            outline(&mut notes, &event, is_over);
            if !is_over {
                (state, position) = (Some(evolved(state.take(), &event)?), event.position);
            }
            Ok(!is_over || !look.sees_internal_notes())
        })?;
        let ends_at = match moment {
            Moment::Revision(revision) => revision,
            Moment::Position(_) | Moment::Instant(_) if is_over => 1,
            Moment::Position(_) | Moment::Instant(_) => today.revision,
        };
        // A history without its end would pass for an earlier state.
        let case = state.and_then(State::into_case).filter(|case| case.revision >= ends_at);
        let case = case.ok_or_else(unsound)?;
        let notes = notes.into_values().filter(|outline| look.shows(outline));
        let mut notes: Vec<Outline> = notes.collect();
        notes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Past { case, position, notes, moment })
    }

    /// The definitions by which a case of the past is shown, as they were then: its type, its workflow, its team, its tags and, if
    /// there is an answer, a deadline or a customer, the settings: they say where the answer goes, what the deadline is called, and
    /// which fields customers have.
    pub(super) fn catalog_then(&self, past: &Past) -> Result<Catalog, Error> {
        let mut catalog = Catalog::default();
        let case_type = self.state_then(StreamId::CaseType(past.case.case_type), past)?;
        catalog
            .case_types
            .extend(case_type.and_then(State::into_case_type).map(|one| (one.id, Arc::new(one))));
        if let Some(team) = past.case.team {
            let team = self.state_then(StreamId::Team(team), past)?;
            catalog.teams.extend(team.and_then(State::into_team).map(|one| (one.id, Arc::new(one))));
        }
        self.add_tags_then(past, &mut catalog)?;
        let progress = past.case.progress.as_deref();
        if let Some(progress) = progress {
            let workflow = self.state_then(StreamId::Workflow(progress.workflow), past)?;
            catalog
                .workflows
                .extend(workflow.and_then(State::into_workflow).map(|one| (one.id, Arc::new(one))));
        }
        if progress.is_some_and(|progress| progress.release.is_some())
            || !past.case.clock.deadlines.is_empty()
            || self.customer_shown(past).is_some()
        {
            let settings = self.state_then(StreamId::Settings, past)?;
            catalog.settings = settings.and_then(State::into_settings).map(Arc::new);
        }
        Ok(catalog)
    }

    /// The tags of a case, and those into which they had been merged.
    fn add_tags_then(&self, past: &Past, catalog: &mut Catalog) -> Result<(), Error> {
        let mut wanted: Vec<TagId> = past.case.tags.iter().copied().collect();
        while let Some(id) = wanted.pop() {
            // A forged file must not hang.
            if catalog.tags.contains_key(&id) {
                continue;
            }
            let tag = self.state_then(StreamId::Tag(id), past)?;
            let Some(tag) = tag.and_then(State::into_tag) else { continue };
            wanted.extend(tag.merged_into);
            catalog.tags.insert(id, Arc::new(tag));
        }
        Ok(())
    }

    fn customer_shown(&self, past: &Past) -> Option<CustomerId> {
        past.case.customer.filter(|_| self.access().customers)
    }

    /// The customer whom the case was linked to, as they were then; `None` for an actor who may not read customers.
    pub(super) fn customer_then(&self, past: &Past) -> Result<Option<Customer>, Error> {
        let Some(id) = self.customer_shown(past) else { return Ok(None) };
        Ok(self.state_then(StreamId::Customer(id), past)?.and_then(State::into_customer))
    }

    /// A stream beside a case, as it was when the case was as `past` has it.
    ///
    /// Everything counts that was written before the newest event of the case, for it was there when that was decided, and
    /// what had come since by the moment. So does its first event, whenever that was written: the case names the stream, and a
    /// new tag is made right after the case got it, by the same commit.
    fn state_then(&self, stream: StreamId, past: &Past) -> Result<Option<State>, Error> {
        let mut state = None;
        self.each_event_up_to(stream, 0, u64::MAX, |event| {
            let counts = state.is_none() || event.position <= past.position || past.moment.has_seen(&event);
            if counts {
                state = Some(evolved(state.take(), &event)?);
            }
            Ok(counts)
        })?;
        Ok(state)
    }

    /// These notes as they were then, in the given order.
    pub(super) fn notes_then(&self, case: CaseId, chosen: &[&Outline]) -> Result<Vec<ThreadNote>, Error> {
        let first = chosen.iter().map(|outline| outline.first).min().unwrap_or_default();
        let last = chosen.iter().map(|outline| outline.newest).max().unwrap_or_default();
        let ends: BTreeMap<NoteId, u64> = chosen.iter().map(|one| (one.note, one.newest)).collect();
        let mut notes: BTreeMap<NoteId, Note> = BTreeMap::new();
        self.each_event_up_to(StreamId::Case(case), first.saturating_sub(1), last, |event| {
            let about = event.fact.note().filter(|id| ends.get(id).is_some_and(|end| event.revision <= *end));
            if let Some(id) = about {
                let note = evolve_note(notes.remove(&id), &event).ok_or_else(unsound)?;
                notes.insert(id, note);
            }
            Ok(true)
        })?;
        Ok(chosen.iter().filter_map(|outline| notes.remove(&outline.note)).map(thread_note).collect())
    }

    /// Calls `each` with every event of a stream, in order, one page of events in memory at a time.
    pub(crate) fn each_event(&self, stream: StreamId, mut each: impl FnMut(Event)) -> Result<(), Error> {
        self.each_event_up_to(stream, 0, u64::MAX, |event| {
            each(event);
            Ok(true)
        })
    }

    /// The same with the events after a revision and up to another, until `each` returns `false`.
    fn each_event_up_to(
        &self,
        stream: StreamId,
        mut after: u64,
        last: u64,
        mut each: impl FnMut(Event) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        while after < last {
            let limit = u32::try_from(last - after).map_or(limits::PAGE, |left| left.min(limits::PAGE));
            let stored = self.engine.store.events(&EventQuery::Stream { stream, after, limit })?;
            let is_last = stored.len() < limit as usize;
            for one in stored {
                // In a damaged store, revisions that do not increase would make this loop endless.
                if one.revision <= after {
                    return Err(unsound().into());
                }
                after = one.revision;
                if !each(one.opened().map_err(unreadable)?)? {
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Look<'_> {
    /// Whether the actor may see a note as it was: as in the history, it is left out if they could not see it then or
    /// cannot see it today.
    fn shows(&self, outline: &Outline) -> bool {
        let is_internal = [outline.then, outline.now].contains(&Visibility::Internal);
        self.may_read_notes() && (self.sees_internal_notes() || !is_internal)
    }
}

/// The next state; a fault if an event is missing before this one, or it cannot follow.
fn evolved(state: Option<State>, event: &Event) -> Result<State, StoreError> {
    let before = state.as_ref().map_or(0, State::revision);
    let next = evolve(state, event).filter(|_| event.revision == before + 1);
    next.ok_or_else(unsound)
}

/// Adds an event about a note to what is held of it. After the moment, only who can see the note counts.
fn outline(notes: &mut BTreeMap<NoteId, Outline>, event: &Event, is_over: bool) {
    let Some(fact) = event.fact.of_case() else { return };
    let (Some(note), Some(seen_by)) = (fact.note(), fact.note_seen_by()) else { return };
    if let Some(outline) = notes.get_mut(&note) {
        outline.now = seen_by;
        if !is_over {
            (outline.then, outline.newest) = (seen_by, event.revision);
        }
    } else if let CaseFact::NoteAdded { path, .. } = fact
        && !is_over
    {
        let (path, revision) = (path.clone(), event.revision);
        let outline = Outline { note, path, then: seen_by, now: seen_by, first: revision, newest: revision };
        notes.insert(note, outline);
    }
}
