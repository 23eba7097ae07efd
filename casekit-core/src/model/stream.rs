//! Streams: everything that has a history of its own.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Case, CaseId, CaseType, CaseTypeId, Customer, CustomerId, Lineage, Person, PersonId, Settings, Tag,
    TagId, Team, TeamId, Workflow, WorkflowId,
};

/// Identifies a stream by its kind and, where a file has several of the kind, its id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum StreamId {
    /// The settings of the file. There is one such stream.
    Settings,
    /// The workflow with this id.
    Workflow(WorkflowId),
    /// The case type with this id.
    CaseType(CaseTypeId),
    /// The customer with this id.
    Customer(CustomerId),
    /// The case with this id, including its notes.
    Case(CaseId),
    /// What was done to the file as a whole (imports, exports, checkpoints). There is one such stream.
    Ledger,
    /// The entry of the directory of people with this id.
    Person(PersonId),
    /// The team with this id.
    Team(TeamId),
    /// The tag with this id.
    Tag(TagId),
}

/// The kind of a stream, without the id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StreamKind {
    /// The settings of the file.
    Settings,
    /// A workflow, with all its versions.
    Workflow,
    /// A case type, with all its versions.
    CaseType,
    /// A customer and their profile.
    Customer,
    /// A case, including its notes.
    Case,
    /// The ledger of the file.
    Ledger,
    /// An entry of the directory of people.
    Person,
    /// A team with which cases stand.
    Team,
    /// A tag of cases.
    Tag,
}

impl StreamKind {
    /// Every kind, in the order of their codes: that of [`StreamId`]s.
    pub const ALL: [Self; 9] = [
        Self::Settings,
        Self::Workflow,
        Self::CaseType,
        Self::Customer,
        Self::Case,
        Self::Ledger,
        Self::Person,
        Self::Team,
        Self::Tag,
    ];

    /// The English word for it in messages, such as `case type`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Workflow => "workflow",
            Self::CaseType => "case type",
            Self::Customer => "customer",
            Self::Case => "case",
            Self::Ledger => "ledger",
            Self::Person => "person",
            Self::Team => "team",
            Self::Tag => "tag",
        }
    }

    /// The number that stands for it in hashes and in a store; it never changes.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Settings => 0,
            Self::Workflow => 1,
            Self::CaseType => 2,
            Self::Customer => 3,
            Self::Case => 4,
            Self::Ledger => 5,
            Self::Person => 6,
            Self::Team => 7,
            Self::Tag => 8,
        }
    }
}

impl StreamId {
    /// The kind of the stream.
    #[must_use]
    pub fn kind(self) -> StreamKind {
        match self {
            Self::Settings => StreamKind::Settings,
            Self::Workflow(_) => StreamKind::Workflow,
            Self::CaseType(_) => StreamKind::CaseType,
            Self::Customer(_) => StreamKind::Customer,
            Self::Case(_) => StreamKind::Case,
            Self::Ledger => StreamKind::Ledger,
            Self::Person(_) => StreamKind::Person,
            Self::Team(_) => StreamKind::Team,
            Self::Tag(_) => StreamKind::Tag,
        }
    }

    /// The id within its kind; all zeros for the settings and the ledger.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Settings | Self::Ledger => Uuid::nil(),
            Self::Workflow(id) => id.0,
            Self::CaseType(id) => id.0,
            Self::Customer(id) => id.0,
            Self::Case(id) => id.0,
            Self::Person(id) => id.0,
            Self::Team(id) => id.0,
            Self::Tag(id) => id.0,
        }
    }

    /// The id of the case; `None` for any other kind of stream.
    #[must_use]
    pub fn case(self) -> Option<CaseId> {
        match self {
            Self::Case(id) => Some(id),
            Self::Settings | Self::Workflow(_) | Self::CaseType(_) | Self::Customer(_) => None,
            Self::Ledger | Self::Person(_) | Self::Team(_) | Self::Tag(_) => None,
        }
    }

    /// The id of the customer; `None` for any other kind of stream.
    #[must_use]
    pub fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Settings | Self::Workflow(_) | Self::CaseType(_) | Self::Case(_) => None,
            Self::Ledger | Self::Person(_) | Self::Team(_) | Self::Tag(_) => None,
        }
    }

    /// The stream that a store keeps under `code` and `id`; `None` if no kind has that code.
    #[must_use]
    pub fn from_parts(code: u8, id: Uuid) -> Option<Self> {
        match code {
            0 => Some(Self::Settings),
            1 => Some(Self::Workflow(id.into())),
            2 => Some(Self::CaseType(id.into())),
            3 => Some(Self::Customer(id.into())),
            4 => Some(Self::Case(id.into())),
            5 => Some(Self::Ledger),
            6 => Some(Self::Person(id.into())),
            7 => Some(Self::Team(id.into())),
            8 => Some(Self::Tag(id.into())),
            _ => None,
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings | Self::Ledger => f.write_str(self.kind().word()),
            Self::Workflow(_)
            | Self::CaseType(_)
            | Self::Customer(_)
            | Self::Case(_)
            | Self::Person(_)
            | Self::Team(_)
            | Self::Tag(_) => write!(f, "{} `{}`", self.kind().word(), self.uuid()),
        }
    }
}

