//! What happened elsewhere.

use casekit::{
    CaseId, CustomerId, FieldError, ImportCase, ImportChange, ImportCustomer, ImportItem, ImportProgress,
    ImportedChange, NewCase, NewCustomer, Timestamp, Visibility,
};

/// One thing to be imported.
#[uniffi::remote(Enum)]
pub enum ImportItem {
    /// A customer.
    Customer(ImportCustomer),
    /// A case with what happened to it.
    Case(ImportCase),
}

/// A customer as another system knew them.
#[uniffi::remote(Record)]
pub struct ImportCustomer {
    /// What is known of them. Give an external reference: cases refer to it, and a second import of it is refused.
    pub customer: NewCustomer,
    /// When they were entered.
    pub at: Timestamp,
    /// The id of who entered them.
    pub by: String,
}

/// A case as another system knew it.
#[uniffi::remote(Record)]
pub struct ImportCase {
    /// What the other system calls it: up to 200 characters, unique in the file. A second import of it is refused,
    /// so an import that was cut off can simply be run again.
    #[uniffi(default = None)]
    pub reference: Option<String>,
    /// How it was raised; its stage is the one it was raised in.
    pub case: NewCase,
    /// The external reference of its customer, instead of their id in `case`.
    #[uniffi(default = None)]
    pub customer_reference: Option<String>,
    /// When it was raised.
    pub at: Timestamp,
    /// The id of who raised it.
    pub by: String,
    /// What happened then, oldest first; up to 10,000.
    #[uniffi(default = [])]
    pub changes: Vec<ImportChange>,
}

/// One thing that happened to an imported case.
#[uniffi::remote(Record)]
pub struct ImportChange {
    /// When; not before the change above it.
    pub at: Timestamp,
    /// The id of who did it.
    pub by: String,
    /// What.
    pub what: ImportedChange,
}

/// What happened to an imported case. It is taken as it was: moves, reasons and permissions are not asked for, and a
/// repeated one is kept.
#[uniffi::remote(Enum)]
pub enum ImportedChange {
    /// It came to a stage.
    Stage {
        /// The id or label of the stage.
        to: String,
        /// Why, if that is known.
        reason: Option<String>,
    },
    /// Its doer took it, from another if one held it.
    Taken,
    /// It was put back.
    Returned,
    /// A note was written.
    Note {
        /// What it says.
        text: String,
        /// Who could see it.
        visibility: Visibility,
        /// The note that it answers: its place among the notes of this case, from 0.
        reply_to: Option<u32>,
    },
}

/// How far an import has come.
#[uniffi::remote(Record)]
pub struct ImportProgress {
    /// Items dealt with.
    pub done: u64,
    /// Items in all.
    pub of: u64,
    /// Items refused so far.
    pub refused: u64,
}

/// What became of one item.
#[derive(Clone, PartialEq, Debug, uniffi::Enum)]
pub enum ImportResult {
    /// A customer was entered.
    Customer {
        /// Their id.
        id: CustomerId,
    },
    /// A case was raised.
    Case {
        /// Its id.
        id: CaseId,
        /// Its number.
        number: String,
    },
    /// It was refused, and nothing of it was written.
    Refused {
        /// The stable word for why.
        code: String,
        /// Why, as a sentence.
        message: String,
        /// The bad fields, if it is about fields.
        fields: Vec<FieldError>,
    },
}

/// What became of each item.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct ImportReport {
    /// One result for each item, in the order in which they were handed in.
    pub results: Vec<ImportResult>,
    /// How many events were left, that of the import itself not counted.
    pub events: u64,
}

impl From<casekit::ImportReport> for ImportReport {
    fn from(report: casekit::ImportReport) -> Self {
        Self { results: report.results.into_iter().map(ImportResult::from).collect(), events: report.events }
    }
}

impl From<casekit::ImportResult> for ImportResult {
    fn from(result: casekit::ImportResult) -> Self {
        match result {
            casekit::ImportResult::Customer { id } => Self::Customer { id },
            casekit::ImportResult::Case { id, number } => Self::Case { id, number },
            casekit::ImportResult::Refused { rejection } => Self::Refused {
                code: rejection.code().to_owned(),
                message: rejection.to_string(),
                fields: rejection.fields().to_vec(),
            },
        }
    }
}
