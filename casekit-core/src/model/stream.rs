//! A stream is what has a history of its own.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Case, CaseId, CaseType, CaseTypeId, Customer, CustomerId, Lineage, Settings, Workflow, WorkflowId,
};

/// Names a stream.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum StreamId {
    /// The settings of the file; there is one.
    Settings,
    /// A workflow.
    Workflow(WorkflowId),
    /// A case type.
    CaseType(CaseTypeId),
    /// A customer.
    Customer(CustomerId),
    /// A case, with its notes.
    Case(CaseId),
    /// What was done to the file as a whole (imports, exports, checkpoints); there is one.
    Ledger,
}

/// The kinds of streams.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StreamKind {
    /// The settings.
    Settings,
    /// A workflow.
    Workflow,
    /// A case type.
    CaseType,
    /// A customer.
    Customer,
    /// A case.
    Case,
    /// The ledger of the file.
    Ledger,
}

impl StreamKind {
    /// The word used in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Workflow => "workflow",
            Self::CaseType => "case type",
            Self::Customer => "customer",
            Self::Case => "case",
            Self::Ledger => "ledger",
        }
    }

    /// The number that hashes and stores use; it never changes.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Settings => 0,
            Self::Workflow => 1,
            Self::CaseType => 2,
            Self::Customer => 3,
            Self::Case => 4,
            Self::Ledger => 5,
        }
    }
}

impl StreamId {
    /// What kind of stream it names.
    #[must_use]
    pub fn kind(self) -> StreamKind {
        match self {
            Self::Settings => StreamKind::Settings,
            Self::Workflow(_) => StreamKind::Workflow,
            Self::CaseType(_) => StreamKind::CaseType,
            Self::Customer(_) => StreamKind::Customer,
            Self::Case(_) => StreamKind::Case,
            Self::Ledger => StreamKind::Ledger,
        }
    }

    /// The id within the kind; nil for the settings and the ledger.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Settings | Self::Ledger => Uuid::nil(),
            Self::Workflow(id) => id.0,
            Self::CaseType(id) => id.0,
            Self::Customer(id) => id.0,
            Self::Case(id) => id.0,
        }
    }

    /// The case that it names, if it names one.
    #[must_use]
    pub fn case(self) -> Option<CaseId> {
        match self {
            Self::Case(id) => Some(id),
            Self::Settings | Self::Workflow(_) | Self::CaseType(_) | Self::Customer(_) | Self::Ledger => None,
        }
    }

    /// The customer that it names, if it names one.
    #[must_use]
    pub fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Settings | Self::Workflow(_) | Self::CaseType(_) | Self::Case(_) | Self::Ledger => None,
        }
    }

    /// The stream that a store kept under `code` and `id`; `None` if no kind has that code.
    #[must_use]
    pub fn from_parts(code: u8, id: Uuid) -> Option<Self> {
        match code {
            0 => Some(Self::Settings),
            1 => Some(Self::Workflow(id.into())),
            2 => Some(Self::CaseType(id.into())),
            3 => Some(Self::Customer(id.into())),
            4 => Some(Self::Case(id.into())),
            5 => Some(Self::Ledger),
            _ => None,
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings | Self::Ledger => f.write_str(self.kind().word()),
            Self::Workflow(_) | Self::CaseType(_) | Self::Customer(_) | Self::Case(_) => {
                write!(f, "{} `{}`", self.kind().word(), self.uuid())
            }
        }
    }
}

/// What a stream's events fold to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The settings.
    Settings(Settings),
    /// A workflow.
    Workflow(Workflow),
    /// A case type.
    CaseType(CaseType),
    /// A customer.
    Customer(Customer),
    /// A case, without its notes.
    Case(Box<Case>),
    /// The ledger.
    Ledger(Ledger),
}

/// What is left of the ledger's events; all else they say is for who reads them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// The number of events in the ledger.
    pub revision: u64,
    /// The least number that the next case may have; 0 unless the file was restored and somebody gave one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number_floor: u64,
    /// The lines of which this store's events are, oldest first: the last is that of what is written now. Empty in a store
    /// that nobody set up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lineages: Vec<Branch>,
}

/// Where a line of events begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Branch {
    /// The line.
    pub lineage: Lineage,
    /// The position of the newest event that it has in common with the line before; 0 for the first.
    pub from: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl State {
    /// The stream whose state it is.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Settings(_) => StreamId::Settings,
            Self::Workflow(workflow) => StreamId::Workflow(workflow.id),
            Self::CaseType(case_type) => StreamId::CaseType(case_type.id),
            Self::Customer(customer) => StreamId::Customer(customer.id),
            Self::Case(case) => StreamId::Case(case.id),
            Self::Ledger(_) => StreamId::Ledger,
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
        }
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
}
