//! Events: what happened. There is one for each change, made of facts and a personal part.
//!
//! Facts are ids, stages, codes, digests and sizes, and are kept for good. The personal part has text and names, with
//! their old and new values. It can be erased, and the audit trail still proves the rest.
//!
//! Each kind of stream has a file with its facts, their codes, and the state that each leads to.

mod case;
mod case_type;
mod customer;
mod ledger;
mod person;
mod personal;
mod settings;
mod tag;
mod team;
mod workflow;

pub use case::CaseFact;
pub(crate) use case::evolve_note;
pub use case_type::CaseTypeFact;
pub use customer::CustomerFact;
pub use ledger::LedgerFact;
pub use person::PersonFact;
use personal::Fill;
pub use personal::{ApprovedData, Identified, OldNew, Personal, RequestChange};
pub use settings::SettingsFact;
pub use tag::TagFact;
pub use team::TeamFact;
pub use workflow::WorkflowFact;

use std::marker::PhantomData;

use serde::de::DeserializeSeed;
use serde_json::de::Read;
use uuid::Uuid;

use crate::model::{
    ActorId, CaseId, CaseTypeId, CustomerId, NoteId, PersonId, StreamId, TagId, TeamId, Timestamp, WorkflowId,
};

/// One entry in the history of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its position among all events of the file, from 1.
    pub position: u64,
    /// Its place in the history of its stream, from 1; also the revision of the stream after it.
    pub revision: u64,
    /// When it happened, who did it, and for whom.
    pub header: Header,
    /// What happened, and to which stream.
    pub fact: Fact,
    /// The text and names that belong to it; empty if there are none, or they were erased.
    pub personal: Personal,
}

/// An event that a decision makes, before it is written and has a position and a hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// When it happened, who did it, and for whom.
    pub header: Header,
    /// What happened, and to which stream.
    pub fact: Fact,
    /// The text and names that belong to it; empty if there are none.
    pub personal: Personal,
}

/// When something happened, who did it, and for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// When it happened; for an imported event, when it happened in the other system.
    pub at: Timestamp,
    /// The id of the actor who did it.
    pub actor: ActorId,
    /// The id of the person for whom they did it; `None` if they acted for themselves.
    pub on_behalf_of: Option<ActorId>,
    /// The id of the actor who imported it; `None` if it was not imported.
    pub imported_by: Option<ActorId>,
}

/// What happened, and to which stream, without text or names of people.
///
/// The stream is part of the value, so that a fact of one kind of stream cannot be combined with a stream of another
/// kind.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Fact {
    /// What happened to the settings of the file.
    Settings(SettingsFact),
    /// What happened to the workflow with this id.
    Workflow(WorkflowId, WorkflowFact),
    /// What happened to the case type with this id.
    CaseType(CaseTypeId, CaseTypeFact),
    /// What happened to the customer with this id.
    Customer(CustomerId, CustomerFact),
    /// What happened to the case with this id, to its notes or in its workflow.
    Case(CaseId, CaseFact),
    /// What was done to the file as a whole.
    Ledger(LedgerFact),
    /// What happened to the entry of the directory of people with this id.
    Person(PersonId, PersonFact),
    /// What happened to the team with this id.
    Team(TeamId, TeamFact),
    /// What happened to the tag with this id.
    Tag(TagId, TagFact),
}