/// The state of a stream: what its events fold to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The settings of the file.
    Settings(Settings),
    /// A workflow, with all its versions.
    Workflow(Workflow),
    /// A case type, with all its versions.
    CaseType(CaseType),
    /// A customer and their profile.
    Customer(Customer),
    /// A case, without its notes.
    Case(Box<Case>),
    /// The ledger of the file.
    Ledger(Ledger),
    /// An entry of the directory of people.
    Person(Person),
    /// A team with which cases stand.
    Team(Team),
    /// A tag of cases.
    Tag(Tag),
}

/// The state of the ledger. It holds only what the library needs again; for the rest, read the ledger's events.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// The number of events in the ledger.
    pub revision: u64,
    /// The least number that the next case may have; 0 unless somebody gave one when the file was restored.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number_floor: u64,
    /// The lines that this store's events belong to, oldest first. What is written now belongs to the last one. Empty
    /// in a store that was never set up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lineages: Vec<Branch>,
    /// How far the deadlines of all cases were counted by the rules of a day; `None` if nothing was ever counted so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recount: Option<Recount>,
}

/// How far the deadlines of all cases were counted anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recount {
    /// A digest of the policies, calendars, types, workflows and time zones by which they are counted, in hexadecimal.
    pub rules: String,
    /// The number of the last case that was counted.
    pub through: u64,
    /// Whether every case was counted.
    pub done: bool,
}

/// The beginning of a line of events.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Branch {
    /// The id of the line.
    pub lineage: Lineage,
    /// The position of the newest event that it shares with the line before it; 0 for the first line.
    pub from: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl State {
    /// The stream that the state belongs to.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Settings(_) => StreamId::Settings,
            Self::Workflow(workflow) => StreamId::Workflow(workflow.id),
            Self::CaseType(case_type) => StreamId::CaseType(case_type.id),
            Self::Customer(customer) => StreamId::Customer(customer.id),
            Self::Case(case) => StreamId::Case(case.id),
            Self::Ledger(_) => StreamId::Ledger,
            Self::Person(person) => StreamId::Person(person.id),
            Self::Team(team) => StreamId::Team(team.id),
            Self::Tag(tag) => StreamId::Tag(tag.id),
        }
    }

    /// The number of events folded into it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        match self {
            Self::Settings(settings) => settings.revision,
            Self::Workflow(workflow) => workflow.revision,
            Self::CaseType(case_type) => case_type.revision,
            Self::Customer(customer) => customer.revision,
            Self::Case(case) => case.revision,
            Self::Ledger(ledger) => ledger.revision,
            Self::Person(person) => person.revision,
            Self::Team(team) => team.revision,
            Self::Tag(tag) => tag.revision,
        }
    }

    pub(crate) fn into_settings(self) -> Option<Settings> {
        if let Self::Settings(settings) = self { Some(settings) } else { None }
    }

    pub(crate) fn into_workflow(self) -> Option<Workflow> {
        if let Self::Workflow(workflow) = self { Some(workflow) } else { None }
    }

    pub(crate) fn into_case_type(self) -> Option<CaseType> {
        if let Self::CaseType(case_type) = self { Some(case_type) } else { None }
    }

    pub(crate) fn into_customer(self) -> Option<Customer> {
        if let Self::Customer(customer) = self { Some(customer) } else { None }
    }

    pub(crate) fn into_case(self) -> Option<Case> {
        if let Self::Case(case) = self { Some(*case) } else { None }
    }

    pub(crate) fn into_ledger(self) -> Option<Ledger> {
        if let Self::Ledger(ledger) = self { Some(ledger) } else { None }
    }

    pub(crate) fn into_person(self) -> Option<Person> {
        if let Self::Person(person) = self { Some(person) } else { None }
    }
    pub(crate) fn into_team(self) -> Option<Team> {
        if let Self::Team(team) = self { Some(team) } else { None }
    }

    pub(crate) fn into_tag(self) -> Option<Tag> {
        if let Self::Tag(tag) = self { Some(tag) } else { None }
    }
}
