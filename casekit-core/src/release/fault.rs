//! The reason why a source, a package or a delivery failed.

use std::fmt;

use serde::Serialize;

use crate::language::{Language, Message};
use crate::model::{Failure, FailureClass, Responsible, StepId, Timestamp};

/// A fault, described for whoever has to fix it. It has no personal data, and no text from other systems.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// The code of the cause, such as `source_missing`: lower-case letters and `_`. It never changes.
    pub code: String,
    /// The class of the fault, which says whether a retry can help.
    pub class: FailureClass,
    /// Who has to act on the fault.
    pub responsible: Responsible,
    /// The setting that is wrong, such as `webform` or `sources.crm`; `None` if the cause is not a setting.
    pub setting: Option<String>,
    /// What to do. A hint of the host's own code is plain text, in whatever language the host chose; hints of casekit
    /// are messages that a language renders.
    pub hint: Message,
}

impl Fault {
    /// A setting is wrong. An administrator has to fix it, and then a retry works.
    #[must_use]
    pub fn configuration(code: &str, setting: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Configuration, Responsible::ItAdministrator, hint).because_of(setting)
    }

    /// Something failed for now. A retry may work later, without anybody fixing anything; an administrator is
    /// responsible.
    #[must_use]
    pub fn transient(code: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Transient, Responsible::ItAdministrator, hint)
    }

    /// This will not work, however often it is retried; support is responsible.
    #[must_use]
    pub fn permanent(code: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Permanent, Responsible::Support, hint)
    }

    /// The data is not as it has to be. The case worker has to look at the case.
    #[must_use]
    pub fn data(code: &str, hint: impl Into<Message>) -> Self {
        Self::new(code, FailureClass::Data, Responsible::CaseWorker, hint)
    }

    /// A delivery does not support the kind of thing that it was to send, an [`OutgoingKind`](super::OutgoingKind) with
    /// this code.
    #[must_use]
    pub fn cannot_carry(kind: &str) -> Self {
        let hint = Message::new("hint.kind_not_supported").with("kind", kind);
        let (class, responsible) = (FailureClass::Configuration, Responsible::ItAdministrator);
        Self::new("kind_not_supported", class, responsible, hint).because_of("webform")
    }

    /// A fault of any class. The functions above make the usual ones.
    ///
    /// A code of another form than 1 to 50 lower-case letters, digits and `_` is replaced by `failure_code_malformed`,
    /// whose hint says so.
    #[must_use]
    pub fn new(code: &str, class: FailureClass, responsible: Responsible, hint: impl Into<Message>) -> Self {
        let (code, hint) = match is_code(code) {
            true => (code, hint.into()),
            // A code stays in the history for good, and might be text from another system here.
            false => ("failure_code_malformed", Message::new("hint.failure_code_malformed")),
        };
        Self { code: code.to_owned(), class, responsible, setting: None, hint }
    }

    /// Returns the same fault with the setting that caused it.
    #[must_use]
    pub fn because_of(mut self, setting: impl Into<String>) -> Self {
        self.setting = Some(setting.into());
        self
    }

    /// The failure that this fault is for a case: at a step, after so many attempts. It waits for a person, unless it is made
    /// to [back off](Failure::backing_off).
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
            retry_at: None,
        }
    }
}

fn is_code(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=50).contains(&text.len()) && text.chars().all(legal)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Language::english().render(&self.hint))
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_none_does_not_get_into_the_history() {
        assert_eq!(Fault::transient("shop_closed", "try later").code, "shop_closed");
        for code in ["db down", "", "Shop_Closed", "ada@example.org", &"x".repeat(51)] {
            let fault = Fault::transient(code, "try later");
            assert_eq!(
                (fault.code.as_str(), fault.class),
                ("failure_code_malformed", FailureClass::Transient)
            );
            assert!(fault.to_string().contains("such as `shop_closed`"), "{fault}");
        }
    }
}
