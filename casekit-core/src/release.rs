//! Sources, packages and deliveries: the interfaces that a host or an adapter implements, and the data that they
//! exchange.
//!
//! casekit calls all of these outside every lock and transaction, so they may call back into the kit. They are
//! responsible for their own time-outs. An error that they return becomes a [`Failure`](crate::model::Failure) with who
//! has to fix it, and so does a panic.

mod backoff;
mod content;
pub(crate) mod delivery;
pub(crate) mod digest;
mod fault;
pub(crate) mod kept;
pub(crate) mod message;
mod outgoing;
pub(crate) mod receipt;
pub(crate) mod rows;
pub(crate) mod shown;
pub(crate) mod still_approved;

pub use content::{
    CustomerNote, Decided, GivenCredential, HiddenPart, LeftOutSource, LetterPart, PackageContent,
    PackageTable, ShownField,
};
pub use fault::Fault;
pub use outgoing::{Delivered, Delivery, Outgoing, OutgoingKind};

use crate::model::{DataTable, Sensitive, SourceSetting, WebformTarget};

/// A source of data about customers. A closure that takes the question is a source.
pub trait DataSource: Send + Sync {
    /// Collects what there is about the person: tables with unique names, in which each row has one value for each
    /// column. If nothing is found, the answer is an empty list, or tables without rows.
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault>;
}

impl<F> DataSource for F
where
    F: Fn(&SourceQuestion) -> Result<Vec<DataTable>, Fault> + Send + Sync,
{
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        self(question)
    }
}

/// The person about whom a source is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SourceQuestion {
    /// The case number, such as `C-000123`.
    pub case_number: String,
    /// The id of the customer in other systems; empty if it is not known.
    pub customer_reference: String,
    /// The name that the requester gave; empty if nobody gave one.
    pub requester: String,
}

impl SourceQuestion {
    /// A question about a case, for code that tries out a source.
    #[must_use]
    pub fn new(
        case_number: impl Into<String>,
        customer_reference: impl Into<String>,
        requester: impl Into<String>,
    ) -> Self {
        Self {
            case_number: case_number.into(),
            customer_reference: customer_reference.into(),
            requester: requester.into(),
        }
    }
}

/// Makes the bytes of a package from its content.
pub trait PackageBuilder: Send + Sync {
    /// Builds the package, of at most `limit` bytes. The same content must give the same data files, because a package
    /// can be built more than once.
    fn build(&self, content: &PackageContent, limit: u64) -> Result<Vec<u8>, Fault>;
}

/// Opens the sources and the delivery that the settings name. The façade's implementation opens only what the host's
/// allow-lists permit.
pub trait Adapters: Send + Sync {
    /// Opens the source that a setting describes.
    fn source(&self, setting: &SourceSetting) -> Result<Box<dyn DataSource>, Fault>;

    /// Opens the delivery that the setting `webform` describes.
    fn delivery(&self, target: &WebformTarget) -> Result<Box<dyn Delivery>, Fault>;

    /// Checks that a source can be opened as its setting says, without reading any customer's data.
    fn try_source(&self, setting: &SourceSetting) -> Result<(), Fault>;

    /// Checks the place that answers are sent to. Nothing is sent there unless `reach` is `Reach::There`.
    fn try_delivery(&self, target: &WebformTarget, reach: Reach) -> Result<(), Fault>;
}

/// How far a check of the settings goes: whether it leaves this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reach {
    /// Checks only what this machine can tell.
    #[default]
    Here,
    /// Also asks the webform's server whether it is there.
    There,
}

/// Stores the secrets that settings refer to by name, so that they are not in the file.
pub trait Secrets: Send + Sync {
    /// Returns the secret with this name; `None` if the host has none.
    fn secret(&self, name: &str) -> Option<Sensitive>;
}
