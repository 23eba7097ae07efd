//! The audit trail, as people and programs read it: history and changes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::look::Look;
use super::page::Told;
use super::{Desk, Page, PageRequest, admission};
use crate::commit::StoredEvent;
use crate::error::Error;
use crate::event::{CaseFact, Event, Fact, SettingsFact};
use crate::history::{self, About, HistoryEntry, Phrases};
use crate::model::{ActorId, Case, NoteId, Permission, Settings, StreamId, Timestamp, Visibility, limits};
use crate::rejection::Rejection;
use crate::store::{Cursor, Defined, EventQuery, History, HistoryQuery, LoadPlan, unreadable};

/// The notes among the events of a page that the actor may see.
enum Shown {
    All,
    These(BTreeSet<NoteId>),
    None,
}

impl Shown {
    fn has(&self, note: NoteId) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these.contains(&note),
            Self::None => false,
        }
    }
}

/// One change, as a hint of what to read again. It has no values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Change {
    /// The stream that changed, such as a case or the settings.
    pub stream: StreamId,
    /// The revision of the stream after this change.
    pub revision: u64,
    /// When the change happened.
    pub at: Timestamp,
    /// The code of the event, such as `case_taken`.
    pub code: String,
}

/// A piece of the changes of the file, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Changes {
    /// The changes that the actor may know of. There can be fewer than were requested, even none, while there are more
    /// to read.
    pub changes: Vec<Change>,
    /// The place up to which changes were read. Keep it, and give it to the next call. No change is ever added before
    /// it.
    pub cursor: Cursor,
    /// Whether more changes may follow that can be read at once.
    pub more: bool,
}

