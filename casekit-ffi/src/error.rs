//! The one error that hosts get.

use casekit::{Blocker, Error, FieldError, FieldRule, Language, LanguageError, Rejection};

/// Why a call did not do what was asked; nothing was changed, unless the code is `uncertain`.
///
/// Every variant has a `code`, a stable word to act on, and a `message`, a sentence that says what to do and that
/// holds no personal data.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, uniffi::Error)]
pub enum CasekitError {
    /// The actor may not do that: `forbidden`, or `not_allowed_here` if the application's own authorizer said no.
    #[error("{message}")]
    Forbidden {
        /// The stable word.
        code: String,
        /// What to do.
        message: String,
    },
    /// Values that cannot be: each field with its rule.
    #[error("{message}")]
    Invalid {
        /// The stable word: `invalid`.
        code: String,
        /// What to do.
        message: String,
        /// Each field with its rule.
        fields: Vec<FieldError>,
    },
    /// It cannot be done as things stand: every reason why.
    #[error("{message}")]
    Blocked {
        /// The stable word: `blocked`.
        code: String,
        /// What to do.
        message: String,
        /// Every reason.
        blockers: Vec<Blocker>,
    },
    /// Somebody else was first.
    #[error("{message}")]
    AlreadyTaken {
        /// The stable word: `already_taken`.
        code: String,
        /// What to do.
        message: String,
        /// The id of who holds the case.
        by: String,
    },
    /// There is no such thing, or not for this actor.
    #[error("{message}")]
    NotFound {
        /// The stable word: `not_found`.
        code: String,
        /// What to do.
        message: String,
    },
    /// It changed since the caller saw it, or what they hold is of another time or store.
    #[error("{message}")]
    Conflict {
        /// The stable word: `conflict`, `request_id_reused`, `cursor_not_of_this_store` or `contended`.
        code: String,
        /// What to do.
        message: String,
    },
    /// The place where things are kept failed.
    #[error("{message}")]
    Store {
        /// The stable word: `busy`, `full`, `corrupt`, `too_new`, `not_casekit`, `foreign`, `missing`, `read_only`,
        /// `denied`, `unavailable`, `uncertain`, `suspended`, `closed`, `interrupted`, `moved`, `forked`,
        /// `network_file_system`, `exists`, `misplaced`, `incomplete`, `cancelled`, `unsupported` or `io`. After `uncertain` it may
        /// have been carried out: the same call under the same request id settles it.
        code: String,
        /// What to do.
        message: String,
    },
    /// A report could not be made: `pdf`, `csv`, `file` or `not_built`.
    #[error("{message}")]
    Report {
        /// The stable word.
        code: String,
        /// What to do.
        message: String,
    },
    /// A language was not taken: `not_shipped`, `unreadable`, `not_a_table`, `no_tag`, `bad_tag`, `twice`, `unknown_key`,
    /// `unknown_argument`, `missing_argument`, `malformed` or `no_such_plural`.
    #[error("{message}")]
    Language {
        /// The stable word.
        code: String,
        /// What to do.
        message: String,
        /// The line that is wrong, if it is one.
        line: Option<u64>,
        /// The key that is wrong, if it is one.
        key: Option<String>,
    },
    /// The application's own code failed when it was called back: `callback_failed`. What it said is not repeated.
    #[error("{message}")]
    Callback {
        /// The stable word.
        code: String,
        /// What to do.
        message: String,
    },
    /// The library itself failed: `internal`. The message has an id for a report of it, and nothing else.
    #[error("{message}")]
    Internal {
        /// The stable word.
        code: String,
        /// What to do.
        message: String,
    },
}

impl CasekitError {
    pub(crate) fn field(field: &str, rule: FieldRule) -> Self {
        Rejection::field(field, rule).into()
    }

    pub(crate) fn bad_instant() -> Self {
        Self::field("instant", FieldRule::Malformed { form: "instant".into() })
    }

    pub(crate) fn report(code: &str, message: impl Into<String>) -> Self {
        Self::Report { code: code.to_owned(), message: message.into() }
    }

    /// A callback failed where no more can be said.
    pub(crate) fn callback(what: &str) -> Self {
        let message =
            format!("the application's {what} failed: see the application's own log, and fix it there");
        Self::Callback { code: "callback_failed".to_owned(), message }
    }
}

/// What a call failed with, told in the language of who called.
pub(crate) trait Told {
    fn told(self, language: &Language) -> CasekitError;
}

impl Told for CasekitError {
    fn told(self, _: &Language) -> CasekitError {
        self
    }
}

impl Told for Rejection {
    fn told(self, language: &Language) -> CasekitError {
        rejected(self, language)
    }
}

