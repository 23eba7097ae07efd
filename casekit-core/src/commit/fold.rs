//! The events of one stream, checked and folded: what a store must show of it.

use std::collections::BTreeMap;

use super::{Digest, StoredEvent, commitment};
use crate::evolve::{evolve, evolve_note};
use crate::model::{Note, NoteId, State};

/// What the events of a stream make of it, up to the last one that was followed.
///
/// `verify`, `check` and `repair_derived` stand on it: whatever a store keeps of a stream must be what this says.
#[derive(Clone, Default, Debug)]
pub struct Fold {
    state: Option<State>,
    notes: BTreeMap<NoteId, (Note, u64)>,
    first: u64,
    revision: u64,
    position: u64,
    hash: Digest,
}

/// Why an event cannot be the next one of its stream as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Its revision is not the next one: an event before it is gone, or it is there twice.
    OutOfTurn,
    /// It does not have its hash, or is not chained to the event before it.
    Altered,
    /// Its position in the file is not after that of the event before it.
    Misplaced,
    /// Its personal part is gone.
    PersonalMissing,
    /// Its personal part is not what was committed to.
    PersonalAltered,
    /// This version does not know what it says.
    Unreadable,
    /// It cannot happen to what the events before it made.
    Impossible,
    /// It is about a note that the case does not have.
    NoteUnknown,
}

impl Fold {
    /// Follows the next event: checks that it is as it was written and chained to the one before it, and folds it in.
    ///
    /// # Errors
    /// The first thing that is wrong with it. The fold is of no use afterwards.
    pub fn follow(&mut self, stored: &StoredEvent) -> Result<(), Flaw> {
        if stored.revision != self.revision + 1 {
            return Err(Flaw::OutOfTurn);
        }
        if stored.hash_after(&self.hash) != stored.hash {
            return Err(Flaw::Altered);
        }
        if stored.position <= self.position {
            return Err(Flaw::Misplaced);
        }
        personal_part(stored)?;
        let event = stored.open().map_err(|_| Flaw::Unreadable)?;
        self.state = Some(evolve(self.state.take(), &event).ok_or(Flaw::Impossible)?);
        if let Some(id) = event.fact.note() {
            let (before, added) =
                self.notes.remove(&id).map_or((None, stored.position), |(note, at)| (Some(note), at));
            let note = evolve_note(before, &event).ok_or(Flaw::NoteUnknown)?;
            self.notes.insert(id, (note, added));
        }
        if self.revision == 0 {
            self.first = stored.position;
        }
        (self.revision, self.position, self.hash) = (stored.revision, stored.position, stored.hash);
        Ok(())
    }

    /// The state; `None` before the first event.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// The notes of a case, tombstones too, each with the position of the event that added it.
    #[must_use]
    pub fn notes(&self) -> &BTreeMap<NoteId, (Note, u64)> {
        &self.notes
    }

    /// The position of its first event; 0 before that.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The revision of its newest event; 0 before the first.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The hash of its newest event; zeros before the first.
    #[must_use]
    pub fn hash(&self) -> &Digest {
        &self.hash
    }
}

