//! Faults of a store.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A fault of the store, such as a full disk. Answers about the domain are rejections.
#[derive(Clone, Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    /// Shared, so that each caller of a group has it.
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The kind of a fault, for callers to act on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum StoreErrorKind {
    /// Another process is writing; try again later.
    Busy,
    /// The disk is full, or a quota is used up.
    Full,
    /// The stored data is damaged; nothing was changed.
    Corrupt,
    /// A newer version of casekit wrote the store.
    TooNew,
    /// There is something at the path, but it is not a casekit store.
    NotCasekit,
    /// The store is sound, but another program made a table, view, index or trigger in it.
    Foreign,
    /// There is nothing at the path, and the options say not to create anything.
    Missing,
    /// The store can be read but not written.
    ReadOnly,
    /// The login was refused, or lacks a right.
    Denied,
    /// The store cannot be reached. Nothing was written; try again later.
    Unavailable,
    /// The answer to a write was lost, so it may have been written. Repeat the command under the same request id: it is
    /// then carried out once in either case.
    Uncertain,
    /// The store is suspended; `resume` opens it again.
    Suspended,
    /// The store was closed.
    Closed,
    /// The call was interrupted by `suspend`.
    Interrupted,
    /// The file was moved, deleted or replaced while it was open, or a server took over that lacks commits which were
    /// seen; what was written since may be lost.
    Moved,
    /// This process was forked from the one that opened the store, and only that one may use it.
    Forked,
    /// The file is on a network file system, whose locks cannot be relied on, and the options do not allow that.
    NetworkFileSystem,
    /// Something already exists where a backup or a copy should go; it was left unchanged.
    Exists,
    /// A copy is being written into the store, and is not complete yet.
    Incomplete,
    /// A chunk of a blob does not begin where the blob ends; nothing was written.
    Misplaced,
    /// The caller's progress callback cancelled the call.
    Cancelled,
    /// This kind of store does not support the call.
    Unsupported,
    /// The operating system reported an error.
    Io,
}

impl StoreErrorKind {
    /// Every kind, so that tables and tests can cover them all.
    pub const ALL: &'static [Self] = &[
        Self::Busy,
        Self::Full,
        Self::Corrupt,
        Self::TooNew,
        Self::NotCasekit,
        Self::Foreign,
        Self::Missing,
        Self::ReadOnly,
        Self::Denied,
        Self::Unavailable,
        Self::Uncertain,
        Self::Suspended,
        Self::Closed,
        Self::Interrupted,
        Self::Moved,
        Self::Forked,
        Self::NetworkFileSystem,
        Self::Exists,
        Self::Misplaced,
        Self::Incomplete,
        Self::Cancelled,
        Self::Unsupported,
        Self::Io,
    ];

    /// Whether whoever operates the store should be told. `false` for what a caller caused and knows about, such as
    /// suspending or a path that is taken, and for `Busy`, after which callers simply try again.
    #[must_use]
    pub fn is_worth_telling(self) -> bool {
        match self {
            Self::Busy
            | Self::Suspended
            | Self::Closed
            | Self::Interrupted
            | Self::Exists
            | Self::Misplaced
            | Self::Incomplete
            | Self::Cancelled
            | Self::Unsupported => false,
            Self::Full
            | Self::Corrupt
            | Self::TooNew
            | Self::NotCasekit
            | Self::Foreign
            | Self::Missing
            | Self::ReadOnly
            | Self::Denied
            | Self::Unavailable
            | Self::Uncertain
            | Self::Moved
            | Self::Forked
            | Self::NetworkFileSystem
            | Self::Io => true,
        }
    }

    /// The code of the kind, for callers to match on; it never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Full => "full",
            Self::Corrupt => "corrupt",
            Self::TooNew => "too_new",
            Self::NotCasekit => "not_casekit",
            Self::Foreign => "foreign",
            Self::Missing => "missing",
            Self::ReadOnly => "read_only",
            Self::Denied => "denied",
            Self::Unavailable => "unavailable",
            Self::Uncertain => "uncertain",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::Interrupted => "interrupted",
            Self::Moved => "moved",
            Self::Forked => "forked",
            Self::NetworkFileSystem => "network_file_system",
            Self::Exists => "exists",
            Self::Misplaced => "misplaced",
            Self::Incomplete => "incomplete",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "unsupported",
            Self::Io => "io",
        }
    }
}

impl StoreError {
    /// A fault with a message: a lower-case sentence that says what to do, without personal data.
    #[must_use]
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same fault with its cause, for logs; it is not part of the message.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// The kind of fault; its code never changes.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
