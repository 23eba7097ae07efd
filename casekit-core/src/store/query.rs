//! Questions to a store, as data.

use serde::{Deserialize, Serialize};

use super::{FieldFilter, FieldOrder, FieldRange, Stalled};
use crate::commit::Claim;
use crate::model::{
    ActorId, CaseClock, CaseId, CaseTypeId, CustomerId, DueTask, FieldId, FieldKey, Note, NoteId,
    OutcomeKind, Priority, RequestId, ResolutionCode, StageCategory, StageId, StreamId, TagId, TeamId,
    Timestamp, WorkflowId,
};
use crate::search;

/// What a decision needs to be loaded. Everything is off or empty by default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadPlan {
    /// A request that may have been carried out already.
    pub request: Option<(ActorId, RequestId)>,
    /// Cases by id.
    pub cases: Vec<CaseId>,
    /// Cases by the integers of their numbers, without the prefix.
    pub case_numbers: Vec<u64>,
    /// Whether to load the customers of these cases too, and of those that have a reference if they are loaded.
    pub case_customers: bool,
    /// Notes by id. The case of each is loaded too.
    pub notes: Vec<NoteId>,
    /// Customers by id.
    pub customers: Vec<CustomerId>,
    /// People whose entries in the directory are to be found, by their actor ids.
    pub people: Vec<ActorId>,
    /// Names and references whose stream is to be found.
    pub claims: Vec<Claim>,
    /// A reference that several may share: whoever has it with the greatest number is to be found too.
    pub newest_of: Option<Claim>,
    /// Whether to load the customers who have these references too.
    pub claimed_customers: bool,
    /// Whether to load the cases that have these references too.
    pub claimed_cases: bool,
    /// Whether to load the ledger.
    pub ledger: bool,
}

impl LoadPlan {
    /// One customer, and nothing else.
    #[must_use]
    pub fn customer(id: CustomerId) -> Self {
        Self { customers: vec![id], ..Self::default() }
    }

    /// One case, and nothing else.
    #[must_use]
    pub fn case(id: CaseId) -> Self {
        Self { cases: vec![id], ..Self::default() }
    }
}

/// A page of cases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseQuery {
    /// Which cases the list has.
    pub filter: CaseFilter,
    /// What the list is sorted by.
    pub sort: Sort,
    /// The field by whose values the list is sorted instead; `None` for the order of `sort`.
    pub by_field: Option<FieldOrder>,
    /// Whether the least or the greatest comes first.
    pub direction: Direction,
    /// Only rows after this place; `None` for the beginning of the list.
    pub after: Option<After>,
    /// The maximum number of rows.
    pub limit: u32,
}

