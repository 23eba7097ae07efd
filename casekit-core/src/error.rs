//! What a call answers when it does not do what was asked.

use crate::rejection::{Blocker, FieldError, Rejection};
use crate::store::StoreError;

/// Either an answer about the domain or a fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command or question cannot be carried out as things stand; nothing was changed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The place where things are kept failed; nothing was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// The stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Store(error) => error.kind().code(),
        }
    }

    /// The bad fields, if it is about fields.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Rejected(rejection) => rejection.fields(),
            Self::Store(_) => &[],
        }
    }

    /// Every reason, if something is not possible now.
    #[must_use]
    pub fn blockers(&self) -> &[Blocker] {
        match self {
            Self::Rejected(rejection) => rejection.blockers(),
            Self::Store(_) => &[],
        }
    }

    /// The answer about the domain, if it is one.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Store(_) => None,
        }
    }
}

impl From<crate::rejection::FieldError> for Error {
    fn from(error: crate::rejection::FieldError) -> Self {
        Self::Rejected(error.into())
    }
}
