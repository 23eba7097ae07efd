//! What a host can provide: sources, deliveries, an authorizer, fonts, a clock, secrets and observers.
//!
//! All of these are called without a lock or a transaction, and may call back into the kit. An exception from a host's
//! code becomes a failure or an error here. Its text is not passed on, because it was not written for users.

use std::sync::Arc;

use casekit::casekit_core::model::{Case, StageId, kept_instant};
use casekit::language::Message;
use casekit::{
    Actor, AuthorizerFailed, BackupProgress, CaseId, CaseTypeId, CheckProgress, Cursor, CustomerId,
    DataTable, Delivered, Env, FailureClass, Fault, FieldRule, HeadSignature, ImportProgress, Outgoing,
    ReportProgress, Responsible, Scope, SearchProgress, Sensitive, SourceQuestion, StageCategory, Timestamp,
    VerifyProgress,
};
use uniffi::UnexpectedUniFFICallbackError;

use crate::error::CasekitError;
use crate::forks;
use crate::guard::leave;

/// The errors that a callback can throw so that the right person fixes the cause. Any other exception counts as a
/// permanent failure, for support to look at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, uniffi::Error)]
pub enum HostError {
    /// A setting is wrong. An administrator has to fix it; after that a retry works.
    #[error("{hint}")]
    Configuration {
        /// The stable code of the cause: lower-case letters and `_`.
        code: String,
        /// The name of the setting, such as `webform` or `sources.crm`.
        setting: String,
        /// What to do, as one lower-case sentence without personal data.
        hint: String,
    },
    /// A failure that may go away by itself, so that a later attempt can work.
    #[error("{hint}")]
    Transient {
        /// The stable code of the cause: lower-case letters and `_`.
        code: String,
        /// What to do, as one lower-case sentence without personal data.
        hint: String,
    },
    /// A failure that no retry can fix.
    #[error("{hint}")]
    Permanent {
        /// The stable code of the cause: lower-case letters and `_`.
        code: String,
        /// What to do, as one lower-case sentence without personal data.
        hint: String,
    },
    /// The data is not as it must be. The case worker has to look at the case.
    #[error("{hint}")]
    Data {
        /// The stable code of the cause: lower-case letters and `_`.
        code: String,
        /// What to do, as one lower-case sentence without personal data.
        hint: String,
    },
    /// A value of a source is of a type that no cell can be, or of another than the values before it in its column. The
    /// packages of the hosts throw it; support sees which source, column and type it is.
    #[error("a value cannot be a cell")]
    Cell {
        /// The name of the table.
        table: String,
        /// The number of the row, from 1.
        row: u64,
        /// The name of the column.
        column: String,
        /// The type of the value, as the host calls it.
        given: String,
        /// The type of the values before it in the column; `None` if no cell can be of the value's type.
        expected: Option<String>,
    },
    /// Any other exception. Its text is not passed on.
    #[error("the application's code failed")]
    Unexpected,
}

impl From<UnexpectedUniFFICallbackError> for HostError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Unexpected
    }
}

impl From<HostError> for Fault {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Configuration { code, setting, hint } => {
                Fault::new(&code, FailureClass::Configuration, Responsible::ItAdministrator, hint)
                    .because_of(setting)
            }
            HostError::Transient { code, hint } => Fault::transient(&code, hint),
            HostError::Permanent { code, hint } => Fault::permanent(&code, hint),
            HostError::Data { code, hint } => Fault::data(&code, hint),
            HostError::Cell { table, row, column, given, expected } => {
                let hint = match expected {
                    None => Message::new("hint.source_cell"),
                    Some(expected) => Message::new("hint.source_cells_differ").with("expected", expected),
                };
                let hint =
                    hint.with("table", table).with("row", row).with("column", column).with("given", given);
                Fault::permanent("source_malformed", hint)
            }
            HostError::Unexpected => {
                let hint = Message::new("hint.callback_failed");
                Fault::permanent("callback_failed", hint)
            }
        }
    }
}

/// A source of data about customers.
#[uniffi::export(with_foreign)]
pub trait DataSource: Send + Sync {
    /// Finds the data about a person: tables with unique names, each row with a value for each column. If there is no
    /// data, it answers an empty list, or tables without rows. It has to end its own waiting: the library sets no
    /// time-out.
    fn collect(&self, question: SourceQuestion) -> Result<Vec<DataTable>, HostError>;
}

