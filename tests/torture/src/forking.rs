//! Forks, as hosts fork: without `exec`.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// After so long a child ends by itself, whatever it is at.
const PATIENCE: u32 = 45;

/// A forked child that does something and says what came of it.
pub struct Child {
    id: i32,
    answer: File,
}

impl Child {
    /// Forks. The child does this, says what it answers, and ends.
    ///
    /// # Errors
    /// What the system says.
    pub fn fork(act: impl FnOnce() -> String) -> io::Result<Self> {
        let mut ends = [0; 2];
        // SAFETY: two numbers are written.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: both are open, and nobody else's.
        let (answer, mut say) = unsafe { (File::from_raw_fd(ends[0]), File::from_raw_fd(ends[1])) };
        // SAFETY: the child does not return from here.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                end_in(PATIENCE);
                let said = catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| "a panic".into());
                // Without it the parent hears that nothing was said.
                let _ = say.write_all(said.as_bytes());
                end()
            }
            id => Ok(Self { id, answer }),
        }
    }

    /// Waits until it ends, and gives what it said. Nothing if it hung.
    ///
    /// # Errors
    /// What the system says.
    pub fn answer(mut self) -> io::Result<String> {
        let mut said = String::new();
        self.answer.read_to_string(&mut said)?;
        // SAFETY: the number is that of a child of ours that nobody has waited for.
        unsafe { libc::waitpid(self.id, std::ptr::null_mut(), 0) };
        Ok(said)
    }
}

/// Forks a child that does nothing until it is [killed](kill), and has let go of the output. Gives its number.
///
/// # Errors
/// What the system says.
pub fn fork_a_sleeper() -> io::Result<i32> {
    let child = Child::fork(|| {
        // SAFETY: the child says nothing.
        unsafe { libc::close(1) };
        thread::sleep(Duration::from_secs(PATIENCE.into()));
        String::new()
    })?;
    Ok(child.id)
}

/// Kills a process.
pub fn kill(id: i32) {
    // SAFETY: a process that is gone is an error, and no more.
    unsafe {
        libc::kill(id, libc::SIGKILL);
        libc::waitpid(id, std::ptr::null_mut(), 0);
    }
}

/// Ends this process by a signal after so many seconds.
pub fn end_in(seconds: u32) {
    // SAFETY: it only sets a clock.
    unsafe { libc::alarm(seconds) };
}

/// Closes every descriptor by number, as who becomes a daemon does.
pub fn close_by_number() {
    for descriptor in 3..256 {
        // SAFETY: whoever calls this uses none of them any more; one that is not open is an error, and no more.
        unsafe { libc::close(descriptor) };
    }
}

/// Ends this process at once.
fn end() -> ! {
    // SAFETY: it does not return.
    unsafe { libc::_exit(0) }
}

/// Whether anybody holds a lock on these bytes of a file. The caller has none on the file, since this closes a descriptor
/// of it.
///
/// # Errors
/// What the system says, but that there is no file: that one is not locked.
pub fn is_locked(path: &Path, first: i64, bytes: i64) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    // SAFETY: `flock` is plain numbers, for which zero is a value.
    let mut asked: libc::flock = unsafe { std::mem::zeroed() };
    asked.l_type = libc::F_WRLCK as libc::c_short;
    (asked.l_start, asked.l_len) = (first, bytes);
    // SAFETY: the command reads and writes a `flock` that lives through the call.
    match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut asked) } {
        0 => Ok(asked.l_type != libc::F_UNLCK as libc::c_short),
        _ => Err(io::Error::last_os_error()),
    }
}
