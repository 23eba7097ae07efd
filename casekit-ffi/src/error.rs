//! The error type that hosts get.

use casekit::{
    Blocker, Choices, Error, FieldError, FieldRule, ImportProgress, Language, LanguageError, Permission,
    Rejection, Timestamp,
};
use chrono::SecondsFormat;

/// Why a call failed. Nothing was changed, unless the code is `uncertain`.
///
/// Every variant has a `code`, which is stable and meant for programs, and a `message`: a sentence that says what to do
/// and contains no personal data.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, uniffi::Error)]
pub enum CasekitError {
    /// The actor may not do this: `forbidden`, or `not_allowed_here` if the application's authorizer forbids it.
    #[error("{message}")]
    Forbidden {
        /// The stable code: `forbidden` or `not_allowed_here`.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// The name of the action, such as `take_case`.
        action: String,
        /// The permission that the action needs; `None` if the application's authorizer forbids it.
        permission: Option<Permission>,
    },
    /// Values that are not allowed: every wrong field, with the rule that it breaks.
    #[error("{message}")]
    Invalid {
        /// The stable code: `invalid`.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// Every wrong field, with the rule that it breaks.
        fields: Vec<FieldError>,
    },
    /// The action is not possible now, with every reason.
    #[error("{message}")]
    Blocked {
        /// The stable code: `blocked`.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// The name of the action, such as `take_case`.
        action: String,
        /// Every reason; never empty.
        blockers: Vec<Blocker>,
    },
    /// Somebody else took the case first.
    #[error("{message}")]
    AlreadyTaken {
        /// The stable code: `already_taken`.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// The actor id of the person who holds the case.
        by: String,
        /// What they are called, with the id where somebody else is called the same; `None` if the directory of people
        /// does not say, or it is not for the actor.
        by_name: Option<String>,
    },
    /// There is no such record, or the actor may not see it.
    #[error("{message}")]
    NotFound {
        /// The stable code: `not_found`.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// The kind of record that was looked for, such as `case`, `customer` or `note`.
        what: String,
        /// Its id or number; `None` if what was given is neither.
        id: Option<String>,
        /// What there is to choose from, if it was looked up by a name.
        choices: Choices,
    },
    /// The record changed after the caller read it, or the caller's request id or cursor cannot be used.
    #[error("{message}")]
    Conflict {
        /// The stable code: `conflict`, `request_id_reused`, `cursor_not_of_this_store` or `contended`.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// The revision that the caller saw, of a `conflict`; `None` for others.
        seen: Option<u64>,
        /// The revision that there is now, of a `conflict`; `None` for others.
        now: Option<u64>,
    },
    /// Something is wrong with the file, the disk or the system.
    #[error("{message}")]
    Store {
        /// The stable code: `busy`, `full`, `corrupt`, `too_new`, `not_casekit`, `foreign`, `missing`, `read_only`,
        /// `denied`, `unavailable`, `uncertain`, `suspended`, `closed`, `interrupted`, `moved`, `forked`,
        /// `network_file_system`, `exists`, `misplaced`, `incomplete`, `cancelled`, `unsupported` or `io`. After
        /// `uncertain` the call may have been carried out: repeat it under the same request id to find out.
        code: String,
        /// What to do, as one sentence.
        message: String,
    },
    /// A report could not be made: `pdf`, `csv`, `file` or `not_built`.
    #[error("{message}")]
    Report {
        /// The stable code, one of those above.
        code: String,
        /// What to do, as one sentence.
        message: String,
    },
    /// A language could not be loaded: `not_shipped`, `unreadable`, `not_a_table`, `no_tag`, `bad_tag`, `twice`,
    /// `unknown_key`, `unknown_argument`, `missing_argument`, `malformed` or `no_such_plural`.
    #[error("{message}")]
    Language {
        /// The stable code, one of those above.
        code: String,
        /// What to do, as one sentence.
        message: String,
        /// The line that is wrong, counted from 1; `None` if the error is not about a line.
        line: Option<u64>,
        /// The key that is wrong; `None` if the error is not about a key.
        key: Option<String>,
    },
    /// A callback of the application failed: `callback_failed`, without the text of its exception; or its clock gave an
    /// instant that cannot be kept: `clock_out_of_range`.
    #[error("{message}")]
    Callback {
        /// The stable code: `callback_failed` or `clock_out_of_range`.
        code: String,
        /// What to do, as one sentence.
        message: String,
    },
    /// The library itself failed: `internal`. The message has an incident id to report, and nothing else.
    #[error("{message}")]
    Internal {
        /// The stable code: `internal`.
        code: String,
        /// What to do, as one sentence.
        message: String,
    },
}