/// Conditions on cases. Every condition that is given must hold; without any, all cases match.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CaseFilter {
    /// Of one of these types.
    pub types: Option<Vec<CaseTypeId>>,
    /// In a stage with one of these ids, of whatever type.
    pub stages: Option<Vec<StageId>>,
    /// In a stage of one of these categories.
    pub categories: Option<Vec<StageCategory>>,
    /// Of one of these teams, or with none where `None` is among them.
    pub teams: Option<Vec<Option<TeamId>>>,
    /// With one of these priorities.
    pub priorities: Option<Vec<Priority>>,
    /// Ended in one of these ways, or with nothing said of it where `None` is among them.
    pub resolutions: Option<Vec<Option<ResolutionCode>>>,
    /// Held by this actor, or by nobody.
    pub holder: Option<HolderFilter>,
    /// Linked to this customer.
    pub customer: Option<CustomerId>,
    /// Raised by this actor.
    pub raised_by: Option<ActorId>,
    /// Raised at this instant or later.
    pub raised_from: Option<Timestamp>,
    /// Raised before this instant.
    pub raised_before: Option<Timestamp>,
    /// Resolved at this instant or later; a case that is neither resolved nor closed is left out.
    pub resolved_from: Option<Timestamp>,
    /// Resolved before this instant; a case that is neither resolved nor closed is left out.
    pub resolved_before: Option<Timestamp>,
    /// Closed at this instant or later; a case that is not closed is left out.
    pub closed_from: Option<Timestamp>,
    /// Closed before this instant; a case that is not closed is left out.
    pub closed_before: Option<Timestamp>,
    /// With no event at this instant or later.
    pub updated_before: Option<Timestamp>,
    /// Neither resolved nor closed, and stalled as one of these says.
    pub stalled: Option<Vec<Stalled>>,
    /// In this workflow, whatever its version.
    pub workflow: Option<WorkflowId>,
    /// With this outcome of the present round of its workflow.
    pub outcome: Option<OutcomeKind>,
    /// With this text in number, title, description, customer name or request.
    pub text: Option<search::Query>,
    /// Held or raised by this actor: a scope uses it to leave only somebody's own cases.
    pub own: Option<ActorId>,
    /// Pending for this actor.
    pub pending: Option<Pending>,
    /// Part of the work of this actor: pending for them; or held or raised by them, and not closed. Rows then say
    /// [whether they are pending](crate::store::CaseRow::pending).
    pub work: Option<Pending>,
    /// With all of these tags, each of them in use: a case whose own tag was merged into one of them has that.
    pub tags: Vec<TagId>,
    /// With values of fields that meet all of these.
    pub fields: Vec<FieldFilter>,
    /// With a failure of this kind.
    pub failing: Option<Failing>,
    /// With a task of this kind that is due before this instant.
    pub due_task: Option<(DueTask, Timestamp)>,
    /// With a deadline that runs, whose first end fits.
    pub due: Option<Due>,
}

/// A condition on when the first running deadline of a case ends; without any, every case with such a deadline fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Due {
    /// It ends at this instant or later.
    pub from: Option<Timestamp>,
    /// It ends before this instant.
    pub before: Option<Timestamp>,
    /// The first warning about a running deadline of the case is for this instant or earlier.
    pub warned: Option<Timestamp>,
}

impl Due {
    /// Whether a case with this clock fits.
    #[must_use]
    pub fn has(&self, clock: &CaseClock) -> bool {
        clock.due_at().is_some_and(|due_at| {
            self.from.is_none_or(|from| due_at >= from)
                && self.before.is_none_or(|before| due_at < before)
                && self.warned.is_none_or(|at| clock.warn_at().is_some_and(|warn_at| warn_at <= at))
        })
    }
}

/// The cases that a scope leaves. Every condition that is given must hold; without any, all cases are within it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Within {
    /// Of one of these types.
    pub types: Option<Vec<CaseTypeId>>,
    /// Of one of these teams, or with none where `None` is among them.
    pub teams: Option<Vec<Option<TeamId>>>,
    /// Linked to this customer.
    pub customer: Option<CustomerId>,
    /// Held or raised by this actor.
    pub own: Option<ActorId>,
}

impl From<Within> for CaseFilter {
    fn from(Within { types, teams, customer, own }: Within) -> Self {
        Self { types, teams, customer, own, ..Self::default() }
    }
}

impl CaseFilter {
    /// For the work of an actor, the filters of which it is the sum: what they hold or raised and is not closed, and
    /// what is pending for them, less what is in both. `None` if the filter is not about anybody's work, or has
    /// such conditions besides.
    ///
    /// A store that keeps the counts of these can answer how much work there is without reading it.
    #[must_use]
    pub fn parts_of_work(&self) -> Option<[(i64, Self); 3]> {
        let work = self.work.as_ref()?;
        // Two conditions of one kind would both have to hold, and there is room for one.
        if self.pending.is_some() || self.own.as_ref().is_some_and(|own| *own != work.by) {
            return None;
        }
        let among = self.categories.as_deref().unwrap_or(&StageCategory::ALL);
        let not_closed = among.iter().copied().filter(|one| *one != StageCategory::Closed).collect();
        let pending = Self { work: None, pending: Some(work.clone()), ..self.clone() };
        let both = Self { own: Some(work.by.clone()), categories: Some(not_closed), ..pending.clone() };
        let own = Self { pending: None, ..both.clone() };
        Some([(1, own), (1, pending), (-1, both)])
    }
}

