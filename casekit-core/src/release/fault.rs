//! Why a source, a package or a delivery failed.

use std::fmt;

use serde::Serialize;

use crate::language::{Language, Message};
use crate::model::{Failure, FailureClass, Responsible, StepId, Timestamp};

/// What went wrong, in words for who must fix it: no personal data, no text of other systems.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// The stable word for the cause, such as `source_missing`: lower-case letters and `_`.
    pub code: String,
    /// What kind of fault.
    pub class: FailureClass,
    /// Who must act.
    pub responsible: Responsible,
    /// The setting that is wrong, if one is: `webform`, `sources.crm`.
    pub setting: Option<String>,
    /// What to do. A host's own is a text as it gave it, in whatever language; casekit's are messages.
    pub hint: Message,
}

impl Fault {
    /// A setting is wrong: an administrator fixes it, and a retry works then.
    #[must_use]
    pub fn configuration(code: &str, setting: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Configuration, Responsible::ItAdministrator, hint).because_of(setting)
    }

    /// It may work later by itself.
    #[must_use]
    pub fn transient(code: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Transient, Responsible::ItAdministrator, hint)
    }

    /// It will not work this way.
    #[must_use]
    pub fn permanent(code: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Permanent, Responsible::Support, hint)
    }

    /// The data is not as it must be: the case worker looks at the case.
    #[must_use]
    pub fn data(code: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Data, Responsible::CaseWorker, hint)
    }

    /// A delivery does not carry what is to be sent, an [`OutgoingKind`](super::OutgoingKind) with this code.
    #[must_use]
    pub fn cannot_carry(kind: &str) -> Self {
        let hint = Message::new("hint.kind_not_supported").with("kind", kind);
        let (class, responsible) = (FailureClass::Configuration, Responsible::ItAdministrator);
        Self::new("kind_not_supported", class, responsible, hint).because_of("webform")
    }

    /// A fault of a kind of its own.
    #[must_use]
    pub fn new(code: &str, class: FailureClass, responsible: Responsible, hint: impl Into<Message>) -> Self {
        Self { code: code.to_owned(), class, responsible, setting: None, hint: hint.into() }
    }

    /// The same, because of a setting.
    #[must_use]
    pub fn because_of(mut self, setting: impl Into<String>) -> Self {
        self.setting = Some(setting.into());
        self
    }

    /// What it is to a case: at this step, the last of so many attempts.
    #[must_use]
    pub(crate) fn at(&self, step: &StepId, attempts: u32, now: Timestamp) -> Failure {
        Failure {
            code: self.code.clone(),
            class: self.class,
            responsible: self.responsible,
            step: step.clone(),
            setting: self.setting.clone(),
            hint: self.hint.clone(),
            attempts,
            at: now,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Language::english().render(&self.hint))
    }
}

impl std::error::Error for Fault {}