impl CasekitError {
    pub(crate) fn field(field: &str, rule: FieldRule) -> Self {
        Rejection::field(field, rule).into()
    }

    pub(crate) fn report(code: &str, message: impl Into<String>) -> Self {
        Self::Report { code: code.to_owned(), message: message.into() }
    }

    /// The clock gave an instant that cannot be kept.
    pub(crate) fn clock_outside(given: Timestamp, first: Timestamp, last: Timestamp) -> Self {
        let said = |at: Timestamp| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let message = format!(
            "the application's clock gave `{}`, outside `{}` to `{}`: have it give an instant of these years",
            said(given),
            said(first),
            said(last)
        );
        Self::Callback { code: "clock_out_of_range".to_owned(), message }
    }

    /// The listener of an import failed, after this much.
    pub(crate) fn import_listener(so_far: ImportProgress, dry_run: bool) -> Self {
        let ImportProgress { done, of, written, unchanged, refused, .. } = so_far;
        let kept = match dry_run {
            true => "nothing was written, because it was a dry run".to_owned(),
            false => format!(
                "{written} were written and stay, {unchanged} were there already, {refused} were refused"
            ),
        };
        let message = format!(
            "the application's import listener failed after {done} of {of} items: {kept}; see the application's own \
             log, fix it there, and repeat the import for the rest"
        );
        Self::Callback { code: "callback_failed".to_owned(), message }
    }

    /// A callback failed, and nothing more is known about the cause.
    pub(crate) fn callback(what: &str) -> Self {
        let message =
            format!("the application's {what} failed: see the application's own log, and fix it there");
        Self::Callback { code: "callback_failed".to_owned(), message }
    }
}

/// A fault or rejection that becomes the host's error, in the language of the caller.
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

/// A rejection as the host's error, in a language.
fn rejected(rejection: Rejection, language: &Language) -> CasekitError {
    let (code, message) = (rejection.code().to_owned(), language.render(&rejection.message()));
    match rejection {
        Rejection::Forbidden { action, permission } => {
            CasekitError::Forbidden { code, message, action, permission: Some(permission) }
        }
        Rejection::NotAllowedHere { action } => {
            CasekitError::Forbidden { code, message, action, permission: None }
        }
        Rejection::Invalid { fields } => CasekitError::Invalid { code, message, fields },
        Rejection::Blocked { action, blockers } => CasekitError::Blocked { code, message, action, blockers },
        Rejection::AlreadyTaken { by, by_name } => CasekitError::AlreadyTaken { code, message, by, by_name },
        Rejection::NotFound { what, id, instead: _, choices } => {
            let id = (!id.is_empty()).then_some(id);
            CasekitError::NotFound { code, message, what, id, choices: *choices }
        }
        Rejection::Conflict { seen, now } => {
            CasekitError::Conflict { code, message, seen: Some(seen), now: Some(now) }
        }
        Rejection::RequestIdReused | Rejection::CursorNotOfThisStore | Rejection::Contended { .. } => {
            CasekitError::Conflict { code, message, seen: None, now: None }
        }
    }
}

/// A reason why an action is not possible now, as an English sentence. `Language.blocker_text` gives it in another
/// language.
#[uniffi::export]
pub fn blocker_text(blocker: Blocker) -> String {
    Language::english().on_screen(&blocker.message())
}

/// The stable code of a blocker, such as `not_taken`.
#[uniffi::export]
pub fn blocker_code(blocker: Blocker) -> String {
    blocker.code().to_owned()
}

/// What is wrong with a field, as an English sentence. `Language.field_error_text` gives it in another language.
#[uniffi::export]
pub fn field_error_text(error: FieldError) -> String {
    Language::english().on_screen(&error.message())
}

/// The stable code of the rule that a field breaks, such as `too_long`.
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
        assert!(message.starts_with("`case type` names nothing that exists"));
        assert_eq!(field_error_text(fields[1].clone()), "“title” must not be empty");
        assert_eq!(field_error_code(fields[1].clone()), "required");
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
