//! Processes of ours in other circumstances, where the system lets us.

use std::path::Path;
use std::process::{Command, Output};

use casekit_torture::{Outcome, limits};

/// Runs `torture child ARGUMENTS…` with mounts of its own, which are gone when it ends; `None` where only root may, and
/// this is not root, or the system has no such thing.
pub(crate) fn with_own_mounts(arguments: &[String]) -> Outcome<Option<Output>> {
    if !limits::is_root() {
        return Ok(None);
    }
    let mut command = Command::new("unshare");
    command.arg("--mount").arg(std::env::current_exe()?).arg("child").args(arguments);
    let Ok(output) = command.output() else { return Ok(None) };
    // What `unshare` itself answers when it may not.
    let denied = output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).starts_with("unshare:");
    Ok((!denied).then_some(output))
}

/// Runs `torture child ARGUMENTS…` of a copy of this program as a user who owns nothing; `None` where that cannot be.
pub(crate) fn as_nobody(program: &Path, arguments: &[String]) -> Option<Output> {
    if !limits::is_root() {
        return None;
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    command.arg(program).arg("child").args(arguments).output().ok()
}

/// Mounts a file system in memory of so many bytes at a folder, for this process.
pub(crate) fn mount_memory(at: &Path, bytes: u64) -> Outcome {
    run(Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"]).arg(at))
}

/// Makes what is mounted at a folder read-only.
pub(crate) fn remount_read_only(at: &Path) -> Outcome {
    run(Command::new("mount").args(["-o", "remount,ro"]).arg(at))
}

fn run(command: &mut Command) -> Outcome {
    let output = command.output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into())
    }
}