impl Told for Error {
    fn told(self, language: &Language) -> CasekitError {
        match self {
            Error::Rejected(rejection) => rejection.told(language),
            Error::Store(ref fault) => {
                CasekitError::Store { code: fault.kind().code().to_owned(), message: language.error(&self) }
            }
            Error::Report { code, source } => CasekitError::report(code, source.to_string()),
        }
    }
}

macro_rules! told_in_english {
    ($($error:ty)*) => {$(
        impl From<$error> for CasekitError {
            fn from(error: $error) -> Self {
                error.told(Language::english())
            }
        }
    )*};
}

told_in_english! { Rejection Error }

impl From<LanguageError> for CasekitError {
    fn from(error: LanguageError) -> Self {
        let (code, message) = (error.code().to_owned(), error.to_string());
        let (line, key) = match error {
            LanguageError::NotATable { line, .. } => (Some(line as u64), None),
            LanguageError::Twice { key }
            | LanguageError::UnknownKey { key }
            | LanguageError::UnknownArgument { key, .. }
            | LanguageError::MissingArgument { key, .. }
            | LanguageError::Malformed { key, .. }
            | LanguageError::NoSuchPlural { key, .. } => (None, Some(key)),
            LanguageError::NoTag
            | LanguageError::BadTag { .. }
            | LanguageError::Unreadable
            | LanguageError::NotShipped { .. } => (None, None),
        };
        Self::Language { code, message, line, key }
    }
}

/// A refusal in the words of a language.
fn rejected(rejection: Rejection, language: &Language) -> CasekitError {
    let (code, message) = (rejection.code().to_owned(), language.render(&rejection.message()));
    match rejection {
        Rejection::Forbidden { .. } | Rejection::NotAllowedHere { .. } => {
            CasekitError::Forbidden { code, message }
        }
        Rejection::Invalid { fields } => CasekitError::Invalid { code, message, fields },
        Rejection::Blocked { blockers, .. } => CasekitError::Blocked { code, message, blockers },
        Rejection::AlreadyTaken { by } => CasekitError::AlreadyTaken { code, message, by },
        Rejection::NotFound { .. } => CasekitError::NotFound { code, message },
        Rejection::Conflict { .. }
        | Rejection::RequestIdReused
        | Rejection::CursorNotOfThisStore
        | Rejection::Contended { .. } => CasekitError::Conflict { code, message },
    }
}

/// A reason why something is not possible now, as an English sentence; `Language.blocker_text` tells it in another.
#[uniffi::export]
pub fn blocker_text(blocker: Blocker) -> String {
    blocker.to_string()
}

/// The stable word for a reason, such as `not_taken`.
#[uniffi::export]
pub fn blocker_code(blocker: Blocker) -> String {
    blocker.code().to_owned()
}

/// What is wrong with a field, as an English sentence; `Language.field_error_text` tells it in another.
#[uniffi::export]
pub fn field_error_text(error: FieldError) -> String {
    error.to_string()
}

/// The stable word for the rule that a field breaks, such as `too_long`.
#[uniffi::export]
pub fn field_error_code(error: FieldError) -> String {
    error.rule.code().to_owned()
}

#[cfg(test)]
mod tests {
    use casekit::{CaseKit, NewCase, Role};

    use super::*;

    #[test]
    fn every_error_has_a_code_and_a_sentence() {
        let kit = CaseKit::in_memory().unwrap();
        let desk = kit.desk(casekit::Actor::new("amara", "").with_role(Role::Agent));
        let invalid = CasekitError::from(desk.raise_case(NewCase::new("Suport", " ")).unwrap_err());
        let CasekitError::Invalid { code, message, fields } = &invalid else { panic!("{invalid:?}") };
        assert_eq!(code, "invalid");
        assert_eq!(*message, invalid.to_string());
        assert!(message.starts_with("`title` must not be empty; `case type` names nothing that exists"));
        assert_eq!(field_error_text(fields[0].clone()), "`title` must not be empty");
        assert_eq!(field_error_code(fields[0].clone()), "required");
        let id = desk.raise_case(NewCase::new("Support", "Cannot log in")).unwrap().id;
        desk.take_case(id).unwrap();
        let blocked = CasekitError::from(desk.take_case(id).unwrap_err());
        let CasekitError::Blocked { blockers, .. } = blocked else { panic!("{blocked:?}") };
        assert_eq!(blocker_code(blockers[0].clone()), "held_by_you");
        assert_eq!(blocker_text(blockers[0].clone()), "you hold the case already");
        kit.close().unwrap();
        let closed = CasekitError::from(desk.case(id).unwrap_err());
        assert!(matches!(closed, CasekitError::Store { code, .. } if code == "closed"));
    }
}
