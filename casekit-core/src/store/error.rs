//! Faults of a store.

use std::error::Error;
use std::fmt;

/// A fault of the store, such as a full disk. Answers about the domain are rejections.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kind of a fault, for callers to act on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum StoreErrorKind {
    /// Another process writes; trying again later may do.
    Busy,
    /// No room is left.
    Full,
    /// What is kept is damaged; nothing was changed.
    Corrupt,
    /// A newer version wrote what is kept.
    TooNew,
    /// Something is at the place, and it is not casekit's.
    NotCasekit,
    /// What is kept is casekit's and sound, and beside it stands a table, view, index or trigger that another program
    /// made.
    Foreign,
    /// Nothing is at the place, and nothing was to be made there.
    Missing,
    /// The store can be read and not written.
    ReadOnly,
    /// The login was refused, or lacks a right.
    Denied,
    /// The place cannot be reached. Nothing was written: trying again later may do.
    Unavailable,
    /// The answer to a write was lost: it may have been written. Its request id settles it: the same command under the
    /// same id is carried out once, whichever it was.
    Uncertain,
    /// The store is suspended; `resume` opens it again.
    Suspended,
    /// The store was closed.
    Closed,
    /// The call was interrupted by `suspend`.
    Interrupted,
    /// What is kept was moved, deleted or replaced while it was open; what was written since may be nowhere at all.
    Moved,
    /// This process was forked from the one that opened the store, which stays the parent's alone.
    Forked,
    /// The store lies on a network file system, whose locks do not hold, and nobody said that it may.
    NetworkFileSystem,
    /// Something is where a backup or a copy should go; it was left as it was.
    Exists,
    /// A copy is being written into the store, and is not complete.
    Incomplete,
    /// A chunk of a blob does not begin where the blob ends; nothing was written.
    Misplaced,
    /// The caller's own progress ended the call.
    Cancelled,
    /// This kind of store cannot do this.
    Unsupported,
    /// The system refused or failed.
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

    /// The stable word for it.
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
        self.source = Some(source.into());
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
