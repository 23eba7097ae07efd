//! The content of a package, before it is built.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::model::{
    ColumnKind, DataValue, LetterBlockKind, NoDataFinding, Outcome, RedactionTarget, Timestamp,
};

/// Everything that a package says. Hidden parts of the data are not in it; it only names each of them, with the reason.
#[derive(Clone, PartialEq, Debug)]
pub struct PackageContent {
    /// The key of the package: 32 hexadecimal digits, the same as that of its first sending.
    pub key: String,
    /// The case number, such as `C-000123`.
    pub case_number: String,
    /// The name of the organisation; `None` if the settings have none.
    pub organisation: Option<String>,
    /// The e-mail address at which the person gets help; `None` if the settings have none.
    pub support_email: Option<String>,
    /// The name that the requester gave; `None` for a case that was raised by hand.
    pub requester: Option<String>,
    /// The webform's reference for the request; `None` for a case that was raised by hand.
    pub request_ref: Option<String>,
    /// Where the answer goes, as the requester gave it; `None` if they gave nothing.
    pub reply_to: Option<String>,
    /// What the requester gave to prove who they are: only of which kind each is. The values are not sent.
    pub credentials: Vec<GivenCredential>,
    /// The title of the case; `None` unless whoever asked was identified.
    pub title: Option<String>,
    /// The description of the case, which for a request is what the person wrote; `None` if there is none, or unless whoever
    /// asked was identified.
    pub description: Option<String>,
    /// The organisation's own fields that are for customers and have a value, in their order; empty unless whoever asked was
    /// identified.
    pub fields: Vec<ShownField>,
    /// The notes on the case that its customer can see, in reading order; empty unless whoever asked was identified.
    pub notes: Vec<CustomerNote>,
    /// What the organisation says in answers of this outcome, in the order of a letter.
    pub letter: Vec<LetterPart>,
    /// When the request arrived; for a case that was raised by hand, when it was raised.
    pub received_at: Timestamp,
    /// When the answer was requested. The package is dated by this and not by the clock, so that every build has the
    /// same date.
    pub released_at: Timestamp,
    /// The name of the workflow, in the language of the package.
    pub workflow: String,
    /// The version of the workflow that the case runs, from 1.
    pub workflow_version: u32,
    /// Who decided what and when, oldest first; the last is the release or the denial.
    pub decisions: Vec<Decided>,
    /// The outcome that the case will have.
    pub outcome: Outcome,
    /// What the answer rests on if it is that no data is sent; `None` for any other answer.
    pub no_data: Option<NoDataFinding>,
    /// Why no data is sent, for the person who asked; `None` if none was given.
    pub no_data_reason: Option<String>,
    /// For a denial, the reason for the person who asked; `None` otherwise.
    pub denial_reason: Option<String>,
    /// The digest of the content that is released: HMAC-SHA-256, in hexadecimal.
    pub content_digest: String,
    /// The data without its hidden parts; empty if there was no data, and for a denial.
    pub tables: Vec<PackageTable>,
    /// The sources that are left out of the answer, each with the reason; empty for a denial.
    pub left_out: Vec<LeftOutSource>,
    /// The language in which the package addresses the person who asked: that of the kit.
    pub language: Arc<Language>,
}

/// A field of the organisation's own, as the person sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownField {
    /// What it is called, in the language of the package.
    pub label: String,
    /// The value, as that language says it.
    pub value: String,
}

/// A source that is left out of the answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOutSource {
    /// The name of the source.
    pub source: String,
    /// Why it is left out, for the person who asked to read.
    pub reason: String,
}

/// A text of the organisation in the letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterPart {
    /// What it is about.
    pub kind: LetterBlockKind,
    /// What stands above it, in the language of the package.
    pub heading: String,
    /// The text; an empty line begins another paragraph.
    pub text: String,
}

/// Something that the requester gave to prove who they are, without its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenCredential {
    /// What it is, such as `date of birth`.
    pub kind: String,
    /// Whether an identification that holds found it to be right; `false` unless whoever asked was identified, so that nobody
    /// learns by a denial which guess was right.
    pub checked: bool,
}

/// A note that a customer can see, as a paper for them shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CustomerNote {
    /// How many notes it is nested below, 0 for one that replies to nothing.
    pub depth: u32,
    /// Who wrote it: the customer's name, the name of somebody of the staff where the organisation names them to customers,
    /// the word for staff otherwise. `None` if the application's access check cannot say which of the two it was.
    pub author: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether it was edited since.
    pub edited: bool,
    /// The text; `None` if it was retracted.
    pub text: Option<String>,
}

/// One decision on the way to the answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// The label of the step, in the language of the package.
    pub step: String,
    /// The role that may decide the step, as a word such as `approver`.
    pub role: String,
    /// The name of whoever decided; `None` unless the organisation wants customers to be told it, and the directory of
    /// people has one.
    pub by: Option<String>,
    /// When the decision was made.
    pub at: Timestamp,
    /// The code of the decision: `approved`, `denied` or `released`.
    pub what: String,
}

/// One table of the data, as it is sent.
#[derive(Clone, PartialEq, Debug)]
pub struct PackageTable {
    /// The name of the source that found the table.
    pub source: String,
    /// The name of the table, unique within its source.
    pub name: String,
    /// The name and the kind of each column that is shown, in order.
    pub columns: Vec<(String, ColumnKind)>,
    /// The rows that are shown, with one value for each column that is shown. A hidden value is sent as no value.
    pub rows: Vec<Vec<DataValue>>,
    /// The hidden parts, with the reason for each: columns, then rows, then single values.
    pub hidden: Vec<HiddenPart>,
}

/// A part of a table that is hidden, and so not sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HiddenPart {
    /// The column, the row or the single value that is hidden.
    pub target: RedactionTarget,
    /// Why it is hidden, for the person who asked to read.
    pub reason: String,
}
