//! Languages for hosts: that which the library brings, and files of their own.

use std::sync::Arc;

use casekit::{Blocker, FieldError, LanguageError, Rejection};

use crate::error::CasekitError;
use crate::guard::guard;

/// A language: the words for codes and their arguments. English and German ship; another is one JSON file, an object
/// from key to template.
#[derive(uniffi::Object)]
pub struct Language {
    language: Arc<casekit::Language>,
}

impl Language {
    pub(crate) fn new(language: &Arc<casekit::Language>) -> Arc<Self> {
        Arc::new(Self { language: Arc::clone(language) })
    }

    pub(crate) fn inner(&self) -> Arc<casekit::Language> {
        Arc::clone(&self.language)
    }
}

#[uniffi::export]
impl Language {
    /// A language that the library brings, by its tag: `en` or `de`. `Language` with `not_shipped` for another.
    #[uniffi::constructor]
    pub fn shipped(tag: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::Language::shipped(&tag).map(|language| Self::new(&language)))
    }

    /// Reads the file of a language from its text. `Language` with the line or the key that is wrong.
    #[uniffi::constructor]
    pub fn parse(text: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::Language::parse(&text).map(|language| Self::new(&language)))
    }

    /// Reads the file of a language at a path. `Language` with `unreadable`, or with the line or the key that is wrong.
    #[uniffi::constructor]
    pub fn from_file(path: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::language_from_file(path).map(|language| Self::new(&language)))
    }

    /// Its tag: `en`, `de`, `pt-BR`.
    pub fn tag(&self) -> String {
        self.language.tag().to_owned()
    }

    /// The keys that it lacks, and that are said in English.
    pub fn missing_words(&self) -> Vec<String> {
        self.language.missing()
    }

    /// The word for a code of a group: `word("step_state", "locked")`, `word("permission", "export")`.
    pub fn word(&self, group: String, code: String) -> String {
        self.language.word_of(&group, &code)
    }

    /// A reason why something is not possible now, as a sentence for a screen.
    pub fn blocker_text(&self, blocker: Blocker) -> String {
        self.language.render(&blocker.message())
    }

    /// What is wrong with a field, as a sentence for a form.
    pub fn field_error_text(&self, error: FieldError) -> String {
        self.language.render(&error.message())
    }
}

/// Every key that a file of a language may have.
#[uniffi::export]
pub fn language_keys() -> Vec<String> {
    casekit::Language::keys()
}

impl From<LanguageError> for CasekitError {
    fn from(error: LanguageError) -> Self {
        Self::Language { code: error.code().to_owned(), message: error.to_string() }
    }
}

/// A refusal in the words of a language.
pub(crate) fn rejected(rejection: Rejection, language: &casekit::Language) -> CasekitError {
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
