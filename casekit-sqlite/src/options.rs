//! How a file is opened.

use std::time::Duration;

/// How a store opens its file. The default is durable, and trusts the bytes of the file (never its schema).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SqliteOptions {
    /// When a commit counts as written.
    pub durability: Durability,
    /// How long to wait for a writer of another process before saying `Busy`.
    pub busy_timeout: Duration,
    /// How closely the file is looked at before it is used.
    pub trust: Trust,
    /// How many readers may be at work at once, at least 1; each holds a connection, opened when first needed.
    pub readers: usize,
    /// Whether the file is written to.
    pub access: Access,
    /// What to do where nothing is at the path.
    pub creation: Creation,
    /// Whether the file may lie on a network file system.
    pub network: Network,
}

/// Whether a file is written to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// It is.
    ReadWrite,
    /// It is only read: whatever would write answers `ReadOnly`. Others may write to it meanwhile, and are seen, unless
    /// this process may not write into the folder and no log is beside the file: then the file must not change while it
    /// is open, as on a disc.
    ReadOnly,
}

/// What to do where nothing is at the path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Creation {
    /// A new file is made.
    IfMissing,
    /// Opening answers `Missing`.
    Never,
}

/// Whether a file may lie on a network file system (NFS, SMB, 9p, FUSE and their like), where locks and syncs may not
/// do what they promise: then two machines write at the same time, and a file is damaged.
///
/// It is told by `statfs` on Linux and Android; elsewhere nothing is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Network {
    /// Opening such a file answers `NetworkFileSystem`.
    Refused,
    /// The host answers for it: one machine alone uses the file, and what is behind keeps its promises.
    Allowed,
}

/// When a commit counts as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// When it has reached the disk: it survives a power cut.
    Full,
    /// When the system has it: it survives a crash of the process. A power cut may take the newest commits,
    /// each whole, and never damages the file.
    Normal,
}

/// How closely a file is looked at before it is used. Its header and its schema are always checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// It comes from this application: it opens at once, however large it is.
    Trusted,
    /// It comes from elsewhere: every page of it is checked first, which takes time with its size.
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
        }
    }
}
