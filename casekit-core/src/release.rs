//! Sources, packages and deliveries: what a host or an adapter brings, and what passes between them.
//!
//! All of these run under no lock and no transaction, may call back into the kit, and own their time-outs. What they
//! return as an error becomes a [`Failure`](crate::model::Failure) with who must fix it; a panic does too.

mod content;
pub(crate) mod delivery;
pub(crate) mod digest;
mod fault;
mod outgoing;
pub(crate) mod rows;
pub(crate) mod shown;

pub use content::{Decided, HiddenPart, PackageContent, PackageTable};
pub use fault::Fault;
pub use outgoing::{Delivered, Delivery, Outgoing, OutgoingKind};

use crate::model::{DataTable, Sensitive, SourceSetting, WebformTarget};

/// Where data about a customer comes from. A function of the question is a source.
pub trait DataSource: Send + Sync {
    /// Finds what there is about the person: tables with unique names, each row with a value for each column.
    /// Nothing found is an empty list, or tables without rows.
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

/// For whom data is collected.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct SourceQuestion {
    /// The case's number, such as `C-000123`.
    pub case_number: String,
    /// What other systems call the customer; empty if that is not known.
    pub customer_reference: String,
    /// Who says they are asking; empty if nobody gave it.
    pub requester: String,
}

impl SourceQuestion {
    /// A question about a case, for who tries a source.
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

/// Makes a package out of its content.
pub trait PackageBuilder: Send + Sync {
    /// The bytes of the package. The same content gives the same data files; at most `limit` bytes.
    fn build(&self, content: &PackageContent, limit: u64) -> Result<Vec<u8>, Fault>;
}

/// Opens what settings point at. The façade brings one that keeps to the host's allow-lists.
pub trait Adapters: Send + Sync {
    /// The source that a setting describes.
    fn source(&self, setting: &SourceSetting) -> Result<Box<dyn DataSource>, Fault>;

    /// The delivery that the setting `webform` describes.
    fn delivery(&self, target: &WebformTarget) -> Result<Box<dyn Delivery>, Fault>;

    /// Tries what a source's setting points at, without reading a customer's data.
    fn try_source(&self, setting: &SourceSetting) -> Result<(), Fault>;

    /// Tries where answers are sent; only with `reach` anything is sent there.
    fn try_delivery(&self, target: &WebformTarget, reach: Reach) -> Result<(), Fault>;
}

/// How far a check of the settings goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reach {
    /// Looks at this machine only.
    #[default]
    Here,
    /// Asks the webform's server whether it is there.
    There,
}

/// Keeps secrets for settings that name them.
pub trait Secrets: Send + Sync {
    /// The secret with that name, if the host has one.
    fn secret(&self, name: &str) -> Option<Sensitive>;
}
