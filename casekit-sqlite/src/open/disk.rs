//! On what kind of file system a file is, and whether this process can write there.

use std::fs;
use std::io;
use std::path::Path;

use casekit_core::store::{StoreError, StoreErrorKind as Kind};

use crate::error::{Result, system};
use crate::options::Network;
use crate::place::Place;

/// Refuses a folder on a network file system, unless the host allowed it.
pub(super) fn refuse_network(place: &Place, network: Network) -> Result<()> {
    match network {
        Network::Allowed => Ok(()),
        Network::Refused => match network_file_system(place) {
            None => Ok(()),
            Some(name) => {
                let message = format!(
                    "the file lies on a network file system ({name}), whose locks may not hold: put it on a disk of \
                     this machine, or say at opening that network file systems are allowed"
                );
                Err(StoreError::new(Kind::NetworkFileSystem, message))
            }
        },
    }
}

/// The name of the network file system that a folder is on; `None` for a local disk. FUSE counts as one: what is behind
/// it cannot be known, and it can be SSHFS, S3 or a shared folder of a virtual machine.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn network_file_system(place: &Place) -> Option<&'static str> {
    // The type is signed on some processors, and its number is 32 bits.
    #[allow(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        clippy::unnecessary_cast,
        reason = "as above"
    )]
    let kind = rustix::fs::statfs(place.folder()).ok()?.f_type as u32;
    network_name(kind)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn network_name(kind: u32) -> Option<&'static str> {
    // From `linux/magic.h` and the file systems' own sources.
    const KNOWN: [(u32, &str); 11] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB2"),
        (0x0102_1997, "9p"),
        (0x6573_5546, "FUSE"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "Ceph"),
        (0x7375_7245, "Coda"),
        (0x564c, "NCP"),
        (0x0bd0_0bd0, "Lustre"),
    ];
    KNOWN.iter().find(|(magic, _)| *magic == kind).map(|(_, name)| *name)
}

/// Other systems do not tell in this way, so there the host is responsible for where it puts the file.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn network_file_system(_place: &Place) -> Option<&'static str> {
    None
}

/// Fails unless a file is at the path that is not a link and not empty.
pub(super) fn plain_file(place: &Place) -> Result<()> {
    let metadata = fs::symlink_metadata(place.path()).map_err(|error| system(&error, "opening the file"))?;
    let no = |message| Err(StoreError::new(Kind::NotCasekit, message));
    if metadata.is_symlink() {
        return no("the path is a symbolic link; give the path of the file itself");
    }
    if !metadata.is_file() {
        return no("the path is not a file; choose another path");
    }
    if metadata.len() == 0 {
        return no("the file is empty; remove it or choose another path");
    }
    Ok(())
}

/// Fails unless this process can write to the file and create files beside it.
pub(super) fn writable(place: &Place) -> Result<()> {
    let metadata = fs::symlink_metadata(place.path()).map_err(|error| system(&error, "opening the file"))?;
    let folder =
        place.folder().metadata().map_err(|error| system(&error, "opening the folder of the file"))?;
    let marked = metadata.permissions().readonly() || cfg!(unix) && folder.permissions().readonly();
    if marked {
        // The superuser could write all the same, but whoever marked the file did not want that.
        let message = "the file or its folder is marked read-only; let this process write to both";
        return Err(StoreError::new(Kind::ReadOnly, message));
    }
    may_write(place.path())
        .and_then(|()| may_write(place.folder()))
        .map_err(|error| system(&error, "opening the file"))
}

/// Whether this process can create files in a folder.
pub(super) fn is_writable(folder: &Path) -> bool {
    may_write(folder).is_ok()
}

/// Asks the system, since permission bits say nothing about read-only mounts or access control lists.
#[cfg(unix)]
fn may_write(path: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(path, Access::READ_OK | Access::WRITE_OK)?)
}

#[cfg(not(unix))]
fn may_write(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn shares_are_told_from_disks() {
        let shares = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x6573_5546];
        let names = ["NFS", "SMB", "CIFS", "SMB2", "9p", "FUSE"];
        assert_eq!(shares.map(|kind| super::network_name(kind).unwrap()), names);
        // ext, XFS, Btrfs, F2FS, tmpfs, overlayfs.
        let disks = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x0102_1994, 0x794c_7630];
        assert!(disks.iter().all(|kind| super::network_name(*kind).is_none()));
    }
}
