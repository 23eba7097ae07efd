//! What happened: one entry per change, in facts and a personal part.
//!
//! Facts are ids, stages, codes, digests and sizes, and stay for good. The personal part is text and names with
//! their old and new values; it can be erased, and the audit trail still proves the rest.
//!
//! Each kind of stream has its facts in a file of its own, with their codes and what each makes of the state.

mod case;
mod case_type;
mod customer;
mod ledger;
mod personal;
mod settings;
mod workflow;

pub use case::CaseFact;
pub(crate) use case::evolve_note;
pub use case_type::CaseTypeFact;
pub use customer::CustomerFact;
pub use ledger::LedgerFact;
use personal::Fill;
pub use personal::{ApprovedData, OldNew, Personal};
pub use settings::SettingsFact;
pub use workflow::WorkflowFact;

use std::marker::PhantomData;

use serde::de::DeserializeSeed;
use serde_json::de::Read;

use crate::model::{ActorId, CaseId, CaseTypeId, CustomerId, NoteId, StreamId, Timestamp, WorkflowId};

/// One entry of a stream's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its place among all events of the file, from 1.
    pub position: u64,
    /// Its place in the history of its stream, from 1.
    pub revision: u64,
    /// When it happened, and who did it.
    pub header: Header,
    /// What happened, and to what.
    pub fact: Fact,
    /// The text and names that went with it; `None` where there were none or they were erased.
    pub personal: Personal,
}

/// What a decision wants to happen: an event before it has a place and a hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// When it happened, and who did it.
    pub header: Header,
    /// What happened, and to what.
    pub fact: Fact,
    /// The text and names that go with it.
    pub personal: Personal,
}

/// When something happened, and who did it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorId,
    /// For whom they did it, if for another.
    pub on_behalf_of: Option<ActorId>,
    /// Who imported it, if it happened elsewhere.
    pub imported_by: Option<ActorId>,
}

/// What happened, and to what, without text or names of people.
///
/// The stream is part of it, so that a fact of one kind of stream is never told of another.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Fact {
    /// To the settings of the file.
    Settings(SettingsFact),
    /// To a workflow.
    Workflow(WorkflowId, WorkflowFact),
    /// To a case type.
    CaseType(CaseTypeId, CaseTypeFact),
    /// To a customer.
    Customer(CustomerId, CustomerFact),
    /// To a case, with its notes and its workflow.
    Case(CaseId, CaseFact),
    /// To the file as a whole.
    Ledger(LedgerFact),
}

impl Fact {
    /// The stream whose history it belongs to.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Settings(_) => StreamId::Settings,
            Self::Workflow(id, _) => StreamId::Workflow(*id),
            Self::CaseType(id, _) => StreamId::CaseType(*id),
            Self::Customer(id, _) => StreamId::Customer(*id),
            Self::Case(id, _) => StreamId::Case(*id),
            Self::Ledger(_) => StreamId::Ledger,
        }
    }

    /// The word for it in the store, in hosts and in `changes_since`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Settings(fact) => fact.code(),
            Self::Workflow(_, fact) => fact.code(),
            Self::CaseType(_, fact) => fact.code(),
            Self::Customer(_, fact) => fact.code(),
            Self::Case(_, fact) => fact.code(),
            Self::Ledger(fact) => fact.code(),
        }
    }

    /// What happened to a case; `None` if it happened to anything else.
    #[must_use]
    pub fn of_case(&self) -> Option<&CaseFact> {
        match self {
            Self::Case(_, fact) => Some(fact),
            Self::Settings(_)
            | Self::Workflow(..)
            | Self::CaseType(..)
            | Self::Customer(..)
            | Self::Ledger(_) => None,
        }
    }

    /// The note that it is about, if it is about one.
    #[must_use]
    pub fn note(&self) -> Option<NoteId> {
        self.of_case().and_then(CaseFact::note)
    }

    /// Gets what exists only once it is written: a case its number, a checkpoint its position.
    pub(crate) fn assign(&mut self, number: u64, position: u64) {
        match self {
            Self::Case(_, fact) => fact.assign(number),
            Self::Ledger(fact) => fact.assign(position),
            Self::Settings(_) | Self::Workflow(..) | Self::CaseType(..) | Self::Customer(..) => {}
        }
    }

    /// What is kept of it as JSON: what happened. What it happened to is kept beside it.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Settings(fact) => serde_json::to_vec(fact),
            Self::Workflow(_, fact) => serde_json::to_vec(fact),
            Self::CaseType(_, fact) => serde_json::to_vec(fact),
            Self::Customer(_, fact) => serde_json::to_vec(fact),
            Self::Case(_, fact) => serde_json::to_vec(fact),
            Self::Ledger(fact) => serde_json::to_vec(fact),
        }
    }

    /// Reads what happened to a stream from JSON.
    ///
    /// Fails if it is no fact of that kind of stream that this version knows.
    pub fn from_json(stream: StreamId, json: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match stream {
            StreamId::Settings => Self::Settings(from_json(json, PhantomData)?),
            StreamId::Workflow(id) => Self::Workflow(id, from_json(json, PhantomData)?),
            StreamId::CaseType(id) => Self::CaseType(id, from_json(json, PhantomData)?),
            StreamId::Customer(id) => Self::Customer(id, from_json(json, PhantomData)?),
            StreamId::Case(id) => Self::Case(id, from_json(json, PhantomData)?),
            StreamId::Ledger => Self::Ledger(from_json(json, PhantomData)?),
        })
    }
}

/// Reads JSON, which is looked through once for being UTF-8, and not text by text.
fn from_json<'a, S: DeserializeSeed<'a>>(json: &'a [u8], seed: S) -> Result<S::Value, serde_json::Error> {
    match std::str::from_utf8(json) {
        Ok(text) => read_whole(serde_json::Deserializer::from_str(text), seed),
        // It says where the fault is.
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
    /// What somebody does in their own name.
    #[must_use]
    pub fn new(at: Timestamp, actor: ActorId) -> Self {
        Self { at, actor, on_behalf_of: None, imported_by: None }
    }
}

impl Event {
    /// Reads an event out of what a store keeps of it: where it stands in the file and in the history of its stream, and the
    /// bytes that were written. A personal part that was erased reads as an empty one.
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

    /// The stream whose history it belongs to.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        self.fact.stream()
    }
}

impl Draft {
    /// The stream whose history it joins.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        self.fact.stream()
    }

    /// The case it belongs to, if it belongs to one.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        self.stream().case()
    }
}