/// Checks the personal part of an event whose hash is right: the hash covers the commitment, so the commitment is as it
/// was written.
fn personal_part(stored: &StoredEvent) -> Result<(), Flaw> {
    match (&stored.commitment, &stored.personal, &stored.salt) {
        (None, None, None) => Ok(()),
        (Some(proof), Some(bytes), Some(salt)) if commitment(salt, bytes) == *proof => Ok(()),
        // Only an event that erases may leave a commitment without what it commits to, and must name each of these. There
        // is no such event yet, so somebody else removed it.
        (Some(_), None, None) => Err(Flaw::PersonalMissing),
        (Some(_), Some(_), _) | (Some(_), None, Some(_)) | (None, Some(_), _) | (None, None, Some(_)) => {
            Err(Flaw::PersonalAltered)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::NewCase;
    use crate::engine::testing::Counting;
    use crate::engine::{Engine, Services};
    use crate::memory::MemoryStore;
    use crate::model::{Actor, Role, StreamId};
    use crate::store::{EventQuery, Store};

    /// The events of a case: it is raised, taken, and has a note, which is edited; others come between.
    fn events() -> Vec<StoredEvent> {
        let store = Arc::new(MemoryStore::new());
        let engine =
            Engine::new(Arc::clone(&store) as _, Box::new(Counting::new()), None, Services::default())
                .unwrap();
        let agent = engine.desk(Actor::new("amara", "").with_role(Role::Agent));
        let case = agent.raise_case(NewCase::new("Support", "Cannot log in")).unwrap().id;
        let note = agent.add_note(case, "Called, no answer.").unwrap().id;
        agent.raise_case(NewCase::new("Support", "Password lost")).unwrap();
        agent.edit_note(note, "Called, came through.").unwrap();
        store.events(&EventQuery::Stream { stream: StreamId::Case(case), after: 0, limit: 10 }).unwrap()
    }

    /// The flaw of the first event that has one, with its place.
    fn flaw_of(events: &[StoredEvent]) -> Option<(usize, Flaw)> {
        let mut fold = Fold::default();
        events.iter().enumerate().find_map(|(place, event)| Some((place, fold.follow(event).err()?)))
    }

    /// The same with hashes that fit.
    fn hashed(mut events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        let mut before = Digest::default();
        for event in &mut events {
            event.hash = event.hash_after(&before);
            before = event.hash;
        }
        events
    }

    #[test]
    fn a_sound_stream_is_followed_to_its_end() {
        let events = events();
        assert_eq!(flaw_of(&events), None);
        let mut fold = Fold::default();
        events.iter().for_each(|event| fold.follow(event).unwrap());
        let (first, last) = (&events[0], &events[events.len() - 1]);
        assert_eq!((fold.revision(), *fold.hash()), (events.len() as u64, last.hash));
        assert_eq!(fold.first(), first.position);
        assert_eq!(fold.state().map(State::revision), Some(last.revision));
        let notes: Vec<(u32, u64)> =
            fold.notes().values().map(|(note, added)| (note.edits, *added)).collect();
        assert_eq!(notes, [(1, events[1].position)], "where it was added, though it was edited");
    }

    #[test]
    fn each_flaw_is_told_by_its_name() {
        type Change = fn(&mut Vec<StoredEvent>);
        let last = |flaw| Some((2, flaw));
        let changes: [(Change, Option<(usize, Flaw)>); 12] = [
            (|events| drop(events.remove(1)), Some((1, Flaw::OutOfTurn))),
            (|events| events.insert(1, events[0].clone()), Some((1, Flaw::OutOfTurn))),
            (|events| events[2].facts.push(b' '), last(Flaw::Altered)),
            (|events| events[2].request = Some([7; 32]), last(Flaw::Altered)),
            (|events| events[2].position = events[1].position, last(Flaw::Misplaced)),
            (|events| events[2].position = 1, last(Flaw::Misplaced)),
            (|events| (events[2].personal, events[2].salt) = (None, None), last(Flaw::PersonalMissing)),
            (|events| events[2].personal = None, last(Flaw::PersonalAltered)),
            (|events| events[2].salt = None, last(Flaw::PersonalAltered)),
            (|events| events[2].personal = events[1].personal.clone(), last(Flaw::PersonalAltered)),
            (
                |events| {
                    events[2].facts = br#"{"event":"of_a_later_version"}"#.to_vec();
                    *events = hashed(std::mem::take(events));
                },
                last(Flaw::Unreadable),
            ),
            (
                |events| {
                    events[2].commitment = None;
                    *events = hashed(std::mem::take(events));
                },
                last(Flaw::PersonalAltered),
            ),
        ];
        for (place, (change, flaw)) in changes.into_iter().enumerate() {
            let mut altered = events();
            change(&mut altered);
            assert_eq!(flaw_of(&altered), flaw, "change {place}");
        }
        // A case that begins with a note, and one that edits a note which it does not have.
        let alone = |mut event: StoredEvent, revision| {
            event.revision = revision;
            event
        };
        let [raised, added, edited] = <[StoredEvent; 3]>::try_from(events()).unwrap();
        assert_eq!(flaw_of(&hashed(vec![alone(added, 1)])), Some((0, Flaw::Impossible)));
        assert_eq!(flaw_of(&hashed(vec![raised, alone(edited, 2)])), Some((1, Flaw::NoteUnknown)));
    }
}
