//! The errors of calls.

use crate::language::Language;
use crate::rejection::{Blocker, FieldError, Rejection};
use crate::store::StoreError;

/// Why a call did not do what was asked: an answer about the domain, a fault of the store, or a fault in making or
/// writing a report.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Error {
    /// The command or question cannot be carried out at present. Nothing was changed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The store failed. Nothing was changed, unless the kind of the error is `Uncertain`.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A report could not be laid out, or could not be written where the caller wants it.
    #[error("{source}")]
    Report {
        /// The stable word for the kind of report: `pdf` or `csv`.
        code: &'static str,
        /// What failed in making or writing the report.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// The error of a report that failed, with the stable word for its kind.
    pub fn report(code: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Report { code, source: Box::new(source) }
    }

    /// The stable word for the error. Match on this; it never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Store(error) => error.kind().code(),
            Self::Report { code, .. } => code,
        }
    }

    /// The fields that are wrong; empty if the error is not about fields.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Rejected(rejection) => rejection.fields(),
            Self::Store(_) | Self::Report { .. } => &[],
        }
    }

    /// Every reason why an action is not possible now; empty if the error is about something else.
    #[must_use]
    pub fn blockers(&self) -> &[Blocker] {
        match self {
            Self::Rejected(rejection) => rejection.blockers(),
            Self::Store(_) | Self::Report { .. } => &[],
        }
    }

    /// The answer about the domain; `None` for a fault.
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
    /// Renders an error in this language. In English, a fault of the store is told with its details; in other languages
    /// only its kind is. The cause of a failed report is always in English.
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
