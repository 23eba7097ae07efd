//! What a call answers when it does not do what was asked.

use crate::language::Language;
use crate::rejection::{Blocker, FieldError, Rejection};
use crate::store::StoreError;

/// Why a call did not do what was asked: an answer about the domain, a fault of the store, or of what is written outside.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Error {
    /// The command or question cannot be carried out as things stand; nothing was changed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The place where things are kept failed; nothing was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A report could not be set, or not be written to where the caller wants it.
    #[error("{source}")]
    Report {
        /// The stable word: `pdf` or `csv`.
        code: &'static str,
        /// What failed.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A report that failed, with the stable word for how.
    pub fn report(code: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Report { code, source: Box::new(source) }
    }

    /// The stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Store(error) => error.kind().code(),
            Self::Report { code, .. } => code,
        }
    }

    /// The bad fields, if it is about fields.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Rejected(rejection) => rejection.fields(),
            Self::Store(_) | Self::Report { .. } => &[],
        }
    }

    /// Every reason, if something is not possible now.
    #[must_use]
    pub fn blockers(&self) -> &[Blocker] {
        match self {
            Self::Rejected(rejection) => rejection.blockers(),
            Self::Store(_) | Self::Report { .. } => &[],
        }
    }

    /// The answer about the domain, if it is one.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Store(_) | Self::Report { .. } => None,
        }
    }
}

impl From<crate::rejection::FieldError> for Error {
    fn from(error: crate::rejection::FieldError) -> Self {
        Self::Rejected(error.into())
    }
}

impl Language {
    /// What a call failed with, in words. A fault of a store says in English what exactly is the matter; in another language
    /// its kind is told. Why a report failed is told in English.
    #[must_use]
    pub fn error(&self, error: &Error) -> String {
        match error {
            Error::Rejected(rejection) => self.render(&rejection.message()),
            Error::Store(fault) if self.tag() == Self::english().tag() => fault.to_string(),
            Error::Store(fault) => self.word_of("store", fault.kind().code()),
            Error::Report { source, .. } => source.to_string(),
        }
    }
}
