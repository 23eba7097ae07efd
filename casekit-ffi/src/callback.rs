//! What a host can bring: sources, deliveries, an authorizer, fonts, a clock, secrets, observers.
//!
//! All of it is called under no lock and no transaction and may call back into the kit. Whatever a host's code throws
//! becomes a failure or an error here; what it said is not passed on, for it was not meant for users.

use std::sync::Arc;

use casekit::casekit_core::model::Case;
use casekit::language::Message;
use casekit::{
    Actor, AuthorizerFailed, BackupProgress, CaseId, CaseTypeId, Cursor, CustomerId, DataTable, Delivered,
    Env, FailureClass, Fault, ImportProgress, Outgoing, Responsible, Scope, Sensitive, SourceQuestion,
    StageCategory, Timestamp,
};
use uniffi::UnexpectedUniFFICallbackError;

use crate::forks;
use crate::guard::leave;

/// What a callback throws so that the right person fixes it. Anything else that it throws counts as permanent, for
/// support to look at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, uniffi::Error)]
pub enum HostError {
    /// A setting is wrong: an administrator fixes it, and a retry works then.
    #[error("{hint}")]
    Configuration {
        /// The stable word for the cause: lower-case letters and `_`.
        code: String,
        /// The setting: `webform`, `sources.crm`.
        setting: String,
        /// What to do: one lower-case sentence without personal data.
        hint: String,
    },
    /// It may work later by itself.
    #[error("{hint}")]
    Transient {
        /// The stable word for the cause.
        code: String,
        /// What to do.
        hint: String,
    },
    /// It will not work this way.
    #[error("{hint}")]
    Permanent {
        /// The stable word for the cause.
        code: String,
        /// What to do.
        hint: String,
    },
    /// The data is not as it must be: the case worker looks at the case.
    #[error("{hint}")]
    Data {
        /// The stable word for the cause.
        code: String,
        /// What to do.
        hint: String,
    },
    /// Anything else that was thrown; its text is not passed on.
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
            HostError::Unexpected => {
                let hint = Message::new("hint.callback_failed");
                Fault::permanent("callback_failed", hint)
            }
        }
    }
}

/// Where data about a customer comes from.
#[uniffi::export(with_foreign)]
pub trait DataSource: Send + Sync {
    /// Finds what there is about the person: tables with unique names, each row with a value for each column. Nothing
    /// found is an empty list, or tables without rows. It owns its time-out.
    fn collect(&self, question: SourceQuestion) -> Result<Vec<DataTable>, HostError>;
}

/// Brings something to the person who asked.
#[uniffi::export(with_foreign)]
pub trait Delivery: Send + Sync {
    /// Sends it, and comes back when it has arrived for good. It may be called again for the same sending: the key and
    /// what is sent never change, so a receiver who honours the key sees one effect. It owns its time-out. One that
    /// cannot carry a kind throws a configuration error with the code `kind_not_supported`; kinds may be added.
    fn deliver(&self, outgoing: Outgoing) -> Result<Delivered, HostError>;
}

/// Is told after commits that there is something new. Each has a thread of its own; hints may be merged.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Everything up to this cursor is there to be read. What it throws is dropped.
    fn changed(&self, cursor: String) -> Result<(), HostError>;
}

/// What an authorizer is told of a case.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct CaseHead {
    /// Its identity.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// Its type.
    pub case_type_id: CaseTypeId,
    /// The id of its stage.
    pub stage_id: String,
    /// The meaning of the stage.
    pub category: StageCategory,
    /// Its customer.
    pub customer: Option<CustomerId>,
    /// The id of its holder.
    pub holder: Option<String>,
    /// The id of who raised it.
    pub raised_by: String,
}

impl From<&Case> for CaseHead {
    fn from(case: &Case) -> Self {
        Self {
            id: case.id,
            number: case.number.to_string(),
            case_type_id: case.case_type,
            stage_id: case.stage.to_string(),
            category: case.category,
            customer: case.customer,
            holder: case.holder.as_ref().map(|holder| holder.by.to_string()),
            raised_by: case.raised_by.to_string(),
        }
    }
}

/// Narrows what permissions allow; it can never widen them. If it throws, the answer is no.
#[uniffi::export(with_foreign)]
pub trait Authorizer: Send + Sync {
    /// What an actor may see. It governs lists, counts, search and exports.
    fn scope(&self, actor: Actor) -> Result<Scope, HostError>;

    /// Whether an actor may not do this to this case: asked when one case is opened (`read_case`, `read_thread`,
    /// `read_history`) or changed (the command's word, such as `edit_case`).
    fn forbids(&self, actor: Actor, action: String, case: CaseHead) -> Result<bool, HostError>;
}

/// A font of the host's.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Font {
    /// A TrueType or OpenType file, or a collection.
    pub bytes: Vec<u8>,
    /// The face in a collection, from 0.
    #[uniffi(default = 0)]
    pub index: u32,
}

/// Brings fonts for scripts that the bundled ones lack, such as Chinese, Japanese and Korean.
#[uniffi::export(with_foreign)]
pub trait FontProvider: Send + Sync {
    /// The fonts, asked once, before the first PDF is made; a character is drawn with the first that has it.
    fn fonts(&self) -> Result<Vec<Font>, HostError>;
}

/// Tells the time, for tests.
#[uniffi::export(with_foreign)]
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Result<Timestamp, HostError>;
}

/// Keeps secrets for settings that name them.
#[uniffi::export(with_foreign)]
pub trait SecretProvider: Send + Sync {
    /// The secret with that name, if there is one.
    fn secret(&self, name: String) -> Result<Option<String>, HostError>;
}

/// Is told how far an import has come.
#[uniffi::export(with_foreign)]
pub trait ImportListener: Send + Sync {
    /// Called after each chunk. What it throws is dropped.
    fn progress(&self, progress: ImportProgress) -> Result<(), HostError>;
}

/// Is told how far a backup has come.
#[uniffi::export(with_foreign)]
pub trait BackupListener: Send + Sync {
    /// Called after each mebibyte and while the copy is checked, and answers whether to go on: otherwise nothing of the
    /// backup is left. What it throws ends it too. It must not suspend or close the kit.
    fn progress(&self, progress: BackupProgress) -> Result<bool, HostError>;
}

/// The host's part, as the library calls it.
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

impl casekit::Observer for Host<dyn Observer> {
    fn changed(&self, cursor: &Cursor) {
        forks::tell(|| _ = self.0.changed(cursor.to_string()));
    }
}

impl casekit::Authorizer for Host<dyn Authorizer> {
    fn scope(&self, actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        self.0.scope(actor.clone()).map_err(|_| AuthorizerFailed)
    }

    fn forbids(&self, actor: &Actor, action: &str, case: &Case) -> Result<bool, AuthorizerFailed> {
        self.0.forbids(actor.clone(), action.to_owned(), case.into()).map_err(|_| AuthorizerFailed)
    }
}

impl Env for Host<dyn Clock> {
    fn now(&self) -> Timestamp {
        self.0.now().unwrap_or_else(|_| leave("clock"))
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