impl Desk {
    /// Returns the history of a stream, oldest first, as text that a screen can show.
    ///
    /// An entry says what happened, who did it, and what each value was before and after.
    ///
    /// Notes that the actor may not see are left out, and sensitive values are shown only if the actor may read them. What
    /// somebody else's note said is in its thread; the history repeats it, with what it said before it was edited, only for
    /// an actor with [`ReadHistory`](Permission::ReadHistory).
    ///
    /// Whoever may read a case may read its history: it needs [`ReadCases`](Permission::ReadCases). Every other history
    /// needs [`ReadHistory`](Permission::ReadHistory), that of a customer also
    /// [`ReadCustomers`](Permission::ReadCustomers), and that of somebody in the directory of people
    /// [`ReadPeople`](Permission::ReadPeople).
    ///
    /// # Arguments
    ///
    /// - `stream`: a case, a customer, a case type, a workflow, somebody in the directory of people, the settings, or the
    ///   ledger of the file.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such stream, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads one page of events by an index, and the case: the same however long the history is. An event holds its
    /// texts, old and new, so a page of long edits is large.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn history(&self, stream: StreamId, page: PageRequest) -> Result<Page<HistoryEntry>, Error> {
        let of_case = stream.case().is_some();
        let look =
            self.enter(if of_case { &admission::CASES } else { &admission::HISTORY }, "read_history")?;
        self.may_look_into(&look, stream)?;
        for _ in 0..limits::DECISIONS {
            if let Some(page) = self.history_at_one_moment(&look, stream, &page)? {
                return Ok(page);
            }
        }
        Err(Rejection::Contended { attempts: limits::DECISIONS }.into())
    }

    /// A page of a history; `None` if the case changed between the two reads that it takes, so that what is shown of its
    /// notes would be of another moment than the events.
    fn history_at_one_moment(
        &self,
        look: &Look<'_>,
        stream: StreamId,
        page: &PageRequest,
    ) -> Result<Option<Page<HistoryEntry>>, Error> {
        let Told { revision: after, case_type } = page.told()?;
        let limit = page.limit()?;
        let Defined { answer: History { case, mut events }, catalog } =
            self.engine.store.history(&HistoryQuery { stream, after, limit: limit + 1 })?;
        let case = match stream {
            StreamId::Case(id) => Some(look.open(case, "read_history", id)?),
            StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::CaseType(_)
            | StreamId::Customer(_)
            | StreamId::Ledger
            | StreamId::Person(_)
            | StreamId::Team(_)
            | StreamId::Tag(_) => None,
        };
        if events.is_empty() && after == 0 {
            return Err(self.not_found(stream.kind().word(), stream.uuid()).into());
        }
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let case = case.as_ref();
        let Some(shown) = self.shown_notes(look, case, &events)? else { return Ok(None) };
        // The type that the case had before this page, so that stages get the labels of that type. The first event of a
        // case says the type, and each page passes it to the next in its cursor.
        let now = case.map(|case| case.case_type);
        let mut told =
            Told { revision: after, case_type: case_type.filter(|id| look.sees_type(*id)).or(now) };
        let progress = case.and_then(|case| case.progress.as_deref());
        let steps = progress.map(|progress| progress.steps.as_slice()).unwrap_or_default();
        let access = self.access();
        let mut entries = Vec::with_capacity(events.len());
        let mut phrases = Phrases::default();
        let names =
            look.names(events.iter().flat_map(history::people_in).map(ActorId::to_string).collect())?;
        let mut settings = self.settings_at(stream, after)?;
        for mut event in events {
            let revision = event.revision;
            let types = event.fact.of_case().and_then(CaseFact::types);
            let changed = settings_after(&event.fact);
            let case_type = types.map(|(had, _)| had).or(told.case_type);
            let is_shown = event.fact.note().is_none_or(|note| shown.has(note));
            if is_shown && look.sees_past(&event.fact) && look.is_told(&event.fact) {
                let about = About {
                    language: self.language(),
                    catalog: &catalog,
                    access,
                    for_customer: look.is_for_customer(),
                    case_type,
                    settings: settings.as_ref(),
                    steps,
                    names: &names,
                };
                look.take_out_unread(&mut event);
                entries.push(history::describe(event, about, self.language(), &mut phrases));
            }
            told = Told { revision, case_type: types.map(|(_, has)| has).or(case_type) };
            settings = changed.or(settings);
        }
        Ok(Some(Page::sized(limit, entries, more.then(|| told.token()))))
    }

    /// The settings at a revision, for a page of their history that begins after it; `None` for any other history.
    fn settings_at(&self, stream: StreamId, revision: u64) -> Result<Option<Settings>, Error> {
        let Some(after) = revision.checked_sub(1).filter(|_| stream == StreamId::Settings) else {
            return Ok(None);
        };
        let read = self.engine.store.history(&HistoryQuery { stream, after, limit: 1 })?;
        Ok(read.answer.events.iter().find_map(|event| settings_after(&event.fact)))
    }

    /// Checks whether the actor may read this kind of stream. Whether a case is within the actor's scope is checked
    /// when the case is read.
    fn may_look_into(&self, look: &Look<'_>, stream: StreamId) -> Result<(), Rejection> {
        let missing = || self.not_found(stream.kind().word(), stream.uuid());
        match stream {
            StreamId::Case(_) => Ok(()),
            StreamId::Customer(id) => {
                self.pass(&admission::CUSTOMERS, "read_history")?;
                if look.sees_customer(id) { Ok(()) } else { Err(missing()) }
            }
            // Whoever sees one customer sees their cases and them, and nothing of the office.
            StreamId::Person(_)
            | StreamId::Team(_)
            | StreamId::Tag(_)
            | StreamId::CaseType(_)
            | StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::Ledger
                if look.is_for_customer() =>
            {
                Err(missing())
            }
            StreamId::Person(_) => self.pass(&admission::PEOPLE, "read_history"),
            StreamId::CaseType(id) if !look.sees_type(id) => Err(missing()),
            StreamId::CaseType(_) | StreamId::Team(_) | StreamId::Tag(_) => Ok(()),
            StreamId::Settings | StreamId::Workflow(_) | StreamId::Ledger => Ok(()),
        }
    }

    /// The notes that these events are about and that the actor may see; `None` if the case is no longer the one that was
    /// read with the events.
    ///
    /// A note that the actor can no longer see is left out, whatever could be seen of it before.
    fn shown_notes(
        &self,
        look: &Look<'_>,
        case: Option<&Case>,
        events: &[Event],
    ) -> Result<Option<Shown>, Error> {
        if !self.call.actor.may(Permission::ReadNotes) {
            return Ok(Some(Shown::None));
        }
        if look.sees_internal_notes() {
            return Ok(Some(Shown::All));
        }
        let about: BTreeSet<NoteId> = events.iter().filter_map(|event| event.fact.note()).collect();
        let plan = LoadPlan { notes: about.into_iter().collect(), ..LoadPlan::default() };
        if plan.notes.is_empty() {
            return Ok(Some(Shown::None));
        }
        let loaded = self.engine.store.load(&plan)?;
        // The case comes with its notes. Everything that happens to a note is an event of the case.
        if loaded.cases.first().map(|case| case.revision) != case.map(|case| case.revision) {
            return Ok(None);
        }
        let notes = loaded.notes.into_iter();
        let shown = notes.filter(|note| note.visibility != Visibility::Internal).map(|note| note.id);
        Ok(Some(Shown::These(shown.collect())))
    }

    /// Returns what changed since a cursor, oldest first.
    ///
    /// Changes of cases and case types outside the actor's scope are left out, and so are changes of customers and of the
    /// directory of people if the actor may not read those, and of notes that the actor could not see when they happened. Needs
    /// [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `cursor`: the cursor of the previous answer; `None` to begin with the first change.
    /// - `limit`: the maximum number of changes, 1 to 500.
    ///
    /// # Errors
    ///
    /// - `CursorNotOfThisStore`: if the cursor is of another store, or if it is past the point at which work continued
    ///   on a restored backup. What was read after that point no longer holds, so start again from the first change.
    ///
    /// # Cost
    ///
    /// Reads one page of events by their position: the same wherever the cursor is. If the actor's scope is narrowed,
    /// the cases that the events are about are read as well.
    ///
    /// An answer has 1 to 500 changes: `Invalid` with `out_of_range` beyond.
    pub fn changes_since(&self, cursor: Option<&Cursor>, limit: u32) -> Result<Changes, Error> {
        let look = self.look(Permission::ReadCases, "changes_since")?;
        let limit = PageRequest::first().of(limit).limit()?;
        // Before the events: if work continues on a restored backup between the two reads, the cursor in the answer is
        // of the old lineage, and the next call refuses it. The other way round it would pass for one of the new
        // lineage.
        let newest = self.engine.store.newest()?;
        let after = cursor.map(|cursor| self.engine.goes_on(cursor, &newest)).transpose()?.unwrap_or(0);
        let stored = self.engine.store.events(&EventQuery::All { after, limit })?;
        let position = stored.last().map_or(after, |one| one.position);
        let seen = self.seen_streams(&look, &stored)?;
        let mut changes = Vec::new();
        for one in stored.iter().filter(|one| seen(one.stream)) {
            let event = one.open().map_err(unreadable)?;
            let of_note = event.fact.note().is_some();
            if !look.is_told(&event.fact) {
                continue;
            }
            if of_note && !(self.call.actor.may(Permission::ReadNotes) && look.sees_past(&event.fact)) {
                continue;
            }
            let code = event.fact.code().to_owned();
            changes.push(Change { stream: one.stream, revision: one.revision, at: one.header.at, code });
        }
        let more = stored.len() == limit as usize;
        Ok(Changes { changes, cursor: Cursor { position, ..newest }, more })
    }

    /// Which of the streams of these events the actor may know of.
    fn seen_streams(
        &self,
        look: &Look<'_>,
        stored: &[StoredEvent],
    ) -> Result<impl Fn(StreamId) -> bool + use<>, Error> {
        let caller = &look.caller;
        let customers = self.call.actor.may(Permission::ReadCustomers);
        let one_customer = caller.scope.customer;
        let people = self.call.actor.may(Permission::ReadPeople);
        let narrowed = caller.is_narrowed();
        let mut cases = BTreeSet::new();
        if narrowed {
            let ids = stored.iter().filter_map(|one| match one.stream {
                StreamId::Case(id) => Some(id),
                StreamId::Settings
                | StreamId::Workflow(_)
                | StreamId::CaseType(_)
                | StreamId::Customer(_)
                | StreamId::Ledger
                | StreamId::Person(_)
                | StreamId::Team(_)
                | StreamId::Tag(_) => None,
            });
            let ids: BTreeSet<_> = ids.collect();
            let loaded = self
                .engine
                .store
                .load(&LoadPlan { cases: ids.into_iter().collect(), ..LoadPlan::default() })?;
            cases.extend(loaded.cases.iter().filter(|case| caller.sees(case)).map(|case| case.id));
        }
        let types = caller.scope.types.clone();
        Ok(move |stream| match stream {
            StreamId::Case(id) => !narrowed || cases.contains(&id),
            StreamId::Customer(id) => customers && one_customer.is_none_or(|one| one == id),
            StreamId::Person(_) => people,
            StreamId::CaseType(id) => types.as_ref().is_none_or(|types| types.contains(&id)),
            StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::Ledger
            | StreamId::Team(_)
            | StreamId::Tag(_) => true,
        })
    }
}

/// The settings after a fact; `None` if it is about something else.
fn settings_after(fact: &Fact) -> Option<Settings> {
    match fact {
        Fact::Settings(SettingsFact::SettingsChanged { settings }) => Some(settings.clone()),
        Fact::Case(..) | Fact::Customer(..) | Fact::CaseType(..) | Fact::Workflow(..) => None,
        Fact::Ledger(_) | Fact::Person(..) | Fact::Team(..) | Fact::Tag(..) => None,
    }
}
