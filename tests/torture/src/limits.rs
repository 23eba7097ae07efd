//! System calls that a harness makes about itself.
#![allow(unsafe_code)]

use std::io;

/// Lets no file of this process grow beyond `bytes`, or any grow again: writing more fails then, instead of ending the
/// process.
///
/// # Errors
/// What the system says.
pub fn file_size(bytes: Option<u64>) -> io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: bytes.map_or(libc::RLIM_INFINITY, |bytes| bytes),
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: ignoring a signal runs no code of ours; the limit is read during the call only.
    let set = unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit)
    };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Whether this process may do everything.
#[must_use]
pub fn is_root() -> bool {
    // SAFETY: it has no argument and cannot fail.
    unsafe { libc::geteuid() == 0 }
}