impl Fact {
    /// The stream whose history the fact belongs to.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Settings(_) => StreamId::Settings,
            Self::Workflow(id, _) => StreamId::Workflow(*id),
            Self::CaseType(id, _) => StreamId::CaseType(*id),
            Self::Customer(id, _) => StreamId::Customer(*id),
            Self::Case(id, _) => StreamId::Case(*id),
            Self::Ledger(_) => StreamId::Ledger,
            Self::Person(id, _) => StreamId::Person(*id),
            Self::Team(id, _) => StreamId::Team(*id),
            Self::Tag(id, _) => StreamId::Tag(*id),
        }
    }

    /// The stable word for it in the store, in hosts and in `changes_since`, such as `case_raised`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Settings(fact) => fact.code(),
            Self::Workflow(_, fact) => fact.code(),
            Self::CaseType(_, fact) => fact.code(),
            Self::Customer(_, fact) => fact.code(),
            Self::Case(_, fact) => fact.code(),
            Self::Ledger(fact) => fact.code(),
            Self::Person(_, fact) => fact.code(),
            Self::Team(_, fact) => fact.code(),
            Self::Tag(_, fact) => fact.code(),
        }
    }

    /// What happened to a case; `None` if the fact is about another kind of stream.
    #[must_use]
    pub fn of_case(&self) -> Option<&CaseFact> {
        match self {
            Self::Case(_, fact) => Some(fact),
            Self::Settings(_)
            | Self::Workflow(..)
            | Self::CaseType(..)
            | Self::Customer(..)
            | Self::Ledger(_)
            | Self::Person(..)
            | Self::Team(..)
            | Self::Tag(..) => None,
        }
    }

    /// What happened to an entry of the directory of people; `None` if the fact is about another kind of stream.
    #[must_use]
    pub fn person(&self) -> Option<&PersonFact> {
        match self {
            Self::Person(_, fact) => Some(fact),
            Self::Settings(_)
            | Self::Workflow(..)
            | Self::CaseType(..)
            | Self::Customer(..)
            | Self::Case(..)
            | Self::Ledger(_)
            | Self::Team(..)
            | Self::Tag(..) => None,
        }
    }

    /// The id of the note that the fact is about; `None` if it is about none.
    #[must_use]
    pub fn note(&self) -> Option<NoteId> {
        self.of_case().and_then(CaseFact::note)
    }

    /// The id of the bank account or next of kin that the fact is about; `None` if it is about neither.
    #[must_use]
    pub fn entry(&self) -> Option<Uuid> {
        match self {
            Self::Customer(_, fact) => fact.entry(),
            Self::Settings(_)
            | Self::Workflow(..)
            | Self::CaseType(..)
            | Self::Case(..)
            | Self::Ledger(_)
            | Self::Person(..)
            | Self::Team(..)
            | Self::Tag(..) => None,
        }
    }

    /// Sets what is known only when the fact is written: the number of a new case, the position of a checkpoint.
    pub(crate) fn assign(&mut self, number: u64, position: u64) {
        match self {
            Self::Case(_, fact) => fact.assign(number),
            Self::Ledger(fact) => fact.assign(position),
            Self::Settings(_) | Self::Workflow(..) | Self::CaseType(..) => {}
            Self::Customer(..) | Self::Person(..) | Self::Team(..) | Self::Tag(..) => {}
        }
    }

    /// The JSON in which the fact is stored. The stream is not in it, because stores keep that beside it.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Settings(fact) => serde_json::to_vec(fact),
            Self::Workflow(_, fact) => serde_json::to_vec(fact),
            Self::CaseType(_, fact) => serde_json::to_vec(fact),
            Self::Customer(_, fact) => serde_json::to_vec(fact),
            Self::Case(_, fact) => serde_json::to_vec(fact),
            Self::Ledger(fact) => serde_json::to_vec(fact),
            Self::Person(_, fact) => serde_json::to_vec(fact),
            Self::Team(_, fact) => serde_json::to_vec(fact),
            Self::Tag(_, fact) => serde_json::to_vec(fact),
        }
    }

    /// Reads a fact of a stream from JSON.
    ///
    /// Fails if the JSON is no fact that this version knows for that kind of stream.
    pub fn from_json(stream: StreamId, json: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match stream {
            StreamId::Settings => Self::Settings(from_json(json, PhantomData)?),
            StreamId::Workflow(id) => Self::Workflow(id, from_json(json, PhantomData)?),
            StreamId::CaseType(id) => Self::CaseType(id, from_json(json, PhantomData)?),
            StreamId::Customer(id) => Self::Customer(id, from_json(json, PhantomData)?),
            StreamId::Case(id) => Self::Case(id, from_json(json, PhantomData)?),
            StreamId::Ledger => Self::Ledger(from_json(json, PhantomData)?),
            StreamId::Person(id) => Self::Person(id, from_json(json, PhantomData)?),
            StreamId::Team(id) => Self::Team(id, from_json(json, PhantomData)?),
            StreamId::Tag(id) => Self::Tag(id, from_json(json, PhantomData)?),
        })
    }
}

/// Reads JSON. The whole of it is checked for UTF-8 once, instead of each text separately.
fn from_json<'a, S: DeserializeSeed<'a>>(json: &'a [u8], seed: S) -> Result<S::Value, serde_json::Error> {
    match std::str::from_utf8(json) {
        Ok(text) => read_whole(serde_json::Deserializer::from_str(text), seed),
        // Reading the bytes fails too, with an error that says where the invalid byte is.
        Err(_) => read_whole(serde_json::Deserializer::from_slice(json), seed),
    }
}

fn read_whole<'a, R: Read<'a>, S: DeserializeSeed<'a>>(
    mut json: serde_json::Deserializer<R>,
    seed: S,
) -> Result<S::Value, serde_json::Error> {
    let value = seed.deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

impl From<SettingsFact> for Fact {
    fn from(fact: SettingsFact) -> Self {
        Self::Settings(fact)
    }
}

impl From<LedgerFact> for Fact {
    fn from(fact: LedgerFact) -> Self {
        Self::Ledger(fact)
    }
}

impl Header {
    /// The header for an actor who acts for themselves, and for something that is not imported.
    #[must_use]
    pub fn new(at: Timestamp, actor: ActorId) -> Self {
        Self { at, actor, on_behalf_of: None, imported_by: None }
    }
}

impl Event {
    /// Reads an event from what a store keeps of it: its position in the file, its revision in the stream, and the
    /// bytes as they were written. An erased personal part becomes an empty one.
    ///
    /// Fails if the bytes are no event that this version knows.
    pub fn read(
        stream: StreamId,
        (position, revision): (u64, u64),
        header: Header,
        facts: &[u8],
        personal: Option<&[u8]>,
    ) -> Result<Self, serde_json::Error> {
        let fact = Fact::from_json(stream, facts)?;
        let mut event = Self { position, revision, header, fact, personal: Personal::default() };
        if let Some(json) = personal {
            from_json(json, Fill(&mut event.personal))?;
        }
        Ok(event)
    }

    /// The stream whose history the event belongs to.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        self.fact.stream()
    }
}

impl Draft {
    /// The stream to whose history the event will belong.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        self.fact.stream()
    }

    /// The id of the case that the event is about; `None` if it is about none.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        self.stream().case()
    }
}
