//! The identity of a file.

use std::fs::Metadata;

/// The identity of a file, the same under all of its names: its device and its inode.
///
/// It is valid only while something keeps the file open: the inode of a deleted file can be given to another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The identity of the file that the metadata is of; `None` where the system does not tell (Windows).
    #[must_use]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;

            Some(Self { device: metadata.dev(), inode: metadata.ino() })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            None
        }
    }
}
