//! Systems on which nothing is changed.
//!
//! Windows locks by handle already. Apple's systems have locks by description, but pass variable arguments on the
//! stack, so a replacement of `fcntl` would have to be written in C.

use std::path::Path;

use crate::fault::GuardFault;
use crate::file::FileId;
use crate::shm_locks::ShmLocks;

/// A share in no descriptor, since there is no guard.
pub(crate) struct Share;

impl Share {
    pub(crate) fn locked(_path: &Path) -> Result<Self, GuardFault> {
        Ok(Self)
    }

    pub(crate) fn unlocked(_path: &Path) -> Result<Option<Self>, GuardFault> {
        Ok(None)
    }

    pub(crate) fn unlock(&mut self) {}

    pub(crate) fn file(&self) -> Option<FileId> {
        None
    }

    pub(crate) fn log_is_anothers(&self, _index: &Path) -> bool {
        false
    }

    pub(crate) fn log_is_elsewhere(&self, _index: &Path) -> bool {
        false
    }

    pub(crate) fn is_held(&self) -> bool {
        false
    }
}

pub(crate) fn is_guarded(_file: FileId) -> bool {
    false
}

pub(crate) fn install() -> ShmLocks {
    ShmLocks::Process
}
