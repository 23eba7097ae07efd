//! Why a source, a package or a delivery failed.

use std::fmt;

use crate::language::{Language, Message};
use crate::model::{FailureClass, Responsible};

/// What went wrong, in words for who must mend it: no personal data, no text of other systems.
#[derive(Clone, PartialEq, Eq, Debug)]
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
    /// A setting is wrong: an administrator mends it, and a retry works then.
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
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Language::english().render(&self.hint))
    }
}

impl std::error::Error for Fault {}