/// A case is pending for an actor if one of its [work items](crate::work_item) is theirs, or would be if they took it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The actor for whom cases are pending.
    pub by: ActorId,
    /// The person for whom they act; whatever that person is excluded from, they are too.
    pub on_behalf_of: Option<ActorId>,
    /// Their permissions, as [bits](crate::model::Permission::bit).
    pub bits: u32,
}

impl Pending {
    /// Whose exclusions count: the actor's, and those of the person for whom they act.
    pub fn people(&self) -> impl Iterator<Item = &ActorId> {
        std::iter::once(&self.by).chain(&self.on_behalf_of)
    }
}

/// Conditions on a failure; without any, every failure matches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Failing {
    /// With this code; any if not given.
    pub code: Option<String>,
    /// Because of this setting; any if not given.
    pub setting: Option<String>,
}

/// A condition on the holder of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HolderFilter {
    /// Nobody holds the case.
    Untaken,
    /// This actor holds the case.
    By(ActorId),
}

/// What a list of cases is sorted by. Among equals, the case number decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By case number, which is the default.
    #[default]
    Number,
    /// By the instant at which cases were raised.
    Raised,
    /// By the instant of each case's newest event.
    Updated,
    /// By when the first running deadline of each case ends. The list then has only cases with one.
    Due,
    /// By when each case came to its stage. The list then has only cases that are neither resolved nor closed.
    StageSince,
}

/// Which end of a sorted list comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The least number or the earliest instant first.
    Ascending,
    /// The greatest number or the latest instant first, which is the default.
    #[default]
    Descending,
}

/// A place in a sorted list: the key of the last row seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum After {
    /// In a list sorted by number: the number.
    Number(u64),
    /// In a list sorted by an instant: the instant, then the number.
    Instant(Timestamp, u64),
    /// In a list sorted by a field: the key of the value, then the number.
    Field(FieldKey, u64),
    /// In a list of customers: the folded name, then the id.
    Name(String, CustomerId),
    /// In a thread: the place of a note.
    Path(Vec<u32>),
    /// In search results: the entry.
    Entry(u64),
}

/// A count of cases in groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CountQuery {
    /// What the groups are.
    pub by: CountBy,
    /// Which cases are counted.
    pub filter: CaseFilter,
}

/// What counts are grouped by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountBy {
    /// One group for each case type.
    CaseType,
    /// One group for each stage of each case type.
    Stage,
    /// One group for each category of stages, whatever the type.
    Category,
    /// One group for each holder, and one for the cases that nobody holds.
    Holder,
    /// One group for each team, and one for the cases that stand with none.
    Team,
    /// One group for each tag in use; a case is counted for each of its tags, and one without a tag for none.
    Tag,
    /// One group for each priority.
    Priority,
    /// One group for each resolution, whatever the type, and one for the cases without one.
    Resolution,
}

impl CountBy {
    /// Every grouping.
    pub const ALL: [Self; 8] = [
        Self::CaseType,
        Self::Stage,
        Self::Category,
        Self::Holder,
        Self::Team,
        Self::Tag,
        Self::Priority,
        Self::Resolution,
    ];
}

/// A page of customers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomerQuery {
    /// With this text in their name, e-mail address, telephone number or reference, as
    /// [`customer_terms`](search::customer_terms) says; `None` for all.
    pub text: Option<search::Query>,
    /// With values of fields that meet every one of these conditions; empty for all.
    pub fields: Vec<(FieldId, FieldRange)>,
    /// Only rows after this place; `None` for the beginning of the list.
    pub after: Option<After>,
    /// The maximum number of rows.
    pub limit: u32,
}