/// Sends answers to the people who asked for their data.
#[uniffi::export(with_foreign)]
pub trait Delivery: Send + Sync {
    /// Sends an answer, and returns once it has arrived. It may be called again for the same sending. The key and the
    /// content of a sending never change, so a receiver that checks the key sees one effect. It has to end its own
    /// waiting: the library sets no time-out. A delivery that does not support a kind throws a configuration error with
    /// the code `kind_not_supported`; later versions may add kinds.
    fn deliver(&self, outgoing: Outgoing) -> Result<Delivered, HostError>;
}

/// Is called after commits. Each observer has its own thread; calls for several commits may be merged into one.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Everything up to this cursor can be read now. Exceptions are ignored.
    fn changed(&self, cursor: String) -> Result<(), HostError>;
}

/// The part of a case that an authorizer gets to decide on.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct CaseHead {
    /// The id of the case.
    pub id: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The id of its case type.
    pub case_type_id: CaseTypeId,
    /// The id of its stage, such as `open`.
    pub stage_id: String,
    /// The category of its stage.
    pub category: StageCategory,
    /// The id of its customer; `None` if no customer is linked.
    pub customer: Option<CustomerId>,
    /// The id of its holder; `None` if nobody holds the case.
    pub holder: Option<String>,
    /// The id of the actor who raised it.
    pub raised_by: String,
    /// The id of the stage that the action would bring it to; `None` if it would stay in its stage.
    pub to_stage: Option<String>,
}

impl CaseHead {
    fn of(case: &Case, to: Option<&StageId>) -> Self {
        Self {
            id: case.id,
            number: case.number.to_string(),
            case_type_id: case.case_type,
            stage_id: case.stage.to_string(),
            category: case.category,
            customer: case.customer,
            holder: case.holder.as_ref().map(|holder| holder.by.to_string()),
            raised_by: case.raised_by.to_string(),
            to_stage: to.map(ToString::to_string),
        }
    }
}

/// Narrows what permissions allow; it can never widen them. If it throws, the action is forbidden.
#[uniffi::export(with_foreign)]
pub trait Authorizer: Send + Sync {
    /// What an actor may see. It applies to lists, counts, search and exports.
    fn scope(&self, actor: Actor) -> Result<Scope, HostError>;

    /// Whether an actor is forbidden this action on this case. It is asked when one case is opened (`read_case`,
    /// `read_thread`, `read_history`) or changed (the name of the command, such as `edit_case`); once more, with
    /// `to_stage`, if the command brings it to another stage; and with the case as it would be, whose number is not
    /// assigned yet, when one is raised (`raise_case`, `receive_request`, `import`).
    fn forbids(&self, actor: Actor, action: String, case: CaseHead) -> Result<bool, HostError>;
}

/// A font that the host provides.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Font {
    /// The bytes of a TrueType or OpenType file, or of a collection.
    pub bytes: Vec<u8>,
    /// The index of the face in a collection, from 0; 0 unless given.
    #[uniffi(default = 0)]
    pub index: u32,
}

/// Provides fonts for scripts that the bundled ones lack, such as Chinese, Japanese and Korean.
#[uniffi::export(with_foreign)]
pub trait FontProvider: Send + Sync {
    /// The fonts. Called once, before the first PDF is made. Each character is drawn with the first font that has it;
    /// the bundled fonts come before these.
    fn fonts(&self) -> Result<Vec<Font>, HostError>;
}

/// Gives the time instead of the system, for tests.
#[uniffi::export(with_foreign)]
pub trait Clock: Send + Sync {
    /// The present instant; the library keeps it to the microsecond.
    fn now(&self) -> Result<Timestamp, HostError>;
}

/// Gives the secrets that settings refer to by name.
#[uniffi::export(with_foreign)]
pub trait SecretProvider: Send + Sync {
    /// The secret with this name; `None` if there is none.
    fn secret(&self, name: String) -> Result<Option<String>, HostError>;
}

/// Is told the progress of an import, and can cancel it.
#[uniffi::export(with_foreign)]
pub trait ImportListener: Send + Sync {
    /// Called after each 500 items, and after the last. Answers whether to continue. If it answers no or throws, the import
    /// ends; what was written before stays, and the error says how much that is.
    fn progress(&self, progress: ImportProgress) -> Result<bool, HostError>;
}

