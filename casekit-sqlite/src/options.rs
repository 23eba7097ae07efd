//! How a file is opened.

use std::time::Duration;

/// How a store opens its file. The default is durable, and trusts the file's pages but never its schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SqliteOptions {
    /// When a commit counts as written.
    pub durability: Durability,
    /// How long to wait for a writer of another process before answering `Busy`; 5 seconds by default.
    pub busy_timeout: Duration,
    /// How thoroughly the file is checked before it is used.
    pub trust: Trust,
    /// How many calls can read at the same time: 4 by default, at least 1. Each needs a connection, which is opened
    /// when it is first needed and has a cache of up to 8 MiB.
    pub readers: usize,
    /// Whether the file can be written to.
    pub access: Access,
    /// What to do where nothing is at the path.
    pub creation: Creation,
    /// Whether the file may lie on a network file system.
    pub network: Network,
    /// Who may open what is created: the file with its log, and backups.
    pub sharing: Sharing,
}

/// Whether a file is written to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reads and writes.
    ReadWrite,
    /// Only reads: every call that would write answers `ReadOnly`. Other processes can write to the file, and their
    /// changes are seen. The exception is a folder into which this process cannot write, with no log beside the file:
    /// then the file must not change while it is open, as on a read-only disc.
    ReadOnly,
}

/// What to do where nothing is at the path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Creation {
    /// A new file is created.
    IfMissing,
    /// Opening answers `Missing`.
    Never,
}

/// Whether a file can be on a network file system (NFS, SMB, 9p, FUSE and others). Locks and syncs may not work there
/// as promised: then two machines can write at the same time, and the file is damaged.
///
/// On Linux and Android `statfs` tells the kind of file system; on other systems nothing is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Network {
    /// Opening such a file answers `NetworkFileSystem`.
    Refused,
    /// The host guarantees that only one machine uses the file, and that syncs reach the disk.
    Allowed,
}

/// Who may open the files that are created, on systems that have the permissions of Unix: the file of cases with its log,
/// backups, exports, and packages in a folder. Files that are there already keep theirs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sharing {
    /// The account under which the program runs, and nobody else: mode 0600.
    #[default]
    Owner,
    /// Its group too: mode 0660, less what the process's `umask` takes away.
    Group,
    /// Whoever the process's `umask` leaves: mode 0666, less that.
    Umask,
}

impl Sharing {
    /// The mode with which a file is created.
    #[must_use]
    pub fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Group => 0o660,
            Self::Umask => 0o666,
        }
    }
}

/// When a commit counts as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// When it has reached the disk: a commit survives a power cut.
    Full,
    /// When the operating system has it: a commit survives a crash of the process. A power cut can lose the newest
    /// commits, each as a whole, and never damages the file.
    Normal,
}

/// How thoroughly a file is checked before it is used. Its header and its schema are always checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// The file comes from this application. Opening takes the same time whatever its size.
    Trusted,
    /// The file comes from somebody else. Every page is checked first, which takes time in proportion to its size.
    Untrusted,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            busy_timeout: Duration::from_secs(5),
            trust: Trust::Trusted,
            readers: 4,
            access: Access::ReadWrite,
            creation: Creation::IfMissing,
            network: Network::Refused,
            sharing: Sharing::Owner,
        }
    }
}
