//! What goes into a package.

use std::sync::Arc;

use crate::language::Language;
use crate::model::{ColumnKind, DataValue, Outcome, RedactionTarget, Timestamp};

/// Everything that a package tells. What is hidden is not in it: only what it is and why.
#[derive(Clone, PartialEq, Debug)]
pub struct PackageContent {
    /// The key of the package: 32 hexadecimal digits.
    pub key: String,
    /// The case's number.
    pub case_number: String,
    /// What the organisation is called, if the settings say.
    pub organisation: Option<String>,
    /// Where the person can turn, if the settings say.
    pub support_email: Option<String>,
    /// Who asked, if the request said.
    pub requester: Option<String>,
    /// What the webform called the request.
    pub request_ref: Option<String>,
    /// When the request arrived, or the case was raised.
    pub received_at: Timestamp,
    /// When the answer was asked for; the package is dated by it, so that it is the same on every build.
    pub released_at: Timestamp,
    /// The workflow's name.
    pub workflow: String,
    /// The version of the workflow.
    pub workflow_version: u32,
    /// Who decided what, and when, oldest first.
    pub decisions: Vec<Decided>,
    /// What the case ends as.
    pub outcome: Outcome,
    /// For a denial: why, for the person who asked.
    pub denial_reason: Option<String>,
    /// The digest of the content that was approved, in hexadecimal.
    pub content_digest: String,
    /// What was found, without what is hidden; empty for no data and for a denial.
    pub tables: Vec<PackageTable>,
    /// In which its words are for the person who asked: that of the kit.
    pub language: Arc<Language>,
}

/// One decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// The label of the step.
    pub step: String,
    /// The id of who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What: `approved`, `denied`, `released`.
    pub what: String,
}

/// One table, as it is sent.
#[derive(Clone, PartialEq, Debug)]
pub struct PackageTable {
    /// The source it comes from.
    pub source: String,
    /// Its name.
    pub name: String,
    /// Its visible columns.
    pub columns: Vec<(String, ColumnKind)>,
    /// Its visible rows, with a value for each visible column: nothing, where one value is hidden.
    pub rows: Vec<Vec<DataValue>>,
    /// What is hidden, and why: columns, then rows, then single values.
    pub hidden: Vec<HiddenPart>,
}

/// Something of a table that is not sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HiddenPart {
    /// What.
    pub target: RedactionTarget,
    /// Why, for the person who asked.
    pub reason: String,
}