/// Is told the progress of a backup, and can cancel it.
#[uniffi::export(with_foreign)]
pub trait BackupListener: Send + Sync {
    /// Called after each mebibyte, and while the copy is checked. Answers whether to continue. If it answers no or
    /// throws, the backup ends and nothing of it is left. It must not suspend or close the kit.
    fn progress(&self, progress: BackupProgress) -> Result<bool, HostError>;
}

/// Is told the progress of verifying a file, and can cancel it.
#[uniffi::export(with_foreign)]
pub trait VerifyListener: Send + Sync {
    /// Called at the beginning, after each 1,000 rows, events and notes, and at the end. Answers whether to continue. If
    /// it answers no or throws, verifying ends, and nothing is proven.
    fn progress(&self, progress: VerifyProgress) -> Result<bool, HostError>;
}

/// Is told the progress of checking a file, and can cancel it.
#[uniffi::export(with_foreign)]
pub trait CheckListener: Send + Sync {
    /// Called after each part of the file. Answers whether to continue. If it answers no or throws, checking ends, and nothing
    /// is shown.
    fn progress(&self, progress: CheckProgress) -> Result<bool, HostError>;
}

/// Is told how far a report has come, and can cancel it.
#[uniffi::export(with_foreign)]
pub trait ReportListener: Send + Sync {
    /// Called at the beginning, after each 500 rows, at their end, and for every 20 pages that are made of a PDF. Answers
    /// whether to continue. If it answers no or throws, the report ends, and nothing of it is left.
    fn progress(&self, progress: ReportProgress) -> Result<bool, HostError>;
}

/// Is told how far the search was made anew while a file is opened, and can cancel that.
#[uniffi::export(with_foreign)]
pub trait SearchListener: Send + Sync {
    /// Called after each step. Answers whether to continue. If it answers no or throws before the last step, the file is not
    /// opened; what was made stays, and the next opening continues. It must not open the same file.
    fn progress(&self, progress: SearchProgress) -> Result<bool, HostError>;
}

/// Signs heads of the audit trail with a key that only the application has.
#[uniffi::export(with_foreign)]
pub trait HeadSigner: Send + Sync {
    /// Signs exactly these bytes, and says under which key. It has to end its own waiting: the library sets no time-out.
    fn sign(&self, statement: Vec<u8>) -> Result<HeadSignature, HostError>;
}

/// A host's callback, behind the trait that the library calls.
pub(crate) struct Host<T: ?Sized>(pub(crate) Arc<T>);

impl casekit::DataSource for Host<dyn DataSource> {
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        Ok(self.0.collect(question.clone())?)
    }
}

impl casekit::Delivery for Host<dyn Delivery> {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        Ok(self.0.deliver(outgoing.clone())?)
    }
}

impl casekit::HeadSigner for Host<dyn HeadSigner> {
    fn sign(&self, statement: &[u8]) -> Result<HeadSignature, Fault> {
        Ok(self.0.sign(statement.to_vec())?)
    }
}

impl casekit::Observer for Host<dyn Observer> {
    fn changed(&self, cursor: &Cursor) {
        forks::tell(|| _ = self.0.changed(cursor.to_string()));
    }
}

impl casekit::Authorizer for Host<dyn Authorizer> {
    fn scope(&self, actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        self.0.scope(actor.clone()).map_err(|_| AuthorizerFailed)
    }

    fn forbids(
        &self,
        actor: &Actor,
        action: &str,
        case: &Case,
        to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        let case = CaseHead::of(case, to);
        self.0.forbids(actor.clone(), action.to_owned(), case).map_err(|_| AuthorizerFailed)
    }
}

impl Env for Host<dyn Clock> {
    fn now(&self) -> Timestamp {
        let given = self.0.now().unwrap_or_else(|_| leave(CasekitError::callback("clock")));
        match kept_instant(given) {
            Err(FieldRule::InstantOutOfRange { first, last }) => {
                leave(CasekitError::clock_outside(given, first, last))
            }
            Ok(_) | Err(_) => given,
        }
    }

    fn fill(&self, bytes: &mut [u8]) {
        casekit::SystemEnv.fill(bytes);
    }
}

impl casekit::Secrets for Host<dyn SecretProvider> {
    fn secret(&self, name: &str) -> Option<Sensitive> {
        let secret = self.0.secret(name.to_owned()).ok().flatten()?;
        casekit::casekit_core::model::ShortText::parse("secret", &secret).ok().map(Sensitive::new)
    }
}