/// People of the directory who have a name, in the order of the bytes of their actor ids.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeopleQuery {
    /// Those with these actor ids; whoever is not in the directory is left out.
    Those(Vec<ActorId>),
    /// Everybody after an actor id, from the beginning if it is `None`.
    All {
        /// Only people after this actor id.
        after: Option<ActorId>,
        /// The maximum number of rows.
        limit: u32,
    },
}

/// Notes of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteQuery {
    /// The case whose thread it is.
    pub case: CaseId,
    /// Whether internal notes are shown.
    pub internal: bool,
    /// Which of them, and in which order.
    pub order: NoteOrder,
    /// The maximum number of notes.
    pub limit: u32,
}

/// A place among the notes of all cases: the case, and the place in its thread. It need not be that of a note.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NotePlace {
    /// The case whose thread it is.
    pub case: CaseId,
    /// The place in its thread.
    pub path: Vec<u32>,
}

impl NotePlace {
    /// The place of a note.
    #[must_use]
    pub fn of(note: &Note) -> Self {
        Self { case: note.case, path: note.path.clone() }
    }
}

/// Which notes a page has, and in which order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoteOrder {
    /// As a thread is read, each note followed by its replies.
    Reading {
        /// Only notes after this place; `None` for the beginning of the thread.
        after: Option<After>,
    },
    /// By when they were added, whatever they answer. A page is full unless it is the last.
    Added {
        /// Whether the oldest or the newest comes first.
        direction: Direction,
        /// Only notes after the one with this place, in that direction; `None` for the beginning. Nothing comes after a
        /// place at which there is no note.
        after: Option<After>,
    },
}

impl NoteQuery {
    /// A page of the thread, in reading order.
    #[must_use]
    pub fn thread(case: CaseId, internal: bool, after: Option<After>, limit: u32) -> Self {
        Self { case, internal, order: NoteOrder::Reading { after }, limit }
    }

    /// The `limit` newest notes, newest first.
    #[must_use]
    pub fn newest(case: CaseId, internal: bool, limit: u32) -> Self {
        Self::added(case, internal, (Direction::Descending, None), limit)
    }

    /// A page of the notes by when they were added.
    #[must_use]
    pub fn added(
        case: CaseId,
        internal: bool,
        (direction, after): (Direction, Option<After>),
        limit: u32,
    ) -> Self {
        Self { case, internal, order: NoteOrder::Added { direction, after }, limit }
    }
}

/// A page of search results.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchQuery {
    /// The words to look for; never empty.
    pub text: search::Query,
    /// Only cases of these types.
    pub types: Option<Vec<CaseTypeId>>,
    /// Only cases of these teams, and of none where `None` is among them.
    pub teams: Option<Vec<Option<TeamId>>>,
    /// Only cases of this customer.
    pub customer: Option<CustomerId>,
    /// Only cases held or raised by this actor.
    pub own: Option<ActorId>,
    /// Whether notes are searched.
    pub notes: bool,
    /// Whether internal notes are among them.
    pub internal: bool,
    /// Whether entries of cases are searched (they hold customer names).
    pub cases: bool,
    /// Only rows after this place; `None` for the beginning of the list.
    pub after: Option<After>,
    /// The maximum number of rows.
    pub limit: u32,
}

/// A page of events, in one of three orders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EventQuery {
    /// Of one stream, with a greater revision.
    Stream {
        /// The stream whose events are read.
        stream: StreamId,
        /// Only events after this revision; 0 for all.
        after: u64,
        /// The maximum number of events.
        limit: u32,
    },
    /// Of all streams, in the order of the streams' ids and of revisions within each.
    Streams {
        /// Only events after this stream and revision; all if `None`. It need not be the place of an event.
        after: Option<(StreamId, u64)>,
        /// The maximum number of events.
        limit: u32,
    },
    /// Of the whole store, with a greater position.
    All {
        /// Only events after this position; 0 for all.
        after: u64,
        /// The maximum number of events.
        limit: u32,
    },
}
